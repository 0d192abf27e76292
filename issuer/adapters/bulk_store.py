"""Many documents, subjects and credentials at once, as rows. Each method is one statement, whatever the number."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Table, collate, select, update

from issuer.adapters.credential_store import issued_values, planned_row
from issuer.adapters.database import insert
from issuer.adapters.document_store import document_row, hold_persons, in_force_of, read_document
from issuer.adapters.event_store import event_row
from issuer.adapters.subject_store import subject_row
from issuer.adapters.tables import credential, document, event, status_shard, subject
from issuer.credentials import Issued
from issuer.documents import Document
from issuer.events import Event
from issuer.ports import Lock
from issuer.status_shards import Shard
from issuer.subjects import Subject

READ_AT_A_TIME = 5000
_BYTEWISE = {"postgresql": "C", "sqlite": "BINARY"}


@dataclass(frozen=True, slots=True)
class BulkStore:
    """`issuer.ports.Bulk`."""

    connection: Connection

    def by_numbers(self, institution_id: str, type_id: str, numbers: Collection[str]) -> Mapping[str, str]:
        wanted = select(document.c.number, document.c.id).where(
            document.c.institution_id == institution_id,
            document.c.type_id == type_id,
            document.c.number.in_(sorted(numbers)),
        )
        return {row.number: row.id for row in self.connection.execute(wanted)}

    def of_persons(
        self, institution_id: str, type_id: str, person_keys: Collection[bytes], *, now: datetime, lock: Lock
    ) -> Mapping[bytes, Sequence[Document]]:
        keys = sorted(person_keys)  # one order for all, so that no two wait for each other
        wanted = in_force_of(institution_id, type_id, keys)
        if lock is Lock.HELD and keys:
            hold_persons(self.connection, keys, now=now)
            wanted = wanted.with_for_update()
        found: dict[bytes, list[Document]] = {}
        for row in self.connection.execute(wanted):
            found.setdefault(row.person_key, []).append(read_document(row))
        return found

    def add(self, documents: Sequence[Document]) -> bool:
        rows = [document_row(one) for one in documents]
        statement = insert(self.connection, document)
        statement = statement.on_conflict_do_nothing(index_elements=["institution_id", "type_id", "number"])
        added = self.connection.execute(statement, rows, execution_options={"preserve_rowcount": True})
        return added.rowcount == len(rows)

    def index(self, subjects: Iterable[tuple[Document, Subject]]) -> None:
        self._insert(subject, [subject_row(document, about) for document, about in subjects])

    def issue(self, issued: Sequence[Issued]) -> None:
        self._insert(credential, [{**planned_row(one.planned), **issued_values(one)} for one in issued])

    def tell(self, events: Sequence[Event]) -> None:
        self._insert(event, [event_row(one) for one in events])

    def take(self, shard: Shard, count: int) -> range:
        held = select(status_shard.c.taken).where(status_shard.c.id == shard.id).with_for_update()
        first = self.connection.execute(held).scalar_one()
        last = min(first + count, shard.size)
        self.connection.execute(update(status_shard).where(status_shard.c.id == shard.id).values(taken=last))
        return range(first, last)

    def digests(self, institution_id: str, type_id: str) -> Iterator[bytes]:
        columns = document.c
        bytewise = collate(columns.number, _BYTEWISE[self.connection.dialect.name])
        wanted = (
            select(columns.number, columns.version, columns.claims, columns.withdrawn_at)
            .where(columns.institution_id == institution_id, columns.type_id == type_id)
            .order_by(bytewise, columns.id)
        )
        for row in self.connection.execute(wanted, execution_options={"yield_per": READ_AT_A_TIME}):
            claims = hashlib.sha256(orjson.dumps(row.claims, option=orjson.OPT_SORT_KEYS)).hexdigest()
            shown = [row.number, row.version, institution_id, row.withdrawn_at is None, claims]
            yield hashlib.sha256(orjson.dumps(shown)).digest()

    def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.connection.execute(insert(self.connection, table), rows)
