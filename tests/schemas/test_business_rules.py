"""The business rules of the domain study: each is in a rulebook, or the rulebook says who decides it."""

from datetime import date

import pytest

from tests.schemas.types import PACKAGED, TODAY, example
from vc_core.checks import CATALOGUE as CHECKS
from vc_core.checks import Severity
from vc_core.claims import Claims, put
from vc_core.rulebook import Rulebook
from vc_core.rules import Moment, RuleOutcome, evaluate, judge_document

REGISTER = {"registry", "design"}


@pytest.mark.parametrize(("type_id", "prefix", "last"), [("a1", "A1", 20), ("ehic", "EH", 11)])
def test_every_rule_of_the_study_is_accounted_for_once(type_id: str, prefix: str, last: int) -> None:
    rulebook = PACKAGED.type(type_id)
    ours = [rule.id for rule in rulebook.rules]
    assert not set(ours) & set(rulebook.decided_elsewhere)
    assert {f"{prefix}-{number:02}" for number in range(1, last + 1)} <= {*ours, *rulebook.decided_elsewhere}


@pytest.mark.parametrize("rulebook", PACKAGED.types(), ids=lambda rulebook: rulebook.type_id)
def test_what_is_decided_elsewhere_is_decided_by_a_check_or_the_register(rulebook: Rulebook) -> None:
    for decision in rulebook.decided_elsewhere.values():
        assert decision.by in REGISTER or decision.by in CHECKS


def _broken(type_id: str, claims: Claims, moment: Moment) -> dict[str, Severity]:
    results = evaluate(PACKAGED.type(type_id), claims, moment, today=TODAY)
    return {result.id: result.severity for result in results if result.outcome is RuleOutcome.BROKEN}


def test_a_posting_over_24_months_is_refused_at_issue_and_a_warning_when_checked() -> None:
    """A1-02: a genuine A1 binds, so a verifier does not judge its substance (Reg. 987/2009 Art. 5)."""
    claims = example("a1", "invalid_a1_02_25_months")
    assert _broken("a1", claims, Moment.ISSUE) == {"A1-02": Severity.REFUSE}
    assert _broken("a1", claims, Moment.VERIFY) == {"A1-02": Severity.WARN}


@pytest.mark.parametrize(
    ("start", "last_day"),
    [
        pytest.param("2026-02-01", "2028-01-31", id="first_of_month"),
        pytest.param("2024-02-29", "2026-02-27", id="leap_day"),
        pytest.param("2025-12-31", "2027-12-30", id="last_of_year"),
    ],
)
def test_the_last_day_of_24_months(start: str, last_day: str) -> None:
    claims = put(put(example("a1", "valid_posted_worker"), ("starting_date",), start), ("ending_date",), last_day)
    next_day = date.fromordinal(date.fromisoformat(last_day).toordinal() + 1).isoformat()
    assert "A1-02" not in _broken("a1", claims, Moment.ISSUE)
    assert "A1-02" in _broken("a1", put(claims, ("ending_date",), next_day), Moment.ISSUE)


def test_every_fault_is_listed_with_pointer_source_and_box() -> None:
    """J1, AC3: an end before the start, a bad institution number and an unknown situation at once."""
    claims = example("a1", "valid_posted_worker")
    claims["ending_date"] = "2026-01-31"
    claims["authentic_source"]["id"] = "FR:1"
    claims["status_confirmation"] = "13"
    claims["employer"][0]["id"] = ""
    faults = judge_document(PACKAGED.type("a1"), claims, today=TODAY).faults
    assert {(fault.rule_id, fault.pointer, fault.box) for fault in faults} == {
        ("schema", "/employer/0/id", "4"),
        ("schema", "/status_confirmation", "3"),
        ("A1-01", "/ending_date", "2.3"),
        ("A1-08", "/authentic_source/id", "6"),
    }
    assert all(fault.citation and set(fault.messages) == {"en", "fr", "de"} for fault in faults)


def test_a_retroactive_and_a_provisional_certificate_are_accepted_with_a_note() -> None:
    """A1-12, A1-13."""
    for name, rule_id in (("valid_retroactive", "A1-12"), ("valid_provisional", "A1-13")):
        judgement = judge_document(PACKAGED.type("a1"), example("a1", name), today=TODAY)
        assert judgement.accepted
        assert [note.rule_id for note in judgement.notes] == [rule_id]


def test_the_telework_agreement_binds_from_the_day_a_state_joined() -> None:
    """A1-19."""
    signatories = PACKAGED.type("a1").rules
    claims = example("a1", "valid_telework_france_italy")
    assert any(rule.id == "A1-19" for rule in signatories)
    assert "A1-19" not in _broken("a1", claims, Moment.ISSUE)
    assert "A1-19" in _broken("a1", put(claims, ("starting_date",), "2023-12-31"), Moment.ISSUE)


def test_a_replacement_certificate_needs_no_card_number() -> None:
    """EH-01 is about cards; a provisional replacement certificate has a number of its own."""
    claims = example("ehic", "valid_replacement_certificate")
    assert "EH-01" not in _broken("ehic", claims, Moment.ISSUE)
    assert "EH-01" in _broken("ehic", put(claims, ("provisional_replacement",), False), Moment.ISSUE)
