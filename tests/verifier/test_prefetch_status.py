"""All status lists fetched beforehand: who is asked, what one failure leads to, and that no verification asks again."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.world import BASE_URL, ISSUER_URL, NOW, STATUS_URIS, StatusServer, World
from vc_core.status_list import StatusReference
from vc_core.trust import ConsultedList, TrustList, TrustLists, TrustUnavailable
from vc_core.verification import StatusFetched, StatusUnavailable
from verifier.adapters.database import Database
from verifier.adapters.fetch_leases import StoredLeases
from verifier.adapters.keys import load_certificate
from verifier.adapters.status_cache import StoredStatusTokens
from verifier.adapters.trust_list import FileSource, StoredTrustMemory, TrustListReader
from verifier.places import Places
from verifier.ports import Downloaded, NotModified
from verifier.prefetch_status import Prefetched, PrefetchStatus
from verifier.settings import VerifierSettings
from verifier.status_lists import MOST_WAITING, StatusAnswer, StatusLists

DAY = {"day": "2026-02-15"}
AGGREGATION = f"{ISSUER_URL}/status"
HOLD = timedelta(minutes=10)
DOWNLOAD_SECONDS = 1.0
"""Longer than the threads take to begin on a busy machine."""


@dataclass
class Issuer:
    """`ports.Fetch`: the status lists of the world and their aggregation. broken: the answer of single addresses."""

    lists: StatusServer
    listed: list[str] = field(default_factory=lambda: list(STATUS_URIS.values()))
    broken: dict[str, Downloaded | StatusUnavailable] = field(default_factory=dict)
    seconds: float = 0
    asked: list[str] = field(default_factory=list)

    def __call__(
        self, uri: str, *, accept: str, etag: str | None, permitted: Callable[[str], bool]
    ) -> Downloaded | NotModified | StatusUnavailable:
        self.asked.append(uri)
        time.sleep(self.seconds)
        assert permitted(uri)
        if uri in self.broken:
            return self.broken[uri]
        if uri == AGGREGATION:
            return Downloaded(body=json.dumps({"status_lists": self.listed}).encode(), content_type="application/json")
        return self.lists(uri, accept=accept, etag=etag, permitted=permitted)


@pytest.fixture
def issuer(world: World) -> Issuer:
    return Issuer(world.lists)


def lists_of(issuer: Issuer, database_url: str, *, reuse: float = 2) -> StatusLists:
    """What one worker has."""
    database = Database(database_url)
    return StatusLists(
        fetch=issuer,
        cache=StoredStatusTokens(database),
        leases=StoredLeases(database),
        reuse=timedelta(seconds=reuse),
        patience=timedelta(seconds=5),
        pause=time.sleep,
        places=Places(MOST_WAITING, moment=0, seconds=time.monotonic),
    )


@pytest.fixture
def prefetch(issuer: Issuer, world: World, database_url: str) -> PrefetchStatus:
    pki = world.folder / "pki"
    reader = TrustListReader(
        FileSource(pki / "trust-list.jwt"),
        operator=load_certificate(pki / "operator.pem"),
        memory=StoredTrustMemory(Database(database_url)),
    )
    return PrefetchStatus(read_trust=reader, fetch=issuer, lists=lists_of(issuer, database_url))


def outcome(prefetched: tuple[Prefetched, ...]) -> dict[str, str | None]:
    return {one.uri: one.reason for one in prefetched}


@pytest.fixture
def client(make_app: MakeApp) -> Iterator[TestClient]:
    """The service; it has the status lists from `world.lists` alone, whose calls are counted."""
    with TestClient(make_app(), base_url=BASE_URL) as client:
        yield client


def word(client: TestClient, text: str) -> str:
    verdict: str = client.post("/v1/verify", json={"text": text, "expected": DAY}).json()["verdict"]
    return verdict


def test_every_list_of_the_aggregation_is_fetched(prefetch: PrefetchStatus, issuer: Issuer) -> None:
    assert outcome(prefetch(NOW, HOLD)) == dict.fromkeys(STATUS_URIS.values())
    assert sorted(issuer.asked) == sorted([AGGREGATION, *STATUS_URIS.values()])


def test_a_verification_whose_list_is_here_asks_nobody(
    prefetch: PrefetchStatus, client: TestClient, world: World
) -> None:
    """Issue 4: no request to the issuer tells who is being checked."""
    prefetch(NOW, HOLD)
    world.lists.calls.clear()
    for code in (world.code(), world.code(), world.code(type_id="ehic")):
        assert word(client, code) == "CONFIRMED"
    world.clock.forward(minutes=9)
    assert word(client, world.code()) == "CONFIRMED"
    assert world.lists.calls == []


def test_offline_what_was_fetched_still_says_what_is_withdrawn(
    prefetch: PrefetchStatus, client: TestClient, world: World
) -> None:
    code = world.code()
    world.withdraw_last()
    prefetch(NOW, HOLD)
    world.lists.down = StatusUnavailable(reason="unreachable")
    world.clock.forward(minutes=5)
    assert word(client, code) == "WITHDRAWN"


@pytest.mark.parametrize(
    ("hold", "later", "asks"),
    [
        pytest.param(timedelta(minutes=10), timedelta(minutes=10), 1, id="the_hold_is_over"),
        pytest.param(timedelta(days=1), timedelta(minutes=14), 0, id="within_ttl"),
        pytest.param(timedelta(days=1), timedelta(minutes=15), 1, id="the_ttl_is_over"),
    ],
)
def test_a_list_is_asked_for_again_when_its_time_is_over(
    prefetch: PrefetchStatus, client: TestClient, world: World, hold: timedelta, later: timedelta, asks: int
) -> None:
    prefetch(NOW, hold)
    world.lists.calls.clear()
    world.clock.now += later
    word(client, world.code())
    assert len(world.lists.calls) == asks


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(StatusUnavailable(reason="http_500"), "http_500", id="server_error"),
        pytest.param(StatusUnavailable(reason="timeout"), "timeout", id="timeout"),
        pytest.param(Downloaded(body=b"<html>", content_type="text/html"), "media_type_wrong", id="not_a_token"),
    ],
)
def test_one_bad_list_does_not_stop_the_rest(
    prefetch: PrefetchStatus, issuer: Issuer, answer: Downloaded | StatusUnavailable, reason: str
) -> None:
    issuer.broken[STATUS_URIS["a1"]] = answer
    assert outcome(prefetch(NOW, HOLD)) == {**dict.fromkeys(STATUS_URIS.values()), STATUS_URIS["a1"]: reason}


def test_a_list_of_another_address_is_said_to_be_one(prefetch: PrefetchStatus, issuer: Issuer, world: World) -> None:
    other = Downloaded(body=world.lists.token(STATUS_URIS["ehic"]).encode(), content_type=world.lists.content_type)
    issuer.broken[STATUS_URIS["a1"]] = other
    assert outcome(prefetch(NOW, HOLD))[STATUS_URIS["a1"]] == "status_list_of_other_uri"


@pytest.mark.parametrize(
    "uri", ["https://elsewhere.example/status/1", f"{ISSUER_URL}/status/../admin", f"{ISSUER_URL}/other/1"]
)
def test_an_address_that_the_trust_list_does_not_allow_is_not_asked(
    prefetch: PrefetchStatus, issuer: Issuer, uri: str
) -> None:
    issuer.listed.insert(0, uri)
    assert outcome(prefetch(NOW, HOLD)) == {**dict.fromkeys(STATUS_URIS.values()), uri: "address_not_permitted"}
    assert uri not in issuer.asked


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(StatusUnavailable(reason="http_404"), "http_404", id="not_found"),
        pytest.param(Downloaded(body=b"[]", content_type="application/json"), None, id="not_an_object"),
        pytest.param(
            Downloaded(body=b'{"status_lists": 1}', content_type="application/json"), "aggregation_malformed", id="form"
        ),
    ],
)
def test_an_aggregation_that_cannot_be_read_is_an_outcome(
    prefetch: PrefetchStatus, issuer: Issuer, answer: Downloaded | StatusUnavailable, reason: str | None
) -> None:
    issuer.broken[AGGREGATION] = answer
    [one] = prefetch(NOW, HOLD)
    assert one.uri == AGGREGATION
    assert one.reason is not None
    assert reason in (None, one.reason)


def test_without_a_trust_list_nobody_is_asked(prefetch: PrefetchStatus, issuer: Issuer) -> None:
    none = PrefetchStatus(
        read_trust=lambda _: TrustUnavailable(reason="trust_list_stale"), fetch=issuer, lists=prefetch.lists
    )
    assert outcome(none(NOW, HOLD)) == {"trust_list": "trust_list_stale"}
    assert issuer.asked == []


def test_of_several_trust_lists_one_that_is_missing_is_told_and_the_others_are_gone_by(
    prefetch: PrefetchStatus, issuer: Issuer
) -> None:
    good = prefetch.read_trust(NOW)
    assert isinstance(good, TrustList)
    stale = TrustUnavailable(reason="trust_list_stale")
    several = TrustLists(lists=(ConsultedList(name="fr", published=good), ConsultedList(name="de", published=stale)))
    found = PrefetchStatus(read_trust=lambda _: several, fetch=issuer, lists=prefetch.lists)(NOW, HOLD)
    assert outcome(found) == {**dict.fromkeys(STATUS_URIS.values()), "trust_list de": "trust_list_stale"}


def at_once(work: list[Callable[[], StatusAnswer]]) -> list[StatusAnswer]:
    """The results of all, begun together."""
    gate = threading.Barrier(len(work))
    results: list[StatusAnswer] = []

    def run(one: Callable[[], StatusAnswer]) -> None:
        gate.wait()
        results.append(one())

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize(("workers", "each_waits"), [(1, MOST_WAITING), (4, 2)])
def test_who_needs_the_same_list_at_once_waits_for_one_download(
    issuer: Issuer, database_url: str, workers: int, each_waits: int
) -> None:
    issuer.seconds, uri = DOWNLOAD_SECONDS, STATUS_URIS["a1"]
    each = [lists_of(issuer, database_url) for _ in range(workers)]
    results = at_once([partial(one.needed, uri, lambda _: True, NOW) for one in each * each_waits])
    assert issuer.asked == [uri]
    fetched = [one for one in results if isinstance(one, StatusFetched)]
    assert len(fetched) == len(results) == workers * each_waits
    assert len({one.body for one in fetched}) == 1


def test_a_failure_is_shared_too(issuer: Issuer, database_url: str) -> None:
    uri = STATUS_URIS["a1"]
    issuer.seconds, issuer.broken[uri] = DOWNLOAD_SECONDS, StatusUnavailable(reason="timeout")
    lists = lists_of(issuer, database_url)
    results = at_once([lambda: lists.needed(uri, lambda _: True, NOW)] * MOST_WAITING)
    assert results == [StatusUnavailable(reason="timeout")] * MOST_WAITING
    assert issuer.asked == [uri]


def test_the_lease_of_a_worker_that_died_ends(issuer: Issuer, database_url: str) -> None:
    uri, dead = STATUS_URIS["a1"], StoredLeases(Database(database_url))
    assert dead.acquire(uri, now=NOW, until=NOW + timedelta(seconds=10))
    living = StoredLeases(Database(database_url))
    assert not living.acquire(uri, now=NOW + timedelta(seconds=9), until=NOW + timedelta(seconds=19))
    living.release(uri)  # of another holder: without effect
    assert not living.acquire(uri, now=NOW + timedelta(seconds=9), until=NOW + timedelta(seconds=19))
    assert living.acquire(uri, now=NOW + timedelta(seconds=10), until=NOW + timedelta(seconds=20))


@contextmanager
def running(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=BASE_URL) as client:
        yield client


def test_the_service_refreshes_all_lists_by_itself(world: World, database_url: str, issuer: Issuer) -> None:
    """Two workers, one round: the second finds the round taken."""
    from verifier.app.service import build_app

    settings = VerifierSettings(data=world.folder, base_url=BASE_URL, database_url=database_url, prefetch_seconds=0.2)
    apps = [build_app(settings, clock=world.clock, fetch=issuer, catalogue=world.catalogue) for _ in range(2)]
    with running(apps[0]) as client, running(apps[1]):
        for _ in range(200):
            if len(issuer.asked) > len(STATUS_URIS):
                break
            time.sleep(0.02)
        time.sleep(0.5)
        assert sorted(issuer.asked) == sorted([AGGREGATION, *STATUS_URIS.values()])
        world.clock.forward(seconds=0.1)
        assert word(client, world.code()) == "CONFIRMED"
    assert world.lists.calls.count(STATUS_URIS["a1"]) == 1


def test_a_reference_to_an_unlisted_list_is_still_asked_for(
    prefetch: PrefetchStatus, client: TestClient, world: World
) -> None:
    prefetch(NOW, HOLD)
    world.lists.calls.clear()
    uri = f"{ISSUER_URL}/status/9"
    world.lists.signers = {**world.lists.signers, uri: world.lists.signers[STATUS_URIS["a1"]]}
    assert word(client, world.code(status=StatusReference(uri=uri, idx=9))) == "CONFIRMED"
    assert world.lists.calls == [uri]
