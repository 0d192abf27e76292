"""The database: SQLite (WAL) by default, PostgreSQL by address, one code path (SQLAlchemy 2 Core, synchronous).

`Database.statement` runs one statement, which is its own transaction; `Database.transaction` several in one. What
every presentation runs is prepared once, and run by `Database.rows` and `Database.changed`. What loses
against a concurrent write (serialisation failure, deadlock, busy SQLite file) is run again, and so is what found its
connection dead: connections are not tried beforehand, which would cost as much as most statements do. Transactions of
SQLite are begun by hand, with the write lock at once, since the driver's own habit of beginning late invites upgrade
deadlocks. Instants are stored as microseconds since 1970, the same in every database. The schema is `migrations`;
`tables` describes it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, PoolProxiedConnection, Select, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from vc_core.readiness import Unready
from verifier.adapters.prepared import Prepared, prepare

_T = TypeVar("_T")
_C = TypeVar("_C")

ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 0.01
SQLITE_BUSY_SECONDS = 10
POOL: dict[str, Any] = {"pool_size": 4, "max_overflow": 0}
"""Connections that one worker keeps for single statements, and as many for transactions: to switch one between the
two takes as long as a statement. Whoever finds none free waits, for to make one takes as long as a whole
presentation."""
SINGLE: dict[str, Any] = {**POOL, "pool_reset_on_return": None}
"""A single statement leaves nothing open behind it."""
_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_VERSION = "SELECT version_num FROM alembic_version"
_LOST_RACES = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected (PostgreSQL, appendix A)."""
_MIGRATION_LOCK = 0x50C5EC02


class Database:
    """Two pools of connections: for single statements and for transactions."""

    def __init__(self, url: str) -> None:
        self._single, self._several = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)

    def statement(self, work: Callable[[Connection], _T]) -> _T:
        """`work` is one statement, which spares two ways to the server.

        It may be run several times, and then even after it took effect: one that writes bears that by its key or its
        condition.
        """
        return _run(self._single.connect, work)

    def prepare(self, statement: Select[Any] | UpdateBase, *sets: str) -> Prepared:
        """For `rows` and `changed`. sets: columns that parameters of their name set."""
        return prepare(statement, self._single, sets)

    def rows(self, prepared: Prepared, **parameters: Any) -> list[dict[str, Any]]:
        """What the statement selects or returns; run as `statement` runs one."""
        return _run(lambda: _driving(self._single), lambda connection: prepared.rows(connection, parameters))

    def changed(self, prepared: Prepared, **parameters: Any) -> int:
        """How many rows the statement inserts, updates or deletes; run as `statement` runs one."""
        return _run(lambda: _driving(self._single), lambda connection: prepared.changed(connection, parameters))

    def transaction(self, work: Callable[[Connection], _T]) -> _T:
        """Runs `work` and commits. `work` may be run several times, each time on a transaction of its own."""
        return _run(self._several.begin, work)

    def upgrade(self) -> None:
        """Brings the schema to its newest version; processes that start together wait for one another."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))

        def migrate(connection: Connection) -> None:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

        self.transaction(migrate)

    def require_current(self) -> None:
        """Raises `Unready` if the schema is not the one of this program; anything else if there is no answer."""
        stored = self.statement(lambda connection: connection.exec_driver_sql(_VERSION).scalars().all())
        if list(stored) != _heads():
            raise Unready("schema_differs")

    def close(self) -> None:
        self._single.dispose()
        self._several.dispose()


@cache
def _heads() -> list[str]:
    """As the migrations of this program end; to read them takes 20 milliseconds."""
    return ScriptDirectory(str(_MIGRATIONS)).get_heads()


def _run(connected: Callable[[], AbstractContextManager[_C]], work: Callable[[_C], _T]) -> _T:
    for attempt in range(ATTEMPTS):
        try:
            with connected() as connection:
                return work(connection)
        except DBAPIError as error:
            if not (_lost_race(error) or _found_dead(error)) or attempt == ATTEMPTS - 1:
                raise
            time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
    raise AssertionError("unreachable")


@contextmanager
def _driving(engine: Engine) -> Iterator[PoolProxiedConnection]:
    """The driver's connection; its errors are told as SQLAlchemy tells them."""
    driver, connection = engine.dialect.loaded_dbapi, None
    try:
        connection = engine.raw_connection()
        yield connection
    except driver.Error as error:
        dead = connection is not None and engine.dialect.is_disconnect(error, connection, None)
        if connection is not None and dead:
            connection.invalidate(error)
        raise DBAPIError.instance(
            "", (), error, driver.Error, hide_parameters=True, connection_invalidated=dead, dialect=engine.dialect
        ) from error
    finally:
        if connection is not None:
            connection.close()


Upsert = postgresql.Insert | sqlite.Insert


def insert_into(connection: Connection, table: Table, row: Mapping[str, Any]) -> Upsert:
    """An insert that can say what to do on conflict; both dialects write `ON CONFLICT` alike."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).values(**row)
    return postgresql.insert(table).values(**row)


def _postgresql(url: str) -> tuple[Engine, Engine]:
    """For single statements and for transactions."""
    return create_engine(url, isolation_level="AUTOCOMMIT", **SINGLE), create_engine(url, **POOL)


def _sqlite(url: str) -> tuple[Engine, Engine]:
    """For single statements and for transactions."""
    single, several = (
        create_engine(url, connect_args={"timeout": SQLITE_BUSY_SECONDS, "check_same_thread": False}, **pool)
        for pool in (SINGLE, POOL)
    )
    for engine in (single, several):
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(several, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return single, several


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _lost_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _LOST_RACES or "database is locked" in str(error.orig)


def _found_dead(error: DBAPIError) -> bool:
    """Whether a statement found that the server has ended the connection, and with it the transaction. It is not known
    what became of a transaction whose COMMIT, which is no statement here, finds that."""
    return error.connection_invalidated and error.statement is not None
