"""The database: its schema is what the tables say, many processes may start at once, lost races are run again."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.verifier.world import NOW
from verifier.adapters.database import ATTEMPTS, Database
from verifier.adapters.request_store import RequestStore
from verifier.adapters.tables import Instant, metadata
from verifier.adapters.trust_list import StoredTrustMemory


@pytest.fixture
def database(database_url: str) -> Database:
    database = Database(database_url)
    database.upgrade()
    return database


def test_the_migrations_make_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert database.statement(differences) == []


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
    assert "request" in Database(url).statement(lambda connection: inspect(connection).get_table_names())


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
    assert database.transaction(losing(2)) == 3


def test_races_are_not_run_for_ever(database: Database) -> None:
    with pytest.raises(DBAPIError):
        database.transaction(losing(ATTEMPTS))


def test_another_fault_is_not_run_again(database: Database) -> None:
    attempts = []

    def work(_: Connection) -> None:
        attempts.append(1)
        raise OperationalError("", {}, Exception("disk full"))

    with pytest.raises(DBAPIError):
        database.transaction(work)
    assert attempts == [1]


def finding_its_connection_dead(statement: str | None) -> Any:
    """Work that succeeds the second time; statement: None for the COMMIT."""
    attempts: list[int] = []

    def work(_: Connection) -> int:
        attempts.append(1)
        if len(attempts) == 1:
            raise OperationalError(statement, {}, Exception("gone"), connection_invalidated=True)
        return len(attempts)

    return work


def test_what_finds_its_connection_dead_is_run_again(database: Database) -> None:
    assert database.transaction(finding_its_connection_dead("INSERT")) == 2
    assert database.statement(finding_its_connection_dead("SELECT")) == 2


def test_a_commit_of_which_nobody_knows_is_not_run_again(database: Database) -> None:
    with pytest.raises(DBAPIError):
        database.transaction(finding_its_connection_dead(None))


@pytest.mark.postgresql
def test_a_server_that_ends_connections_is_not_noticed(postgresql_schema: str) -> None:
    database = Database(postgresql_schema)

    def own_process(connection: Connection) -> Any:
        return connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()

    ended = [database.statement(own_process), database.transaction(own_process)]
    administrator = create_engine(postgresql_schema)
    with administrator.begin() as connection:
        for process in ended:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({process}, 5000)")
    administrator.dispose()
    assert database.statement(own_process) not in ended
    assert database.transaction(own_process) not in ended
    database.close()


def test_a_read_sees_what_was_written_before_by_another_connection(database: Database) -> None:
    memory = StoredTrustMemory(database)
    for sequence in (1, 2):
        memory.remember(b"operator", sequence, NOW)
        assert memory.highest_sequence(b"operator") == sequence


def test_an_instant_keeps_its_microseconds() -> None:
    moment = NOW + timedelta(microseconds=1)
    column, dialect = Instant(), Any
    assert column.process_result_value(column.process_bind_param(moment, dialect), dialect) == moment  # type: ignore[arg-type]


def test_what_is_not_an_id_is_not_looked_up(database: Database) -> None:
    assert RequestStore(database).find("\0") is None
