"""Statements that every presentation runs: written once by SQLAlchemy, types and all, and run by the driver itself.

What SQLAlchemy does anew for each run of a statement takes three times as long as the statement. The connections are
those of its pool; each statement is its own transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import TypeEngine

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One statement; to run it raises the driver's errors.

    into: how parameters become values of the driver, by name. out_of: how its values become those of a row, by column,
    in order; None where they are the same.
    """

    compiled: SQLCompiler
    into: Mapping[str, _Convert | None]
    out_of: Mapping[str, _Convert | None]

    def rows(self, connection: PoolProxiedConnection, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What it selects or returns."""
        with closing(self._run(connection, parameters)) as cursor:
            return [self._row(row) for row in cursor.fetchall()]

    def changed(self, connection: PoolProxiedConnection, parameters: Mapping[str, Any]) -> int:
        """Rows that it inserts, updates or deletes."""
        with closing(self._run(connection, parameters)) as cursor:
            return cursor.rowcount

    def _run(self, connection: PoolProxiedConnection, parameters: Mapping[str, Any]) -> DBAPICursor:
        cursor = connection.cursor()
        cursor.execute(self.compiled.string, self._values(parameters))
        return cursor

    def _values(self, parameters: Mapping[str, Any]) -> Any:
        given = self.compiled.construct_params(parameters)
        values = {name: value if (to := self.into[name]) is None else to(value) for name, value in given.items()}
        if self.compiled.positiontup is None:
            return values
        return [values[name] for name in self.compiled.positiontup]

    def _row(self, row: Sequence[Any]) -> dict[str, Any]:
        return {
            name: value if of is None else of(value) for (name, of), value in zip(self.out_of.items(), row, strict=True)
        }


def prepare(statement: Select[Any] | UpdateBase, engine: Engine, sets: Sequence[str] = ()) -> Prepared:
    """sets: columns that parameters of their name set, in an insert or update."""
    compiled = statement.compile(engine, column_keys=list(sets) or None)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("not a statement on rows")
    dialect = engine.dialect
    return Prepared(
        compiled=compiled,
        into={name: _impl(bind.type, dialect).bind_processor(dialect) for name, bind in compiled.binds.items()},
        out_of={
            str(column.key): _impl(column.type, dialect).result_processor(dialect, None)
            for column in statement.exported_columns
        },
    )


def _impl(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return type_.dialect_impl(dialect)
