"""So many at once: who finds no place waits for a moment only, and not at all where the places are taken for long."""

import threading

from verifier.places import Places

MOMENT = 30.0
"""Seconds; longer than anything takes here that goes well."""


class Seconds:
    """A clock, set by the test."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_and_no_more() -> None:
    places = Places(2, moment=0, seconds=Seconds())
    assert [places.take() for _ in range(3)] == [True, True, False]
    places.give_back()
    assert [places.take() for _ in range(2)] == [True, False]


def taken_later(places: Places) -> tuple[threading.Thread, list[bool]]:
    """By a thread that has begun to wait, or is about to."""
    found: list[bool] = []
    began = threading.Event()

    def take() -> None:
        began.set()
        found.append(places.take())

    thread = threading.Thread(target=take)
    thread.start()
    assert began.wait(MOMENT)
    return thread, found


def test_a_place_that_is_given_back_within_a_moment_is_taken() -> None:
    places = Places(1, moment=MOMENT, seconds=Seconds())
    assert places.take()
    waiting, found = taken_later(places)
    waiting.join(0.05)
    assert found == []
    places.give_back()
    waiting.join(MOMENT)
    assert found == [True]


def test_nobody_waits_for_a_place_that_was_taken_longer_ago() -> None:
    seconds = Seconds()
    places = Places(1, moment=MOMENT, seconds=seconds)
    assert places.take()
    seconds.now += MOMENT
    assert not places.take()


def test_the_moment_counts_from_the_last_that_was_taken() -> None:
    seconds = Seconds()
    places = Places(2, moment=MOMENT, seconds=seconds)
    assert places.take()
    seconds.now += MOMENT
    assert places.take()
    waiting, found = taken_later(places)
    waiting.join(0.05)
    assert found == []
    places.give_back()
    waiting.join(MOMENT)
    assert found == [True]
