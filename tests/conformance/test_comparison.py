"""The rule for checks that a scenario does not list: nothing may change unseen."""

from typing import Any

import pytest

from conformance.comparison import differences
from conformance.scenario import ExpectedCheck, ExpectedVerdict
from vc_core.checks import CheckId, Outcome
from vc_core.verdict import IdentityCompared, Word

A, B, C, RULE = "format.well_formed", "integrity.issuer_signature", "integrity.claim_digests", "rule.X-01"


def check(id_: str, outcome: str = "PASSED", **more: str) -> dict[str, Any]:
    return {"id": id_, "outcome": outcome, **more}


def verdict(*checks: dict[str, Any], word: str = "CANNOT_CONFIRM", identity: str = "no") -> dict[str, Any]:
    return {"verdict": word, "identity_compared": identity, "checks": list(checks)}


FAULTLESS = verdict(check(A), check(B), check(C, "NOT_APPLICABLE", reason="whole"), check(RULE), word="CONFIRMED")
EXPECTED = ExpectedVerdict(
    verdict=Word.CANNOT_CONFIRM,
    checks=(ExpectedCheck(id=CheckId(B), outcome=Outcome.FAILED, reason="signature_invalid"),),
)
FOUND_B = check(B, "FAILED", reason="signature_invalid")
SAME_C = check(C, "NOT_APPLICABLE", reason="whole")


def test_just_what_is_expected() -> None:
    assert not differences(verdict(check(A), FOUND_B, SAME_C, check(RULE)), EXPECTED, FAULTLESS)


def test_blocked_by_what_is_expected_through_any_number_of_checks() -> None:
    blocked = (
        check(C, "NOT_EVALUATED", blocked_by=B),
        check(RULE, "NOT_EVALUATED", blocked_by=C),
    )
    assert not differences(verdict(check(A), FOUND_B, *blocked), EXPECTED, FAULTLESS)


DIFFERENT = {
    "verdict": (verdict(check(A), FOUND_B, SAME_C, check(RULE), word="NOT_COVERED"), "verdict"),
    "identity": (verdict(check(A), FOUND_B, SAME_C, check(RULE), identity="mismatch"), "identity_compared"),
    "expected_reason": (verdict(check(A), check(B, "FAILED", reason="other"), SAME_C, check(RULE)), B),
    "expected_outcome": (verdict(check(A), check(B), SAME_C, check(RULE)), B),
    "expected_check_missing": (verdict(check(A), SAME_C, check(RULE)), B),
    "another_check_fails_too": (verdict(check(A, "FAILED", reason="x"), FOUND_B, SAME_C, check(RULE)), A),
    "another_check_no_longer_asked": (verdict(check(A), FOUND_B, check(C), check(RULE)), C),
    "another_reason": (verdict(check(A), FOUND_B, check(C, "NOT_APPLICABLE", reason="x"), check(RULE)), C),
    "another_check_gone": (verdict(check(A), FOUND_B, SAME_C), RULE),
    "a_new_check": (verdict(check(A), FOUND_B, SAME_C, check(RULE), check("rule.X-02")), "rule.X-02"),
    "blocked_by_something_else": (
        verdict(check(A), FOUND_B, check(C, "NOT_EVALUATED", blocked_by=A), check(RULE)),
        C,
    ),
    "not_evaluated_by_policy": (
        verdict(check(A), FOUND_B, check(C, "NOT_EVALUATED", reason="policy"), check(RULE)),
        C,
    ),
}


@pytest.mark.parametrize(("actual", "what"), DIFFERENT.values(), ids=DIFFERENT)
def test_anything_else_is_reported(actual: dict[str, Any], what: str) -> None:
    assert [one.what for one in differences(actual, EXPECTED, FAULTLESS)] == [what]


def test_rules_of_a_type_that_is_not_known_are_not_missed() -> None:
    unknown = ExpectedVerdict(
        verdict=Word.CANNOT_CONFIRM,
        checks=(ExpectedCheck(id=CheckId(A), outcome=Outcome.FAILED, reason="format_unknown"),),
    )
    blocked = [check(id_, "NOT_EVALUATED", blocked_by=A) for id_ in (B, C)]
    assert not differences(verdict(check(A, "FAILED", reason="format_unknown"), *blocked), unknown, FAULTLESS)


def test_without_a_fault_everything_else_has_to_hold() -> None:
    plain = ExpectedVerdict(verdict=Word.CONFIRMED, identity_compared=IdentityCompared.NO)
    assert not differences(FAULTLESS, plain, None)
    noted = verdict(check(A), check(RULE, "FAILED", reason="rule_broken"), word="CONFIRMED")
    assert [str(one) for one in differences(noted, plain, None)] == [
        "rule.X-01: expected PASSED or NOT_APPLICABLE, got FAILED rule_broken"
    ]
