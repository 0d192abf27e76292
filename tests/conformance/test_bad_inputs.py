"""Each bad input of checklist sections 1 to 4 has its proof: a scenario, or a test that exists."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.scenario_files import load_scenarios

ROOT = Path(__file__).parents[2]
TABLE: dict[str, list[dict[str, Any]]] = tomllib.loads((ROOT / "conformance" / "bad_inputs.toml").read_text())
ROWS = [(section, row) for section, rows in TABLE.items() for row in rows]
SCENARIOS = {scenario.id for scenario in load_scenarios()}


def _exists(node: str) -> bool:
    path, _, name = node.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    return any(isinstance(part, ast.FunctionDef) and part.name == name for part in tree.body)


def test_the_four_sections_are_there() -> None:
    assert {section: len(rows) for section, rows in TABLE.items()} == {
        "sd_jwt": 65,
        "sd_jwt_vc": 44,
        "mdoc": 53,
        "token_status_list": 44,
    }


@pytest.mark.parametrize(("section", "row"), ROWS, ids=[f"{section}-{row['input']}" for section, row in ROWS])
def test_a_bad_input_has_its_proof(section: str, row: dict[str, Any]) -> None:
    assert set(row) <= {"input", "scenarios", "tests", "note"}
    assert row.get("scenarios") or row.get("tests")
    assert [id_ for id_ in row.get("scenarios", ()) if id_ not in SCENARIOS] == []
    assert [node for node in row.get("tests", ()) if not _exists(node)] == []
