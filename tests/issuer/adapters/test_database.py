"""The database: migrations describe the tables, transactions commit or leave nothing, lost races are run again."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from issuer.adapters.database import ATTEMPTS, Database, insert_once
from issuer.adapters.tables import metadata, spent
from tests.issuer.adapters.test_search_store import MIGRATIONS
from tests.issuer.world import NOW

HOLDS_UP = {
    "sqlite": "UPDATE subject SET birth_key = birth_key",
    "postgresql": "LOCK TABLE subject IN ACCESS EXCLUSIVE MODE",
}
"""What keeps others from upgrading."""


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    database.upgrade()
    yield database
    database.close()


def test_migrations_make_the_tables_as_described(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert database.read(differences) == []


def test_upgrade_of_what_is_newest_changes_nothing(database: Database) -> None:
    database.upgrade()
    test_migrations_make_the_tables_as_described(database)


def test_processes_that_start_together_share_one_schema(database_url: str) -> None:
    """Both find the database empty; each upgrades it, or finds it upgraded."""
    database = Database(database_url)
    database.write(metadata.drop_all)
    database.write(lambda connection: connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version"))
    code = "import sys; from issuer.adapters.database import Database; Database(sys.argv[1]).upgrade()"
    processes = [subprocess.Popen([sys.executable, "-c", code, database_url]) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    test_migrations_make_the_tables_as_described(database)


def test_processes_that_start_together_share_one_upgrade(database: Database, database_url: str) -> None:
    """Both find the schema of an earlier version; one upgrades it, and the other waits for that and does nothing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    def downgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.downgrade(config, "r0017")

    database.write(downgrade)
    code = "import sys; from issuer.adapters.database import Database; print(flush=True); "
    command_line = [sys.executable, "-c", f"{code} Database(sys.argv[1]).upgrade()", database_url]
    with database.engine.begin() as held:
        held.exec_driver_sql(HOLDS_UP[held.dialect.name])
        processes = [subprocess.Popen(command_line, stdout=subprocess.PIPE) for _ in range(2)]
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        time.sleep(1)  # by then both wait
        assert [process.poll() for process in processes] == [None, None]
    assert [process.wait(60) for process in processes] == [0, 0]
    test_migrations_make_the_tables_as_described(database)


def _count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(spent)).scalar_one()


def _spend(connection: Connection, what: bytes) -> bool:
    return insert_once(connection, spent, {"fingerprint": what, "until": NOW}, unique=("fingerprint",))


def test_inserted_once(database: Database) -> None:
    assert database.write(lambda connection: _spend(connection, b"1")) is True
    assert database.write(lambda connection: _spend(connection, b"1")) is False


def test_nothing_stays_of_a_transaction_that_raised(database: Database) -> None:
    before = database.read(_count)

    def work(connection: Connection) -> None:
        _spend(connection, b"2")
        raise LookupError

    with pytest.raises(LookupError):
        database.write(work)
    assert database.read(_count) == before


class _LostRaceError(Exception):
    sqlstate = "40001"


class _OtherError(Exception):
    sqlstate = "42601"


def test_lost_race_is_run_again(database: Database) -> None:
    runs = []

    def work(connection: Connection) -> int:
        runs.append(_spend(connection, b"3"))
        if len(runs) < 3:
            raise DBAPIError("", None, _LostRaceError())
        return len(runs)

    assert database.write(work) == 3
    assert runs == [True, True, True]


@pytest.mark.parametrize(
    ("error", "runs_expected"), [(_LostRaceError(), ATTEMPTS), (_OtherError(), 1)], ids=["lost", "other"]
)
def test_run_again_so_many_times_and_only_lost_races(
    database: Database, monkeypatch: pytest.MonkeyPatch, error: Exception, runs_expected: int
) -> None:
    monkeypatch.setattr("issuer.adapters.database.FIRST_PAUSE_SECONDS", 0.0)
    runs = []

    def work(_: Connection) -> None:
        runs.append(1)
        raise DBAPIError("", None, error)

    with pytest.raises(DBAPIError):
        database.write(work)
    assert len(runs) == runs_expected
