"""What an institution looks for among its documents of one type, and what it finds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issuer.document_facts import Period
from issuer.documents import Document


class DocumentState(StrEnum):
    IN_FORCE = "in_force"
    ON_HOLD = "on_hold"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Everything that is not None has to be met.

    covers: days of which the document covers one at least. registered_from, registered_before: aware, UTC.
    personal_number, family_name: as `subjects` has them; family_name: how it begins.
    """

    state: DocumentState | None = None
    covers: Period | None = None
    registered_from: datetime | None = None
    registered_before: datetime | None = None
    document_number: str | None = None
    personal_number: str | None = None
    family_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """covers: None if nobody knows; until `date.max` if it is open."""

    document: Document
    state: DocumentState
    covers: Period | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a search has come. family_name: in octets, where names are walked; None elsewhere."""

    document_id: str
    family_name: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Documents, newest first, or by name where one is looked for. after: behind which the next page begins, None if
    there is none.

    A page may have few documents or none although another follows: only so many are looked at for one. is_complete:
    False while older documents are still being read for what is looked for (`use_cases.index_documents`): those that
    are not are missing.
    """

    found: tuple[Found, ...]
    after: Place | None
    is_complete: bool
