"""Prepared statements give what SQLAlchemy's own would, on both databases, and fail as they do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, create_engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from tests.verifier.world import NOW
from verifier.adapters import tables
from verifier.adapters.database import Database

TOKEN = tables.status_token
ROW: dict[str, Any] = {
    "uri": "https://issuer.example/status/1",
    "content_type": "application/statuslist+jwt",
    "body": b"\x00\xff",
    "etag": None,
    "fetched_at": NOW + timedelta(microseconds=1),
    "held_until": None,
}
OF = TOKEN.c.uri == bindparam("of")
FIND = select(TOKEN).where(OF)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def kept(database: Database) -> Database:
    database.changed(database.prepare(insert(TOKEN), *ROW), **ROW)
    return database


def test_rows_come_as_sqlalchemy_gives_them(kept: Database) -> None:
    [row] = kept.rows(kept.prepare(FIND), of=ROW["uri"])
    own = kept.statement(lambda connection: connection.execute(FIND, {"of": ROW["uri"]}).mappings().one())
    assert row == dict(own) == ROW


def test_json_comes_back_as_it_went_in(database: Database) -> None:
    terms = {"id": "r", "terms": {"query": [{"ä": 1}]}, "state": "created", "token_fingerprint": b"t"}
    row = {**terms, **dict.fromkeys(("created_at", "expires_at", "moved_at"), NOW)}
    assert database.changed(database.prepare(insert(tables.request), *row), **row) == 1
    found = database.rows(database.prepare(select(tables.request.c.terms)))
    assert found == [{"terms": {"query": [{"ä": 1}]}}]


def test_what_an_update_changes_and_returns(kept: Database) -> None:
    change = update(TOKEN).where(OF)
    returning = kept.prepare(change.returning(TOKEN.c.etag, TOKEN.c.fetched_at), "etag")
    assert kept.rows(returning, of=ROW["uri"], etag="x") == [{"etag": "x", "fetched_at": ROW["fetched_at"]}]
    assert kept.rows(returning, of="another", etag="y") == []
    assert kept.changed(kept.prepare(change, "etag"), of="another", etag="y") == 0
    assert kept.changed(kept.prepare(delete(TOKEN).where(OF)), of=ROW["uri"]) == 1
    assert kept.rows(kept.prepare(FIND), of=ROW["uri"]) == []


def test_a_parameter_that_is_missing_is_said(kept: Database) -> None:
    with pytest.raises(InvalidRequestError, match="of"):
        kept.rows(kept.prepare(FIND))


def test_an_error_of_the_driver_is_told_as_sqlalchemy_tells_it(kept: Database) -> None:
    with pytest.raises(IntegrityError) as error:
        kept.changed(kept.prepare(insert(TOKEN), *ROW), **ROW)
    assert not error.value.connection_invalidated
    assert error.value.params in (None, ())


@pytest.mark.postgresql
def test_a_server_that_ends_the_connection_is_not_noticed(postgresql_schema: str) -> None:
    database = Database(postgresql_schema)
    of_process = database.prepare(select(func.pg_backend_pid().label("process")))
    ended = database.rows(of_process)[0]["process"]
    administrator = create_engine(postgresql_schema)
    with administrator.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({ended}, 5000)")
    administrator.dispose()
    assert database.rows(of_process)[0]["process"] != ended
    database.close()
