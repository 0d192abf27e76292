"""Every scenario passes against this project's own parts."""

import pytest

from conformance.runner import Runner, RunOutcome
from conformance.scenario import Case
from tests.conformance.scenarios import CASES


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_scenario(runner: Runner, case: Case) -> None:
    result = runner.run_one(case)
    assert not result.differences, "; ".join(map(str, result.differences))
    assert result.outcome is RunOutcome.PASS, result.detail
