"""How many may wait for status lists at once, what the others get meanwhile, and who takes no place."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.verifier.world import ISSUER_URL, NOW, STATUS_URIS, StatusServer, World
from vc_core.trust import TrustUnavailable
from vc_core.verification import StatusFetched, StatusUnavailable
from verifier.adapters.database import Database
from verifier.adapters.fetch_leases import StoredLeases
from verifier.adapters.status_cache import StoredStatusTokens
from verifier.app.evidence import gathering_beside_requests
from verifier.gather_evidence import GatherEvidence
from verifier.places import Places
from verifier.ports import Downloaded, NotModified, Unmeasured
from verifier.status_lists import MOST_WAITING, StatusAnswer, StatusLists

URI = STATUS_URIS["a1"]
SLOW = tuple(f"{ISSUER_URL}/status/{number}" for number in range(90, 90 + MOST_WAITING))
PATIENCE = 30
"""Seconds; longer than anything takes here that goes well."""

REUSE = timedelta(seconds=2)
TOO_MANY = StatusUnavailable(reason="too_many_waiting")


@dataclass
class Server:
    """`ports.Fetch`: the status lists of the world. slow: those that come only when `go_on` is set."""

    lists: StatusServer
    slow: set[str] = field(default_factory=set)
    go_on: threading.Event = field(default_factory=threading.Event)
    asking: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __call__(
        self, uri: str, *, accept: str, etag: str | None, permitted: Callable[[str], bool]
    ) -> Downloaded | NotModified | StatusUnavailable:
        if uri in self.slow:
            self.asking.release()
            assert self.go_on.wait(PATIENCE)
        return self.lists(uri, accept=accept, etag=etag, permitted=permitted)


class ToldPlaces(Places):
    """Those of the service, but nobody waits for one; tells of each that is taken."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        super().__init__(most, moment=0, seconds=time.monotonic)
        self.taken = threading.Semaphore(0)

    def take(self) -> bool:
        if got := super().take():
            self.taken.release()
        return got


class Counted(Unmeasured):
    """`ports.Measures`."""

    lists_not_awaited = 0

    def not_awaited(self) -> None:
        self.lists_not_awaited += 1


@pytest.fixture
def server(world: World) -> Server:
    world.lists.signers = {**world.lists.signers, **dict.fromkeys(SLOW, world.lists.signers[URI])}
    return Server(world.lists)


@pytest.fixture
def places() -> ToldPlaces:
    return ToldPlaces()


@pytest.fixture
def lists(server: Server, places: ToldPlaces, database_url: str) -> Iterator[StatusLists]:
    """What one worker has."""
    database = Database(database_url)
    yield StatusLists(
        fetch=server,
        cache=StoredStatusTokens(database),
        leases=StoredLeases(database),
        reuse=REUSE,
        patience=timedelta(seconds=PATIENCE),
        pause=time.sleep,
        places=places,
        measures=Counted(),
    )
    database.close()


def needed(lists: StatusLists, uri: str, *, later: timedelta = timedelta(0)) -> StatusAnswer:
    return lists.needed(uri, lambda _: True, NOW + later)


def not_awaited(lists: StatusLists) -> int:
    assert isinstance(lists.measures, Counted)
    return lists.measures.lists_not_awaited


@contextmanager
def waiting(lists: StatusLists, places: ToldPlaces, uris: tuple[str, ...]) -> Iterator[list[StatusAnswer]]:
    """A thread for each list, each with a place. What they got is there when the server has gone on."""
    answers: list[StatusAnswer] = []
    threads = [threading.Thread(target=lambda uri=uri: answers.append(needed(lists, uri))) for uri in uris]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert places.taken.acquire(timeout=PATIENCE)
    try:
        yield answers
    finally:
        assert isinstance(lists.fetch, Server)
        lists.fetch.go_on.set()
        for thread in threads:
            thread.join(PATIENCE)


ALL_PLACES = [
    pytest.param((SLOW[0],) * MOST_WAITING, id="one_list"),
    pytest.param(SLOW, id="a_list_each"),
]


@pytest.mark.parametrize("uris", ALL_PLACES)
@pytest.mark.parametrize("uri", [SLOW[0], URI], ids=["a_slow_list", "a_quick_one"])
def test_when_all_places_are_taken_one_more_does_not_wait(
    lists: StatusLists, server: Server, places: ToldPlaces, uris: tuple[str, ...], uri: str
) -> None:
    server.slow = set(uris)
    with waiting(lists, places, uris) as answers:
        assert needed(lists, uri) == TOO_MANY
        assert answers == []
        assert not_awaited(lists) == 1
    assert not_awaited(lists) == 1
    assert len(answers) == MOST_WAITING
    assert all(isinstance(answer, StatusFetched) for answer in answers)


@pytest.mark.parametrize("uris", [(SLOW[0],) * (MOST_WAITING - 1), SLOW[:-1]], ids=["one_list", "a_list_each"])
def test_when_one_place_is_left_it_may_be_taken(
    lists: StatusLists, server: Server, places: ToldPlaces, uris: tuple[str, ...]
) -> None:
    server.slow = set(uris)
    with waiting(lists, places, uris):
        assert isinstance(needed(lists, URI), StatusFetched)
    assert not_awaited(lists) == 0


def test_who_waits_for_another_worker_has_a_place_too(
    lists: StatusLists, places: ToldPlaces, database_url: str
) -> None:
    database = Database(database_url)
    other = StoredLeases(database)
    assert other.acquire(SLOW[0], now=NOW, until=NOW + timedelta(minutes=1))
    with waiting(lists, places, (SLOW[0],) * MOST_WAITING) as answers:
        assert needed(lists, SLOW[0]) == TOO_MANY
        other.release(SLOW[0])
    assert len(answers) == MOST_WAITING
    assert all(isinstance(answer, StatusFetched) for answer in answers)
    database.close()


def test_who_finds_no_place_goes_by_what_is_kept(lists: StatusLists, server: Server, places: ToldPlaces) -> None:
    """As it was fetched, so that the core sees how old it is."""
    kept = needed(lists, URI)
    assert places.taken.acquire(timeout=PATIENCE)
    server.slow = set(SLOW)
    with waiting(lists, places, SLOW):
        assert needed(lists, URI, later=timedelta(days=1)) == kept
    assert isinstance(kept, StatusFetched)
    assert kept.fetched_at == NOW


def test_a_list_at_hand_needs_no_place(lists: StatusLists, server: Server, places: ToldPlaces) -> None:
    kept = needed(lists, URI)
    assert places.taken.acquire(timeout=PATIENCE)
    server.slow = {*SLOW, URI}
    with waiting(lists, places, SLOW):
        assert needed(lists, URI, later=REUSE / 2) == kept


def test_a_place_is_given_back_where_nothing_came(lists: StatusLists, world: World) -> None:
    world.lists.down = StatusUnavailable(reason="timeout")
    for _ in range(MOST_WAITING):
        assert needed(lists, URI) == StatusUnavailable(reason="timeout")
    world.lists.down = None
    assert isinstance(needed(lists, URI), StatusFetched)


def test_a_place_is_given_back_after_a_bug(lists: StatusLists) -> None:
    def broken(*_: object, **__: object) -> StatusUnavailable:
        raise ZeroDivisionError

    for _ in range(MOST_WAITING):
        with pytest.raises(ZeroDivisionError):
            needed(replace(lists, fetch=broken), URI)
    assert isinstance(needed(lists, URI), StatusFetched)


# ------------------------------------------------------------------------------------------- beside the requests
def beside(lists: StatusLists) -> StatusLists:
    return gathering_beside_requests(GatherEvidence(read_trust=no_trust, lists=lists)).lists


def no_trust(_: datetime) -> TrustUnavailable:
    return TrustUnavailable(reason="trust_list_unreadable")


def test_fetching_beforehand_needs_no_place(lists: StatusLists, server: Server, places: ToldPlaces) -> None:
    server.slow, hold = set(SLOW), timedelta(minutes=10)
    with waiting(lists, places, SLOW):
        fetched = lists.renewed(URI, lambda _: True, NOW, hold)
        assert isinstance(fetched, StatusFetched)
        assert needed(lists, URI, later=hold / 2) == fetched


def test_fetching_beforehand_takes_no_place(lists: StatusLists, server: Server) -> None:
    server.slow = set(SLOW)
    threads = [
        threading.Thread(target=partial(lists.renewed, uri, lambda _: True, NOW, timedelta(minutes=10))) for uri in SLOW
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert server.asking.acquire(timeout=PATIENCE)
    assert isinstance(needed(lists, URI), StatusFetched)
    server.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)


def test_what_is_beside_the_requests_needs_no_place_of_theirs(
    lists: StatusLists, server: Server, places: ToldPlaces
) -> None:
    server.slow = set(SLOW)
    with waiting(lists, places, SLOW):
        assert isinstance(needed(beside(lists), URI), StatusFetched)


def test_what_is_beside_the_requests_takes_no_place_of_theirs(
    lists: StatusLists, server: Server, places: ToldPlaces
) -> None:
    server.slow = set(SLOW)
    round_ = threading.Thread(target=needed, args=(beside(lists), SLOW[-1]))
    round_.start()
    assert server.asking.acquire(timeout=PATIENCE)
    with waiting(lists, places, SLOW[:-1]):
        assert isinstance(needed(lists, URI), StatusFetched)
    round_.join(PATIENCE)
