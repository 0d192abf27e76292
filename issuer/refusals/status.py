"""What is refused to whoever asks for a status list."""

from issuer.refusals.refusal import Refusal


class StatusRefusal(Refusal):
    """Answered to whoever asks for a status list."""


class StatusListUnknown(StatusRefusal):
    """There is no such status list."""


class StatusHistoryUnsupported(StatusRefusal):
    """Status lists of another time are not kept here (Token Status List, section 8.4)."""


class StatusTypeUnacceptable(StatusRefusal):
    """Status lists are served as application/statuslist+jwt and application/statuslist+cwt."""
