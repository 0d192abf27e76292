"""J9: an auditor or a court asks for proof years later. The audit log is verified, exported and survives tampering.

The issuer of these tests runs on the pilot folder that the commands are given, with SQLite.
"""

import hashlib
import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from typer.testing import CliRunner

from issuer.app.service import build_app
from issuer.settings import IssuerSettings
from socsec.cli import main
from tests.issuer.http.test_credential_endpoint import SD_JWT
from tests.issuer.world import BASE_URL, URSSAF, Clock, Registered, Wallet, World, make_pilot_folder
from tests.packaged import CATALOGUE
from vc_core import base64url

RUN = CliRunner()


def run(*arguments: str, data: Path, status: int = 0) -> str:
    done = RUN.invoke(main, ["audit", *arguments, "--data", str(data)], catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.stdout


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World, Registered, str]:
    """A pilot with a document that was registered, collected and withdrawn, and a signed head behind it."""
    data = tmp_path_factory.mktemp("j09") / "pilot"
    keys = make_pilot_folder(data)
    clock, catalogue = Clock(datetime.now(UTC)), CATALOGUE
    settings = IssuerSettings(data=data, base_url=BASE_URL, shard_bits=12)
    world = World(build_app(settings, clock=clock, catalogue=catalogue), clock, catalogue, keys, settings.database)
    claims = world.a1()
    document, wallet = world.register(claims), Wallet(world)
    wallet.redeem(document)
    credential = wallet.collect(SD_JWT).json()["credentials"][0]["credential"]
    assert world.withdraw(document, reason_code="conditions_not_met").status_code == 200
    run("head", data=data)
    return data, world, document, credential


@pytest.fixture
def tampered(pilot: tuple[Path, World, Registered, str], tmp_path: Path) -> Path:
    """A copy of the pilot, whose database a test may change."""
    data = tmp_path / "pilot"
    shutil.copytree(pilot[0], data, ignore=shutil.ignore_patterns("issuer.sqlite3*"))
    with sqlite3.connect(pilot[0] / "issuer.sqlite3") as source, sqlite3.connect(data / "issuer.sqlite3") as copy:
        source.backup(copy)
    return data


def change(data: Path, statement: str) -> None:
    connection = sqlite3.connect(data / "issuer.sqlite3")
    with connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()


def test_ac1_a_whole_log_is_verified(pilot: tuple[Path, World, Registered, str]) -> None:
    answer = json.loads(run("verify", "--json", data=pilot[0]))
    (log,) = answer["logs"]
    assert answer["whole"] is True
    assert (log["institution"], log["entries"], log["heads"], log["signed"]) == (URSSAF, 5, 1, 5)
    assert "whole" in run("verify", data=pilot[0])


@pytest.mark.parametrize(
    ("statements", "first_bad"),
    [
        pytest.param(
            ["UPDATE audit_entry SET content = replace(content, 'conditions_not_met', 'issued_in_error')"
             " WHERE sequence = 5"],
            5,
            id="altered",
        ),
        pytest.param(["DELETE FROM audit_entry WHERE sequence = 3"], 3, id="removed"),
        pytest.param(["DELETE FROM audit_entry WHERE sequence = 5"], 5, id="tail_removed"),
        pytest.param(
            ["UPDATE audit_entry SET sequence = -1 WHERE sequence = 5",
             "UPDATE audit_entry SET sequence = 5 WHERE sequence = 4",
             "UPDATE audit_entry SET sequence = 4 WHERE sequence = -1"],
            4,
            id="reordered",
        ),
        pytest.param(["UPDATE audit_head SET jws = replace(jws, 'a', 'b')"], 5, id="head_altered"),
        pytest.param(["UPDATE audit_head SET number = 2"], 5, id="head_renumbered"),
    ],
)  # fmt: skip
def test_ac1_tampering_is_detected(tampered: Path, statements: list[str], first_bad: int) -> None:
    run("verify", data=tampered)
    for statement in statements:
        change(tampered, statement)
    (log,) = json.loads(run("verify", "--json", data=tampered, status=1))["logs"]
    assert log["first_bad"] == first_bad
    assert f"first bad entry {first_bad}" in run("verify", data=tampered, status=1)


def test_ac1_a_head_kept_elsewhere_shows_that_the_end_was_cut_off(tampered: Path, tmp_path: Path) -> None:
    kept = tmp_path / "head.txt"
    kept.write_text(run("head", data=tampered))
    run("verify", "--head", str(kept), data=tampered)
    change(tampered, "DELETE FROM audit_head")
    change(tampered, "DELETE FROM audit_entry WHERE sequence = 5")
    change(tampered, "UPDATE audit_chain SET sequence = 4, hash = (SELECT hash FROM audit_entry WHERE sequence = 4)")
    run("verify", data=tampered)
    assert "head_contradicts at entry 5" in run("verify", "--head", str(kept), data=tampered, status=1)


def test_ac1_what_is_no_head_is_said_and_not_raised(pilot: tuple[Path, World, Registered, str], tmp_path: Path) -> None:
    torn = tmp_path / "head.txt"
    torn.write_text("torn")
    run("verify", "--head", str(torn), data=pilot[0], status=2)
    run("verify", "--head", str(tmp_path / "none"), data=pilot[0], status=2)


def test_a_folder_that_is_no_pilot_is_said_and_not_raised(tmp_path: Path) -> None:
    run("verify", data=tmp_path / "none", status=2)


def test_ac2_everything_about_one_document_is_exported(pilot: tuple[Path, World, Registered, str]) -> None:
    data, world, document, credential = pilot
    exported = json.loads(run("export", "--document", document.answer["document_id"], data=data))
    assert [entry["event"] for entry in exported["entries"]] == [
        "document.registered", "document.offered", "credential.signed", "credential.signed", "document.withdrawn",
    ]  # fmt: skip
    assert [entry["actor"] for entry in exported["entries"]] == ["officer:clerk"] * 3 + ["holder", "officer:clerk"]
    assert all(entry["at"].startswith(str(world.clock().date())) for entry in exported["entries"])
    signed = exported["entries"][3]["details"]
    digest = hashlib.sha256(credential.encode()).digest()
    assert _bytes(signed["digest"]) == digest
    assert _bytes(signed["certificate"]) == _certificate_digest(data)
    assert signed["key"]
    places = [one["status"] for one in world.document(document)["credentials"]]
    assert (signed["status_list"], signed["status_index"]) in [
        (one["uri"].rsplit("/", 1)[1], one["idx"]) for one in places
    ]
    assert exported["heads"][0]["sequence"] == 5
    assert {entry["head"] for entry in exported["entries"]} == {1}


def test_ac2_no_claim_is_in_the_log(pilot: tuple[Path, World, Registered, str]) -> None:
    """But for the institution's own id."""
    data, world, document, _ = pilot
    exported = run("export", "--document", document.answer["document_id"], data=data)
    entries = json.dumps(json.loads(exported)["entries"])
    (claims,) = [row[5] for row in world.rows()["document"] if row[0] == document.answer["document_id"]]
    values = {value for value in _texts(claims) if len(value) > 3}
    assert len(values) > 10
    assert [value for value in values if value in entries] == [URSSAF]


def test_ac2_an_unknown_document_is_said(pilot: tuple[Path, World, Registered, str]) -> None:
    run("export", "--document", "unknown", data=pilot[0], status=1)


def test_ac3_claims_are_erased_and_the_chain_still_verifies(
    tampered: Path, pilot: tuple[Path, World, Registered, str]
) -> None:
    """Withdrawn today: nothing is due by the rulebook, all is due that ended before tomorrow."""
    document = pilot[2].answer["document_id"]
    assert "a1  ended before" in run("retain", data=tampered)
    assert _claims(tampered) != {}
    tomorrow = str(datetime.now(UTC).date() + timedelta(days=1))
    assert ": 1 to be erased" in run("retain", "--before", tomorrow, "--dry-run", data=tampered)
    assert _claims(tampered) != {}
    told = json.loads(run("retain", "--before", tomorrow, "--json", data=tampered))
    assert {one["type"]: one["documents"] for one in told["types"]} == {"a1": 1, "ehic": 0, "pid": 0}
    assert _claims(tampered) == {}
    run("verify", data=tampered)
    exported = json.loads(run("export", "--document", document, data=tampered))
    assert exported["registered"]["erased_at"].startswith(str(datetime.now(UTC).date()))
    assert [entry["event"] for entry in exported["entries"]][-2:] == ["document.withdrawn", "claims.erased"]
    assert exported["entries"][3]["details"]["digest"]


def test_ac3_one_limit_at_a_time(pilot: tuple[Path, World, Registered, str]) -> None:
    run("retain", "--before", "2020-01-01", "--older-than", "5", data=pilot[0], status=2)


def _claims(data: Path) -> Any:
    connection = sqlite3.connect(data / "issuer.sqlite3")
    ((claims,),) = connection.execute("SELECT claims FROM document").fetchall()
    connection.close()
    return json.loads(claims)


def _bytes(text: str) -> bytes:
    return base64url.decode(text)


def _certificate_digest(data: Path) -> bytes:
    pem = (data / "pki" / "institutions" / URSSAF.replace(":", "-") / "document_signer.pem").read_bytes()
    return x509.load_pem_x509_certificate(pem).fingerprint(SHA256())


def _texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for one in value.values() for text in _texts(one)]
        case list():
            return [text for one in value for text in _texts(one)]
        case _:
            return []
