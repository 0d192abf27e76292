"""Records what happened to a document for its institution, in the transaction in which it happens."""

from datetime import UTC, datetime, time, timedelta

from issuer.document_facts import covered_period
from issuer.documents import Document
from issuer.events import Event, EventKind, event_id
from issuer.ports import Register
from vc_core.rulebook import Rulebook


def tell(register: Register, kind: EventKind, document: Document, *, at: datetime, mark: str = "") -> None:
    """mark: tells apart what happens to one document at one instant."""
    register.events.add(
        Event(
            id=event_id(kind, document.id, at, mark),
            institution_id=document.institution_id,
            kind=kind,
            type_id=document.type_id,
            document_id=document.id,
            happened_at=at,
        )
    )


def tell_later_of_end(
    register: Register, rulebook: Rulebook, document: Document, *, ahead: timedelta, now: datetime
) -> None:
    """Has it told, so long before the last day that the document covers, that it ends; not if that day is nearer."""
    register.events.cancel(document.id, after=now)
    period = covered_period(rulebook, document.claims)
    if period is None:
        return
    ends = datetime.combine(period.end, time(), UTC)
    if ends - now > ahead:
        tell(register, EventKind.EXPIRING, document, at=ends - ahead)


def tell_withdrawn(register: Register, document: Document, *, at: datetime) -> None:
    """Nothing more is told of its end."""
    register.events.cancel(document.id, after=at)
    tell(register, EventKind.WITHDRAWN, document, at=at)
