"""What a person in a browser is refused."""

from dataclasses import dataclass

from issuer.refusals.refusal import Refusal


@dataclass(eq=False)
class PageRefusal(Refusal):
    """Shown to a person; the browser is sent nowhere, since nobody can say where to."""

    reason: str = ""

    @property
    def detail(self) -> str:
        return self.reason


class RequestNotPushed(PageRefusal):
    """An authorization request that was not pushed (FAPI 2.0 Security Profile, section 5.3.2.2)."""


class RequestGone(PageRefusal):
    """The authorization request is unknown, expired, of another client, or decided already."""


class VisitGone(PageRefusal):
    """The visit is unknown or expired, or belongs to another browser."""


class DecisionMalformed(PageRefusal):
    """The form on the page was changed or not sent from it."""
