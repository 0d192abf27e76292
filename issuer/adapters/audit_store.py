"""The audit log as rows.

What a transaction appends is gathered and written by `flush` right before it commits: the end of the chain is locked
last, for the shortest time, once a transaction. Transactions of several processes take turns there, so that a chain
never forks; on SQLite the writer's lock does the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, select, union, update
from sqlalchemy import insert as insert_rows

from issuer.adapters.database import insert_once
from issuer.adapters.tables import audit_chain, audit_entry, audit_head
from issuer.audit import START, Actor, LogEvent, Position, StoredEntry, chained
from issuer.audit_heads import Head, SignedHead
from issuer.ports import Lock

_AT_ONCE = 1000
"""Rows fetched together when a whole chain is read."""


@dataclass(frozen=True, slots=True)
class AuditStore:
    """`issuer.ports.AuditLog`. actor: whom the transaction is for."""

    connection: Connection
    actor: Actor
    pending: list[LogEvent] = field(default_factory=list)

    def append(self, events: Sequence[LogEvent]) -> None:
        self.pending.extend(events)

    def flush(self) -> Sequence[LogEvent]:
        """Writes what was appended, and gives it back; institutions in one order for all, so that no two transactions
        wait crosswise."""
        of_institution: defaultdict[str, list[LogEvent]] = defaultdict(list)
        for event in self.pending:
            of_institution[event.institution_id].append(event)
        for institution_id in sorted(of_institution):
            self._extend(institution_id, of_institution[institution_id])
        written = tuple(self.pending)
        self.pending.clear()
        return written

    def institutions(self) -> tuple[str, ...]:
        ids = union(*(select(table.c.institution_id) for table in (audit_chain, audit_entry, audit_head)))
        return tuple(sorted(self.connection.execute(ids).scalars()))

    def end(self, institution_id: str, *, lock: Lock = Lock.NONE) -> Position | None:
        wanted = select(audit_chain.c.sequence, audit_chain.c.hash).where(
            audit_chain.c.institution_id == institution_id
        )
        row = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).one_or_none()
        return None if row is None else Position(sequence=row.sequence, hash=row.hash)

    def entries(self, institution_id: str) -> Iterator[StoredEntry]:
        wanted = (
            select(audit_entry)
            .where(audit_entry.c.institution_id == institution_id)
            .order_by(audit_entry.c.sequence)
            .execution_options(yield_per=_AT_ONCE)
        )
        for row in self.connection.execute(wanted):
            yield _entry(row)

    def newest(self, institution_id: str, *, before: int | None, limit: int) -> tuple[StoredEntry, ...]:
        wanted = select(audit_entry).where(audit_entry.c.institution_id == institution_id)
        if before is not None:
            wanted = wanted.where(audit_entry.c.sequence < before)
        wanted = wanted.order_by(audit_entry.c.sequence.desc()).limit(limit)
        return tuple(_entry(row) for row in self.connection.execute(wanted))

    def hashes(self, institution_id: str, sequences: Collection[int]) -> Mapping[int, bytes]:
        wanted = select(audit_entry.c.sequence, audit_entry.c.hash).where(
            audit_entry.c.institution_id == institution_id, audit_entry.c.sequence.in_(sequences)
        )
        return {row.sequence: _octets(row.hash) for row in self.connection.execute(wanted)}

    def of_documents(self, document_ids: Sequence[str]) -> tuple[StoredEntry, ...]:
        about = audit_entry.c.document_id.in_(document_ids)
        wanted = select(audit_entry).where(about).order_by(audit_entry.c.institution_id, audit_entry.c.sequence)
        return tuple(_entry(row) for row in self.connection.execute(wanted))

    def heads(self, institution_id: str) -> tuple[SignedHead, ...]:
        wanted = select(audit_head).where(audit_head.c.institution_id == institution_id).order_by(audit_head.c.number)
        return tuple(_head(row) for row in self.connection.execute(wanted))

    def last_head(self, institution_id: str) -> SignedHead | None:
        wanted = select(audit_head).where(audit_head.c.institution_id == institution_id)
        return self._first_head(wanted.order_by(audit_head.c.number.desc()))

    def head_after(self, institution_id: str, sequence: int) -> SignedHead | None:
        wanted = select(audit_head).where(
            audit_head.c.institution_id == institution_id, audit_head.c.sequence >= sequence
        )
        return self._first_head(wanted.order_by(audit_head.c.number))

    def add_head(self, head: SignedHead) -> None:
        said = head.head
        row = {
            "institution_id": said.institution_id,
            "number": said.number,
            "sequence": said.end.sequence,
            "hash": said.end.hash,
            "previous": said.previous,
            "signed_at": said.signed_at,
            "jws": head.jws,
        }
        self.connection.execute(insert_rows(audit_head).values(row))

    def _extend(self, institution_id: str, events: Sequence[LogEvent]) -> None:
        end = self.end(institution_id, lock=Lock.HELD)
        if end is None:
            first = {"institution_id": institution_id, "sequence": START.sequence, "hash": START.hash}
            insert_once(self.connection, audit_chain, first, unique=("institution_id",))
            end = self.end(institution_id, lock=Lock.HELD)
        if end is None:
            raise LookupError(f"the chain of {institution_id} is neither there nor to be added")
        added = [
            {
                "institution_id": entry.institution_id,
                "sequence": entry.sequence,
                "document_id": entry.document_id,
                "content": entry.content,
                "hash": entry.hash,
            }
            for entry in chained(end, events, self.actor)
        ]
        self.connection.execute(insert_rows(audit_entry), added)
        self.connection.execute(
            update(audit_chain)
            .where(audit_chain.c.institution_id == institution_id)
            .values(sequence=added[-1]["sequence"], hash=added[-1]["hash"])
        )

    def _first_head(self, wanted: Select[Any]) -> SignedHead | None:
        row = self.connection.execute(wanted.limit(1)).one_or_none()
        return None if row is None else _head(row)


def _entry(row: Row[Any]) -> StoredEntry:
    return StoredEntry(**{**row._mapping, "content": _octets(row.content), "hash": _octets(row.hash)})


def _octets(stored: bytes | str) -> bytes:
    """SQLite gives back text for bytes that somebody overwrote with text."""
    return stored.encode() if isinstance(stored, str) else stored


def _head(row: Row[Any]) -> SignedHead:
    head = Head(
        institution_id=row.institution_id,
        number=row.number,
        end=Position(sequence=row.sequence, hash=row.hash),
        previous=row.previous,
        signed_at=row.signed_at,
    )
    return SignedHead(head=head, jws=row.jws)
