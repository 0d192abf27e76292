"""Reports: the catalogue of cases, and what came of running them, as JSON values.

A case is listed with its id, titles, source, what it presupposes and what it expects; a result adds the outcome and
every difference. Nothing in a report depends on chance, so two runs of one seed read alike.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, assert_never

import orjson

from conformance.runner import Result, RunOutcome
from conformance.scenario import (
    Case,
    ExpectedAnswer,
    ExpectedRefusal,
    ExpectedVerdict,
    Issuance,
    Receipt,
    Request,
    Response,
    Verification,
)

_KINDS: dict[type, str] = {
    Verification: "verification",
    Receipt: "receipt",
    Request: "request",
    Issuance: "issuance",
    Response: "response",
}


def json_text(value: object) -> bytes:
    """As people read it, and diff it."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def kind(case: Case) -> str:
    return _KINDS[type(case.scenario)]


def expected(result: Result) -> str:
    """In a line: the verdict's word, the reason of the wallet's refusal, or the status of an answer with its error."""
    match result.case.scenario.expect:
        case ExpectedVerdict(verdict=word):
            return word.value
        case ExpectedRefusal(reason=reason, error=error):
            return reason if error is None else f"{reason}, and the verifier is told {error}"
        case ExpectedAnswer(status=status, error=error):
            return str(status) if error is None else f"{status} {error}"
        case other:
            assert_never(other)


def told(result: Result) -> list[str]:
    """Why it did not pass, a line for each difference; what was observed where there is no more to say."""
    return [str(one) for one in result.differences] or [result.detail or result.observed]


def case_json(case: Case) -> dict[str, Any]:
    scenario = case.scenario
    return {
        "id": case.id,
        "scenario": scenario.id,
        "kind": kind(case),
        "title": dict(scenario.title),
        "source": scenario.source,
        "role": scenario.role.value,
        "type": case.type_id,
        "format": case.format_id,
        "fault": scenario.fault,
        "preconditions": _preconditions(case),
        "expect": _plain(asdict(scenario.expect)),
    }


def _preconditions(case: Case) -> dict[str, Any]:
    """What differs from a plain run of that kind."""
    match case.scenario:
        case Verification() as scenario:
            special = {"example": scenario.example, "case_ref": scenario.case_ref}
            return {
                "showing": scenario.showing.value,
                "asked": _plain(asdict(scenario.asked)),
                **{name: value for name, value in special.items() if value is not None},
            }
        case Issuance(at=at):
            return {"at": at.value}
        case Response(mode=mode):
            return {"mode": mode.value}
        case _:
            return {}


def result_json(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {"observed": result.observed} if result.observed else {}
    if result.detail:
        told["detail"] = result.detail
    return {
        "id": result.case.id,
        "outcome": result.outcome.value,
        **told,
        "differences": [asdict(difference) for difference in result.differences],
    }


def report_json(results: Sequence[Result], *, not_run: int = 0) -> dict[str, Any]:
    return {"summary": summary(results, not_run=not_run), "results": [result_json(one) for one in results]}


def summary(results: Iterable[Result], *, not_run: int = 0) -> dict[str, int]:
    counted = Counter(result.outcome for result in results)
    return {outcome.value: counted[outcome] for outcome in RunOutcome} | {"not_run": not_run}


def exit_status(results: Iterable[Result]) -> int:
    """0 all pass, 1 some fail, 2 some could not be run."""
    outcomes = {result.outcome for result in results}
    if RunOutcome.ERROR in outcomes or not outcomes:
        return 2
    return 1 if RunOutcome.FAIL in outcomes else 0


def _plain(value: Any) -> Any:
    """Without what is not said; enums and days as texts."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int) else str(value)
