"""The database: SQLite (WAL) by default, PostgreSQL by address, one code path (SQLAlchemy 2 Core, synchronous).

A write that loses against a concurrent one (serialisation failure, deadlock, busy file) is run again from the start.
SQLite has one writer at a time: writers of this process queue here, and begin with the write lock, since the driver's
habit of beginning late invites upgrade deadlocks. It syncs at every commit, because a credential leaves right after and
must be known when the power comes back.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from vc_core.readiness import Unready

_T = TypeVar("_T")

ATTEMPTS = 10
UPGRADE_ATTEMPTS = 360
"""SQLite waits so often for a process that upgrades, `SQLITE_BUSY_SECONDS` each time: an hour."""
FIRST_PAUSE_SECONDS = 0.005
SQLITE_BUSY_SECONDS = 10
SQLITE_CACHE_KIB = 32 * 1024
"""Pages that one connection keeps, at most. A chunk of a bulk job touches some 6,000 pages of large indexes at random;
of the 2 MiB that SQLite takes by itself they would be written out and read back within one transaction."""
POOL = {"pool_size": 10, "max_overflow": 30}
_LOST_RACES = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected (PostgreSQL, appendix A)."""
_MIGRATING = threading.Lock()
"""Alembic keeps its context in a global."""
_MIGRATION_LOCK = 0x50C5EC01
_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_VERSION = "SELECT version_num FROM alembic_version"


class Database:
    """A pool of connections, and transactions on them."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        is_sqlite = self.engine.dialect.name == "sqlite"
        snapshot: dict[str, Any] = {} if is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(begin="BEGIN", **snapshot)
        self._writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        self._turn: AbstractContextManager[Any] = threading.Lock() if is_sqlite else nullcontext()

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """Runs `work` on the database as it is at one instant, whatever others write meanwhile."""
        with self._reading.begin() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """Runs `work` and commits. `work` may be run several times, each time in a transaction of its own."""
        return self._again(work, ATTEMPTS)

    def upgrade(self) -> None:
        """Brings the schema to its newest version, which may take minutes. Processes that start together wait for the
        one that does it."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))

        def migrate(connection: Connection) -> None:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

        with _MIGRATING:
            self._again(migrate, UPGRADE_ATTEMPTS)

    def require_current(self) -> None:
        """Raises `Unready` if the schema is not the one of this program; anything else if there is no answer."""
        stored = self.read(lambda connection: connection.execute(text(_VERSION)).scalars().all())
        if list(stored) != _heads():
            raise Unready("schema_differs")

    def close(self) -> None:
        self.engine.dispose()

    def _again(self, work: Callable[[Connection], _T], attempts: int) -> _T:
        for attempt in range(attempts):
            try:
                with self._turn, self._writing.begin() as connection:
                    return work(connection)
            except DBAPIError as error:
                if attempt == attempts - 1 or not _lost_race(error):
                    raise
            pause = FIRST_PAUSE_SECONDS * 2 ** min(attempt, ATTEMPTS)
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
        raise AssertionError("unreachable")


@cache
def _heads() -> list[str]:
    """Versions of the schema of this program. Reading them runs every migration's module: once is enough."""
    return ScriptDirectory(str(_MIGRATIONS)).get_heads()


Insert = postgresql.Insert | sqlite.Insert


def insert(connection: Connection, table: Table) -> Insert:
    """An insert that can say what to do on conflict; both dialects write `ON CONFLICT` alike."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any], *, unique: Sequence[str]) -> bool:
    """Inserts a row unless there is one with the same values of `unique`; false if there is.

    Waits for a concurrent transaction that is inserting such a row.
    """
    statement = insert(connection, table).values(**row).on_conflict_do_nothing(index_elements=unique)
    return connection.execute(statement.returning(table.c[unique[0]])).first() is not None


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, isolation_level="READ COMMITTED", **POOL)
    engine = create_engine(
        url,
        connect_args={"timeout": SQLITE_BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
        pool_use_lifo=True,  # so that few connections fill their caches
        **POOL,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"cache_size=-{SQLITE_CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _lost_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _LOST_RACES or "database is locked" in str(error.orig)
