"""The queue of rechecks in the database: what is known of a document is sealed; id, desk and times are in clear."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, insert, select, update

from vc_core.verdict import Word
from vc_core.verification.recheck import from_json, to_json
from verifier.adapters.database import Database
from verifier.adapters.tables import recheck
from verifier.ports import Vault
from verifier.rechecks import Queued


class RecheckStore:
    """`rechecks.RecheckQueue` on the table `recheck`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def add(self, queued: Queued) -> None:
        row = {"id": queued.id, "desk": queued.desk, "given_at": queued.given_at, **self._changing(queued)}
        self._database.statement(lambda connection: connection.execute(insert(recheck).values(row)))

    def of_desk(self, desk: bytes) -> Sequence[Queued]:
        return self._read(select(recheck).where(recheck.c.desk == desk))

    def pending(self, limit: int) -> Sequence[Queued]:
        order = recheck.c.rechecked_at.asc().nulls_first()
        return self._read(select(recheck).where(recheck.c.pending).order_by(order).limit(limit))

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

    def _read(self, query: Select[Any]) -> Sequence[Queued]:
        found = self._database.statement(lambda connection: connection.execute(query).mappings().all())
        return tuple(queued for row in found if (queued := self._queued(row)) is not None)

    def _queued(self, row: RowMapping) -> Queued | None:
        """None for what another secret sealed: it is wiped with the rest when its time comes."""
        opened = self._vault.open(row["sealed"], row["id"])
        if opened is None:
            return None
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
