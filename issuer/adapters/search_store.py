"""Searches for an institution's documents of one type, as rows.

Newest first, which is by id (`identifiers.row_id`). Each search walks an index: of numbers, of names, of what is
withdrawn, suspended or on hold, or of all the institution's documents. What passes over documents that do not fit looks
at `AT_MOST` for one page, so that no question is expensive, however many millions there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from issuer.adapters.document_store import read_document
from issuer.adapters.tables import document, issuance_hold, subject
from issuer.document_facts import Period
from issuer.documents import InForce, Standing, Suspended, Withdrawn
from issuer.identifiers import first_row_id
from issuer.searches import DocumentState, Found, Page, Search

AT_MOST = 20_000
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class SearchStore:
    """`issuer.ports.Searches`. at_most: documents that are looked at for one page."""

    connection: Connection
    at_most: int = AT_MOST

    def page(self, institution_id: str, type_id: str, search: Search, *, after: str | None, limit: int) -> Page:
        walked = and_(*_walked(institution_id, type_id, search, after))
        last = self._last_looked_at(walked) if _passes_over_some(search) else None
        wanted = wanted_rows(walked, search, last).limit(limit + 1)
        rows = self.connection.execute(wanted).all()
        if len(rows) > limit:
            last = rows[limit - 1].id
        return Page(found=tuple(_found(row) for row in rows[:limit]), after=last)

    def _last_looked_at(self, walked: ColumnElement[bool]) -> str | None:
        """None if there are no more than so many."""
        wanted = select(document.c.id).where(walked).order_by(document.c.id.desc()).offset(self.at_most - 1).limit(1)
        return self.connection.execute(wanted).scalar_one_or_none()


def wanted_rows(walked: ColumnElement[bool], search: Search, last: str | None) -> Select[Any]:
    """Documents with the days they cover and since when they are on hold. last: the last that is looked at."""
    wanted = (
        select(document, subject.c.covers_from, subject.c.covers_until, issuance_hold.c.since)
        .join(subject, subject.c.document_id == document.c.id, isouter=True)
        .join(issuance_hold, issuance_hold.c.document_id == document.c.id, isouter=True)
        .where(walked, *_chosen(search))
        .order_by(document.c.id.desc())
    )
    return wanted if last is None else wanted.where(document.c.id >= last)


def _walked(institution_id: str, type_id: str, search: Search, after: str | None) -> Sequence[ColumnElement[bool]]:
    """Conditions that an index answers."""
    columns = document.c
    walked = [columns.institution_id == institution_id, columns.type_id == type_id]
    if after is not None:
        walked.append(columns.id < after)
    if search.registered_from is not None:
        walked.append(columns.id >= first_row_id(search.registered_from))
    if search.registered_before is not None:
        walked.append(columns.id < first_row_id(search.registered_before + _MILLISECOND))
    if search.document_number is not None:
        walked.append(columns.number == search.document_number)
    about = _about(search)
    if about:
        own = (subject.c.institution_id == institution_id, subject.c.type_id == type_id)
        walked.append(columns.id.in_(select(subject.c.document_id).where(*own, *about)))
    match search.state:
        case DocumentState.WITHDRAWN:
            walked.append(columns.withdrawn_at.is_not(None))
        case DocumentState.SUSPENDED:
            walked.append(columns.suspended_at.is_not(None))
        case DocumentState.ON_HOLD:
            walked.append(columns.id.in_(select(issuance_hold.c.document_id)))
    return walked


def _about(search: Search) -> Sequence[ColumnElement[bool]]:
    about = []
    if search.personal_number is not None:
        about.append(subject.c.personal_number == search.personal_number)
    if search.family_name is not None:
        begins = search.family_name.encode()
        about += [subject.c.family_name >= begins, subject.c.family_name < begins + b"\x7f"]
    return about


def _passes_over_some(search: Search) -> bool:
    """Whether documents are looked at that do not fit, and nothing else keeps them few."""
    few = search.document_number or search.personal_number or search.family_name
    return not few and (search.covers is not None or search.state is DocumentState.IN_FORCE)


def _chosen(search: Search) -> Sequence[ColumnElement[bool]]:
    """What is looked at in each document."""
    columns, chosen = document.c, list[ColumnElement[bool]]()
    if search.registered_from is not None:
        chosen.append(columns.registered_at >= search.registered_from)
    if search.registered_before is not None:
        chosen.append(columns.registered_at < search.registered_before)
    if search.covers is not None:
        chosen += [subject.c.covers_from <= search.covers.end, subject.c.covers_until >= search.covers.start]
    if search.state in (DocumentState.IN_FORCE, DocumentState.ON_HOLD):
        chosen.append(columns.withdrawn_at.is_(None))
    if search.state is DocumentState.IN_FORCE:
        chosen += [columns.suspended_at.is_(None), issuance_hold.c.document_id.is_(None)]
    return chosen


def _found(row: Row[Any]) -> Found:
    document = read_document(row)
    covers = None if row.covers_from is None else Period(start=row.covers_from, end=row.covers_until)
    return Found(document=document, state=_state(document.standing, on_hold=row.since is not None), covers=covers)


def _state(standing: Standing, *, on_hold: bool) -> DocumentState:
    match standing:
        case Withdrawn():
            return DocumentState.WITHDRAWN
        case Suspended():
            return DocumentState.SUSPENDED
        case InForce():
            return DocumentState.ON_HOLD if on_hold else DocumentState.IN_FORCE
        case _:
            assert_never(standing)
