"""Records what happened to a document for its institution, in the transaction in which it happens."""

from datetime import UTC, datetime, time, timedelta

from issuer.document_facts import covered_period
from issuer.documents import Document
from issuer.events import Event, EventKind, event_id
from issuer.ports import Register
from vc_core.rulebook import Rulebook


def event_of(kind: EventKind, document: Document, *, at: datetime, mark: str = "") -> Event:
    """mark: tells apart what happens to one document at one instant."""
    return Event(
        id=event_id(kind, document.id, at, mark),
        institution_id=document.institution_id,
        kind=kind,
        type_id=document.type_id,
        document_id=document.id,
        happened_at=at,
    )


def event_of_end(rulebook: Rulebook, document: Document, *, ahead: timedelta, now: datetime) -> Event | None:
    """That it ends, so long before the last day that the document covers; None if that day is nearer."""
    period = covered_period(rulebook, document.claims)
    if period is None:
        return None
    ends = datetime.combine(period.end, time(), UTC)
    return event_of(EventKind.EXPIRING, document, at=ends - ahead) if ends - now > ahead else None


def tell(register: Register, kind: EventKind, document: Document, *, at: datetime, mark: str = "") -> None:
    register.events.add(event_of(kind, document, at=at, mark=mark))


def tell_later_of_end(
    register: Register, rulebook: Rulebook, document: Document, *, ahead: timedelta, now: datetime
) -> None:
    """Has it told that the document ends, instead of what was to be told of that before."""
    register.events.cancel(document.id, after=now)
    event = event_of_end(rulebook, document, ahead=ahead, now=now)
    if event is not None:
        register.events.add(event)


def tell_withdrawn(register: Register, document: Document, *, at: datetime) -> None:
    """Nothing more is told of its end."""
    register.events.cancel(document.id, after=at)
    tell(register, EventKind.WITHDRAWN, document, at=at)
