"""`index_permutation`: every counter has an index of its own, and it says nothing about the counter."""

from itertools import pairwise
from statistics import mean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc_core.index_permutation import IndexPermutation

KNOWN = [426534, 476757, 189968, 661736]
KEYS = st.binary(min_size=16, max_size=64)


@given(KEYS, st.integers(1, 10))
def test_every_index_comes_once(key: bytes, bits: int) -> None:
    permutation = IndexPermutation(key, bits)
    assert sorted(map(permutation.index, range(permutation.size))) == list(range(permutation.size))


@given(KEYS, st.integers(11, 32), st.data())
def test_two_counters_of_a_large_list_never_meet(key: bytes, bits: int, data: st.DataObject) -> None:
    permutation = IndexPermutation(key, bits)
    counters = data.draw(st.sets(st.integers(0, permutation.size - 1), min_size=2, max_size=20))
    indices = {permutation.index(counter) for counter in counters}
    assert len(indices) == len(counters)
    assert all(0 <= index < permutation.size for index in indices)


@pytest.mark.parametrize("bits", [19, 20])
def test_counters_in_a_row_are_spread_over_the_list(bits: int) -> None:
    """16 bins of 4,096 draws: no bin strays by five deviations, and neighbours do not follow one another."""
    permutation = IndexPermutation(bytes(range(16)), bits)
    indices = [permutation.index(counter) for counter in range(4096)]
    bins = [sum(index * 16 // permutation.size == number for index in indices) for number in range(16)]
    assert all(abs(count - 256) < 5 * 16 for count in bins)
    steps = [abs(second - first) / permutation.size for first, second in pairwise(indices)]
    assert mean(steps) == pytest.approx(1 / 3, abs=0.02)
    assert pstdev(steps) == pytest.approx(0.2357, abs=0.02)


def test_another_key_gives_another_order() -> None:
    orders = {tuple(map(IndexPermutation(bytes([number]) * 16, 8).index, range(256))) for number in range(32)}
    assert len(orders) == 32


def test_the_order_never_changes() -> None:
    """An index given out stays given out: the construction is part of what a database holds."""
    permutation = IndexPermutation(b"0123456789abcdef", 20)
    assert [permutation.index(counter) for counter in range(4)] == KNOWN


@pytest.mark.parametrize(
    ("key", "bits"),
    [(b"short", 20), (bytes(65), 20), (bytes(16), 0), (bytes(16), 33)],
    ids=["key_short", "key_long", "no_bits", "too_many_bits"],
)
def test_a_permutation_needs_a_key_and_a_size(key: bytes, bits: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  our own mistake, whatever its words
        IndexPermutation(key, bits)


@pytest.mark.parametrize("counter", [-1, 256])
def test_a_full_list_gives_no_index(counter: int) -> None:
    with pytest.raises(ValueError, match="beyond"):
        IndexPermutation(bytes(16), 8).index(counter)
