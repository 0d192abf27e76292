"""Transactions as they are kept, and as an older version left them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from tests.verifier.adapters.upgrading import upgrade
from tests.verifier.world import NOW
from vc_core.authorization_request import RequestUriMethod, ResponseMode
from vc_core.verdict import IdentityCompared, Word
from verifier.adapters.database import Database
from verifier.adapters.record_store import RecordStore
from verifier.adapters.request_store import RequestStore
from verifier.ports import Record
from verifier.transactions import Created, Expired, Fetched, Terms, answer, as_of, fetch

ID = f"{7:022}"
CREATED = Created(
    terms=Terms(
        id=ID,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=5),
        type_id="any",
        profile="any",
        client_id="x509_hash:any",
        response_uri=f"https://verifier.example/response/{ID}",
        response_mode=ResponseMode.DIRECT_POST,
        request_uri_method=RequestUriMethod.GET,
        nonce="nonce",
        state="state",
        query={"credentials": []},
        expectation={},
        token_fingerprint=b"token",
        transaction_data=[],
        origins=[],
    ),
    encryption_key=None,
)
RECORD = Record(id=f"{8:022}", identity_compared=IdentityCompared.NO, body={"verdict": "CONFIRMED"})
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(database_url: str) -> Iterator[RequestStore]:
    database = Database(database_url)
    yield RequestStore(database)
    database.close()


def test_the_first_fetch_counts(store: RequestStore) -> None:
    store.add(CREATED)
    once = store.fetched(ID, NOW + SECOND)
    assert once == fetch(CREATED, at=NOW + SECOND)
    assert store.fetched(ID, NOW + 2 * SECOND) == once
    assert store.find(ID) == once


def test_a_request_that_is_over_is_not_fetched(store: RequestStore) -> None:
    store.add(CREATED)
    end = CREATED.terms.expires_at
    assert store.fetched(ID, end) == CREATED
    assert as_of(CREATED, end) == Expired(terms=CREATED.terms, fetched_at=None, expired_at=end)


def test_a_request_that_nobody_fetches_is_kept_as_fetched(store: RequestStore) -> None:
    sent = fetch(CREATED, at=NOW)
    store.add(sent)
    assert store.find(ID) == sent


def test_nothing_is_fetched_under_an_unknown_id(store: RequestStore) -> None:
    store.add(CREATED)
    assert store.fetched(f"{9:022}", NOW) is None
    assert store.fetched("no id", NOW) is None


def test_one_closing_takes_effect_and_may_be_written_again(store: RequestStore) -> None:
    """Again: the connection died after the database had written it, so nobody knows that it did."""
    store.add(CREATED)
    assert not store.close(answer(fetch(CREATED, at=NOW), at=NOW + SECOND), [RECORD]), "nobody has fetched it"
    fetched = store.fetched(ID, NOW)
    assert isinstance(fetched, Fetched)
    first = answer(fetched, at=NOW + SECOND)
    assert store.close(first, [RECORD])
    assert store.close(first, [RECORD])
    assert not store.close(first, [replace(RECORD, id=f"{9:022}")])
    assert not store.close(replace(first, answered_at=NOW + 2 * SECOND), [RECORD])
    result = store.result(ID)
    assert result is not None
    assert (result.transaction, result.records) == (first, (RECORD,))


def test_what_a_person_says_of_the_identity_holds_for_all_verdicts(store: RequestStore) -> None:
    store.add(fetch(CREATED, at=NOW))
    other = replace(RECORD, id=f"{9:022}", identity_compared=IdentityCompared.MISMATCH)
    store.close(answer(fetch(CREATED, at=NOW), at=NOW), [RECORD, other])

    def compared() -> list[IdentityCompared]:
        result = store.result(ID)
        assert result is not None
        return [record.identity_compared for record in result.records]

    assert compared() == [IdentityCompared.NO, IdentityCompared.MISMATCH]
    store.set_identity(ID, IdentityCompared.YES)
    assert compared() == [IdentityCompared.YES, IdentityCompared.YES]


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


VERDICT = sql(
    "INSERT INTO verdict (id, request_id, position, at, word, identity_compared, token_fingerprint, body)"
    " VALUES (:id, :request, :position, 3, 'CONFIRMED', :compared, :token, :body)"
)
AFTERWARDS = sql("SELECT verdicts FROM request ORDER BY id")


def test_verdicts_move_to_their_request(empty_database_url: str) -> None:
    """Migration 0008: in the order of the answer, with the identity step; what was handed in stays by itself."""
    database = Database(empty_database_url)
    upgrade(database, "0007")
    asked, bare, handed = (f"{number:022}" for number in range(3))
    requests = [{"id": id_, "state": "answered", "made": 1, "moved": 3, "token": b"t"} for id_ in (asked, bare)]
    of_request = {"request": asked, "token": None}
    verdicts: list[dict[str, Any]] = [
        {"id": "second", "position": 1, "compared": "no", "body": '{"n":2}', **of_request},
        {"id": "first", "position": 0, "compared": "yes", "body": '{"n":1}', **of_request},
        {"id": handed, "position": 0, "compared": "no", "body": None, "request": None, "token": b"own"},
    ]
    database.transaction(
        lambda connection: (connection.execute(REQUEST, requests), connection.execute(VERDICT, verdicts))
    )
    database.upgrade()
    after = database.statement(lambda connection: connection.execute(AFTERWARDS).scalars().all())
    kept = database.statement(lambda _: RecordStore(database).find(handed))
    database.close()
    assert list(after) == [
        '[{"id":"first","identity_compared":"yes","body":{"n":1}},{"id":"second","identity_compared":"no","body":{"n":2}}]',
        None,
    ]
    assert kept is not None
    assert (kept.word, kept.token_fingerprint) == (Word.CONFIRMED, b"own")
