"""The trust list, from a file or an https address, read anew whenever it may have changed.

A list counts once its signature by the pinned operator holds, it is in force, and its sequence number is not below
the highest ever accepted, which the database remembers (ETSI TS 119 602; `vc_core.trust` judges). An address is asked
at most once in a while; if it does not answer, the list last read counts until its own `NextUpdate`. A failure of any
kind is a value that ends in CANNOT_CONFIRM.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from sqlalchemy import Connection, select

from vc_core import trust
from vc_core.rejection import Rejection
from vc_core.trust import TrustList
from vc_core.verification import StatusUnavailable, TrustUnavailable
from vc_core.x509 import thumbprint
from verifier.adapters.database import Database, insert_into
from verifier.adapters.tables import trust_list as table
from verifier.ports import Downloaded, Fetch, TrustMemory

MAX_BYTES = 4 * 1024 * 1024

Source: TypeAlias = Callable[[datetime], str | TrustUnavailable]
"""The text of the list as it is now."""


class FileSource:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, now: datetime) -> str | TrustUnavailable:  # noqa: ARG002
        try:
            with self._path.open("rb") as file:
                return file.read(MAX_BYTES + 1).decode("ascii")
        except (OSError, UnicodeDecodeError):
            return TrustUnavailable(reason="trust_list_unreadable")


class AddressSource:
    """Asks the address again once `reuse` has passed; keeps the last text while the address does not answer."""

    def __init__(self, uri: str, *, fetch: Fetch, reuse: timedelta) -> None:
        self._uri, self._fetch, self._reuse = uri, fetch, reuse
        self._text: str | None = None
        self._asked_at: datetime | None = None

    def __call__(self, now: datetime) -> str | TrustUnavailable:
        if self._asked_at is None or now - self._asked_at >= self._reuse:
            self._asked_at = now
            answer = self._fetch(self._uri, accept="*/*", etag=None, permitted=lambda uri: uri == self._uri)
            match answer:
                case Downloaded(body=body):
                    self._text = body.decode("ascii", "replace")
                case StatusUnavailable(reason=reason) if self._text is None:
                    return TrustUnavailable(reason=reason)
        return self._text or TrustUnavailable(reason="trust_list_unreadable")


class TrustListReader:
    """`ports.ReadTrust`: the list that a source gives, judged, and kept while its text stays the same."""

    def __init__(self, source: Source, *, operator: x509.Certificate, memory: TrustMemory) -> None:
        self._source, self._operator, self._memory = source, operator, memory
        self._lock = threading.Lock()
        self._text: str | None = None
        self._list: TrustList | None = None

    def __call__(self, now: datetime) -> TrustList | TrustUnavailable:
        with self._lock:
            text = self._source(now)
            if isinstance(text, TrustUnavailable):
                return text
            if self._list is not None and text == self._text and now < self._list.next_update:
                return self._list
            return self._read(text, now)

    def _read(self, text: str, now: datetime) -> TrustList | TrustUnavailable:
        key = thumbprint(self._operator)
        try:
            read = trust.read_trust_list(
                text, operator=self._operator, now=now, minimum_sequence=self._memory.highest_sequence(key)
            )
        except Rejection as rejection:
            return TrustUnavailable(reason=rejection.reason)
        self._memory.remember(key, read.sequence, now)
        self._text, self._list = text, read
        return read


class StoredTrustMemory:
    """`ports.TrustMemory` on the table `trust_list`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def highest_sequence(self, operator: bytes) -> int:
        query = select(table.c.sequence).where(table.c.operator == operator)
        return self._database.read(lambda connection: connection.execute(query).scalar()) or 0

    def remember(self, operator: bytes, sequence: int, at: datetime) -> None:
        row = {"sequence": sequence, "seen_at": at}

        def work(connection: Connection) -> None:
            added = insert_into(connection, table, {"operator": operator, **row})
            higher = table.c.sequence < sequence
            connection.execute(added.on_conflict_do_update(index_elements=["operator"], set_=row, where=higher))

        self._database.write(work)
