"""Searches for an institution's documents of one type, as rows.

Each search walks an index and may stop at every row of it: that of family names, in their order; or, newest first, that
of numbers, of what is withdrawn, suspended or on hold, or of all the institution's documents. Newest first is by id
(`identifiers.row_id`). What passes over documents that do not fit looks at `AT_MOST` for one page, so that no question
is expensive, however many millions there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, Row, and_, select, tuple_

from issuer.adapters.document_store import read_document
from issuer.adapters.subject_store import SubjectStore
from issuer.adapters.tables import document, issuance_hold, subject
from issuer.document_facts import Period
from issuer.documents import InForce, Standing, Suspended, Withdrawn
from issuer.identifiers import first_row_id
from issuer.searches import DocumentState, Found, Page, Place, Search

AT_MOST = 20_000
_MILLISECOND = timedelta(milliseconds=1)
_BEHIND_ALL_LETTERS = b"\x7f"

Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """conditions: what the index answers. order: of the walk. place: the columns that say how far it has come."""

    conditions: Conditions
    order: Sequence[ColumnElement[Any]]
    place: Sequence[ColumnElement[Any]]
    is_by_name: bool

    def place_of(self, row: Row[Any]) -> Place:
        return Place(document_id=row.id, family_name=row.family_name if self.is_by_name else None)

    def until(self, last: Place) -> ColumnElement[bool]:
        if self.is_by_name:
            return tuple_(subject.c.family_name, subject.c.document_id) <= (last.family_name, last.document_id)
        return document.c.id >= last.document_id


@dataclass(frozen=True, slots=True)
class SearchStore:
    """`issuer.ports.Searches`. at_most: documents that are looked at for one page."""

    connection: Connection
    at_most: int = AT_MOST

    def page(self, institution_id: str, type_id: str, search: Search, *, after: Place | None, limit: int) -> Page:
        walk = _walk(institution_id, type_id, search, after)
        last = self._last_looked_at(walk) if _passes_over_some(search) else None
        rows = self._rows(walk, search, last, limit + 1)
        if len(rows) > limit:
            last = walk.place_of(rows[limit - 1])
        return Page(
            found=tuple(_found(row) for row in rows[:limit]),
            after=last,
            is_complete=not _looks_into_documents(search) or SubjectStore(self.connection).all_read(type_id),
        )

    def _last_looked_at(self, walk: _Walk) -> Place | None:
        """None if there are no more than so many."""
        wanted = select(*walk.place).where(*walk.conditions).order_by(*walk.order)
        row = self.connection.execute(wanted.offset(self.at_most - 1).limit(1)).one_or_none()
        return None if row is None else walk.place_of(row)

    def _rows(self, walk: _Walk, search: Search, last: Place | None, limit: int) -> Sequence[Row[Any]]:
        """Documents with what they are about and since when they are on hold."""
        about, held = subject.c, issuance_hold.c
        wanted = (
            select(document, about.family_name, about.covers_from, about.covers_until, held.since)
            .select_from(document)
            .join(subject, about.document_id == document.c.id, isouter=not walk.is_by_name)
            .join(issuance_hold, held.document_id == document.c.id, isouter=True)
            .where(*walk.conditions, *_chosen(search))
            .order_by(*walk.order)
            .limit(limit)
        )
        return self.connection.execute(wanted if last is None else wanted.where(walk.until(last))).all()


def _walk(institution_id: str, type_id: str, search: Search, after: Place | None) -> _Walk:
    if search.family_name is not None and not _has_number(search):
        return _by_name(institution_id, type_id, search.family_name, after)
    conditions = list(_of_newest(institution_id, type_id, search))
    if after is not None:
        conditions.append(document.c.id < after.document_id)
    return _Walk(conditions=conditions, order=[document.c.id.desc()], place=[document.c.id], is_by_name=False)


def _by_name(institution_id: str, type_id: str, begins: str, after: Place | None) -> _Walk:
    columns = subject.c
    conditions = [
        columns.institution_id == institution_id,
        columns.type_id == type_id,
        *_named(begins),
    ]
    if after is not None:
        conditions.append(
            tuple_(columns.family_name, columns.document_id) > (after.family_name or b"", after.document_id)
        )
    order = [columns.family_name, columns.document_id]
    place = [columns.family_name, columns.document_id.label("id")]
    return _Walk(conditions=conditions, order=order, place=place, is_by_name=True)


def _of_newest(institution_id: str, type_id: str, search: Search) -> Conditions:
    columns = document.c
    conditions = [columns.institution_id == institution_id, columns.type_id == type_id]
    if search.registered_from is not None:
        conditions.append(columns.id >= first_row_id(search.registered_from))
    if search.registered_before is not None:
        conditions.append(columns.id < first_row_id(search.registered_before + _MILLISECOND))
    if search.personal_number is not None:
        about = subject.c
        own = (about.institution_id == institution_id, about.type_id == type_id)
        theirs = select(about.document_id).where(*own, about.personal_number == search.personal_number)
        conditions.append(columns.id.in_(theirs))
    if search.document_number is not None:
        conditions.append(columns.number == search.document_number)
    match search.state:
        case DocumentState.WITHDRAWN:
            conditions.append(columns.withdrawn_at.is_not(None))
        case DocumentState.SUSPENDED:
            conditions.append(columns.suspended_at.is_not(None))
        case DocumentState.ON_HOLD:
            conditions.append(columns.id.in_(select(issuance_hold.c.document_id)))
    return conditions


def _named(begins: str) -> Conditions:
    first = begins.encode()
    return subject.c.family_name >= first, subject.c.family_name < first + _BEHIND_ALL_LETTERS


def _has_number(search: Search) -> bool:
    return search.document_number is not None or search.personal_number is not None


def _passes_over_some(search: Search) -> bool:
    """Whether documents are looked at that do not fit, and no number keeps them few."""
    if _has_number(search):
        return False
    if search.family_name is not None:
        return search != Search(family_name=search.family_name)
    return search.covers is not None or search.state is DocumentState.IN_FORCE


def _looks_into_documents(search: Search) -> bool:
    """Whether older documents have to be read before they are found."""
    return any(term is not None for term in (search.personal_number, search.family_name, search.covers))


def _chosen(search: Search) -> Conditions:
    """What is looked at in each document."""
    columns, chosen = document.c, list[ColumnElement[bool]]()
    if search.registered_from is not None:
        chosen.append(columns.registered_at >= search.registered_from)
    if search.registered_before is not None:
        chosen.append(columns.registered_at < search.registered_before)
    if search.covers is not None:
        chosen += [subject.c.covers_from <= search.covers.end, subject.c.covers_until >= search.covers.start]
    if search.family_name is not None:
        chosen += _named(search.family_name)
    if search.state is not None:
        chosen.append(_in_state(search.state))
    return chosen


def _in_state(state: DocumentState) -> ColumnElement[bool]:
    withdrawn, suspended = document.c.withdrawn_at, document.c.suspended_at
    held = issuance_hold.c.document_id
    match state:
        case DocumentState.WITHDRAWN:
            return withdrawn.is_not(None)
        case DocumentState.SUSPENDED:
            return suspended.is_not(None)
        case DocumentState.ON_HOLD:
            return and_(withdrawn.is_(None), held.is_not(None))
        case DocumentState.IN_FORCE:
            return and_(withdrawn.is_(None), suspended.is_(None), held.is_(None))
        case _:
            assert_never(state)


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
