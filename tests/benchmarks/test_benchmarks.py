"""`make bench` with a few rounds: everything measured succeeds and is written down. How quick it is is not asked."""

import json
import platform
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.report import missed, results, table
from benchmarks.rounds import Measured
from benchmarks.subjects import Raw, Subject

TARGETS = {
    "sd_jwt_issue_x_sign": 4.5,
    "sd_jwt_kb_verify_x_verify": 5.5,
    "mdoc_issue_x_sign": 7.0,
    "mdoc_verify_x_verify": 8.0,
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file: Path = tmp_path_factory.mktemp("benchmarks") / "results.json"
    status = main(["--rounds", "2", "--results", str(file)])
    found: dict[str, Any] = json.loads(file.read_text())
    assert status == (1 if found["missed"] else 0)
    return found


def test_results_say_what_they_rest_on(written: dict[str, Any]) -> None:
    assert written["rounds"] == 2
    assert written["python"] == platform.python_version()
    assert written["raw_us"].keys() == {"sign", "verify"}
    assert "cryptography" in written


def test_everything_is_measured(written: dict[str, Any]) -> None:
    assert written["targets"] == TARGETS
    assert written["ratios"].keys() >= TARGETS.keys()
    assert all(ratio > 1 for ratio in written["ratios"].values())
    for name in ("sd_jwt", "mdoc", "inspection_code"):
        assert {f"a1_{name}_verify_text_x_verify", f"a1_{name}_needed_status_lists_x_verify"} <= written[
            "ratios"
        ].keys()


@pytest.mark.parametrize(("ratio", "above"), [(4.49, []), (4.5, []), (4.51, ["issue"])])
def test_a_target_is_missed_above_it(ratio: float, above: list[str]) -> None:
    subjects = [
        Subject(name="issue", run=bool, raw=Raw.SIGN, target=4.5),
        Subject(name="whole", run=bool, raw=Raw.VERIFY),
    ]
    measured = Measured(rounds=1, raw_us={Raw.SIGN: 20.0}, ratios={"issue": ratio, "whole": 99.0})
    assert missed(subjects, measured) == above
    assert results(subjects, measured)["missed"] == above
    assert table(subjects, measured).row_count == 2


@pytest.mark.parametrize(("ratio", "above"), [(8.99, []), (9.01, ["issue"])])
def test_a_busy_machine_is_granted_a_tolerance(ratio: float, above: list[str]) -> None:
    subjects = [Subject(name="issue", run=bool, raw=Raw.SIGN, target=4.5)]
    measured = Measured(rounds=1, raw_us={Raw.SIGN: 20.0}, ratios={"issue": ratio})
    assert missed(subjects, measured, tolerance=2.0) == above
