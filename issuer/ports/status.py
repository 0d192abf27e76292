"""Credentials and status lists in the register."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from issuer.credentials import Issued, Planned
from issuer.ports.ground import Lock
from issuer.status_shards import PublishedTokens, Shard, ShardKind


class Credentials(Protocol):
    def plan(self, planned: Planned) -> bool:
        """Writes the plan down; false if the offer has given out this configuration before."""
        ...

    def issue(self, issued: Issued) -> None: ...

    def of_document(self, document_id: str) -> tuple[Issued, ...]: ...

    def institutions(self) -> tuple[str, ...]:
        """Ids of all that have credentials."""
        ...

    def of_institution(self, institution_id: str) -> Iterator[Issued]:
        """All, in no particular order; not held in memory together."""
        ...

    def end(self, credential_ids: Sequence[str]) -> tuple[Issued, ...]:
        """Sets these INVALID and forgets the texts of codes among them; those that were not INVALID before, by id."""
        ...

    def supersede(self, document_id: str) -> tuple[str, ...]:
        """As `invalidate`, and no code of it is shown any more."""
        ...

    def suspend(self, document_id: str) -> tuple[str, ...]:
        """Sets those credentials of a document SUSPENDED that are VALID; the ids of the shards concerned, sorted."""
        ...

    def restore(self, document_id: str) -> tuple[str, ...]:
        """Sets those credentials of a document VALID that are SUSPENDED, and none that was ended for good; the ids of
        the shards concerned, sorted."""
        ...

    def invalidate(self, document_id: str) -> tuple[str, ...]:
        """Sets every credential of a document INVALID; the ids of the shards concerned, sorted."""
        ...


class Shards(Protocol):
    def add(self, shard: Shard) -> bool:
        """False if another transaction added the shard of that kind and number first."""
        ...

    def newest(self, kind: ShardKind) -> Shard | None: ...

    def find(self, shard_id: str) -> Shard | None: ...

    def take(self, shard: Shard) -> int | None:
        """The next value of the shard's counter, from 0, given out once; None if the shard is full."""
        ...

    def values(self, shard_id: str) -> Sequence[tuple[int, int]]:
        """Index and value of every entry that is not VALID."""
        ...

    def tokens(self, shard_id: str, *, lock: Lock = Lock.NONE) -> PublishedTokens | None: ...

    def publish(self, tokens: PublishedTokens) -> None:
        """Puts the tokens in the place of the shard's former ones."""
        ...

    def published(self) -> tuple[str, ...]:
        """The ids of all shards that have tokens."""
        ...

    def oldest(self) -> str | None:
        """The id of the shard whose tokens were published longest ago; None before the first."""
        ...
