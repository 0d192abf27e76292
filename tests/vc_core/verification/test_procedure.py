"""The procedure: every question once, the same answers for the same questions in every format, nothing ever raised."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pilot
from tests.vc_core import issued
from tests.vc_core.issued import CASES, NOW, STATUS, Setting, judged, presented, setting
from vc_core import rules
from vc_core.checks import CATALOGUE, Check, Outcome
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import FORMATS, WALLET_FORMATS
from vc_core.status_list import Status
from vc_core.trust import TrustList
from vc_core.verdict import Verdict, Word
from vc_core.verification import (
    GATHERED,
    RULES,
    CredentialUnreadable,
    Evidence,
    Expected,
    Person,
    Policy,
    StatusUnavailable,
    TrustUnavailable,
    begin,
    finish,
    verify,
    wanted_status_lists,
)
from vc_core.verification.procedure import read

TEXTS = {case: presented(case[1], issued.issued(*case)) for case in CASES}
each_case = pytest.mark.parametrize("case", CASES, ids="-".join)

Case = tuple[str, str]


def outcomes(verdict: Verdict) -> dict[str, Outcome]:
    return {check.id: check.outcome for check in verdict.checks}


def judge(case: Case, **changes: object) -> Verdict:
    plain = setting(case[1])
    return judged(TEXTS[case], replace(plain, **changes))  # type: ignore[arg-type]


def watched(case: Case, given: Setting, told: list[str]) -> Verdict:
    parsed = read(TEXTS[case])
    assert not isinstance(parsed, CredentialUnreadable)
    return verify(parsed, given.expected, given.evidence, given.policy, NOW, issued.CATALOGUE, watch=told.append)


@each_case
def test_a_good_document_is_confirmed_and_every_check_answered_once(case: Case) -> None:
    verdict = judge(case)
    ids = [check.id for check in verdict.checks]
    rule_ids = [f"rule.{rule.id}" for rule in rules.rules_at(issued.CATALOGUE.type(case[0]), rules.Moment.VERIFY)]
    assert verdict.word is Word.CONFIRMED
    assert ids == [*CATALOGUE, *rule_ids]
    assert {check.outcome for check in verdict.checks if check.severity == "refuse"} <= {
        Outcome.PASSED,
        Outcome.NOT_APPLICABLE,
    }
    assert verdict.document.institution_id == "FR:117000"
    assert verdict.document.document_number == "FR-A1-2026-000117"


@each_case
def test_whoever_watches_is_told_of_each_check_once(case: Case) -> None:
    told: list[str] = []
    verdict = watched(case, setting(case[1]), told)
    answered = {check.id for check in verdict.checks if check.id in CATALOGUE and check.blocked_by is None}
    assert set(told) == {*answered, GATHERED, RULES}
    assert len(told) == len(set(told))
    before, after = told[: told.index(GATHERED)], told[told.index(GATHERED) :]
    assert "integrity.issuer_signature" in before
    assert "status.value" in after
    assert told[-1] == RULES


def test_nobody_is_told_of_a_check_that_another_stands_in_the_way_of() -> None:
    told: list[str] = []
    evidence = Evidence(trust=TrustUnavailable(reason="trust_list_unreadable"))
    verdict = watched(CASES[0], replace(setting(CASES[0][1]), evidence=evidence), told)
    blocked = {check.id for check in verdict.checks if check.blocked_by is not None}
    assert "trust.issuer_entitled" in blocked
    assert not blocked & set(told)


@each_case
def test_the_inspector_sees_no_personal_number(case: Case) -> None:
    assert "personal_administrative_number" not in judge(case).claims


def _with_status(value: int, **changes: Any) -> Evidence:
    return Evidence(trust=pilot.trust_list(), status={STATUS.uri: issued.token(value, **changes)})


EVIDENCE = {
    "withdrawn": (_with_status(Status.INVALID), "status.value", "withdrawn", Word.WITHDRAWN),
    "suspended": (_with_status(Status.SUSPENDED), "status.value", "suspended", Word.WITHDRAWN),
    "value_unknown": (_with_status(3), "status.value", "status_value_unknown", Word.CANNOT_CONFIRM),
    "old": (
        _with_status(Status.VALID, age=timedelta(hours=1)),
        "status.freshness",
        "older_than_ttl",
        Word.CONFIRMED_STATUS_OLD,
    ),
    "expired": (_with_status(0, age=timedelta(days=8)), "status.token_time", "token_expired", Word.CANNOT_CONFIRM),
    "without_end_and_too_old": (
        _with_status(0, age=timedelta(days=8), lifetime=None),
        "status.token_time",
        "token_too_old",
        Word.CANNOT_CONFIRM,
    ),
    "long_lived_and_too_old": (
        _with_status(0, age=timedelta(days=8), lifetime=timedelta(days=400)),
        "status.token_time",
        "token_too_old",
        Word.CANNOT_CONFIRM,
    ),
    "ttl_of_years": (
        _with_status(0, age=timedelta(days=2), ttl=timedelta(days=36_500)),
        "status.freshness",
        "older_than_ttl",
        Word.CONFIRMED_STATUS_OLD,
    ),
    "from_the_future": (
        _with_status(Status.VALID, age=-timedelta(hours=1)),
        "status.token_time",
        "token_from_the_future",
        Word.CANNOT_CONFIRM,
    ),
    "unreachable": (
        Evidence(trust=pilot.trust_list(), status={STATUS.uri: StatusUnavailable(reason="timeout")}),
        "status.token_available",
        "timeout",
        Word.CANNOT_CONFIRM,
    ),
    "not_fetched": (Evidence(trust=pilot.trust_list()), "status.token_available", "not_fetched", Word.CANNOT_CONFIRM),
    "no_trust_list": (
        Evidence(trust=TrustUnavailable(reason="trust_list_stale")),
        "trust.list",
        "trust_list_stale",
        Word.CANNOT_CONFIRM,
    ),
    "issuer_removed": (
        Evidence(trust=pilot.trust_list(pilot.entity("FR:910000", signers=()))),
        "trust.issuer_chain",
        "issuer_not_on_trust_list",
        Word.CANNOT_CONFIRM,
    ),
    "other_address": (
        Evidence(
            trust=pilot.trust_list(pilot.entity(status_prefixes=("https://elsewhere.example/",))),
            status={STATUS.uri: issued.token()},
        ),
        "status.token_available",
        "status_address_not_permitted",
        Word.CANNOT_CONFIRM,
    ),
}


@each_case
@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_decides_alike_in_every_format(case: Case, name: str) -> None:
    evidence, id_, reason, word = EVIDENCE[name]
    verdict = judge(case, evidence=evidence)
    if name == "issuer_removed" and FORMATS[case[1]].parse(UnverifiedPresentation(text=TEXTS[case])).key_id:
        reason = "signer_certificate_unknown"  # a code names its signer by thumbprint, found on the list alone
    assert verdict.word is word
    assert verdict.check(id_).reason == reason
    assert id_ in verdict.deciding or verdict.check(verdict.deciding[0]).reason == reason


EXPECTED = {
    "other_state": ({"host_state": "AT"}, "coverage.state", "state_not_covered"),
    "day_before": ({"day": date(2026, 1, 31)}, "validity.coverage", "coverage_not_started"),
    "day_after": ({"day": date(2027, 2, 1)}, "validity.coverage", "coverage_ended"),
    "other_employer": ({"employer": "Somebody Else Ltd"}, "coverage.employer", "employer_not_named"),
}


@each_case
@pytest.mark.parametrize("name", EXPECTED)
def test_genuine_but_not_for_what_was_asked(case: Case, name: str) -> None:
    changes, id_, reason = EXPECTED[name]
    expected = replace(setting(case[1]).expected, **changes)  # type: ignore[arg-type]
    verdict = judge(case, expected=expected)
    assert (verdict.word, verdict.check(id_).reason) == (Word.NOT_COVERED, reason)
    assert id_ in verdict.deciding


@each_case
def test_the_employer_is_found_whatever_the_spelling(case: Case) -> None:
    expected = replace(setting(case[1]).expected, employer="ateliers  DURANCE, sas")
    assert judge(case, expected=expected).check("coverage.employer").outcome is Outcome.PASSED


def test_another_person_is_a_mismatch_and_the_same_one_is_not_yet_an_identity() -> None:
    case = next(case for case in CASES if case[1] not in WALLET_FORMATS)  # a code carries the names
    plain = setting(case[1]).expected
    same = judge(case, expected=replace(plain, person=Person(family_name="MOREAU", given_name="Camille Elodie")))
    other = judge(case, expected=replace(plain, person=Person(family_name="Ionescu")))
    assert (same.word, same.identity_compared) == (Word.CONFIRMED, "no")
    assert (other.word, other.identity_compared) == (Word.NOT_COVERED, "mismatch")


@each_case
def test_no_list_is_fetched_for_a_forged_document(case: Case) -> None:
    parsed = FORMATS[case[1]].parse(UnverifiedPresentation(text=TEXTS[case]))
    others = pilot.trust_list(pilot.entity("FR:910000", signers=()))
    assert _needed(parsed, pilot.trust_list()) == (STATUS.uri,)
    assert _needed(parsed, others) == ()
    assert _needed(parsed, TrustUnavailable(reason="timeout")) == ()


@each_case
def test_no_list_is_fetched_from_an_address_that_the_trust_list_does_not_permit(case: Case) -> None:
    parsed = FORMATS[case[1]].parse(UnverifiedPresentation(text=TEXTS[case]))
    elsewhere = pilot.trust_list(pilot.entity(status_prefixes=("https://elsewhere.example/",)))
    assert _needed(parsed, elsewhere) == ()


@each_case
def test_a_verification_in_two_halves_asks_nothing_twice(case: Case) -> None:
    """The status lists are fetched between the two; the verdict is that of `verify`."""
    given, asked = setting(case[1]), list[str]()

    def amend(check: Check) -> Check:
        asked.append(check.id)
        return check

    parsed = FORMATS[case[1]].parse(UnverifiedPresentation(text=TEXTS[case]))
    begun = begin(parsed, given.expected, given.evidence.trust, given.policy, NOW, issued.CATALOGUE, amend)
    assert wanted_status_lists(begun) == (STATUS.uri,)
    assert "status.token_available" not in asked
    verdict = finish(begun, given.evidence.status)
    assert verdict == judge(case)
    assert sorted(asked) == sorted(check.id for check in verdict.checks)


def _needed(parsed: object, trust: TrustList | TrustUnavailable) -> tuple[str, ...]:
    expected = Expected(day=NOW.date())
    return wanted_status_lists(begin(parsed, expected, trust, Policy(), NOW, issued.CATALOGUE))  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_any_text_gets_a_verdict_and_never_a_good_one(text: str) -> None:
    verdict = judged(text, issued.ASKED)
    assert verdict.word is Word.CANNOT_CONFIRM
    assert verdict.deciding == ("format.well_formed",)
    assert {check.outcome for check in verdict.checks[1:]} == {Outcome.NOT_EVALUATED}


@each_case
@given(data=st.data())
def test_one_character_changed_never_gives_another_good_verdict(case: Case, data: st.DataObject) -> None:
    text = TEXTS[case]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCabc012-_~.: ").filter(lambda character: character != text[at]))
    verdict = judged(text[:at] + other + text[at + 1 :], setting(case[1]))
    assert verdict.word is Word.CANNOT_CONFIRM or verdict.claims == judge(case).claims
