"""Whether the process lives, and whether the service can work: one thing is wrong, and that is named."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from issuer.adapters.institution_directory import signers_file
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import World

CHECKS = ("database", "keys", "spool", "status_lists")


@pytest.fixture
def alone(make_world: MakeWorld, pilot: tuple[Path, Any], sqlite_template: Path, tmp_path: Path) -> World:
    """An issuer with a data folder and a database of its own, which a test may spoil."""
    data = tmp_path / "data"
    shutil.copytree(pilot[0], data)
    database_url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'alone.sqlite3')}"
    world = make_world(
        data=data, database_url=database_url, spool=tmp_path / "spool", notice_seconds=None, job_seconds=None
    )
    world.register()
    return world


def _found(world: World) -> tuple[int, str, dict[str, tuple[str, str | None]]]:
    answer = world.client().get("/readyz")
    body = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(body) == {"status", "checks"}
    checks = {check["name"]: (check["outcome"], check.get("reason")) for check in body["checks"]}
    return answer.status_code, body["status"], checks


def _lacking(name: str, reason: str) -> tuple[int, str, dict[str, tuple[str, str | None]]]:
    passed: dict[str, tuple[str, str | None]] = dict.fromkeys(CHECKS, ("passed", None))
    return 503, "not_ready", {**passed, name: ("failed", reason)}


def _execute(world: World, statement: str) -> None:
    engine = create_engine(world.database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_service_that_can_work(world: World) -> None:
    assert _found(world) == (200, "ready", dict.fromkeys(CHECKS, ("passed", None)))


def _schema_of_another_version(world: World, _: Path) -> None:
    _execute(world, "UPDATE alembic_version SET version_num = 'r0001'")


def _schema_unknown(world: World, _: Path) -> None:
    _execute(world, "DROP TABLE alembic_version")


def _no_folder_for_the_spool(_: World, home: Path) -> None:
    shutil.rmtree(home / "spool", ignore_errors=True)
    (home / "spool").write_text("a file stands in its place")


def _list_out_of_date(world: World, _: Path) -> None:
    _execute(world, "UPDATE status_tokens SET expires_at = issued_at")


def _list_whose_shard_is_gone(world: World, _: Path) -> None:
    """It is due to be published anew, and cannot be."""
    world.clock.advance(hours=1)
    _execute(world, "DELETE FROM status_shard")


Spoil = Callable[[World, Path], None]


@pytest.mark.parametrize(
    ("spoil", "name", "reason"),
    [
        (_no_folder_for_the_spool, "spool", "error"),
        (_list_out_of_date, "status_lists", "status_list_out_of_date"),
        (_list_whose_shard_is_gone, "status_lists", "error"),
    ],
)
def test_one_thing_is_wrong(alone: World, tmp_path: Path, spoil: Spoil, name: str, reason: str) -> None:
    spoil(alone, tmp_path)
    assert _found(alone) == _lacking(name, reason)


@pytest.mark.parametrize(
    ("spoil", "reason"), [(_schema_of_another_version, "schema_differs"), (_schema_unknown, "error")]
)
def test_lists_are_not_looked_at_without_their_database(
    alone: World, tmp_path: Path, spoil: Spoil, reason: str
) -> None:
    spoil(alone, tmp_path)
    status, word, checks = _lacking("database", reason)
    assert _found(alone) == (status, word, {**checks, "status_lists": ("not_checked", "database")})


def test_keys_that_cannot_be_read_any_more(alone: World, tmp_path: Path) -> None:
    signers_file(tmp_path / "data").write_text('[document_signer]\n"FR:117000" = "gone"\n')
    assert _found(alone) == _lacking("keys", "error")


def test_no_certificate_is_in_force(alone: World) -> None:
    alone.clock.advance(days=365 * 20)
    assert _found(alone)[2]["keys"] == ("failed", "no_certificate_in_force")


def test_a_list_that_is_due_is_published_anew(alone: World) -> None:
    alone.clock.advance(hours=3)
    assert _found(alone)[0] == 200
    assert {row[1] for row in alone.rows()["status_tokens"]} == {alone.clock()}


def test_the_answer_names_no_place_and_no_secret(alone: World, tmp_path: Path) -> None:
    _no_folder_for_the_spool(alone, tmp_path)
    _schema_unknown(alone, tmp_path)
    answer = alone.client().get("/readyz").text
    for text_ in (str(tmp_path), "sqlite", "alembic", "Error"):
        assert text_ not in answer


def test_life_does_not_hang_on_what_work_needs(alone: World, tmp_path: Path) -> None:
    _no_folder_for_the_spool(alone, tmp_path)
    _schema_unknown(alone, tmp_path)
    alone.clock.advance(days=365 * 20)
    answer = alone.client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
