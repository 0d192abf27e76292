"""What a person at the back office's pages is refused, beside what institutions are refused (`institutions`)."""

from issuer.refusals.refusal import Refusal


class OfficeRefusal(Refusal):
    """Shown on a page of the back office."""


class OfficeSignedOut(OfficeRefusal):
    """Nobody is signed in, or the session has expired."""


class OfficeFormForeign(OfficeRefusal):
    """The form was not sent from a page of this session."""


class OfficeFormMalformed(OfficeRefusal):
    """The form could not be read."""
