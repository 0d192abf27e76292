"""What the use cases need from outside, each as narrow as its one use. `adapters` fulfils them, `app` hands them
over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec

from vc_core.signer import RandomBytes
from vc_core.trust import Trust
from vc_core.verdict import IdentityCompared, Word
from vc_core.verification import StatusFetched, StatusUnavailable, Watch, unwatched
from verifier.transactions import Closed, Open, Transaction

__all__ = ["RandomBytes"]

Clock = Callable[[], datetime]
"""Now, aware and UTC; a use case reads it once."""

MakeEncryptionKey = Callable[[], ec.EllipticCurvePrivateKey]
"""A fresh P-256 key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One verdict of an answer, as it is kept. body: its JSON, as far as the role that asked may see it."""

    id: str
    identity_compared: IdentityCompared
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What is kept of a verdict on something that was handed in. token_fingerprint: of the token that may record the
    identity step."""

    id: str
    at: datetime
    word: Word
    identity_compared: IdentityCompared
    token_fingerprint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A transaction, and its verdicts in the order of the answer; none before there is one."""

    transaction: Transaction
    records: Sequence[Record]


class Requests(Protocol):
    """The transactions."""

    def add(self, new: Open) -> None: ...

    def find(self, request_id: str) -> Transaction | None: ...

    def result(self, request_id: str) -> Result | None:
        """A transaction with its verdicts, both as of one moment."""
        ...

    def fetched(self, request_id: str, at: datetime) -> Transaction | None:
        """A transaction as it is once a wallet has fetched it: one that waited for this has moved."""
        ...

    def close(self, closed: Closed, records: Sequence[Record] = ()) -> bool:
        """Closes a fetched transaction and keeps its verdicts, once: false if another response was first."""
        ...

    def set_identity(self, request_id: str, identity: IdentityCompared) -> None:
        """Of all its verdicts."""
        ...

    def sweep(self, *, now: datetime, closed_before: datetime) -> None:
        """Expires what is overdue, with its key, and deletes what was closed before an instant, with its verdicts."""
        ...


class Records(Protocol):
    """The verdicts on what was handed in."""

    def add(self, record: HandedIn) -> None: ...

    def find(self, record_id: str) -> HandedIn | None: ...

    def set_identity(self, record_id: str, identity: IdentityCompared) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedStatusToken:
    """A status list token as fetched last; `fetched_at` is when its server last vouched for it.

    held_until: until then it is used without asking; None for one that was not fetched beforehand.
    """

    token: StatusFetched
    etag: str | None
    held_until: datetime | None = None


class StatusCache(Protocol):
    def find(self, uri: str) -> CachedStatusToken | None: ...

    def put(self, uri: str, cached: CachedStatusToken) -> None: ...


class Vault(Protocol):
    """Seals JSON values, so that only this service opens them. subject: for which they were sealed."""

    def seal(self, value: Any, subject: str) -> bytes: ...

    def open(self, sealed: bytes, subject: str) -> Any | None:
        """None for what was not sealed here for this subject."""
        ...


class FetchLeases(Protocol):
    """Whose turn it is among all workers; a lease that is not given back ends by itself."""

    def acquire(self, name: str, *, now: datetime, until: datetime) -> bool: ...

    def release(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """A body within bounds, from an address that was permitted, with its media type as sent."""

    body: bytes
    content_type: str
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that what `etag` named is still so."""


class Fetch(Protocol):
    """Gets what lies at an address. A failure is a value, not an exception."""

    def __call__(
        self, uri: str, *, accept: str, etag: str | None, permitted: Callable[[str], bool]
    ) -> Downloaded | NotModified | StatusUnavailable:
        """permitted: asked of every address a redirect leads to."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One request that was answered. route: its template, never the address; empty where there is no such route."""

    method: str
    route: str
    status: int
    seconds: float


class Measures(Protocol):
    """What is measured of the service while it works."""

    def watch(self) -> Watch:
        """For one verification that begins now: takes the time of each check."""
        ...

    def judged(self, word: Word) -> None: ...

    def fetched(self, outcome: str, seconds: float) -> None:
        """outcome: `downloaded`, `not_modified`, or the reason why there is nothing."""
        ...

    def not_awaited(self) -> None:
        """A status list that somebody needed was not waited for, because too many were waiting for lists."""
        ...

    def set_aside(self, rechecks: int) -> None:
        """So many verdicts in the queue of rechecks cannot be read, and are not looked at again."""
        ...


class Unmeasured:
    """`Measures` where nobody reads them."""

    def watch(self) -> Watch:
        return unwatched

    def judged(self, word: Word) -> None: ...

    def fetched(self, outcome: str, seconds: float) -> None: ...

    def not_awaited(self) -> None: ...

    def set_aside(self, rechecks: int) -> None: ...


ReadTrust: TypeAlias = Callable[[datetime], Trust]
"""The trust lists as they are at an instant, or why there is none."""


class TrustMemory(Protocol):
    """The highest sequence number of a list ever accepted from an operator (TS 119 602: a list does not go back)."""

    def highest_sequence(self, operator: bytes) -> int: ...

    def remember(self, operator: bytes, sequence: int, at: datetime) -> None: ...
