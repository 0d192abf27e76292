"""Transactions as an older version left them."""

from sqlalchemy import text as sql

from tests.verifier.adapters.upgrading import upgrade
from verifier.adapters.database import Database

MADE, FETCHED, MOVED = 1, 2, 3
"""Microseconds since 1970."""
REQUEST = sql(
    "INSERT INTO request (id, state, created_at, expires_at, moved_at, token_fingerprint, terms)"
    " VALUES (:id, :state, :made, 9, :moved, :token, '{}')"
)
EVENT = sql("INSERT INTO request_event (request_id, step, at) VALUES (:id, :step, :at)")
AFTER = sql("SELECT id, fetched_at FROM request ORDER BY id")


def test_when_a_request_was_fetched_is_not_forgotten(empty_database_url: str) -> None:
    """Migration 0007: what stood in the log of its own. Where there was none, the instant of the last move."""
    database = Database(empty_database_url)
    upgrade(database, "0006")
    states = {"a": "created", "b": "fetched", "c": "answered", "d": "expired", "e": "expired", "f": "answered"}
    fetched = ("b", "c", "d")
    rows = [{"id": id_, "state": state, "made": MADE, "moved": MOVED, "token": b"t"} for id_, state in states.items()]
    events = [{"id": id_, "step": 1, "at": MADE} for id_ in "abcde"]
    events += [{"id": id_, "step": 2, "at": FETCHED} for id_ in fetched]
    database.transaction(lambda connection: (connection.execute(REQUEST, rows), connection.execute(EVENT, events)))
    database.upgrade()
    after = dict(database.statement(lambda connection: [(id_, at) for id_, at in connection.execute(AFTER)]))
    database.close()
    assert after == {"a": None, "b": FETCHED, "c": FETCHED, "d": FETCHED, "e": None, "f": MOVED}
