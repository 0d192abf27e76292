"""Whom documents are about, as rows: found by a keyed digest of the birth date, and by what `search_store` asks."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

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


def subject_row(document: Document, about: Subject) -> dict[str, Any]:
    period = about.period
    return {
        "document_id": document.id,
        "institution_id": document.institution_id,
        "type_id": document.type_id,
        "birth_key": about.birth_key,
        "personal_number": about.personal_number,
        "family_name": None if about.family_name is None else about.family_name.encode(),
        "covers_from": period and period.start,
        "covers_until": period and period.end,
    }
