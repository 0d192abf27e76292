"""Each bad input of the checklists has its proof: a scenario, or a test that exists."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.requirements import missing_tests
from tests.conformance.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
TABLE: dict[str, list[dict[str, Any]]] = tomllib.loads((ROOT / "conformance" / "bad_inputs.toml").read_text())
ROWS = [(section, row) for section, rows in TABLE.items() for row in rows]
IDS = {scenario.id for scenario in SCENARIOS}


def test_every_section_is_there() -> None:
    assert {section: len(rows) for section, rows in TABLE.items()} == {
        "sd_jwt": 65,
        "sd_jwt_vc": 44,
        "mdoc": 53,
        "token_status_list": 44,
        "openid4vci": 69,
        "openid4vp_wallet": 23,
        "openid4vp_verifier": 30,
        "client_attestation": 19,
        "dpop": 30,
        "par": 10,
        "trust_lists": 8,
    }


@pytest.mark.parametrize(("section", "row"), ROWS, ids=[f"{section}-{row['input']}" for section, row in ROWS])
def test_a_bad_input_has_its_proof(section: str, row: dict[str, Any]) -> None:
    assert set(row) <= {"input", "scenarios", "tests", "note"}
    assert row.get("scenarios") or row.get("tests")
    assert [id_ for id_ in row.get("scenarios", ()) if id_ not in IDS] == []
    assert missing_tests(row.get("tests", ()), ROOT) == []
