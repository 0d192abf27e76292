"""Invalid and contradictory settings: every command that reads them says so in one line and ends with status 2."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from socsec.cli import main
from socsec.serving import free_url
from tests.socsec.pilots import URSSAF, pilot_of_today

ROOT = Path(__file__).parents[2]
RUN = CliRunner()
SECRET = "too-short"
ISSUER = {"SOCSEC_ISSUER_METRICS_TOKEN": SECRET}
VERIFIER = {"SOCSEC_VERIFIER_METRICS_TOKEN": SECRET}
WALLET = {"SOCSEC_WALLET_TIMEOUT_SECONDS": "0"}
READING: dict[str, tuple[list[str], tuple[dict[str, str], ...]]] = {
    "serve": ([], (ISSUER, VERIFIER)),
    "batch": (["a1", "FILE"], (ISSUER,)),
    "verify": (["FILE"], (VERIFIER,)),
    "prefetch": ([], (VERIFIER,)),
    "trust-lists": ([], (VERIFIER,)),
    "demo": ([], (ISSUER, VERIFIER, WALLET)),
    "directory set": ([URSSAF], (ISSUER,)),
    "directory revoke": ([URSSAF, "FILE"], (ISSUER,)),
    "directory list": ([], (ISSUER,)),
    "directory history": ([URSSAF], (ISSUER,)),
    "directory export": ([], (ISSUER,)),
    "notices webhook": ([URSSAF, "https://example.org"], (ISSUER,)),
    "notices deliver": ([], (ISSUER,)),
    "notices list": ([URSSAF], (ISSUER,)),
    "notices resend": ([URSSAF, "1"], (ISSUER,)),
    "audit verify": ([], (ISSUER,)),
    "audit head": ([], (ISSUER,)),
    "audit export": (["--document", "1"], (ISSUER,)),
    "audit retain": ([], (ISSUER,)),
    "keys list": ([], (ISSUER,)),
    "keys rotate": ([URSSAF], (ISSUER,)),
    "keys ceremony": ([URSSAF, "--officer", "a", "--officer", "b"], (ISSUER,)),
    "keys compromised": (["1"], (ISSUER,)),
    "wallet receive": (["offer"], (WALLET,)),
    "wallet request": (["https://example.org", "a1"], (WALLET,)),
    "wallet collect": ([], (WALLET,)),
    "wallet list": ([], (WALLET,)),
    "wallet show": (["1"], (WALLET,)),
    "wallet present": (["request"], (WALLET,)),
    "wallet keep-code": (["code"], (WALLET,)),
    "wallet code": (["1"], (WALLET,)),
    "conform run": ([], (ISSUER, VERIFIER)),
    "conform drill": ([], (VERIFIER,)),
}
"""Commands by name: what they are called with, and the settings that they read."""
READING_NONE = {
    "pki init",
    "receipt check",
    "keys officers",
    "keys check-protocol",
    "conform fixtures",
    "conform list",
    "conform mutate",
    "conform requirements",
    "conform world",
}
WITHOUT_FOLDER = {"demo"} | {name for name in READING if name.startswith("conform ")}


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("settings") / "data"
    pilot_of_today(data)
    return data


def _arguments(name: str, data: Path) -> list[str]:
    given = [str(data / "pki" / "operator.pem") if one == "FILE" else one for one in READING[name][0]]
    words, folder = name.split(), [] if name in WITHOUT_FOLDER else ["--data", str(data)]
    return [words[0], *folder, *words[1:], *given] if words[0] == "wallet" else [*words, *given, *folder]


def _names(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    if not hasattr(command, "list_commands"):
        yield " ".join(path)
        return
    for name in command.list_commands(None):
        yield from _names(command.get_command(None, name), (*path, name))


def test_every_command_is_known_to_read_settings_or_not() -> None:
    assert set(_names(get_command(main))) == READING.keys() | READING_NONE


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        pytest.param(name, setting, id=f"{name} {next(iter(setting))}")
        for name, (_, settings) in READING.items()
        for setting in settings
    ],
)
def test_an_invalid_setting_is_named_and_its_value_is_not(pilot: Path, name: str, setting: dict[str, str]) -> None:
    before = sorted(pilot.rglob("*"))
    done = RUN.invoke(main, _arguments(name, pilot), env=setting, catch_exceptions=False)
    assert done.exit_code == 2, done.output
    (line,) = done.stderr.splitlines()
    (variable,) = setting
    assert line.startswith(f"settings: {variable}: ")
    assert SECRET not in done.output
    assert sorted(pilot.rglob("*")) == before


@pytest.mark.parametrize(
    "name", [name for name in READING if VERIFIER in READING[name][1] and name not in WITHOUT_FOLDER]
)
def test_settings_that_contradict_one_another_are_named(pilot: Path, name: str) -> None:
    several = {"SOCSEC_VERIFIER_TRUST_LIST": "one.jwt", "SOCSEC_VERIFIER_TRUST_LISTS": "several.toml"}
    done = RUN.invoke(main, _arguments(name, pilot), env=several, catch_exceptions=False)
    assert done.exit_code == 2, done.output
    assert done.stderr == (
        "settings: SOCSEC_VERIFIER_*: trust_lists: with it, neither trust_list nor operator_certificate is set\n"
    )


def test_settings_of_the_wallet_that_contradict_one_another_are_named(pilot: Path) -> None:
    several = {"SOCSEC_WALLET_OPERATOR_CERTIFICATE": "one.pem", "SOCSEC_WALLET_TRUST_LISTS": "several.toml"}
    done = RUN.invoke(main, _arguments("wallet list", pilot), env=several, catch_exceptions=False)
    assert done.exit_code == 2
    assert done.stderr == (
        "settings: SOCSEC_WALLET_*: trust_lists: with it, neither trust_list nor operator_certificate is set\n"
    )


def test_a_list_that_is_no_json_is_named(pilot: Path) -> None:
    origins = {"SOCSEC_VERIFIER_DC_API_ORIGINS": "https://example.org"}
    done = RUN.invoke(main, ["trust-lists", "--data", str(pilot)], env=origins, catch_exceptions=False)
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert "dc_api_origins" in line


def test_an_address_given_as_an_option_is_named_as_such(pilot: Path) -> None:
    long = f"https://example.org/{'x' * 90}"
    done = RUN.invoke(main, ["notices", "deliver", "--data", str(pilot), "--issuer-url", long], catch_exceptions=False)
    assert done.exit_code == 2
    assert done.stderr.startswith("settings: base_url: ")


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("postgresql+psycopg://clerk:very-secret@127.0.0.1:1/none", id="nobody_answers"),
        pytest.param("unheard-of://clerk:very-secret@127.0.0.1:1/none", id="no_such_database"),
    ],
)
@pytest.mark.parametrize(
    ("command", "variable"),
    [
        pytest.param("trust-lists", "SOCSEC_VERIFIER_DATABASE_URL", id="verifier"),
        pytest.param("notices deliver", "SOCSEC_ISSUER_DATABASE_URL", id="issuer"),
    ],
)
def test_a_database_that_cannot_be_used_is_said(pilot: Path, command: str, variable: str, address: str) -> None:
    done = RUN.invoke(main, _arguments(command, pilot), env={variable: address}, catch_exceptions=False)
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("the database cannot be used: ")
    assert "very-secret" not in line


def test_a_service_that_does_not_start_is_said_with_its_reason(pilot: Path) -> None:
    """A prefix that needs a file which is not named shows when the service is built, in a process of its own."""
    prefix = {"SOCSEC_VERIFIER_CLIENT_ID_PREFIX": "verifier_attestation"}
    command = [str(ROOT / ".venv/bin/socsec"), "serve", "--only", "verifier"]
    place = ["--verifier-url", free_url(), "--data", str(pilot)]
    done = subprocess.run(
        [*command, *place], env={**os.environ, **prefix}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    logged, said = done.stderr.splitlines()
    assert json.loads(logged)["reason"] == "the prefix verifier_attestation needs an attestation"
    assert said.startswith("not started: ")


def test_an_address_that_is_in_use_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        place = ["--issuer-url", url, "--data", str(tmp_path / "data")]
        done = RUN.invoke(main, ["serve", "--only", "issuer", *place], catch_exceptions=False)
    assert done.exit_code == 2
    assert done.stderr.startswith("not started: ")
