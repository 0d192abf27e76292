"""Several worker processes of both services: what one wrote the others know, and an ended one is replaced."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from issuer.adapters.database import Database
from issuer.settings import IssuerSettings
from socsec import serving
from socsec.workers import NotStartedError, ServiceSettings, Workforce, worker_processes
from tests.scraped import scraped
from tests.socsec.pilots import URSSAF, pilot_of_today, register
from verifier.settings import VerifierSettings

WORKERS = 2
TOKEN = "the operator's own token"


@dataclass(frozen=True)
class Running:
    issuer: str
    verifier: str
    api_key: str
    force: Workforce

    def register(self, idempotency_key: str) -> httpx2.Response:
        return register(self.issuer, self.api_key, idempotency_key)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data, issuer = tmp_path_factory.mktemp("workers") / "data", serving.free_url()
    verifier = serving.free_url()
    keys = pilot_of_today(data, issuer)
    services: list[ServiceSettings] = [
        IssuerSettings(data=data, base_url=issuer, metrics_token=SecretStr(TOKEN)),
        VerifierSettings(data=data, base_url=verifier, metrics_token=SecretStr(TOKEN)),
    ]
    with worker_processes(services, workers=WORKERS, log_level=logging.WARNING) as force:
        yield Running(issuer, verifier, keys[URSSAF], force)


def many(call: Any, count: int = 16) -> list[httpx2.Response]:
    """At once, each on a connection of its own, so that every worker gets some."""
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(call, range(count)))


def test_every_service_has_its_workers(running: Running) -> None:
    assert len(set(running.force.process_ids)) == 2 * WORKERS


def test_a_connection_outlives_the_patience_of_clients(running: Running) -> None:
    """Most keep an idle one for five seconds: the service must not close it in the moment in which they use it."""
    connection = HTTPConnection(running.issuer.removeprefix("http://"), timeout=10)
    connection.connect()
    connection.auto_open = 0
    for pause in (0.0, 5.5):
        time.sleep(pause)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
    connection.close()


def test_one_document_is_registered_once_whichever_workers_are_asked(running: Running) -> None:
    answers = many(lambda _: running.register("the-same"))
    assert {answer.status_code for answer in answers} == {200, 201}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len({answer.json()["document_id"] for answer in answers}) == 1


def test_a_request_made_by_one_worker_is_known_to_all(running: Running) -> None:
    body = {"type": "a1", "profile": "building_site", "expected": {"host_state": "DE"}}
    offer = httpx2.post(f"{running.verifier}/v1/requests", json=body).json()
    objects = many(lambda _: httpx2.get(f"{running.verifier}/request/{offer['id']}"))
    assert {answer.status_code for answer in objects} == {200}
    headers = {"Authorization": f"Bearer {offer['read_token']}"}
    results = many(lambda _: httpx2.get(f"{running.verifier}/v1/requests/{offer['id']}", headers=headers))
    assert {answer.json()["state"] for answer in results} == {"fetched"}


def counted(url: str, sample: str) -> set[float]:
    """A number, as whichever worker is asked tells it."""
    answers = many(lambda _: httpx2.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}))
    return {scraped(answer.text).get(sample, 0.0) for answer in answers}


NONCES = "socsec_issuer_http_requests_total{method=POST,route=/nonce,status=2xx}"


def test_each_worker_tells_what_all_have_counted(running: Running) -> None:
    many(lambda _: httpx2.post(f"{running.issuer}/nonce"))
    assert counted(running.issuer, NONCES) == {16}
    check = "socsec_verifier_check_seconds_count{check=format.well_formed}"
    code = running.register("the-same").json()["inspection_code"]["text"]
    day = datetime.now(UTC).date().isoformat()
    many(lambda _: httpx2.post(f"{running.verifier}/v1/verify", json={"text": code, "expected": {"day": day}}))
    assert counted(running.verifier, check) == {16}
    assert counted(running.verifier, NONCES) == {0}


def test_what_was_counted_outlives_its_worker(running: Running) -> None:
    httpx2.post(f"{running.issuer}/nonce")
    (before,) = counted(running.issuer, NONCES)
    for place in range(WORKERS):
        os.kill(running.force.process_ids[place], signal.SIGKILL)
        running.force.workers[place].process.join(10)
        running.force.replace_ended()
        running.force.workers[place].await_ready()
    assert counted(running.issuer, NONCES) == {before}
    httpx2.post(f"{running.issuer}/nonce")
    assert counted(running.issuer, NONCES) == {before + 1}


def test_a_worker_that_is_killed_is_replaced(running: Running) -> None:
    before = running.force.process_ids
    os.kill(before[0], signal.SIGKILL)
    running.force.workers[0].process.join(10)
    running.force.replace_ended()
    running.force.workers[0].await_ready()
    after = running.force.process_ids
    assert after[0] != before[0]
    assert after[1:] == before[1:]
    assert {answer.status_code for answer in many(lambda _: httpx2.get(f"{running.issuer}/healthz"))} == {200}


def test_an_address_that_is_taken_starts_nothing(running: Running, tmp_path: Path) -> None:
    taken = IssuerSettings(data=tmp_path, base_url=running.issuer)
    with (
        pytest.raises(OSError, match="in use"),
        worker_processes([taken], workers=1, log_level=logging.WARNING),
    ):
        pytest.fail("it started")


def test_a_service_that_cannot_be_built_is_told(tmp_path: Path) -> None:
    no_pilot = VerifierSettings(data=tmp_path, base_url=serving.free_url())
    with (
        pytest.raises(RuntimeError, match="did not start"),
        worker_processes([no_pilot], workers=1, log_level=logging.CRITICAL),
    ):
        pytest.fail("it started")


def test_a_database_that_cannot_be_upgraded_is_told(tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path / 'no folder' / 'issuer.sqlite3'}"
    settings = IssuerSettings(data=tmp_path, base_url=serving.free_url(), database_url=nowhere)
    with (
        pytest.raises(NotStartedError, match="could not be brought up to date"),
        worker_processes([settings], workers=1, log_level=logging.CRITICAL),
    ):
        pytest.fail("it started")


def test_workers_find_the_schema_that_was_brought_up_to_date_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that none is taken to hang while documents are many. In the time allowed here no worker starts."""
    monkeypatch.setattr("socsec.workers.START_SECONDS", 0)
    settings = IssuerSettings(data=tmp_path, base_url=serving.free_url())
    with (
        pytest.raises(RuntimeError, match="did not start"),
        worker_processes([settings], workers=1, log_level=logging.CRITICAL),
    ):
        pytest.fail("it started")
    database = Database(settings.database)
    database.require_current()
    database.close()


def test_serve_runs_one_service_on_the_database_given_and_ends_when_told(tmp_path: Path) -> None:
    url, data = serving.free_url(), tmp_path / "data"
    database = tmp_path / "elsewhere.sqlite3"
    options = ["--data", data, "--only", "issuer", "--workers", "2", "--issuer-url", url]
    options += ["--issuer-database", f"sqlite:///{database}"]
    command = [sys.executable, "-c", "from socsec.cli import main; main()", "serve", *map(str, options)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert _answers(f"{url}/healthz")
        assert database.exists()
        assert not (data / "issuer.sqlite3").exists()
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{url}/healthz")


def _answers(url: str) -> bool:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            return httpx2.get(url).status_code == 200
        except httpx2.TransportError:
            time.sleep(0.1)
    return False
