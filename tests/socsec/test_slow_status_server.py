"""More presentations at once than may wait, one worker of the verifier, and a server of status lists that does not
answer: over real HTTP, in the spirit of the fault drill."""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from conformance.faulty_server import FaultyServer, Silence
from conformance.world import World
from conformance.world_folder import write_world
from issuer.faults import Desk, StatusDesk
from socsec import serving
from socsec.workers import THREADS, worker_processes
from tests.scraped import scraped
from vc_core.formats.registry import INSPECTION_CODE
from verifier.settings import VerifierSettings
from verifier.status_lists import MOST_WAITING

FETCH_SECONDS = 2.0
"""For so long the verifier waits for the server."""

AT_ONCE = 2 * THREADS
TOKEN = "the operator's own token"
DESK = {"Recheck-Desk": "d" * 48}
REQUEST = {"type": "a1", "profile": "building_site", "expected": {"host_state": "DE"}}


@dataclass(frozen=True)
class Running:
    """One worker, and the servers of the lists."""

    world: World
    status: FaultyServer
    client: httpx2.Client

    def desk(self, purpose: str) -> tuple[Desk, StatusDesk]:
        """A document, and its list, which is not asked for yet."""
        type_id = next(iter(self.world.subjects))
        claims = self.world.claims(type_id)
        desk = self.world.desk(type_id, INSPECTION_CODE.id, claims=claims, purpose=purpose)
        return desk, self.world.status_desk(desk, purpose)

    def answers(self, provider: StatusDesk, behaviour: Any) -> None:
        self.status.behave(provider.reference.uri.removeprefix(self.status.address), behaviour)

    def verdict(self, text: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        subject = self.world.subjects[next(iter(self.world.subjects))]
        asked = {"day": self.world.day.isoformat(), "host_state": subject.host_state}
        answer = self.client.post("/v1/verify", json={"text": text, "expected": asked}, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    status, url, data = FaultyServer(), serving.free_url(), tmp_path_factory.mktemp("slow") / "data"
    world = World.make(now=datetime.now(UTC), places={"status": f"{status.address}/status/", "verifier": url})
    write_world(world, data)
    settings = VerifierSettings(
        data=data,
        base_url=url,
        fetch_timeout_seconds=FETCH_SECONDS,
        status_reuse_seconds=600,
        recheck_seconds=3600,
        metrics_token=SecretStr(TOKEN),
    )
    with (
        status.listening(),
        worker_processes([settings], workers=1, log_level=logging.WARNING),
        httpx2.Client(base_url=url, timeout=30) as client,
    ):
        yield Running(world, status, client)
    status.close()


def reason(verdict: dict[str, Any]) -> tuple[str, str]:
    [check] = [one for one in verdict["checks"] if one["id"] == "status.token_available"]
    return verdict["verdict"], check["reason"]


def recheck(running: Running) -> list[dict[str, Any]]:
    """All verdicts of the desk, after asking again."""
    headers = {"Authorization": f"Bearer {DESK['Recheck-Desk']}"}
    found: list[dict[str, Any]] = running.client.post("/v1/rechecks/run", headers=headers).json()["rechecks"]
    return found


def beyond(asked: Sequence[Future[Any]]) -> list[Any]:
    """What those got who found no place. They are answered first; the others still wait."""
    answered = [one.result() for one in islice(as_completed(asked), len(asked) - MOST_WAITING)]
    assert sum(not one.done() for one in asked) == MOST_WAITING
    return answered


@pytest.fixture(scope="module")
def at_hand(running: Running) -> str:
    """A document whose list was fetched a moment ago."""
    desk, its_list = running.desk("at hand")
    running.answers(its_list, its_list.answer())
    text = desk.credential()
    assert running.verdict(text)["verdict"] == "CONFIRMED"
    return text


def test_more_checks_than_may_wait_hold_up_nobody_whose_list_is_here(running: Running, at_hand: str) -> None:
    slow, its_list = running.desk("slow")
    running.answers(its_list, Silence(10 * FETCH_SECONDS))
    text = slow.credential()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(running.verdict, text) for _ in range(AT_ONCE)]
        found = Counter(map(reason, beyond(asked)))
        started = time.monotonic()
        assert running.verdict(at_hand)["verdict"] == "CONFIRMED"
        assert time.monotonic() - started < FETCH_SECONDS / 3
        assert sum(not one.done() for one in asked) == MOST_WAITING
    assert found == {("CANNOT_CONFIRM", "too_many_waiting"): AT_ONCE - MOST_WAITING}
    found = Counter(reason(one.result()) for one in asked)
    assert found[("CANNOT_CONFIRM", "timeout")] == MOST_WAITING
    assert found.total() == AT_ONCE
    headers = {"Authorization": f"Bearer {TOKEN}"}
    numbers = scraped(running.client.get("/metrics", headers=headers).text)
    assert numbers["socsec_verifier_lists_not_awaited_total"] == AT_ONCE - MOST_WAITING


def test_more_rechecks_than_may_wait_hold_up_nobody_who_makes_a_request(running: Running) -> None:
    """They stay open, and are settled once the server answers."""
    slow, its_list = running.desk("slow to be checked again")
    running.answers(its_list, Silence(10 * FETCH_SECONDS))
    assert reason(running.verdict(slow.credential(), DESK)) == ("CANNOT_CONFIRM", "timeout")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(recheck, running) for _ in range(AT_ONCE)]
        beyond(asked)
        started = time.monotonic()
        assert running.client.post("/v1/requests", json=REQUEST).status_code == 201
        assert time.monotonic() - started < FETCH_SECONDS / 3
        assert sum(not one.done() for one in asked) == MOST_WAITING
    assert {(one["verdict"], one["open"]) for each in asked for one in each.result()} == {("CANNOT_CONFIRM", True)}
    running.answers(its_list, its_list.answer())
    assert [(one["verdict"], one["open"]) for one in recheck(running)] == [("CONFIRMED", False)]
