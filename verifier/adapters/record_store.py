"""Verdicts in the database: those that answer a request with their body, the others as word and instant only."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, insert, select, update

from vc_core.verdict import IdentityCompared, Word
from verifier.adapters import tables
from verifier.adapters.database import Database
from verifier.identifiers import is_id
from verifier.ports import Record

ADD = insert(tables.verdict)
_OF_REQUEST = (
    select(tables.verdict)
    .where(tables.verdict.c.request_id == bindparam("request_id"))
    .order_by(tables.verdict.c.position)
)


class RecordStore:
    """`ports.Records` on the table `verdict`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: Record) -> None:
        self._database.statement(lambda connection: connection.execute(ADD, rows((record,), None)))

    def find(self, record_id: str) -> Record | None:
        if not is_id(record_id):
            return None
        return next(iter(self._read(select(tables.verdict).where(tables.verdict.c.id == record_id))), None)

    def of_request(self, request_id: str) -> tuple[Record, ...]:
        return self._read(_OF_REQUEST, request_id=request_id)

    def set_identity(self, record_ids: Sequence[str], identity: IdentityCompared) -> None:
        change = (
            update(tables.verdict).where(tables.verdict.c.id.in_(record_ids)).values(identity_compared=identity.value)
        )
        self._database.statement(lambda connection: connection.execute(change))

    def _read(self, query: Select[Any], **values: Any) -> tuple[Record, ...]:
        found = self._database.statement(lambda connection: connection.execute(query, values).mappings().all())
        return tuple(map(_record, found))


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


def _record(row: RowMapping) -> Record:
    return Record(
        id=row["id"],
        word=Word(row["word"]),
        at=row["at"],
        identity_compared=IdentityCompared(row["identity_compared"]),
        body=row["body"],
        token_fingerprint=row["token_fingerprint"],
    )
