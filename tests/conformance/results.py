"""Results of every outcome, as a run against somebody else's system may give them."""

from conformance.comparison import Difference
from conformance.runner import Result, RunOutcome
from conformance.scenario import Receipt
from conformance.scenario_files import all_cases, load_scenarios

CASES = {case.id: case for case in all_cases(load_scenarios())}
A_VERDICT = next(case for id_, case in CASES.items() if id_.startswith("status.withdrawn/"))
A_REFUSAL = next(case for case in CASES.values() if isinstance(case.scenario, Receipt))
AN_ANSWER = next(case for id_, case in CASES.items() if id_.startswith("response.replayed/"))
SAID = 'got <b>"&\x00\x1b'

PASSED = Result(case=A_VERDICT, outcome=RunOutcome.PASS, observed="WITHDRAWN")
FAILED = Result(
    case=AN_ANSWER,
    outcome=RunOutcome.FAIL,
    observed="200",
    differences=(
        Difference(what="status", expected="400", actual="200"),
        Difference(what="error", expected="replayed", actual=SAID),
    ),
)
ERROR = Result(case=A_VERDICT, outcome=RunOutcome.ERROR, detail=f"no answer: {SAID}")
SKIPPED = Result(case=A_REFUSAL, outcome=RunOutcome.SKIP, detail="nothing to deviate in")
ALL = (PASSED, FAILED, ERROR, SKIPPED)
