"""The table of requirements: every id of the checklists is there, and everything that it names exists."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conformance.commands import app
from conformance.requirements import (
    Requirement,
    RequirementsFileError,
    State,
    load_requirements,
    missing_tests,
    requirements_json,
    summary,
)
from tests.conformance.scenarios import SCENARIOS
from tests.vectors import specifications

ROOT = Path(__file__).parents[2]
REQUIREMENTS = load_requirements()
IDS = {scenario.id for scenario in SCENARIOS}
PLAIN_ID = re.compile(r"\b(?:SDJ|SVC|MDO|TSL|VCI|VP|ABCA|DPOP|PAR|FAPI|LOTE)-\d+\b")
LISTED = re.compile(r"^(Issuer|Wallet|Verifier): HAIP-(?=[IWV]1\b)(.*)$", re.M)


def ids_of(checklists: str) -> set[str]:
    """In the section on HAIP the rows of one role stand in one paragraph: `HAIP-I1 ...; I2 ...; I3 ...`."""
    found = set(PLAIN_ID.findall(checklists))
    for role, rows in LISTED.findall(checklists):
        letter = {"Issuer": "I", "Wallet": "W", "Verifier": "V"}[role]
        found |= {f"HAIP-{id_}" for id_ in re.findall(rf"(?:^|; )({letter}\d+)\b", rows)}
    return found


def test_the_ids_are_those_of_the_checklists() -> None:
    checklists = (specifications() / "checklists.md").read_text(encoding="utf-8")
    assert {one.id for one in REQUIREMENTS} == ids_of(checklists)


def test_there_is_a_row_for_each_of_them() -> None:
    """Held without the checklists too: a row that is taken out is missed."""
    families = [one.id.rstrip("0123456789") for one in REQUIREMENTS]
    assert {family: families.count(family) for family in families} == {
        "SDJ-": 25, "SVC-": 14, "MDO-": 17, "TSL-": 13, "VCI-": 20, "VP-": 19, "HAIP-I": 9, "HAIP-W": 11,
        "HAIP-V": 9, "ABCA-": 6, "DPOP-": 4, "PAR-": 1, "FAPI-": 1, "LOTE-": 2,
    }  # fmt: skip


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda one: one.id)
def test_what_is_named_exists(requirement: Requirement) -> None:
    assert missing_tests(requirement.proofs.tests, ROOT) == []
    assert [id_ for id_ in requirement.proofs.scenarios if id_ not in IDS] == []


def test_no_row_is_silent() -> None:
    """Each is proven, or says what is lacking."""
    assert [one.id for one in REQUIREMENTS if one.state is State.MISSING] == []


def test_a_test_that_is_not_there_is_found() -> None:
    here = "tests/conformance/test_requirements.py"
    assert missing_tests([f"{here}::test_no_row_is_silent"], ROOT) == []
    assert missing_tests([f"{here}::test_a_bad_file_is_refused[id_twice]"], ROOT) == []
    bad_file = f"{here}::test_a_bad_file_is_refused"
    for node in (f"{here}::test_no_such", f"{bad_file}[no such {'case'}]", "tests/no_such.py::test_x", here):
        assert missing_tests([node], ROOT) == [node]


def _file(folder: Path, text: str) -> Path:
    file = folder / "requirements.toml"
    file.write_text(text)
    return file


def test_the_state_follows_from_what_is_said(tmp_path: Path) -> None:
    rows = load_requirements(
        _file(
            tmp_path,
            '[A-1]\ntests = ["t::x"]\n[A-2]\nscenarios = ["s"]\n[A-3]\n[A-4]\ntests = ["t::x"]\nnot_met = "No."',
        )
    )
    assert [row.state for row in rows] == [State.PROVEN, State.PROVEN, State.MISSING, State.NOT_MET]
    assert summary(rows) == {"proven": 2, "missing": 1, "not_met": 1}
    assert requirements_json(rows)["requirements"][3] == {
        "id": "A-4", "state": "not_met", "tests": ["t::x"], "scenarios": [], "lacking": "No."
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["[A-1]\nproof = []", "[A-1]\ntests = 'x'", "[A-1]\nnot_met = ' '", "[A-1]\n[A-1]\n", "A-1 = 3"],
    ids=["member_unknown", "tests_no_list", "not_met_says_nothing", "id_twice", "row_no_table"],
)
def test_a_bad_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RequirementsFileError):
        load_requirements(_file(tmp_path, text))


def test_the_command_prints_counts_and_rows() -> None:
    result = CliRunner().invoke(app, ["requirements", "--json"])
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["summary"] == summary(REQUIREMENTS)
    assert [row["id"] for row in report["requirements"]] == [one.id for one in REQUIREMENTS]


def test_in_words_the_command_says_what_is_lacking() -> None:
    result = CliRunner().invoke(app, ["requirements"])
    lacking = [one for one in REQUIREMENTS if one.state is State.NOT_MET]
    assert all(one.id in result.stdout for one in lacking)
