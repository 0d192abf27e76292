"""Whom documents are about, as rows: found by a keyed digest of the birth date, and by what `search_store` asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select, update

from issuer.adapters.database import insert
from issuer.adapters.document_store import read_document
from issuer.adapters.tables import document, subject
from issuer.documents import Document
from issuer.subjects import Subject


@dataclass(frozen=True, slots=True)
class SubjectStore:
    """`issuer.ports.Subjects`."""

    connection: Connection

    def add(self, added: Document, about: Subject) -> None:
        self.connection.execute(insert(self.connection, subject).values(**subject_row(added, about)))

    def move(self, moved: Document, about: Subject) -> None:
        self.connection.execute(delete(subject).where(subject.c.document_id == moved.id))
        self.add(moved, about)

    def in_force(self, type_id: str, birth_key: bytes) -> tuple[Document, ...]:
        wanted = (
            select(document)
            .join(subject, subject.c.document_id == document.c.id)
            .where(
                subject.c.type_id == type_id,
                subject.c.birth_key == birth_key,
                document.c.withdrawn_at.is_(None),
                document.c.suspended_at.is_(None),
            )
            .order_by(document.c.id)
        )
        return tuple(read_document(row) for row in self.connection.execute(wanted))

    def all_read(self, type_id: str) -> bool:
        return self.connection.execute(_unread(type_id).limit(1)).first() is None

    def unread(self, type_id: str, *, after: str, limit: int) -> tuple[Document, ...]:
        # By themselves: joined to all documents, so many of those are gone through for each few.
        first = _unread(type_id).where(subject.c.document_id > after).limit(limit)
        wanted = (
            select(document)
            .where(document.c.id.in_(first))
            .order_by(document.c.id)
            .with_for_update(key_share=True, skip_locked=True)
        )
        return tuple(read_document(row) for row in self.connection.execute(wanted))

    def fill(self, read: Sequence[tuple[Document, Subject]]) -> None:
        rows = [{"read": one.id, **_sought(one, about)} for one, about in read]
        if rows:
            self.connection.execute(update(subject).where(subject.c.document_id == bindparam("read")), rows)


def _unread(type_id: str) -> Select[tuple[str]]:
    """In their order, also where any would do: PostgreSQL goes through all rows where it believes that many are unread,
    and it learns late that none is any more."""
    wanted = select(subject.c.document_id).where(subject.c.institution_id.is_(None), subject.c.type_id == type_id)
    return wanted.order_by(subject.c.document_id)


def subject_row(document: Document, about: Subject) -> dict[str, Any]:
    found_by = {"document_id": document.id, "type_id": document.type_id, "birth_key": about.birth_key}
    return found_by | _sought(document, about)


def _sought(document: Document, about: Subject) -> dict[str, Any]:
    """What `search_store` asks."""
    period = about.period
    return {
        "institution_id": document.institution_id,
        "personal_number": about.personal_number,
        "family_name": None if about.family_name is None else about.family_name.encode(),
        "covers_from": period and period.start,
        "covers_until": period and period.end,
    }
