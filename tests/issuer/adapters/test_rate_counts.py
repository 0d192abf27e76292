"""Counts of requests in the database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from issuer.adapters.database import Database
from issuer.adapters.rate_counts import SqlRateCounts
from issuer.adapters.tables import rate_count
from tests.issuer.world import NOW


@pytest.fixture(scope="module")
def counts(database_url: str) -> Iterator[SqlRateCounts]:
    database = Database(database_url)
    database.upgrade()
    yield SqlRateCounts(database)
    database.close()


def test_sum(counts: SqlRateCounts) -> None:
    assert [counts.add(b"sum", number, window=NOW) for number in (1, 60, 1)] == [1, 61, 62]
    assert counts.add(b"other", 5, window=NOW) == 5


def test_no_addition_is_lost_when_many_come_at_once(counts: SqlRateCounts) -> None:
    with ThreadPoolExecutor(8) as threads:
        sums = list(threads.map(lambda _: counts.add(b"at once", 1, window=NOW), range(40)))
    assert sorted(sums) == list(range(1, 41))


def test_old_windows_are_forgotten(counts: SqlRateCounts) -> None:
    for fingerprint, minutes in ((b"old", -2), (b"last", -1), (b"now", 0)):
        counts.add(fingerprint, 1, window=NOW + timedelta(minutes=minutes))
    counts.forget(before=NOW - timedelta(minutes=1))
    left = counts.database.read(lambda connection: set(connection.execute(select(rate_count.c.fingerprint)).scalars()))
    assert {b"last", b"now"} <= left
    assert b"old" not in left
