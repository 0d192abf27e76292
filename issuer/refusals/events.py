"""What institutions are refused that ask for events, and whoever sets a webhook."""

from dataclasses import dataclass

from issuer.refusals.institutions import InstitutionRefusal


@dataclass(eq=False)
class EventsQueryMalformed(InstitutionRefusal):
    """The query asks for events in a way that this service does not know."""

    pointer: str


class EventUnknown(InstitutionRefusal):
    """The institution has no such event."""


class NoWebhook(InstitutionRefusal):
    """The institution has no webhook; its events are for polling."""


@dataclass(eq=False)
class WebhookAddressRefused(InstitutionRefusal):
    """Webhooks go to https addresses only."""

    reason: str
