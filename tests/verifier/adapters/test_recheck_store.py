"""The queue of rechecks: what cannot be read is set aside, counted and told, and stands in nobody's way."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from vc_core.status_list import StatusReference
from vc_core.verdict import Word
from vc_core.verification.recheck import PendingStatus
from verifier.adapters.database import Database
from verifier.adapters.recheck_store import RecheckStore
from verifier.adapters.tables import recheck
from verifier.adapters.vault import Vault
from verifier.ports import Unmeasured
from verifier.rechecks import Queued

AT = datetime(2026, 2, 15, tzinfo=UTC)
DESK = b"d" * 32
LIMIT = 3
PURPOSE = "rechecks"
OLD, NEW = (Vault(secret * 32, PURPOSE, os.urandom) for secret in (b"o", b"n"))


class Counted(Unmeasured):
    rechecks = 0

    def set_aside(self, rechecks: int) -> None:
        self.rechecks += rechecks


def queued(id_: str) -> Queued:
    reference = StatusReference(uri="https://issuer.example/status/1", idx=7)
    return Queued(
        id=id_,
        desk=DESK,
        given_at=AT,
        given=Word.CONFIRMED_STATUS_OLD,
        word=Word.CONFIRMED_STATUS_OLD,
        deciding=("status.freshness",),
        document={"document_number": "FR-A1-2026-000117"},
        pending=PendingStatus(institution_id="FR:117000", reference=reference, answers=()),
    )


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    found = Database(empty_database_url)
    found.upgrade()
    yield found
    found.close()


def ids(found: Any) -> list[str]:
    return sorted(one.id for one in found)


def pending_rows(database: Database) -> list[str]:
    query = select(recheck.c.id).where(recheck.c.pending).order_by(recheck.c.id)
    return database.statement(lambda connection: list(connection.execute(query).scalars()))


def test_what_an_older_secret_sealed_takes_no_place_in_a_round(database: Database) -> None:
    """More of them than a round takes, and all of them before the one that can be read."""
    older = RecheckStore(database, OLD, Counted())
    for number in range(2 * LIMIT):
        older.add(queued(f"old-{number}"))
    counted = Counted()
    store = RecheckStore(database, NEW, counted)
    readable = queued("new")
    store.add(readable)
    store.update(readable)
    with capture_logs() as logs:
        assert store.pending(LIMIT) == (readable,)
    assert pending_rows(database) == ["new"]
    assert counted.rechecks == sum(line["count"] for line in logs) == 2 * LIMIT
    assert {frozenset(line) for line in logs} == {frozenset({"event", "log_level", "count"})}
    with capture_logs() as logs:
        assert store.pending(LIMIT) == (readable,)
    assert (counted.rechecks, logs) == (2 * LIMIT, [])


def test_a_queue_that_can_be_read_is_taken_whole(database: Database) -> None:
    counted = Counted()
    store = RecheckStore(database, NEW, counted)
    for number in range(LIMIT + 1):
        store.add(queued(f"new-{number}"))
    assert len(store.pending(LIMIT)) == LIMIT
    assert len(pending_rows(database)) == LIMIT + 1
    assert counted.rechecks == 0


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"word": "PERHAPS"}, id="word_that_there_is_not"),
        pytest.param({"pending": {"institution_id": "FR:117000"}}, id="pending_without_reference"),
        pytest.param({"deciding": None}, id="deciding_of_another_type"),
    ],
)
def test_what_another_version_sealed_hinders_neither_round_nor_desk(database: Database, changed: Any) -> None:
    store = RecheckStore(database, NEW, Counted())
    for id_ in ("odd", "plain"):
        store.add(queued(id_))
    (sealed,) = database.statement(
        lambda connection: connection.execute(select(recheck.c.sealed).where(recheck.c.id == "odd")).scalars().all()
    )
    altered = NEW.seal({**(NEW.open(sealed, "odd") or {}), **changed}, "odd")
    change = update(recheck).where(recheck.c.id == "odd").values(sealed=altered)
    database.statement(lambda connection: connection.execute(change))
    assert ids(store.of_desk(DESK)) == ["plain"]
    assert ids(store.pending(LIMIT)) == ["plain"]
    assert pending_rows(database) == ["plain"]


def test_with_the_old_secret_the_desk_puts_it_back(database: Database) -> None:
    older = RecheckStore(database, OLD, Counted())
    older.add(queued("old"))
    assert RecheckStore(database, NEW, Counted()).pending(LIMIT) == ()
    (found,) = older.of_desk(DESK)
    assert found.pending is not None
    older.update(found)
    assert ids(older.pending(LIMIT)) == ["old"]


def test_what_was_set_aside_is_wiped_with_the_rest(database: Database) -> None:
    RecheckStore(database, OLD, Counted()).add(queued("old"))
    store = RecheckStore(database, NEW, Counted())
    store.pending(LIMIT)
    store.wipe(AT + timedelta(seconds=1))
    assert database.statement(lambda connection: connection.execute(select(recheck.c.id)).all()) == []
