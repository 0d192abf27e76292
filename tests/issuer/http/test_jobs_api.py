"""Bulk jobs over HTTP: a file sent, worked on, asked for; nothing of another institution."""

import gzip
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from starlette.testclient import TestClient

from issuer.app.commands import bulk_registration
from issuer.settings import IssuerSettings
from issuer.use_cases.work_jobs import LEASE
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import BASE_URL, CNAM, DRV, World

NDJSON = "application/x-ndjson"


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jobs") / "spool"


@pytest.fixture(scope="module")
def idle(make_world: MakeWorld, spool: Path) -> World:
    """An issuer whose jobs wait until `work` is called."""
    return make_world(spool=spool, job_seconds=None, bulk_upload_bytes=100_000, bulk_content_bytes=200_000)


def rows(*claims: Mapping[str, Any]) -> bytes:
    return b"\n".join(orjson.dumps(one) for one in claims)


def post(
    world: World,
    content: bytes,
    *,
    query: str = "type=ehic",
    institution_id: str = CNAM,
    media_type: str = NDJSON,
) -> httpx2.Response:
    headers = world.auth(institution_id, **{"Content-Type": media_type})
    return world.client().post(f"/v1/jobs?{query}", content=content, headers=headers)


def get(world: World, path: str, institution_id: str = CNAM) -> httpx2.Response:
    return world.client().get(path, headers=world.auth(institution_id))


def work(world: World, data: Path, spool: Path) -> None:
    settings = IssuerSettings(data=data, base_url=BASE_URL, database_url=world.database_url, spool=spool, shard_bits=12)
    with bulk_registration(settings, clock=world.clock) as bulk:
        bulk.work(lambda: False)


def results(world: World, job_id: str) -> list[dict[str, Any]]:
    answer = get(world, f"/v1/jobs/{job_id}/results")
    assert (answer.status_code, answer.headers["content-type"]) == (200, NDJSON)
    return [orjson.loads(line) for line in answer.content.splitlines()]


@pytest.mark.parametrize("write", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_is_taken_worked_on_and_accounted_for(
    idle: World, pilot: tuple[Path, Any], spool: Path, write: type[bytes]
) -> None:
    """J2 AC1, AC3."""
    first, faulty = idle.ehic(), {**idle.ehic(), "date_of_expiry": "2020-01-01"}
    answer = post(idle, write(rows(first, faulty, first)))
    assert answer.status_code == 202
    waiting = answer.json()
    assert answer.headers["location"] == f"{BASE_URL}/v1/jobs/{waiting['id']}"
    assert (waiting["state"], waiting["finished"], waiting["total"], waiting["done"]) == ("waiting", False, 3, 0)
    assert (waiting["eta_seconds"], waiting["finished_at"]) == (None, None)
    assert len(list(spool.iterdir())) == 1

    work(idle, pilot[0], spool)
    finished = get(idle, f"/v1/jobs/{waiting['id']}").json()
    assert (finished["state"], finished["finished"], finished["done"]) == ("finished", True, 3)
    assert (finished["issued"], finished["failed"], finished["duplicate"]) == (1, 1, 1)
    told = results(idle, waiting["id"])
    assert [list(one) for one in told] == [["row", "key", "pointer", "code", "message"]] * 2
    assert [(one["row"], one["key"], one["code"]) for one in told] == [
        (2, faulty["document_number"], "EH-05"),
        (3, first["document_number"], "DUPLICATE"),
    ]
    assert list(spool.iterdir()) == []
    assert finished in get(idle, "/v1/jobs").json()["jobs"]


def test_a_csv_file_by_the_template(idle: World, pilot: tuple[Path, Any], spool: Path) -> None:
    header = get(idle, "/v1/ehic/csv-template")
    assert (header.status_code, header.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    claims = idle.ehic()
    cells = []
    for name in header.text.strip().split(","):
        value: Any = claims
        for part in name.split("."):
            value = value.get(part, {})
        cells.append(f'"{value or ""}"')
    content = f"{header.text}{','.join(cells)}\r\n".encode()
    job = post(idle, content, media_type="text/csv").json()
    work(idle, pilot[0], spool)
    assert get(idle, f"/v1/jobs/{job['id']}").json()["issued"] == 1
    [stored] = [row for row in idle.rows()["document"] if row[3] == claims["document_number"]]
    assert claims in stored


def test_a_template_is_of_a_type_that_the_institution_may_issue(idle: World) -> None:
    assert get(idle, "/v1/a1/csv-template").json()["error"] == "type_not_entitled"
    assert get(idle, "/v1/nothing/csv-template").json()["error"] == "type_unknown"


def test_a_check_registers_nothing(idle: World, pilot: tuple[Path, Any], spool: Path) -> None:
    before = idle.rows()["document"]
    job = post(idle, rows(idle.ehic()), query="type=ehic&mode=check").json()
    work(idle, pilot[0], spool)
    finished = get(idle, f"/v1/jobs/{job['id']}").json()
    assert (finished["mode"], finished["issued"], finished["finished"]) == ("check", 1, True)
    assert idle.rows()["document"] == before


def test_no_institution_sees_the_jobs_of_another(idle: World, pilot: tuple[Path, Any], spool: Path) -> None:
    job = post(idle, rows(idle.ehic())).json()
    for path in (f"/v1/jobs/{job['id']}", f"/v1/jobs/{job['id']}/results", "/v1/jobs/unknown"):
        answer = get(idle, path, DRV)
        assert (answer.status_code, answer.json()["error"]) == (404, "job_unknown")
    assert job["id"] not in {one["id"] for one in get(idle, "/v1/jobs", DRV).json()["jobs"]}
    work(idle, pilot[0], spool)


GOOD = b'{"document_number": "1"}'


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"query": ""}, 400, "job_query_malformed"),
        ({"query": "type=ehic&mode=other"}, 400, "job_query_malformed"),
        ({"query": "type=nothing"}, 404, "type_unknown"),
        ({"query": "type=a1"}, 403, "type_not_entitled"),
        ({"media_type": "application/json"}, 415, "rows_media_type_unknown"),
        ({"content": b""}, 400, "rows_unreadable"),
        ({"content": b"colour\nred\n", "media_type": "text/csv"}, 400, "rows_unreadable"),
        ({"content": gzip.compress(GOOD)[:-4]}, 400, "rows_unreadable"),
        ({"content": gzip.compress(b"\n" * 200_001)}, 400, "rows_unreadable"),
        ({"content": b"\n" * 100_001}, 413, "body_too_large"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    idle: World, spool: Path, changed: dict[str, Any], status: int, error: str
) -> None:
    before = idle.rows()
    answer = post(idle, **{"content": GOOD, **changed})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert idle.rows() == before
    assert not spool.exists() or list(spool.iterdir()) == []


def test_a_key_is_needed(idle: World) -> None:
    client = idle.client()
    sent = [client.get(path) for path in ("/v1/jobs", "/v1/jobs/x", "/v1/jobs/x/results")]
    sent.append(client.post("/v1/jobs?type=ehic", content=GOOD, headers={"Content-Type": NDJSON}))
    assert {answer.status_code for answer in sent} == {401}


def test_unfinished_jobs_are_bounded(idle: World, pilot: tuple[Path, Any], spool: Path) -> None:
    answers = [post(idle, rows(idle.ehic())) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429]
    assert answers[-1].json()["error"] == "too_many_jobs"
    work(idle, pilot[0], spool)
    assert list(spool.iterdir()) == []


def test_a_worker_that_was_killed_is_followed_by_another(idle: World, pilot: tuple[Path, Any], spool: Path) -> None:
    """Its lease runs out first, so that no two work on one job."""
    job = post(idle, rows(idle.ehic())).json()
    settings = IssuerSettings(data=pilot[0], base_url=BASE_URL, database_url=idle.database_url, spool=spool)
    with bulk_registration(settings, clock=idle.clock) as bulk:
        now = idle.clock()
        leased = bulk.work.transactions.write(lambda register: register.jobs.lease(now=now, until=now + LEASE))
    assert leased is not None
    assert leased.id == job["id"]
    work(idle, pilot[0], spool)
    assert get(idle, f"/v1/jobs/{job['id']}").json()["state"] == "running"
    idle.clock.advance(seconds=61)
    work(idle, pilot[0], spool)
    assert get(idle, f"/v1/jobs/{job['id']}").json()["state"] == "finished"


def test_the_service_works_on_jobs_by_itself(make_world: MakeWorld, spool: Path) -> None:
    world = make_world(spool=spool, job_seconds=0.05)
    with TestClient(world.app, base_url=BASE_URL):
        shown = post(world, rows(world.ehic())).json()
        for _ in range(200):
            shown = get(world, f"/v1/jobs/{shown['id']}").json()
            if shown["finished"]:
                break
            time.sleep(0.05)
    assert (shown["state"], shown["issued"]) == ("finished", 1)
