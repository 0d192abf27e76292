"""What institutions are told: that something happened to a document, and how far the news has got.

    recorded -> kept                     (no webhook: for polling only)
    recorded -> due -> delivered | dead  (dead: given up, until it is sent again by hand)

An event is written in the transaction that makes it true. It gets its position later, in the order in which events
become visible, so that whoever polls by position misses none. It names a document and holds no personal data.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vc_core import base64url

MAX_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=8)
SECRET_OVERLAP = timedelta(days=1)
_ID_BYTES = 16


class EventKind(StrEnum):
    """As they are written. Of a document, and of a credential that a wallet reports on or collected."""

    ISSUED = "document.issued"
    CORRECTED = "document.corrected"
    SUSPENDED = "document.suspended"
    REINSTATED = "document.reinstated"
    WITHDRAWN = "document.withdrawn"
    EXPIRING = "document.expiring"
    COLLECTED = "credential.collected"
    ACCEPTED = "credential.accepted"
    FAILED = "credential.failed"
    DELETED = "credential.deleted"


class Progress(StrEnum):
    """How far an event has got; see above."""

    RECORDED = "recorded"
    KEPT = "kept"
    DUE = "due"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """happened_at: may lie ahead, for what is told on a day to come and not before."""

    id: str
    institution_id: str
    kind: EventKind
    type_id: str
    document_id: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event that has its position. attempts: deliveries begun. due_at: of the next one, None if there is none.
    outcome: reason of the last failure."""

    event: Event
    position: int
    progress: Progress
    attempts: int
    due_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where an institution is told. generation: of the secret, from 1; changed_at: when it took effect."""

    institution_id: str
    url: str
    generation: int
    changed_at: datetime


def event_id(kind: EventKind, document_id: str, at: datetime, mark: str = "") -> str:
    """The same for the same happening. mark: tells apart what happens to one document at one instant."""
    digest = hashlib.sha256("\0".join((kind, document_id, at.isoformat(), mark)).encode()).digest()
    return f"evt_{base64url.encode(digest[:_ID_BYTES])}"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed deliveries: doubled twice each time, up to 8 hours."""
    pause: timedelta = FIRST_PAUSE * 4 ** (attempts - 1)
    return min(pause, LONGEST_PAUSE)
