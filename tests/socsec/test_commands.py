"""The command line: the pilot is made once, and a file is judged with an exit status for every word."""

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner

from socsec.cli import main
from socsec.pilot_folder import INSTITUTIONS, create_pilot, read_institutions
from socsec.verifying import EXIT_STATUS
from vc_core import qr, trust
from vc_core.catalogue import Catalogue
from vc_core.receipt import encode_receipt, make_receipt
from vc_core.verdict import Document, Verdict, Word
from verifier.adapters.keys import load_signer

RUN = CliRunner()


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("pilot") / "data"
    made = RUN.invoke(main, ["pki", "init", str(data)])
    assert made.exit_code == 0, made.output
    return data


def test_the_trust_list_is_signed_and_names_every_institution(pilot: Path) -> None:
    operator = x509.load_pem_x509_certificate((pilot / "pki" / "operator.pem").read_bytes())
    listed = trust.read_trust_list(
        (pilot / "pki" / "trust-list.jwt").read_text(), operator=operator, now=datetime.now(UTC)
    )
    members = read_institutions(INSTITUTIONS, status_base="http://127.0.0.1:8001/status/")
    assert {entity.institution_id for entity in listed.entities} == {member.id for member in members}
    known = set(Catalogue.load().rulebooks)
    assert all(one.type_id in known for entity in listed.entities for one in entity.entitlements)


def test_private_keys_are_readable_by_their_owner_only(pilot: Path) -> None:
    private = [*pilot.rglob("*.key.pem"), pilot / "api-keys.json"]
    assert len(private) > 8
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}


def test_services_see_the_hashes_of_bearer_keys_only(pilot: Path) -> None:
    directory = (pilot / "institutions.toml").read_text()
    for key in json.loads((pilot / "api-keys.json").read_text()).values():
        assert key not in directory


@pytest.mark.parametrize(
    "command",
    [
        ["audit", "verify"],
        ["batch", "ehic", "rows.ndjson"],
        ["directory", "list"],
        ["keys", "list"],
        ["notices", "deliver"],
        ["notices", "list", "FR:117000"],
        ["prefetch"],
        ["trust-lists"],
        ["verify", os.devnull],
    ],
    ids=" ".join,
)
def test_a_folder_that_is_no_pilot_is_said_and_not_raised(tmp_path: Path, command: list[str]) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        done = RUN.invoke(main, [*command, "--data", str(folder)], catch_exceptions=False)
        assert done.exit_code == 2
        assert "is no pilot" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_pilot_is_never_overwritten(pilot: Path) -> None:
    before = (pilot / "pki" / "trust-list.jwt").read_text()
    again = RUN.invoke(main, ["pki", "init", str(pilot)])
    assert again.exit_code == 1
    assert (pilot / "pki" / "trust-list.jwt").read_text() == before


def test_the_same_randomness_makes_the_same_keys(tmp_path: Path) -> None:
    def made(name: str) -> bytes:
        create_pilot(
            tmp_path / name, issuer_url="http://127.0.0.1:8001", verifier_hosts=["localhost"],
            now=datetime(2026, 2, 15, tzinfo=UTC), random=lambda count: bytes(range(count)),
        )  # fmt: skip
        return (tmp_path / name / "pki" / "operator" / "operator.key.pem").read_bytes()

    assert made("a") == made("b")


def test_every_word_has_an_exit_status_of_its_own() -> None:
    assert set(EXIT_STATUS) == set(Word)
    assert len(set(EXIT_STATUS.values())) == len(Word)
    assert [word for word, status in EXIT_STATUS.items() if status == 0] == [Word.CONFIRMED]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        pytest.param("text.txt", b"CERTIFICAT A1 No 4711", 13, id="text_that_is_no_certificate"),
        pytest.param("code.png", qr.png("CERTIFICAT A1 No 4711"), 13, id="image_of_a_code_that_is_none"),
        pytest.param("noise.bin", bytes(range(256)), 2, id="bytes_that_are_no_text"),
        pytest.param("torn.png", qr.png("x")[:50], 2, id="image_torn_off"),
    ],
)
def test_a_file_is_judged(pilot: Path, tmp_path: Path, name: str, content: bytes, status: int) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    judged = RUN.invoke(main, ["verify", str(file), "--data", str(pilot)])
    assert judged.exit_code == status, judged.output


def test_a_missing_file_is_said_and_not_raised(pilot: Path) -> None:
    judged = RUN.invoke(main, ["verify", os.devnull + "-missing", "--data", str(pilot)])
    assert judged.exit_code == 2


def test_the_verdict_as_json_has_every_check(pilot: Path, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("nothing of ours")
    judged = RUN.invoke(main, ["verify", str(file), "--data", str(pilot), "--json"])
    verdict = json.loads(judged.stdout)
    assert (verdict["verdict"], verdict["deciding"]) == ("CANNOT_CONFIRM", ["format.well_formed"])


NAMED = ["--type", "a1", "--institution", "FR:117000", "--number", "FR-A1-2026-000117"]


def _receipt(pilot: Path, folder: Path) -> Path:
    """A receipt of the pilot's verifier about a document."""
    signer = load_signer(pilot / "pki" / "verifier" / "access.pem", pilot / "pki" / "verifier" / "access.key.pem")
    verdict = Verdict(
        word=Word.WITHDRAWN, deciding=(), checks=(), claims={}, at=datetime.now(UTC),
        document=Document(type_id="a1", institution_id="FR:117000", document_number="FR-A1-2026-000117"),
    )  # fmt: skip
    made = make_receipt(verdict, None, verifier="x509_hash:x", policy="2026-11", random=os.urandom)
    file = folder / "receipt.txt"
    file.write_text(encode_receipt(made, signer))
    return file


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param([], 0, id="genuine"),
        pytest.param(NAMED, 0, id="about_the_document"),
        pytest.param([*NAMED[:-1], "FR-A1-2026-000118"], 1, id="about_another"),
    ],
)
def test_a_receipt_is_checked(pilot: Path, tmp_path: Path, arguments: list[str], status: int) -> None:
    checked = RUN.invoke(main, ["receipt", "check", str(_receipt(pilot, tmp_path)), "--data", str(pilot), *arguments])
    assert checked.exit_code == status, checked.output
    assert ("WITHDRAWN" in checked.output) is (status == 0)


def test_an_altered_receipt_is_not_relied_upon(pilot: Path, tmp_path: Path) -> None:
    file = _receipt(pilot, tmp_path)
    head, payload, signature = file.read_text().split(".")
    file.write_text(f"{head}.{payload}.{signature[::-1]}")
    assert RUN.invoke(main, ["receipt", "check", str(file), "--data", str(pilot)]).exit_code == 1


def test_a_receipt_that_is_not_there_is_said_and_not_raised(pilot: Path, tmp_path: Path) -> None:
    missing = RUN.invoke(main, ["receipt", "check", str(tmp_path / "none"), "--data", str(pilot)])
    assert missing.exit_code == 2
