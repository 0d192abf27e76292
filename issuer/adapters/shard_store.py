"""Status list shards, their counters and their published tokens, as rows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from issuer.adapters.database import insert, insert_once
from issuer.adapters.tables import credential, status_shard, status_tokens
from issuer.ports import Lock
from issuer.status_shards import PublishedTokens, Shard, ShardKind
from vc_core.status_list import Status


@dataclass(frozen=True, slots=True)
class ShardStore:
    """`issuer.ports.Shards`."""

    connection: Connection

    def add(self, shard: Shard) -> bool:
        row = {
            "id": shard.id,
            **asdict(shard.kind),
            "number": shard.number,
            "size_bits": shard.size_bits,
            "taken": 0,
        }
        unique = ("institution_id", "bits", "ttl", "lifetime", "number")
        return insert_once(self.connection, status_shard, row, unique=unique)

    def newest(self, kind: ShardKind) -> Shard | None:
        same_kind = [status_shard.c[name] == value for name, value in asdict(kind).items()]
        wanted = select(status_shard).where(*same_kind).order_by(status_shard.c.number.desc()).limit(1)
        row = self.connection.execute(wanted).one_or_none()
        return None if row is None else _shard(row)

    def find(self, shard_id: str) -> Shard | None:
        row = self.connection.execute(select(status_shard).where(status_shard.c.id == shard_id)).one_or_none()
        return None if row is None else _shard(row)

    def take(self, shard: Shard) -> int | None:
        counted = (
            update(status_shard)
            .where(status_shard.c.id == shard.id, status_shard.c.taken < shard.size)
            .values(taken=status_shard.c.taken + 1)
            .returning(status_shard.c.taken)
        )
        taken = self.connection.execute(counted).scalar_one_or_none()
        return None if taken is None else taken - 1

    def values(self, shard_id: str) -> Sequence[tuple[int, int]]:
        return [(row.status_index, row.status) for row in self.connection.execute(not_valid_of(shard_id))]

    def tokens(self, shard_id: str, *, lock: Lock = Lock.NONE) -> PublishedTokens | None:
        wanted = select(status_tokens).where(status_tokens.c.shard_id == shard_id)
        row = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).one_or_none()
        return None if row is None else PublishedTokens(**row._mapping)

    def publish(self, tokens: PublishedTokens) -> None:
        row = {
            "shard_id": tokens.shard_id,
            "issued_at": tokens.issued_at,
            "expires_at": tokens.expires_at,
            "ttl": tokens.ttl,
            "jwt": tokens.jwt,
            "cwt": tokens.cwt,
        }
        statement = insert(self.connection, status_tokens).values(row)
        self.connection.execute(statement.on_conflict_do_update(index_elements=["shard_id"], set_=row))

    def published(self) -> tuple[str, ...]:
        return tuple(
            self.connection.execute(select(status_tokens.c.shard_id).order_by(status_tokens.c.shard_id)).scalars()
        )

    def oldest(self) -> str | None:
        wanted = select(status_tokens.c.shard_id).order_by(status_tokens.c.issued_at).limit(1)
        shard_id: str | None = self.connection.execute(wanted).scalar_one_or_none()
        return shard_id


def not_valid_of(shard_id: str) -> Select[Any]:
    """Entries that are not VALID, which is 0: as a range of the index, for `!=` reads through the whole list."""
    return select(credential.c.status_index, credential.c.status).where(
        credential.c.shard_id == shard_id, credential.c.status > Status.VALID
    )


def _shard(row: Row[Any]) -> Shard:
    kind = ShardKind(institution_id=row.institution_id, bits=row.bits, ttl=row.ttl, lifetime=row.lifetime)
    return Shard(id=row.id, kind=kind, number=row.number, size_bits=row.size_bits)
