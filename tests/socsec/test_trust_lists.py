"""`socsec trust-lists`: what it shows of one list, of several, and of one that is missing."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from socsec.cli import main
from tests.socsec.pilots import pilot_of_today


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    pilot_of_today(folder)
    return folder


def shown(data: Path) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(main, ["trust-lists", "--data", str(data), "--json"])
    return result.exit_code, json.loads(result.stdout.splitlines()[-1])


def several(data: Path, *, second: str = "second.jwt", members: str = "") -> None:
    pki = data / "pki"
    shutil.copyfile(pki / "trust-list.jwt", pki / "second.jwt")
    (pki / "trust-lists.toml").write_text(
        '[[list]]\nname = "first"\nsource = "trust-list.jwt"\noperator_certificate = "operator.pem"\n'
        f'[[list]]\nname = "second"\nsource = "{second}"\noperator_certificate = "operator.pem"\n{members}\n'
    )


def test_the_only_list(data: Path) -> None:
    status, (row,) = shown(data)
    assert (status, row["name"], row["sequence"], row["reason"]) == (0, "", 1, None)
    assert (row["institutions"], row["left_out"], row["territories"]) == (5, [], [])


def test_several_lists_and_whom_one_may_not_name(data: Path) -> None:
    several(data, members='territories = ["DE", "RO"]')
    status, (first, second) = shown(data)
    assert (status, first["name"], first["institutions"]) == (0, "first", 5)
    assert (second["name"], second["territories"], second["institutions"]) == ("second", ["DE", "RO"], 2)
    assert second["left_out"] == ["FR:117000", "FR:910000", "FR:ANTS01"]


def test_one_that_is_missing(data: Path) -> None:
    several(data, second="none.jwt")
    status, (first, second) = shown(data)
    assert (status, first["reason"], second["reason"]) == (1, None, "trust_list_unreadable")


def test_as_a_table(data: Path) -> None:
    several(data, second="none.jwt")
    result = CliRunner().invoke(main, ["trust-lists", "--data", str(data)], env={"COLUMNS": "160"})
    assert result.exit_code == 1
    assert "trust_list_unreadable" in result.stdout
    assert "Social security pilot liaison body" in result.stdout


def test_a_file_at_fault_is_told(data: Path) -> None:
    several(data, members='territory = "DE"')
    result = CliRunner().invoke(main, ["trust-lists", "--data", str(data)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "unknown members territory" in result.stderr
