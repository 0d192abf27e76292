"""What is kept of status lists is bounded, in number and in bytes."""

from datetime import timedelta

import pytest

from tests.verifier.world import NOW
from vc_core.verification import StatusFetched
from verifier.adapters.database import Database
from verifier.adapters.status_cache import StoredStatusTokens
from verifier.ports import CachedStatusToken


def kept(database_url: str, sizes: list[int], *, max_lists: int = 100, max_bytes: int = 10_000) -> list[int]:
    """The numbers of those still here after all were put, a second apart."""
    cache = StoredStatusTokens(Database(database_url), max_lists=max_lists, max_bytes=max_bytes)
    for number, size in enumerate(sizes):
        at = NOW + timedelta(seconds=number)
        token = StatusFetched(body=b"x" * size, content_type="text/plain", fetched_at=at)
        cache.put(f"https://issuer.example/{number}", CachedStatusToken(token=token, etag=None))
    return [number for number in range(len(sizes)) if cache.find(f"https://issuer.example/{number}")]


@pytest.mark.parametrize(
    ("sizes", "bounds", "expected"),
    [
        pytest.param([1, 1, 1], {}, [0, 1, 2], id="within_bounds"),
        pytest.param([1, 1, 1, 1], {"max_lists": 2}, [2, 3], id="too_many"),
        pytest.param([40, 40, 40], {"max_bytes": 100}, [1, 2], id="too_large_together"),
        pytest.param([40, 40, 90], {"max_bytes": 100}, [2], id="a_large_one_drives_out_two"),
        pytest.param([40, 400], {"max_bytes": 100}, [1], id="the_one_just_put_stays"),
    ],
)
def test_the_oldest_go_first(database_url: str, sizes: list[int], bounds: dict[str, int], expected: list[int]) -> None:
    assert kept(database_url, sizes, **bounds) == expected


def test_how_long_a_list_is_held_is_kept(database_url: str) -> None:
    cache = StoredStatusTokens(Database(database_url))
    token = StatusFetched(body=b"x", content_type="text/plain", fetched_at=NOW)
    cached = CachedStatusToken(token=token, etag='"1"', held_until=NOW + timedelta(minutes=1))
    cache.put("https://issuer.example/1", cached)
    assert cache.find("https://issuer.example/1") == cached
