"""What wallets report of the credentials they were given (OpenID4VCI 1.0, section 11)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NotificationEvent(StrEnum):
    """As they are written (section 11.1)."""

    ACCEPTED = "credential_accepted"
    FAILURE = "credential_failure"
    DELETED = "credential_deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A report that is awaited, or has come. fingerprint: SHA-256 of the `notification_id`. event: the newest."""

    fingerprint: bytes
    offer_id: str
    document_id: str
    event: NotificationEvent | None = None
    reported_at: datetime | None = None
