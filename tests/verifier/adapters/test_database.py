"""The database: its schema is what the tables say, many processes may start at once, lost races are run again."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.verifier.world import NOW
from verifier.adapters.database import ATTEMPTS, Database
from verifier.adapters.request_store import RequestStore
from verifier.adapters.tables import Instant, metadata


@pytest.fixture
def database(database_url: str) -> Database:
    database = Database(database_url)
    database.upgrade()
    return database


def test_the_migrations_make_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert database.read(differences) == []


def test_processes_that_start_together_wait_for_one_another(tmp_path: Any) -> None:
    url, faults = f"sqlite:///{tmp_path / 'fresh.sqlite3'}", []

    def start() -> None:
        try:
            Database(url).upgrade()
        except Exception as fault:  # noqa: BLE001  whatever it is, the test shows it
            faults.append(fault)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert "request" in Database(url).read(lambda connection: inspect(connection).get_table_names())


class LostRaceError(Exception):
    sqlstate = "40001"


def losing(times: int) -> Any:
    """Work that loses so many races before it wins."""
    attempts = []

    def work(_: Connection) -> int:
        attempts.append(1)
        if len(attempts) <= times:
            raise OperationalError("", {}, LostRaceError())
        return len(attempts)

    return work


def test_a_lost_race_is_run_again(database: Database) -> None:
    assert database.write(losing(2)) == 3


def test_races_are_not_run_for_ever(database: Database) -> None:
    with pytest.raises(DBAPIError):
        database.write(losing(ATTEMPTS))


def test_another_fault_is_not_run_again(database: Database) -> None:
    attempts = []

    def work(_: Connection) -> None:
        attempts.append(1)
        raise OperationalError("", {}, Exception("disk full"))

    with pytest.raises(DBAPIError):
        database.write(work)
    assert attempts == [1]


def test_an_instant_keeps_its_microseconds() -> None:
    moment = NOW + timedelta(microseconds=1)
    column, dialect = Instant(), Any
    assert column.process_result_value(column.process_bind_param(moment, dialect), dialect) == moment  # type: ignore[arg-type]


def test_what_is_not_an_id_is_not_looked_up(database: Database) -> None:
    assert RequestStore(database).find("\0") is None
