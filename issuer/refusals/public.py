"""What anybody is refused at an address without authentication."""

from issuer.refusals.refusal import Refusal


class PublicRefusal(Refusal):
    """Answered to anybody at an address without authentication."""


class OfferGone(PublicRefusal):
    """There is no such credential offer, or it can no longer be redeemed."""


class MetricsTokenMissing(PublicRefusal):
    """The service's numbers are for whoever has the token that its operator has set."""


class MetricsTokenWrong(PublicRefusal):
    """That is not the token that the operator has set."""


class TypeMetadataUnknown(PublicRefusal):
    """There is no credential type of that name."""
