"""What a follower is told, and the pace of the stream."""

import asyncio
from datetime import timedelta
from typing import cast

from tests.verifier.world import NOW
from verifier.follow_request import FollowRequest, is_over
from verifier.http.events import HEARTBEAT, RETRY, Pace, stream
from verifier.ports import Requests
from verifier.transactions import Answered, Created, Fetched, Step, Terms, Transaction


class Followed:
    id, created_at, expires_at = "x", NOW, NOW + timedelta(minutes=5)


TERMS = cast("Terms", Followed())
CREATED = Created(terms=TERMS, encryption_key=None)
FETCHED = Fetched(terms=TERMS, encryption_key=None, fetched_at=NOW)
ANSWERED = Answered(terms=TERMS, fetched_at=NOW, answered_at=NOW)


class Looks:
    """`ports.Requests`, as far as it is followed: what each look finds, and the last one all that come after it."""

    def __init__(self, *found: Transaction | None) -> None:
        self.found = list(found)

    def find(self, request_id: str) -> Transaction | None:
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]


def told(looks: Looks, pace: Pace, *, now: timedelta = timedelta(), last: int = 0) -> list[bytes]:
    follow = FollowRequest(requests=cast("Requests", looks), clock=lambda: NOW + now)

    async def all_of_it() -> list[bytes]:
        return [part async for part in stream(follow, pace, TERMS, last)]

    return asyncio.run(all_of_it())


def ids(parts: list[bytes]) -> list[bytes]:
    return [part.split(b"\n")[0] for part in parts[1:]]


def test_a_stream_ends_with_the_transaction() -> None:
    parts = told(Looks(CREATED, CREATED, ANSWERED), Pace(look=0.001))
    assert ids(parts) == [b"id: 1", b"id: 2", b"id: 3", b"id: 4"]


def test_a_silent_stream_shows_that_it_lives_and_ends() -> None:
    parts = told(Looks(CREATED), Pace(look=0.001, heartbeat=0.003, longest=0.01), last=Step.CREATED)
    assert parts[0] == RETRY
    assert set(parts[1:]) == {HEARTBEAT}
    assert 2 <= len(parts[1:]) <= 4


def test_what_has_been_answered_does_not_expire() -> None:
    assert ids(told(Looks(ANSWERED), Pace(look=0.001), now=timedelta(minutes=6), last=2)) == [b"id: 3", b"id: 4"]


def test_that_its_time_is_over_is_told_before_it_is_written_down() -> None:
    assert ids(told(Looks(FETCHED), Pace(look=0.001), now=timedelta(minutes=5), last=2)) == [b"id: 6"]


def test_a_transaction_that_is_deleted_meanwhile_says_nothing_more() -> None:
    assert ids(told(Looks(CREATED, None), Pace(look=0.001, longest=0.002))) == [b"id: 1"]


def test_only_the_last_steps_close() -> None:
    assert [step for step in Step if is_over(step)] == [Step.VERIFIED, Step.REFUSED, Step.EXPIRED]
    assert not is_over(0)
