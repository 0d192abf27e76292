"""Whom documents are about, as rows: found by a keyed digest of the birth date."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from issuer.adapters.database import insert
from issuer.adapters.document_store import read_document
from issuer.adapters.tables import document, subject
from issuer.documents import Document


@dataclass(frozen=True, slots=True)
class SubjectStore:
    """`issuer.ports.Subjects`."""

    connection: Connection

    def add(self, added: Document, birth_key: bytes) -> None:
        row = {"document_id": added.id, "type_id": added.type_id, "birth_key": birth_key}
        self.connection.execute(insert(self.connection, subject).values(**row))

    def move(self, moved: Document, birth_key: bytes | None) -> None:
        self.connection.execute(delete(subject).where(subject.c.document_id == moved.id))
        if birth_key is not None:
            self.add(moved, birth_key)

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
