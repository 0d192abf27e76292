"""What was read a moment ago is kept for a moment."""

from datetime import timedelta

import pytest

from tests.verifier.world import NOW
from verifier.recently import Recently

KEEP = timedelta(seconds=1)


def recently() -> Recently[str]:
    kept: Recently[str] = Recently(KEEP, most=2)
    kept.put("a", "first", NOW)
    return kept


def test_it_is_kept_for_a_moment() -> None:
    assert recently().get("a", NOW + KEEP - timedelta(microseconds=1)) == "first"


@pytest.mark.parametrize("passed", [KEEP, -KEEP], ids=["over", "clock_set_back"])
def test_it_is_not_kept_longer(passed: timedelta) -> None:
    assert recently().get("a", NOW + passed) is None


def test_what_was_never_read_is_not_there() -> None:
    assert recently().get("b", NOW) is None


def test_what_is_read_again_takes_the_place_of_what_was_read_before() -> None:
    kept = recently()
    kept.put("a", "second", NOW + KEEP)
    assert kept.get("a", NOW + KEEP) == "second"


def test_the_one_read_longest_ago_makes_room() -> None:
    kept = recently()
    kept.put("b", "b", NOW)
    kept.put("a", "again", NOW)
    kept.put("c", "c", NOW)
    assert [kept.get(key, NOW) for key in "abc"] == ["again", None, "c"]
