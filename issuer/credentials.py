"""Credentials as the register knows them: planned before they are signed, so that none exists that cannot be withdrawn.

    Planned -> Issued

The credential itself is not kept, only its digest; the text of an inspection code is, because the institution hands it
out again and again.
"""

from dataclasses import dataclass
from datetime import datetime

from vc_core.status_list import StatusReference


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """One place on one status list."""

    shard_id: str
    reference: StatusReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Everything decided, nothing signed.

    id: of this credential, unlinkable. offer_id, configuration_id: None for a code that no wallet collects. issued_at,
    expires_at: as they will stand in it. planned_at: when that was decided. copy: number among those issued together.
    """

    id: str
    document_id: str
    offer_id: str | None
    configuration_id: str | None
    format_id: str
    planned_at: datetime
    issued_at: datetime
    expires_at: datetime
    status: StatusEntry
    copy: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """digest: SHA-256 of the credential's text. text: kept for inspection codes only."""

    planned: Planned
    digest: bytes
    text: str | None
