"""The audit log as the use cases write and read it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from issuer.audit import LogEvent, Position, StoredEntry
from issuer.audit_heads import SignedHead
from issuer.ports.ground import Lock


class AuditLog(Protocol):
    """Part of the register: what is appended stands in the log when the transaction commits, and only then."""

    def append(self, events: Sequence[LogEvent]) -> None:
        """Logs what this transaction does, by the actor that it was opened for.

        Cheap for many at once: the events are gathered and written together right before the commit, in the order
        given, with one lock and one change of each institution's chain, however many calls and events there were.
        The end of a chain is therefore always locked last, and never held while something else is waited for.
        """
        ...

    def institutions(self) -> tuple[str, ...]:
        """Ids of all that have entries, heads or a chain, sorted."""
        ...

    def end(self, institution_id: str, *, lock: Lock = Lock.NONE) -> Position | None:
        """Where the chain says that it ends; None before the first entry."""
        ...

    def entries(self, institution_id: str) -> Iterator[StoredEntry]:
        """All, by sequence; not held in memory together."""
        ...

    def newest(self, institution_id: str, *, before: int | None, limit: int) -> tuple[StoredEntry, ...]:
        """Newest first. before: a sequence number, to read on where a page ended."""
        ...

    def hashes(self, institution_id: str, sequences: Collection[int]) -> Mapping[int, bytes]:
        """By sequence, of those of some hundred entries that are there."""
        ...

    def of_documents(self, document_ids: Sequence[str]) -> tuple[StoredEntry, ...]:
        """By sequence; up to some hundred documents at once."""
        ...

    def heads(self, institution_id: str) -> tuple[SignedHead, ...]:
        """All, by number."""
        ...

    def last_head(self, institution_id: str) -> SignedHead | None: ...

    def head_after(self, institution_id: str, sequence: int) -> SignedHead | None:
        """The first head whose chain includes this entry."""
        ...

    def add_head(self, head: SignedHead) -> None: ...
