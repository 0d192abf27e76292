"""The commands: what they print, their exit status, and a run against services at an address."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

import issuer.app.service
import verifier.app.service
from conformance.commands import app
from conformance.in_process import quiet
from conformance.scenario_files import all_cases, load_scenarios
from issuer.settings import IssuerSettings
from tests.served import free_port
from tests.served import served as on_loopback
from verifier.settings import VerifierSettings

OVER_HTTP = (
    "genuine.presented/a1",
    "genuine.code_shown/a1",
    "status.unreachable/a1",
    "trust.rolled_back/a1",
    "holder_binding.kb_nonce_wrong/a1",
    "response.replayed/",
    "dc_api.presented/a1",
    "dc_api.kb_aud_of_other_page/",
    "dc_api.mdoc_transcript_of_a_link/",
    "dc_api.in_clear/",
)


def run(*arguments: str) -> tuple[int, Any]:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def test_list_has_every_case() -> None:
    status, listed = run("list")
    assert status == 0
    assert [one["id"] for one in listed] == [case.id for case in all_cases(load_scenarios())]
    sample = next(one for one in listed if one["id"] == "coverage.other_state/a1/dc+sd-jwt")
    assert sample["title"]["fr"] == "Le document ne vaut pas pour l’État demandé."
    assert sample["preconditions"] == {"showing": "presented", "asked": {"host_state": "AT"}}
    assert sample["expect"] == {
        "verdict": "NOT_COVERED",
        "checks": [{"id": "coverage.state", "outcome": "FAILED", "reason": "state_not_covered"}],
        "identity_compared": "no",
    }


def test_list_is_readable_too() -> None:
    result = CliRunner().invoke(app, ["list", "--only", "status.withdrawn"])
    assert result.exit_code == 0
    assert "INVALID" in result.stdout


def test_run_in_this_process() -> None:
    status, report = run("run", "--only", "status.withdrawn")
    assert (status, report["summary"]["fail"], report["summary"]["not_run"]) == (0, 0, 0)
    assert {one["observed"] for one in report["results"]} == {"WITHDRAWN"}


def test_two_runs_read_alike() -> None:
    assert run("run", "--only", "issuance.proof_s") == run("run", "--only", "issuance.proof_s")


def test_the_report_is_a_folder_for_programs_and_people(tmp_path: Path) -> None:
    folders = (tmp_path / "one" / "report", tmp_path / "two")
    printed = [run("run", "--only", "issuance.proof_s", "--report", str(folder))[1] for folder in folders]
    for name in ("report.json", "junit.xml", "report.html"):
        first, second = ((folder / name).read_bytes() for folder in folders)
        assert first == second
        assert printed[0]["results"][0]["id"].encode() in first
    assert json.loads((folders[0] / "report.json").read_bytes()) == printed[0]


@pytest.mark.parametrize("option", [("--seed", "42"), ("--now", "2027-06-01T08:30:00Z")], ids=["seed", "now"])
def test_another_seed_or_instant_changes_no_outcome(option: tuple[str, str]) -> None:
    for only in ("genuine.presented/a1", "status.withdrawn/a1", "issuance.proof_s"):
        assert run("run", "--only", only, *option) == run("run", "--only", only)


def test_fixtures_are_of_the_seed_and_the_instant_given(tmp_path: Path) -> None:
    def made(name: str, *options: str) -> tuple[bytes, str]:
        out = ("--out", str(tmp_path / name), "--only", "status.withdrawn/a1/dc+sd-jwt")
        assert CliRunner().invoke(app, ["fixtures", *out, *options]).exit_code == 0
        written = json.loads((tmp_path / name / "fixtures.json").read_bytes())
        return (tmp_path / name / "encryption-key.pem").read_bytes(), written["now"]

    key, now = made("plain")
    assert made("again") == (key, now)
    other, same = made("seed", "--seed", "42")
    assert (other != key, same) == (True, now)
    assert made("now", "--now", "2027-06-01T08:30:00Z") == (key, "2027-06-01T08:30:00+00:00")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param(["--only", "no such case"], 2, id="no_case"),
        pytest.param(["--only", "dpop."], 2, id="no_verification"),
        pytest.param(["--now", "today"], 2, id="no_instant"),
    ],
)
def test_no_fixtures(tmp_path: Path, arguments: list[str], status: int) -> None:
    assert CliRunner().invoke(app, ["fixtures", "--out", str(tmp_path / "f"), *arguments]).exit_code == status


def test_fixtures_that_are_there_are_left_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["fixtures", "--out", str(tmp_path), "--only", "status.withdrawn/a1"])
    assert (done.exit_code, list(tmp_path.iterdir())) == (1, [])


def test_nothing_to_run_is_no_success() -> None:
    assert run("run", "--only", "no such case")[0] == 2


def test_a_verifier_needs_a_world() -> None:
    assert CliRunner().invoke(app, ["run", "--verifier", "http://127.0.0.1:1"]).exit_code == 2


# ------------------------------------------------------------------------------------------------------- at an address
@contextmanager
def served(application: FastAPI, port: int) -> Iterator[None]:
    with quiet(), on_loopback(application, port):
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("conformance") / "world"
    base = f"http://127.0.0.1:{free_port()}/status"
    assert CliRunner().invoke(app, ["world", "--out", str(place), "--status-base", base]).exit_code == 0
    return place


def test_run_against_a_verifier(folder: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with served(verifier.app.service.build_app(VerifierSettings(data=folder, base_url=address)), port):
        for only in OVER_HTTP:
            status, report = run("run", "--verifier", address, "--world", str(folder), "--only", only)
            assert (status, report["results"] != []) == (0, True), report
    made = json.loads((folder / "world.json").read_text())
    assert (folder / "pki" / "trust-list.jwt").read_text() == made["trust_list"], "left as it was found"


def test_run_against_an_issuer(folder: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = IssuerSettings(data=folder, base_url=address, shard_bits=12)
    keys = json.loads((folder / "api-keys.json").read_text())
    named = [part for id_, key in keys.items() for part in ("--api-key", f"{id_}={key}")]
    with served(issuer.app.service.build_app(settings), port):
        status, report = run("run", "--issuer", address, *named, "--only", "issuance.proof_n")
        assert (status, report["summary"]["pass"]) == (0, 5), report
        status, report = run("run", "--issuer", address, "--only", "issuance.token_honest")
        assert (status, report["summary"]["error"]) == (2, 2)


def test_a_foreign_verifier_is_judged_by_its_answers(folder: Path, tmp_path: Path) -> None:
    """Requests made beforehand, one for each case; the verdict is not read."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    application = verifier.app.service.build_app(VerifierSettings(data=folder, base_url=address))
    links = tmp_path / "links"
    with served(application, port):
        body = {"type": "a1", "profile": "building_site", "formats": ["dc+sd-jwt"]}
        made = [httpx2.post(f"{address}/v1/requests", json=body).json()["authorization_url"] for _ in range(5)]
        links.write_text("\n".join(made))
        arguments = ("run", "--verifier", address, "--world", str(folder), "--links", str(links))
        status, report = run(*arguments, "--only", "holder_binding.kb_aud")
        assert report["summary"] | {"not_run": 0} == {"pass": 3, "fail": 0, "error": 3, "skip": 0, "not_run": 0}
        assert {one["observed"] for one in report["results"] if one["outcome"] == "pass"} == {"400"}
        assert status == 2
