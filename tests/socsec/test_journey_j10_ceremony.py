"""J10, AC1: a signing key is made in a ceremony; two of three officers are needed, and they sign its protocol."""

import json
import shutil
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from socsec.cli import main
from tests.socsec.pilots import URSSAF, audit_log, pilot_of_today

RUN = CliRunner()
PASSPHRASES = {name: f"the passphrase of {name}" for name in ("a.dupont", "b.martin", "c.leroy")}


def run(data: Path, *arguments: str, answers: tuple[str, ...] = (), status: int = 0) -> str:
    typed = "".join(f"{one}\n" for one in answers)
    done = RUN.invoke(main, ["keys", *arguments, "--data", str(data)], input=typed, catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.stdout


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pilot with three officers; each passphrase was typed twice."""
    data = tmp_path_factory.mktemp("ceremony") / "data"
    pilot_of_today(data)
    twice = tuple(passphrase for one in PASSPHRASES.values() for passphrase in (one, one))
    run(data, "officers", *PASSPHRASES, answers=twice)
    return data


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "data")


def _used(data: Path) -> str:
    listed = json.loads(run(data, "list", "--json"))
    (used,) = [
        one["key"]
        for one in listed
        if (one["institution"], one["use"], one["state"]) == (URSSAF, "document_signer", "used")
    ]
    key: str = used
    return key


def _hold(data: Path, *officers: str, answers: tuple[str, ...] | None = None, status: int = 0) -> str:
    named = [part for name in officers for part in ("--officer", name)]
    typed = tuple(PASSPHRASES[name] for name in officers) if answers is None else answers
    return run(data, "ceremony", URSSAF, *named, answers=typed, status=status)


def test_two_of_three_make_a_key_and_sign_the_protocol(data: Path, tmp_path: Path) -> None:
    before = _used(data)
    protocol = json.loads(_hold(data, "a.dupont", "c.leroy"))
    statement = protocol["statement"]
    assert (statement["institution"], statement["officers"]) == (URSSAF, ["a.dupont", "c.leroy"])
    assert (statement["key"], statement["retired_key"]) == (_used(data), before)
    assert [one["officer"] for one in protocol["signatures"]] == ["a.dupont", "c.leroy"]
    assert not any(passphrase in json.dumps(protocol) for passphrase in PASSPHRASES.values())

    kept = data / "pki" / "ceremonies" / f"{statement['key']}.json"
    assert statement["key"] in run(data, "check-protocol", str(kept))
    forged = tmp_path / "forged.json"
    forged.write_text(kept.read_text().replace("Urssaf", "Other"))
    run(data, "check-protocol", str(forged), status=1)


@pytest.mark.parametrize(
    ("officers", "answers"),
    [
        pytest.param(["a.dupont"], None, id="one_officer"),
        pytest.param(["a.dupont", "a.dupont"], None, id="one_officer_twice"),
        pytest.param(["a.dupont", "b.martin"], (PASSPHRASES["a.dupont"], "another passphrase"), id="wrong_passphrase"),
        pytest.param(
            ["a.dupont", "b.martin"],
            (PASSPHRASES["a.dupont"], PASSPHRASES["a.dupont"]),
            id="the_first_officers_passphrase_for_both",
        ),
        pytest.param(["a.dupont", "d.stranger"], (PASSPHRASES["a.dupont"], "any passphrase"), id="stranger"),
        pytest.param(["a.dupont", "../roots/FR"], (PASSPHRASES["a.dupont"], ""), id="a_file_elsewhere"),
    ],
)
def test_without_two_of_three_nothing_is_made(data: Path, officers: list[str], answers: tuple[str, ...] | None) -> None:
    before = _used(data), sorted(data.rglob("*.pem")), (data / "pki" / "trust-list.jwt").read_text()
    _hold(data, *officers, answers=answers, status=1)
    assert (_used(data), sorted(data.rglob("*.pem")), (data / "pki" / "trust-list.jwt").read_text()) == before


def test_no_key_is_made_past_the_ceremony(data: Path) -> None:
    before = _used(data)
    run(data, "rotate", URSSAF, status=1)
    run(data, "compromised", before, status=1)
    assert _used(data) == before


def test_a_compromised_key_is_ended_once_a_ceremony_has_replaced_it(data: Path) -> None:
    before = _used(data)
    _hold(data, "b.martin", "c.leroy")
    run(data, "compromised", before)
    assert before not in {one["key"] for one in json.loads(run(data, "list", "--json"))}


def test_the_log_names_officers_and_protocol(data: Path) -> None:
    protocol = json.loads(_hold(data, "a.dupont", "b.martin"))
    done = RUN.invoke(main, ["audit", "verify", "--data", str(data)], catch_exceptions=False)
    assert done.exit_code == 0
    (made,) = [one for one in audit_log(data) if one["event"] == "key.made"]
    assert made["actor"] == "officer:a.dupont+b.martin"
    assert made["details"]["key"] == protocol["statement"]["key"]
    assert len(made["details"]["protocol"]) == 43


def test_officers_keys_are_encrypted_and_their_owners(prepared: Path) -> None:
    files = sorted((prepared / "pki" / "key-officers").glob("*.key.pem"))
    assert len(files) == 3
    assert all(b"ENCRYPTED" in file.read_bytes() for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize(
    ("names", "passphrases"),
    [
        pytest.param(["a", "b"], ["a long passphrase", "b long passphrase"], id="two"),
        pytest.param(["a", "b", "b"], ["a long passphrase", "b long passphrase"], id="one_twice"),
        pytest.param(["a", "b", "c"], ["a long passphrase", "b long passphrase", "short"], id="short_passphrase"),
        pytest.param(["a", "b", "c"], ["a long passphrase"] * 3, id="one_passphrase_for_all"),
        pytest.param(["a", "b", "../c"], [f"{one} long passphrase" for one in "abc"], id="name_that_is_a_path"),
    ],
)
def test_officers_are_three_with_passphrases_of_their_own(
    tmp_path: Path, names: list[str], passphrases: list[str]
) -> None:
    (tmp_path / "pki").mkdir()
    run(tmp_path, "officers", *names, answers=tuple(one for each in passphrases for one in (each, each)), status=1)
    assert not (tmp_path / "pki" / "key-officers").exists()


def test_officers_are_made_once(data: Path) -> None:
    before = (data / "pki" / "key-officers" / "officers.json").read_text()
    answers = tuple(one for each in "xyz" for one in [f"{each} long passphrase"] * 2)
    run(data, "officers", "x", "y", "z", answers=answers, status=1)
    assert (data / "pki" / "key-officers" / "officers.json").read_text() == before


def test_passphrases_come_from_files_where_nobody_can_type(data: Path, tmp_path: Path) -> None:
    files = []
    for name in ("a.dupont", "b.martin"):
        file = tmp_path / name
        file.write_text(f"{PASSPHRASES[name]}\n")
        files += ["--officer", name, "--passphrase-file", str(file)]
    before = _used(data)
    run(data, "ceremony", URSSAF, *files)
    assert _used(data) != before
