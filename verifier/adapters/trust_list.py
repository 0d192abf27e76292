"""A trust list, from a file or an https address, read anew whenever it may have changed.

A list counts once its signature by the pinned operator holds, it is in force, and its sequence number is not below
the highest ever accepted, which the database remembers (ETSI TS 119 602; `vc_core.trust` judges). An address is asked
at most once in a while; if it does not answer, the list last read counts until its own `NextUpdate`. A failure of any
kind is a value that ends in CANNOT_CONFIRM. Each list has a memory of its own; `trust_lists` reads several.
"""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from sqlalchemy import Connection, and_, select

from vc_core import trust
from vc_core.rejection import Rejection
from vc_core.trust import TrustList
from vc_core.verification import StatusUnavailable, TrustUnavailable
from vc_core.x509 import thumbprint
from verifier.adapters.database import Database, insert_into
from verifier.adapters.tables import trust_list as table
from verifier.ports import Downloaded, Fetch, TrustMemory

MAX_BYTES = 4 * 1024 * 1024

AT_REST = timedelta(seconds=2)
"""More than the least step in which any file system counts its times."""

STALE = "trust_list_stale"


class Source(Protocol):
    def __call__(self, now: datetime) -> str | TrustUnavailable:
        """The text of the list as it is now."""
        ...

    def is_due(self, now: datetime) -> bool:
        """Whether a server would have to be asked, which may take its time."""
        ...


class FileSource:
    """Reads the file again once it is another file, or its size or one of its times is another.

    The times tell nothing of a file that was changed just before: it may be changed once more in the same instant.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: tuple[tuple[int, ...], str] | None = None

    def __call__(self, now: datetime) -> str | TrustUnavailable:
        try:
            file = self._path.stat()  # before the text, which is then never older
            state = file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns
            if self._kept is not None and self._kept[0] == state:
                return self._kept[1]
            with self._path.open("rb") as opened:
                text = opened.read(MAX_BYTES + 1).decode("ascii")
        except (OSError, UnicodeDecodeError):
            return TrustUnavailable(reason="trust_list_unreadable")
        at_rest = now.timestamp() - max(file.st_mtime, file.st_ctime) > AT_REST.total_seconds()
        self._kept = (state, text) if at_rest else None
        return text

    def is_due(self, now: datetime) -> bool:  # noqa: ARG002
        return False


class AddressSource:
    """Asks the address again once `reuse` has passed; keeps the last text while the address does not answer."""

    def __init__(self, uri: str, *, fetch: Fetch, reuse: timedelta) -> None:
        self._uri, self._fetch, self._reuse = uri, fetch, reuse
        self._text: str | TrustUnavailable = TrustUnavailable(reason="trust_list_unreadable")
        self._asked_at: datetime | None = None

    def __call__(self, now: datetime) -> str | TrustUnavailable:
        if self.is_due(now):
            self._asked_at = now
            answer = self._fetch(self._uri, accept="*/*", etag=None, permitted=lambda uri: uri == self._uri)
            match answer:
                case Downloaded(body=body):
                    self._text = body.decode("ascii", "replace")
                case StatusUnavailable(reason=reason) if not isinstance(self._text, str):
                    self._text = TrustUnavailable(reason=reason)
        return self._text

    def is_due(self, now: datetime) -> bool:
        return self._asked_at is None or now - self._asked_at >= self._reuse


class TrustListReader:
    """`ports.ReadTrust`: the list that a source gives, judged, and kept while its text stays the same.

    While one thread asks the source, the others go on with what it gave last: a slow server delays nobody twice.
    minimum_sequence: no list with a lower one is accepted, whatever the memory holds.
    """

    def __init__(
        self, source: Source, *, operator: x509.Certificate, memory: TrustMemory, minimum_sequence: int = 0
    ) -> None:
        self._source, self._operator, self._memory, self._minimum = source, operator, memory, minimum_sequence
        self._lock = threading.Lock()
        self._text: str | None = None
        self._list: TrustList | None = None
        self._last: TrustList | TrustUnavailable | None = None

    def __call__(self, now: datetime) -> TrustList | TrustUnavailable:
        last = self._last
        if not self._lock.acquire(blocking=last is None):
            return TrustUnavailable(reason=STALE) if last is None or _is_over(last, now) else last
        try:
            self._last = self._current(now)
            return self._last
        finally:
            self._lock.release()

    def is_due(self, now: datetime) -> bool:
        return self._source.is_due(now)

    def _current(self, now: datetime) -> TrustList | TrustUnavailable:
        text = self._source(now)
        if isinstance(text, TrustUnavailable):
            return text
        if self._list is not None and text == self._text and not _is_over(self._list, now):
            return self._list
        return self._read(text, now)

    def _read(self, text: str, now: datetime) -> TrustList | TrustUnavailable:
        key = thumbprint(self._operator)
        minimum = max(self._minimum, self._memory.highest_sequence(key))
        try:
            read = trust.read_trust_list(text, operator=self._operator, now=now, minimum_sequence=minimum)
        except Rejection as rejection:
            return TrustUnavailable(reason=rejection.reason)
        self._memory.remember(key, read.sequence, now)
        self._text, self._list = text, read
        return read


def _is_over(last: TrustList | TrustUnavailable, now: datetime) -> bool:
    return isinstance(last, TrustList) and now >= last.next_update


class StoredTrustMemory:
    """`ports.TrustMemory` on the table `trust_list`. name: of the list; one operator may sign several."""

    def __init__(self, database: Database, name: str = "") -> None:
        self._database, self._name = database, name

    def highest_sequence(self, operator: bytes) -> int:
        query = select(table.c.sequence).where(and_(table.c.name == self._name, table.c.operator == operator))
        return self._database.statement(lambda connection: connection.execute(query).scalar()) or 0

    def remember(self, operator: bytes, sequence: int, at: datetime) -> None:
        row = {"sequence": sequence, "seen_at": at}

        def work(connection: Connection) -> None:
            added = insert_into(connection, table, {"name": self._name, "operator": operator, **row})
            higher = table.c.sequence < sequence
            keys = ["name", "operator"]
            connection.execute(added.on_conflict_do_update(index_elements=keys, set_=row, where=higher))

        self._database.transaction(work)
