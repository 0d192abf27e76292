"""Verdicts in the database: those that answer a request with their body, the others as word and instant only."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from vc_core.verdict import IdentityCompared, Word
from verifier.adapters import tables
from verifier.adapters.database import Database
from verifier.identifiers import is_id
from verifier.ports import Record

ADD = insert(tables.verdict)
COLUMNS = tuple(column.label(f"verdict_{column.name}") for column in tables.verdict.c)
"""As `record` reads them, beside those of a transaction."""


class RecordStore:
    """`ports.Records` on the table `verdict`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: Record) -> None:
        self._database.statement(lambda connection: connection.execute(ADD, rows((record,), None)))

    def find(self, record_id: str) -> Record | None:
        if not is_id(record_id):
            return None
        wanted = select(*COLUMNS).where(tables.verdict.c.id == record_id)
        row = self._database.statement(lambda connection: connection.execute(wanted).mappings().one_or_none())
        return None if row is None else record(row)

    def set_identity(self, record_ids: Sequence[str], identity: IdentityCompared) -> None:
        change = (
            update(tables.verdict).where(tables.verdict.c.id.in_(record_ids)).values(identity_compared=identity.value)
        )
        self._database.statement(lambda connection: connection.execute(change))


def rows(records: Iterable[Record], request_id: str | None) -> list[dict[str, Any]]:
    return [
        {
            "id": record.id,
            "request_id": request_id,
            "position": position,
            "at": record.at,
            "word": record.word.value,
            "identity_compared": record.identity_compared.value,
            "token_fingerprint": record.token_fingerprint,
            "body": record.body,
        }
        for position, record in enumerate(records)
    ]


def record(row: RowMapping) -> Record:
    return Record(
        id=row["verdict_id"],
        word=Word(row["verdict_word"]),
        at=row["verdict_at"],
        identity_compared=IdentityCompared(row["verdict_identity_compared"]),
        body=row["verdict_body"],
        token_fingerprint=row["verdict_token_fingerprint"],
    )
