"""The runner tells a pass from a failure, and both from what could not be run."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.report import exit_status, report_json
from conformance.runner import Result, Runner, RunOutcome
from conformance.scenario import (
    Case,
    Endpoint,
    ExpectedAnswer,
    ExpectedCheck,
    ExpectedRefusal,
    Issuance,
    Receipt,
    Request,
    Response,
    Verification,
    cases_of,
)
from conformance.world import World
from tests.conformance import scenarios
from vc_core.checks import CheckId, Outcome

SCENARIOS = {scenario.id: scenario for scenario in scenarios.SCENARIOS}


def first_case(id_: str) -> Case:
    return next(cases_of(SCENARIOS[id_]))


def verification(case: Case) -> Verification:
    assert isinstance(case.scenario, Verification)
    return case.scenario


def wrong(case: Case, **changes: Any) -> Case:
    scenario = verification(case)
    return replace(case, scenario=replace(scenario, expect=replace(scenario.expect, **changes)))


def test_a_wrong_verdict_is_a_failure(runner: Runner) -> None:
    case = first_case("status.withdrawn")
    result = runner.run_one(wrong(case, verdict="CONFIRMED"))
    assert result.outcome is RunOutcome.FAIL
    assert [one.what for one in result.differences] == ["verdict"]


def test_a_wrong_reason_is_a_failure(runner: Runner) -> None:
    other = ExpectedCheck(id=CheckId("status.value"), outcome=Outcome.FAILED, reason="suspended")
    result = runner.run_one(wrong(first_case("status.withdrawn"), checks=(other,)))
    assert [str(one) for one in result.differences] == ["status.value: expected FAILED suspended, got FAILED withdrawn"]


def test_a_check_that_changes_unseen_is_a_failure(runner: Runner) -> None:
    other = verification(first_case("signer.root_unlisted")).expect.checks
    result = runner.run_one(wrong(first_case("signer.chain_missing"), checks=other))
    assert {"integrity.issuer_signature", "trust.signer_certificate"} <= {one.what for one in result.differences}


@pytest.mark.parametrize(
    ("id_", "expect"),
    [
        ("request.typ_wrong", ExpectedRefusal(reason="signature_invalid")),
        ("request.nonce_missing", ExpectedRefusal(reason="nonce_missing")),
        ("receipt.expired", ExpectedRefusal(reason="withdrawn")),
        ("issuance.proof_missing", ExpectedAnswer(status=400, error="invalid_nonce")),
        ("issuance.access_token_wrong", ExpectedAnswer(status=401, error="invalid_token")),
        ("response.state_wrong", ExpectedAnswer(status=400, error="invalid_request", check="response.form")),
    ],
)
def test_a_wrong_expectation_is_a_failure_in_every_kind(runner: Runner, id_: str, expect: object) -> None:
    case = first_case(id_)
    result = runner.run_one(replace(case, scenario=replace(case.scenario, expect=expect)))  # type: ignore[arg-type]
    assert (result.outcome, len(result.differences)) == (RunOutcome.FAIL, 1)


def test_an_honest_request_is_answered(world: World) -> None:
    """A scenario of a request without a fault fails, for the wallet does not refuse it."""
    case = first_case("request.typ_wrong")
    honest = replace(case, scenario=replace(case.scenario, fault=None))
    assert [str(one) for one in Runner(world=world).run_one(honest).differences] == [
        "reason: expected type_wrong, got accepted"
    ]


def test_without_a_service_there_is_nothing_to_run(world: World) -> None:
    bare = Runner(world=world)
    for id_ in ("issuance.proof_missing", "response.state_wrong"):
        assert bare.run_one(first_case(id_)).outcome is RunOutcome.ERROR


def test_a_fault_that_has_no_place_is_skipped(runner: Runner) -> None:
    case = first_case("issuance.token_tx_code_missing")
    unplayable = replace(case, scenario=replace(case.scenario, fault="token_tx_code_unexpected"))
    assert runner.run_one(unplayable).outcome is RunOutcome.SKIP


def _result(outcome: RunOutcome) -> Result:
    return Result(case=first_case("status.withdrawn"), outcome=outcome)


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([RunOutcome.PASS], 0),
        ([RunOutcome.PASS, RunOutcome.SKIP], 0),
        ([RunOutcome.PASS, RunOutcome.FAIL], 1),
        ([RunOutcome.FAIL, RunOutcome.ERROR], 2),
        ([], 2),
    ],
)
def test_exit_status(outcomes: list[RunOutcome], status: int) -> None:
    assert exit_status([_result(outcome) for outcome in outcomes]) == status


def test_a_report_has_one_object_for_each_case_and_a_summary(runner: Runner) -> None:
    cases = [first_case("status.withdrawn"), wrong(first_case("status.old"), verdict="CONFIRMED")]
    report = report_json(list(runner.run(cases)), not_run=3)
    assert report["summary"] == {"pass": 1, "fail": 1, "error": 0, "skip": 0, "not_run": 3}
    assert [one["outcome"] for one in report["results"]] == ["pass", "fail"]
    assert report["results"][1]["differences"] == [
        {"what": "verdict", "expected": "CONFIRMED", "actual": "CONFIRMED_STATUS_OLD"}
    ]


def test_every_kind_has_scenarios() -> None:
    kinds = {type(scenario) for scenario in SCENARIOS.values()}
    assert kinds == {Verification, Request, Receipt, Issuance, Response}
    assert {one.at for one in SCENARIOS.values() if isinstance(one, Issuance)} == set(Endpoint)
