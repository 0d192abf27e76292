"""No check can be switched off without a scenario that fails; and a check that nobody holds is found."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conformance.commands import app
from conformance.mutation import checks_of, issue_only, mutate, mutation_json, switched_off
from conformance.scenario import Case, Verification
from conformance.world import World
from tests.conformance.scenarios import CASES
from vc_core.checks import CATALOGUE, CheckId, Outcome, failed, indeterminate, not_evaluated, passed

ROOT = Path(__file__).parents[2]
FAMILIES = (
    "format.",
    "integrity.",
    "trust.",
    "validity.",
    "coverage.",
    "claims.",
    "status.",
    "holder.",
    "query.",
    "rule.",
)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_check_is_held_by_a_scenario(world: World, family: str) -> None:
    mutation = mutate(world, CASES, family)
    assert mutation.mutants
    assert mutation.uncaught == ()
    assert all(one.asked == one.caught for one in mutation.mutants)


def test_the_families_are_all_checks(world: World) -> None:
    checks = checks_of(world.catalogue)
    assert [id_ for id_ in checks if not id_.startswith(FAMILIES)] == []
    assert set(CATALOGUE) < set(checks)
    assert len(set(checks)) == len(checks)


def test_a_rule_that_no_credential_can_break_is_judged_at_issue_only(world: World) -> None:
    """Its text is in no form on the wire, and the rulebook says so."""
    assert "rule.A1-14" in issue_only(world.catalogue)
    assert not set(issue_only(world.catalogue)) & set(checks_of(world.catalogue))


def test_a_check_without_a_scenario_is_not_caught(world: World) -> None:
    others = [case for case in CASES if case.scenario.id != "coverage.employer_not_named"]
    assert mutate(world, others, "coverage.employer").uncaught == ("coverage.employer",)


def test_a_scenario_that_fails_anyhow_catches_nothing(world: World) -> None:
    wrong = [_expecting_another_reason(case) for case in CASES if case.scenario.id == "coverage.employer_not_named"]
    mutant = mutate(world, wrong, "coverage.employer").mutants[0]
    assert (mutant.asked, mutant.caught) == ((), ())


def _expecting_another_reason(case: Case) -> Case:
    assert isinstance(case.scenario, Verification)
    checks = tuple(replace(check, reason="another") for check in case.scenario.expect.checks)
    return replace(case, scenario=replace(case.scenario, expect=replace(case.scenario.expect, checks=checks)))


@pytest.mark.parametrize("package", ["issuer", "verifier", "wallet_sim", "socsec"])
def test_no_program_in_use_can_switch_a_check_off(package: str) -> None:
    found = [path.name for path in (ROOT / package).rglob("*.py") if re.search(r"\bamend\b", path.read_text())]
    assert found == []


def test_what_is_switched_off_no_longer_fails() -> None:
    amend = switched_off(CheckId("holder.nonce"))
    assert amend(failed("holder.nonce", "nonce_wrong")).outcome is Outcome.PASSED
    assert amend(indeterminate("holder.nonce", "nonce_unknown")).outcome is Outcome.PASSED


def test_every_other_answer_counts_as_it_is() -> None:
    amend = switched_off(CheckId("holder.nonce"))
    for check in (
        failed("holder.audience", "audience_wrong"),
        passed("holder.nonce"),
        not_evaluated("holder.nonce", blocked_by=CheckId("holder.binding")),
    ):
        assert amend(check) is check


def test_the_command_prints_checks_and_caught() -> None:
    result = CliRunner().invoke(app, ["mutate", "--only", "coverage.employer", "--json"])
    report = json.loads(result.stdout)
    assert (result.exit_code, report["summary"]) == (0, {"checks": 1, "caught": 1})
    assert report["checks"][0]["cases"] == report["checks"][0]["caught_by"] > 0
    assert report["uncaught"] == []


def test_nothing_to_switch_off_is_no_success() -> None:
    assert CliRunner().invoke(app, ["mutate", "--only", "no such check"]).exit_code == 1


def test_the_report_names_what_nobody_notices(world: World) -> None:
    report = mutation_json(mutate(world, (), "query.least_disclosure"))
    assert (report["summary"], report["uncaught"]) == ({"checks": 1, "caught": 0}, ("query.least_disclosure",))
