"""Whether the process lives, and whether the service can work: one thing is wrong, and that is named."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.world import BASE_URL, World, make_pilot_folder

CHECKS = ("database", "access_key", "trust_list")
Found = tuple[int, str, dict[str, tuple[str, str | None]]]


def _found(client: TestClient) -> Found:
    answer = client.get("/readyz")
    body = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(body) == {"status", "checks"}
    checks = {check["name"]: (check["outcome"], check.get("reason")) for check in body["checks"]}
    return answer.status_code, body["status"], checks


def _lacking(**failed: str) -> Found:
    passed: dict[str, tuple[str, str | None]] = dict.fromkeys(CHECKS, ("passed", None))
    return 503, "not_ready", {**passed, **{name: ("failed", reason) for name, reason in failed.items()}}


def test_a_service_that_can_work(client: TestClient) -> None:
    assert _found(client) == (200, "ready", dict.fromkeys(CHECKS, ("passed", None)))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [("UPDATE alembic_version SET version_num = 'v0001'", "schema_differs"), ("DROP TABLE alembic_version", "error")],
)
def test_another_schema(client: TestClient, database_url: str, statement: str, reason: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    status, word, checks = _found(client)
    assert (status, word) == (503, "not_ready")
    assert checks["database"] == ("failed", reason)
    assert checks["access_key"] == ("passed", None)
    assert checks["trust_list"] == ("not_checked", "database")


def test_no_trust_list(make_app: MakeApp, tmp_path: Path) -> None:
    with TestClient(make_app(trust_list=str(tmp_path / "none.jwt")), base_url=BASE_URL) as client:
        assert _found(client) == _lacking(trust_list="trust_list_unreadable")


def test_a_trust_list_that_somebody_else_has_signed(make_app: MakeApp, tmp_path: Path) -> None:
    make_pilot_folder(tmp_path / "other", seed="somebody else")
    other = tmp_path / "other" / "pki" / "trust-list.jwt"
    with TestClient(make_app(trust_list=str(other)), base_url=BASE_URL) as client:
        status, _, checks = _found(client)
    assert status == 503
    assert checks["trust_list"][0] == "failed"
    assert checks["database"] == checks["access_key"] == ("passed", None)


def test_a_trust_list_that_goes_away_and_comes_back(make_app: MakeApp, world: World, tmp_path: Path) -> None:
    file = tmp_path / "list.jwt"
    shutil.copyfile(world.folder / "pki" / "trust-list.jwt", file)
    with TestClient(make_app(trust_list=str(file)), base_url=BASE_URL) as client:
        assert _found(client)[0] == 200
        file.rename(tmp_path / "away.jwt")
        assert _found(client) == _lacking(trust_list="trust_list_unreadable")
        (tmp_path / "away.jwt").rename(file)
        assert _found(client)[0] == 200


def test_the_access_certificate_has_ended(client: TestClient, world: World) -> None:
    """So has the trust list, by then."""
    world.clock.forward(days=365 * 20)
    status, _, checks = _found(client)
    assert status == 503
    assert checks["access_key"] == ("failed", "certificate_not_in_force")
    assert checks["database"] == ("passed", None)


def test_the_answer_names_no_place(make_app: MakeApp, tmp_path: Path) -> None:
    with TestClient(make_app(trust_list=str(tmp_path / "none.jwt")), base_url=BASE_URL) as client:
        assert str(tmp_path) not in client.get("/readyz").text


def test_life_does_not_hang_on_what_work_needs(make_app: MakeApp, tmp_path: Path) -> None:
    with TestClient(make_app(trust_list=str(tmp_path / "none.jwt")), base_url=BASE_URL) as client:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
