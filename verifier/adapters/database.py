"""The database: SQLite (WAL) by default, PostgreSQL by address, one code path (SQLAlchemy 2 Core, synchronous).

`Database.read` and `Database.write` run one unit of work in one transaction; a write that loses against a concurrent
one (serialisation failure, deadlock, busy SQLite file) is run again. SQLite transactions are begun by hand, writing
ones with the write lock at once, since the driver's own habit of beginning late invites upgrade deadlocks. Instants
are stored as microseconds since 1970, the same in every database. The schema is `migrations`; `tables` describes it.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from verifier.readiness import Unready

_T = TypeVar("_T")

ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 0.01
SQLITE_BUSY_SECONDS = 10
_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_VERSION = "SELECT version_num FROM alembic_version"
_LOST_RACES = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected (PostgreSQL, appendix A)."""
_ONE_STATEMENT = {"postgresql": {"isolation_level": "AUTOCOMMIT"}}
_MIGRATION_LOCK = 0x50C5EC02


class Database:
    """A pool of connections, and transactions on them."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._reading = self._engine.execution_options(
            begin="BEGIN", **_ONE_STATEMENT.get(self._engine.dialect.name, {})
        )
        self._writing = self._engine.execution_options(begin="BEGIN IMMEDIATE")

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """`work` is one statement: on PostgreSQL it is its own transaction, which spares two ways to the server."""
        with self._reading.begin() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """Runs `work` and commits. `work` may be run several times, each time on a transaction of its own."""
        for attempt in range(ATTEMPTS):
            try:
                with self._writing.begin() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not _lost_race(error) or attempt == ATTEMPTS - 1:
                    raise
                time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
        raise AssertionError("unreachable")

    def upgrade(self) -> None:
        """Brings the schema to its newest version; processes that start together wait for one another."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))

        def migrate(connection: Connection) -> None:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

        self.write(migrate)

    def require_current(self) -> None:
        """Raises `Unready` if the schema is not the one of this program; anything else if there is no answer."""
        stored = self.read(lambda connection: connection.exec_driver_sql(_VERSION).scalars().all())
        if list(stored) != ScriptDirectory(str(_MIGRATIONS)).get_heads():
            raise Unready("schema_differs")

    def close(self) -> None:
        self._engine.dispose()


Upsert = postgresql.Insert | sqlite.Insert


def insert_into(connection: Connection, table: Table, row: Mapping[str, Any]) -> Upsert:
    """An insert that can say what to do on conflict; both dialects write `ON CONFLICT` alike."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).values(**row)
    return postgresql.insert(table).values(**row)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _lost_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _LOST_RACES or "database is locked" in str(error.orig)
