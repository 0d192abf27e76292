"""What a follower is told, and the pace of the stream."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from tests.verifier.world import NOW
from verifier.follow_request import FollowRequest, is_over
from verifier.http.events import HEARTBEAT, RETRY, Pace, stream
from verifier.ports import Requests
from verifier.transactions import Event, Step, Terms


class Log:
    """`ports.Requests`, as far as it is followed: events appear at the looks given."""

    def __init__(self, *looks: Sequence[Step]) -> None:
        self.looks = list(looks)

    def events(self, request_id: str, *, after: int) -> tuple[Event, ...]:
        return tuple(Event(step=step, at=NOW) for step in (self.looks.pop(0) if self.looks else ()))


class Followed:
    id, expires_at = "x", NOW + timedelta(minutes=5)


TERMS = cast("Terms", Followed())


def told(log: Log, pace: Pace, *, now: timedelta = timedelta()) -> list[bytes]:
    follow = FollowRequest(requests=cast("Requests", log), clock=lambda: NOW + now)

    async def all_of_it() -> list[bytes]:
        return [part async for part in stream(follow, pace, TERMS, 0)]

    return asyncio.run(all_of_it())


def test_a_stream_ends_with_the_transaction() -> None:
    parts = told(Log([Step.CREATED], [], [Step.RECEIVED, Step.VERIFIED], [Step.EXPIRED]), Pace(look=0.001))
    assert [part.split(b"\n")[0] for part in parts[1:]] == [b"id: 1", b"id: 3", b"id: 4"]


def test_a_silent_stream_shows_that_it_lives_and_ends() -> None:
    parts = told(Log(), Pace(look=0.001, heartbeat=0.003, longest=0.01))
    assert parts[0] == RETRY
    assert set(parts[1:]) == {HEARTBEAT}
    assert 2 <= len(parts[1:]) <= 4


def test_what_has_been_told_ends_no_second_time() -> None:
    parts = told(Log([Step.VERIFIED]), Pace(look=0.001), now=timedelta(minutes=6))
    assert [part.split(b"\n")[0] for part in parts[1:]] == [b"id: 4"]


def test_only_the_last_steps_close() -> None:
    assert [step for step in Step if is_over(step)] == [Step.VERIFIED, Step.REFUSED, Step.EXPIRED]
    assert not is_over(0)
