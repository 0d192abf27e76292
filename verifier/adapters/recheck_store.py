"""The queue of rechecks in the database: what is known of a document is sealed; id, desk and times are in clear.

A row that cannot be read, mostly since another secret sealed it, is set aside: no longer pending, so that it takes no
place in a round, and wiped with the rest when its time comes. With the old secret its desk finds it again, and asking
again puts it back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import RowMapping, Select, delete, insert, select, update

from vc_core.rejection import Rejection
from vc_core.verdict import Word
from vc_core.verification.recheck import from_json, to_json
from verifier.adapters.database import Database
from verifier.adapters.tables import recheck
from verifier.ports import Measures, Vault
from verifier.rechecks import Queued

_OF_ANOTHER_VERSION = (KeyError, TypeError, ValueError, Rejection)
_log = structlog.get_logger()


class RecheckStore:
    """`rechecks.RecheckQueue` on the table `recheck`."""

    def __init__(self, database: Database, vault: Vault, measures: Measures) -> None:
        self._database, self._vault, self._measures = database, vault, measures

    def add(self, queued: Queued) -> None:
        row = {"id": queued.id, "desk": queued.desk, "given_at": queued.given_at, **self._changing(queued)}
        self._database.statement(lambda connection: connection.execute(insert(recheck).values(row)))

    def of_desk(self, desk: bytes) -> Sequence[Queued]:
        rows = self._rows(select(recheck).where(recheck.c.desk == desk))
        return tuple(queued for row in rows if (queued := self._queued(row)) is not None)

    def pending(self, limit: int) -> Sequence[Queued]:
        order = recheck.c.rechecked_at.asc().nulls_first()
        query = select(recheck).where(recheck.c.pending).order_by(order).limit(limit)
        while True:
            found = self._rows(query)
            readable = {row["id"]: queued for row in found if (queued := self._queued(row)) is not None}
            if len(readable) == len(found):
                return tuple(readable.values())
            self._set_aside([row["id"] for row in found if row["id"] not in readable])

    def update(self, queued: Queued) -> None:
        change = update(recheck).where(recheck.c.id == queued.id).values(self._changing(queued))
        self._database.statement(lambda connection: connection.execute(change))

    def wipe(self, given_before: datetime) -> None:
        gone = delete(recheck).where(recheck.c.given_at < given_before)
        self._database.statement(lambda connection: connection.execute(gone))

    def _changing(self, queued: Queued) -> dict[str, Any]:
        sealed = {
            "given": queued.given.value,
            "word": queued.word.value,
            "deciding": list(queued.deciding),
            "document": dict(queued.document),
            "pending": None if queued.pending is None else to_json(queued.pending),
        }
        return {
            "pending": queued.pending is not None,
            "rechecked_at": queued.rechecked_at,
            "sealed": self._vault.seal(sealed, queued.id),
        }

    def _set_aside(self, ids: Sequence[str]) -> None:
        change = update(recheck).where(recheck.c.id.in_(ids)).values(pending=False)
        self._database.statement(lambda connection: connection.execute(change))
        self._measures.set_aside(len(ids))
        _log.warning("rechecks_set_aside", count=len(ids))

    def _rows(self, query: Select[Any]) -> Sequence[RowMapping]:
        return self._database.statement(lambda connection: connection.execute(query).mappings().all())

    def _queued(self, row: RowMapping) -> Queued | None:
        """None for what another secret or another version of this program sealed."""
        opened = self._vault.open(row["sealed"], row["id"])
        try:
            return None if opened is None else _from_json(row, opened)
        except _OF_ANOTHER_VERSION:
            return None


def _from_json(row: RowMapping, opened: Mapping[str, Any]) -> Queued:
    return Queued(
        id=row["id"],
        desk=row["desk"],
        given_at=row["given_at"],
        given=Word(opened["given"]),
        word=Word(opened["word"]),
        deciding=tuple(opened["deciding"]),
        document=opened["document"],
        pending=None if opened["pending"] is None else from_json(opened["pending"]),
        rechecked_at=row["rechecked_at"],
    )
