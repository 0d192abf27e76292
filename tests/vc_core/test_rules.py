"""Rules: each kind holds and breaks; conditions, moments, and claims that are missing, hidden or malformed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.types import CATALOGUE, TODAY, example
from vc_core.checks import Severity
from vc_core.claims import ClaimPath
from vc_core.code_list import Code, CodeList
from vc_core.rule_kinds import (
    AllEqualTo,
    AnyOtherThan,
    Case,
    Charset,
    Condition,
    ContainsAll,
    DateOrder,
    DistinctAtLeast,
    EqualTo,
    Flag,
    ForbiddenUnless,
    HasValue,
    IsAbsent,
    IsPresent,
    Matches,
    MaxLength,
    MaxPeriod,
    NotAfter,
    NotBefore,
    OneOfList,
    RequiredWhen,
    Rule,
    Term,
    Test,
    Unless,
)
from vc_core.rules import TEXT_RULE, Moment, RuleOutcome, RuleResult, evaluate, judge_document, rules_at, schema_faults
from vc_core.rules.breach import breach_of, months_after
from vc_core.rules.facts import Facts, MalformedClaimError, MissingClaimError

LABELS = {"en": "x", "fr": "x", "de": "x"}
LIST = CodeList(
    id="states",
    codes={
        "GR": Code(code="GR", labels=LABELS),
        "IT": Code(code="IT", labels=LABELS, since=date(2024, 1, 1)),
        "SU": Code(code="SU", labels=LABELS, until=date(1991, 12, 25)),
    },
    spellings={"other": {"GR": "EL"}},
)
A: ClaimPath = ("a",)
B: ClaimPath = ("b",)
EACH: ClaimPath = ("list", None, "c")
BOTH = {Moment.ISSUE: Severity.REFUSE, Moment.VERIFY: Severity.WARN}
RULEBOOK = CATALOGUE.type("s1")


def _facts(claims: Mapping[str, Any], moment: Moment = Moment.ISSUE) -> Facts:
    return Facts(rulebook=RULEBOOK, claims=claims, moment=moment, today=TODAY)


def _each(*values: str) -> dict[str, Any]:
    return {"list": [{"c": value} for value in values]}


IS_11 = HasValue(path=B, values=frozenset({"11"}))
TERM_A, TERM_B = Term(path=A), Term(path=B)

KINDS: list[tuple[str, Test, dict[str, Any], tuple[str, ...]]] = [
    ("date_order_same_day", DateOrder(earlier=A, later=B), {"a": "2026-01-01", "b": "2026-01-01"}, ()),
    ("date_order_before", DateOrder(earlier=A, later=B), {"a": "2026-01-01", "b": "2025-12-31"}, ("/b",)),
    ("max_period_last_day", MaxPeriod(start=A, end=B, months=1), {"a": "2026-01-31", "b": "2026-02-27"}, ()),
    ("max_period_a_day_more", MaxPeriod(start=A, end=B, months=1), {"a": "2026-01-31", "b": "2026-02-28"}, ("/b",)),
    ("not_after_fixed_day", NotAfter(path=A, day=date(2022, 6, 27)), {"a": "2022-06-27"}, ()),
    ("not_after_day_later", NotAfter(path=A, day=date(2022, 6, 27)), {"a": "2022-06-28"}, ("/a",)),
    ("not_after_today", NotAfter(path=A, day=None), {"a": "2026-02-15"}, ()),
    ("not_after_tomorrow", NotAfter(path=A, day=None), {"a": "2026-02-16"}, ("/a",)),
    ("not_before_today", NotBefore(path=A, day=None), {"a": "2026-02-15"}, ()),
    ("not_before_yesterday", NotBefore(path=A, day=None), {"a": "2026-02-14"}, ("/a",)),
    ("required_is_there", RequiredWhen(path=EACH), _each("x"), ()),
    ("required_once_is_enough", RequiredWhen(path=EACH), {"list": [{}, {"c": "x"}]}, ()),
    ("required_is_missing", RequiredWhen(path=EACH), {"list": [{}]}, ("/list",)),
    ("required_member_is_missing", RequiredWhen(path=("a", "x")), {"a": {}}, ("/a/x",)),
    ("forbidden_but_allowed", ForbiddenUnless(path=A, unless=IS_11), {"a": 1, "b": "11"}, ()),
    ("forbidden_and_there", ForbiddenUnless(path=A, unless=IS_11), {"a": 1, "b": "01"}, ("/a",)),
    ("one_of_list", OneOfList(paths=(EACH,), code_list=LIST), _each("GR", "IT"), ()),
    ("one_of_list_strangers", OneOfList(paths=(EACH,), code_list=LIST), _each("US", "EL"), ("/list/0/c", "/list/1/c")),
    ("one_of_list_on_its_first_day", OneOfList(paths=(A,), code_list=LIST, on=B), {"a": "IT", "b": "2024-01-01"}, ()),
    ("one_of_list_too_early", OneOfList(paths=(A,), code_list=LIST, on=B), {"a": "IT", "b": "2023-12-31"}, ("/a",)),
    ("one_of_list_too_late", OneOfList(paths=(A,), code_list=LIST, on=B), {"a": "SU", "b": "1991-12-26"}, ("/a",)),
    ("equal_to", EqualTo(terms=(TERM_A, TERM_B)), {"a": "x", "b": "x"}, ()),
    ("equal_to_differs", EqualTo(terms=(TERM_A, TERM_B)), {"a": "x", "b": "y"}, ("/b",)),
    ("equal_to_other_spelling", EqualTo(terms=(TERM_A, TERM_B), code_list=LIST), {"a": "GR", "b": "EL"}, ()),
    ("equal_to_prefix", EqualTo(terms=(TERM_A, Term(path=B, before=":"))), {"a": "FR", "b": "FR:1:2"}, ()),
    ("equal_to_suffix", EqualTo(terms=(TERM_A, Term(path=B, after=":"))), {"a": "1:2", "b": "FR:1:2"}, ()),
    ("equal_to_no_separator", EqualTo(terms=(TERM_A, Term(path=B, after=":"))), {"a": "FR", "b": "FR"}, ("/b",)),
    ("matches", Matches(term=TERM_A, pattern="[0-9]{2}"), {"a": "12"}, ()),
    ("matches_the_whole", Matches(term=TERM_A, pattern="[0-9]{2}"), {"a": "12\n"}, ("/a",)),
    ("matches_ascii_digits", Matches(term=TERM_A, pattern=r"\d{2}"), {"a": "١٢"}, ("/a",)),
    ("distinct", DistinctAtLeast(paths=(A, EACH), count=2), {"a": "FR", **_each("FR", "DE")}, ()),
    ("distinct_too_few", DistinctAtLeast(paths=(A, EACH), count=2), {"a": "FR", **_each("FR", "FR")}, ("/a",)),
    ("any_other", AnyOtherThan(paths=(EACH,), other=A), {"a": "FR", **_each("FR", "DE")}, ()),
    ("no_other", AnyOtherThan(paths=(EACH,), other=A), {"a": "FR", **_each("FR", "FR")}, ("/list/0/c",)),
    ("all_equal", AllEqualTo(paths=(EACH,), other=A), {"a": "FR", **_each("FR", "FR")}, ()),
    ("not_all_equal", AllEqualTo(paths=(EACH,), other=A), {"a": "FR", **_each("FR", "DE")}, ("/list/1/c",)),
    ("contains_all", ContainsAll(path=EACH, values=("01", "02")), _each("02", "01"), ()),
    ("contains_not_all", ContainsAll(path=EACH, values=("01", "02")), _each("01", "01"), ("/list/0/c",)),
    ("max_length_sum", MaxLength(terms=(TERM_A, TERM_B), characters=4), {"a": "xx", "b": "yy"}, ()),
    ("max_length_sum_over", MaxLength(terms=(TERM_A, TERM_B), characters=3), {"a": "xx", "b": "yy"}, ("/a",)),
    ("max_length_composes", MaxLength(terms=(TERM_A,), characters=1), {"a": "e\u0301"}, ()),
    ("charset_one_of", Charset(paths=(A,), charsets=("iso8859-1", "iso8859-2")), {"a": "Wiśniewski"}, ()),
    ("charset_composes", Charset(paths=(A,), charsets=("iso8859-1",)), {"a": "Zoe\u0308"}, ()),
    ("charset_none_of", Charset(paths=(A,), charsets=("iso8859-1", "iso8859-2")), {"a": "Ελένη"}, ("/a",)),
    ("charset_not_all_in_one", Charset(paths=(A,), charsets=("iso8859-1", "iso8859-2")), {"a": "ñś"}, ("/a",)),
    ("flag_false", Flag(path=A), {"a": False}, ()),
    ("flag_true", Flag(path=A), {"a": True}, ("/a",)),
    ("flag_object", Flag(path=A), {"a": {}}, ("/a",)),
]  # fmt: skip


@pytest.mark.parametrize(("test", "claims", "pointers"), [case[1:] for case in KINDS], ids=[case[0] for case in KINDS])
def test_each_kind(test: Test, claims: dict[str, Any], pointers: tuple[str, ...]) -> None:
    breach = breach_of(test, _facts(claims))
    assert (breach.pointers if breach else ()) == pointers


def test_every_kind_of_the_vocabulary_is_in_the_table() -> None:
    held = {type(test) for _, test, _, pointers in KINDS if not pointers}
    broken = {type(test) for _, test, _, pointers in KINDS if pointers}
    assert held == broken == set(get_args(Test))


def test_evidence_is_limits_and_what_was_held_to_them() -> None:
    breach = breach_of(MaxPeriod(start=A, end=B, months=24), _facts({"a": "2026-02-01", "b": "2028-02-01"}))
    assert breach is not None
    assert breach.evidence == {"end": "2028-02-01", "last_day_allowed": "2028-01-31"}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(9999, 6, 1), 24, date.max),
    ],
    ids=str,
)
def test_months_after(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@pytest.mark.parametrize("value", ["2026-02-30", "20260201", "2026-W01-1", "2026-2-1", 20260201, None], ids=repr)
def test_a_day_that_is_none_is_malformed(value: object) -> None:
    with pytest.raises(MalformedClaimError):
        _facts({"a": value}).day(A)


def test_a_claim_that_is_not_there_is_missing() -> None:
    with pytest.raises(MissingClaimError):
        breach_of(DateOrder(earlier=A, later=B), _facts({"a": "2026-01-01"}))


# -- evaluation --------------------------------------------------------------------------------------------------------


def _rule(*cases: Case) -> Rule:
    return Rule(id="T-01", citation="Law", messages=LABELS, claim=("ending_date",), cases=cases)


def _case(test: Test, *when: Condition, severity: Mapping[Moment, Severity] = BOTH) -> Case:
    return Case(test=test, when=when, severity=severity)


def _result(rule: Rule, claims: Mapping[str, Any], moment: Moment) -> RuleResult:
    (result,) = evaluate(replace(RULEBOOK, rules=(rule,)), claims, moment, today=TODAY)
    return result


CLAIMS = {
    "residence_country": "GR",
    "starting_date": "2026-02-01",
    "ending_date": "2027-01-31",
    "institution": {"id": "FR:910000", "country": "FR"},
}
IN_ORDER = DateOrder(earlier=("starting_date",), later=("ending_date",))
AT_HOME = HasValue(path=("residence_country",), values=frozenset({"FR"}))
ABROAD = HasValue(path=("residence_country",), values=frozenset({"GR"}))


@pytest.mark.parametrize(
    ("condition", "claims", "outcome"),
    [
        pytest.param(ABROAD, CLAIMS, RuleOutcome.HOLDS, id="value"),
        pytest.param(AT_HOME, CLAIMS, RuleOutcome.NOT_APPLICABLE, id="other_value"),
        pytest.param(Unless(path=AT_HOME.path, values=AT_HOME.values), CLAIMS, RuleOutcome.HOLDS, id="unless_other"),
        pytest.param(Unless(path=ABROAD.path, values=ABROAD.values), CLAIMS, RuleOutcome.NOT_APPLICABLE, id="unless"),
        pytest.param(Unless(path=A, values=AT_HOME.values), CLAIMS, RuleOutcome.HOLDS, id="unless_missing"),
        pytest.param(IsPresent(path=("institution",)), CLAIMS, RuleOutcome.HOLDS, id="present"),
        pytest.param(IsPresent(path=("family_member",)), CLAIMS, RuleOutcome.NOT_APPLICABLE, id="not_present"),
        pytest.param(IsAbsent(path=("family_member",)), CLAIMS, RuleOutcome.HOLDS, id="absent"),
        pytest.param(IsAbsent(path=("institution",)), CLAIMS, RuleOutcome.NOT_APPLICABLE, id="not_absent"),
    ],
)
def test_conditions_at_issue(condition: Condition, claims: dict[str, Any], outcome: RuleOutcome) -> None:
    assert _result(_rule(_case(IN_ORDER, condition)), claims, Moment.ISSUE).outcome is outcome


def test_severity_box_and_evidence_stand_in_the_result() -> None:
    result = _result(_rule(_case(IN_ORDER)), {**CLAIMS, "ending_date": "2026-01-31"}, Moment.VERIFY)
    assert (result.id, result.outcome, result.severity) == ("T-01", RuleOutcome.BROKEN, Severity.WARN)
    assert (result.box, result.pointers) == ("3.2", ("/ending_date",))
    assert result.evidence == {"earlier": "2026-02-01", "later": "2026-01-31"}


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        pytest.param(
            DateOrder(earlier=("birth_date",), later=("starting_date",)), RuleOutcome.UNDISCLOSED, id="required"
        ),
        pytest.param(RequiredWhen(path=("family_member",)), RuleOutcome.UNDISCLOSED, id="disclosable"),
        pytest.param(
            RequiredWhen(path=("family_member", None, "name")), RuleOutcome.UNDISCLOSED, id="inside_disclosable"
        ),
        pytest.param(
            DateOrder(earlier=("date_of_issuance",), later=("x",)), RuleOutcome.UNDISCLOSED, id="never_but_required"
        ),
    ],
)
def test_what_was_not_shown_leaves_a_rule_undisclosed(test: Test, outcome: RuleOutcome) -> None:
    assert _result(_rule(_case(test)), CLAIMS, Moment.VERIFY).outcome is outcome


def test_an_optional_claim_that_is_never_disclosable_is_absent_when_it_is_not_shown() -> None:
    open_end = {name: value for name, value in CLAIMS.items() if name != "ending_date"}
    result = _result(_rule(_case(IN_ORDER)), open_end, Moment.VERIFY)
    assert (result.outcome, result.evidence) == (RuleOutcome.NOT_APPLICABLE, {"missing": "/ending_date"})


def test_a_condition_on_what_was_not_shown_leaves_a_rule_undisclosed() -> None:
    rule = _rule(_case(IN_ORDER, IsAbsent(path=("family_member",))))
    assert _result(rule, CLAIMS, Moment.VERIFY).outcome is RuleOutcome.UNDISCLOSED
    assert _result(rule, CLAIMS, Moment.ISSUE).outcome is RuleOutcome.HOLDS


def test_a_malformed_claim_is_for_the_schema_to_report() -> None:
    result = _result(_rule(_case(IN_ORDER)), {**CLAIMS, "ending_date": "soon"}, Moment.ISSUE)
    assert (result.outcome, result.evidence) == (RuleOutcome.NOT_APPLICABLE, {"malformed": "/ending_date"})


def test_the_gravest_broken_case_decides() -> None:
    warn = _case(Flag(path=("institution",)), severity={Moment.ISSUE: Severity.WARN})
    refuse = _case(Flag(path=("residence_country",)), severity={Moment.ISSUE: Severity.REFUSE})
    result = _result(_rule(_case(IN_ORDER), warn, refuse), CLAIMS, Moment.ISSUE)
    assert (result.severity, result.pointers) == (Severity.REFUSE, ("/residence_country",))
    assert [case.outcome for case in result.cases] == [RuleOutcome.HOLDS, RuleOutcome.BROKEN, RuleOutcome.BROKEN]


def test_undisclosed_weighs_more_than_held() -> None:
    result = _result(_rule(_case(IN_ORDER), _case(RequiredWhen(path=("birth_date",)))), CLAIMS, Moment.VERIFY)
    assert result.outcome is RuleOutcome.UNDISCLOSED


def test_a_rule_is_asked_only_at_moments_with_a_severity() -> None:
    rulebook = replace(RULEBOOK, rules=(_rule(_case(IN_ORDER, severity={Moment.ISSUE: Severity.REFUSE})),))
    assert [rule.id for rule in rules_at(rulebook, Moment.ISSUE)] == ["T-01"]
    assert rules_at(rulebook, Moment.VERIFY) == ()
    assert evaluate(rulebook, CLAIMS, Moment.VERIFY, today=TODAY) == ()


# -- judgement ---------------------------------------------------------------------------------------------------------


def test_a_rule_is_not_reported_where_the_form_is_wrong() -> None:
    claims = {**example("a1", "valid_posted_worker"), "legislation_country": "France"}
    faults = judge_document(CATALOGUE.type("a1"), claims, today=TODAY).faults
    assert [(fault.rule_id, fault.pointer, fault.keyword) for fault in faults] == [
        ("schema", "/legislation_country", "pattern")
    ]


@pytest.mark.parametrize("text", [" ", "Mor\u202eeau", "Mor\ufffdau"], ids=ascii)
def test_text_that_nobody_can_read_is_a_fault_with_its_box(text: str) -> None:
    claims = example("a1", "valid_posted_worker")
    claims["credential_holder"]["family_name"] = text
    [fault] = judge_document(CATALOGUE.type("a1"), claims, today=TODAY).faults
    assert (fault.rule_id, fault.pointer, fault.box) == (TEXT_RULE, "/credential_holder/family_name", "1.2")


def test_two_broken_cases_at_one_place_are_one_fault() -> None:
    weak = _case(Flag(path=("ending_date",)), severity={Moment.ISSUE: Severity.WARN})
    strong = _case(Flag(path=("ending_date",)), severity={Moment.ISSUE: Severity.REFUSE})
    rulebook = replace(RULEBOOK, rules=(_rule(weak, strong),))
    judgement = judge_document(rulebook, example("s1", "valid_one_year_alone"), today=TODAY)
    assert [fault.pointer for fault in judgement.faults] == ["/ending_date"]
    assert judgement.warnings == ()
    assert not judgement.accepted


def test_a_presentation_needs_nothing_but_what_it_shows_has_its_form() -> None:
    assert schema_faults(RULEBOOK, {"residence_country": "GR"}, partial=True) == ()
    (fault,) = schema_faults(RULEBOOK, {"residence_country": "Greece"}, partial=True)
    assert (fault.pointer, fault.keyword) == ("/residence_country", "pattern")


@given(st.data(), st.sampled_from(list(Moment)))
def test_no_claims_make_a_rule_raise(data: st.DataObject, moment: Moment) -> None:
    """What a verifier is shown has passed a signature, not a schema."""
    rulebook = data.draw(st.sampled_from(CATALOGUE.types()))
    leaf = st.none() | st.booleans() | st.integers() | st.text() | st.dates().map(str)
    names = sorted({part for path in rulebook.schema.paths for part in path if isinstance(part, str)})
    inner = st.recursive(
        leaf, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(names), below, max_size=4)
    )
    claims = data.draw(st.dictionaries(st.sampled_from([str(path[0]) for path in rulebook.schema.paths]), inner))
    results = evaluate(rulebook, claims, moment, today=TODAY)
    assert [result.rule for result in results] == list(rules_at(rulebook, moment))
    schema_faults(rulebook, claims, partial=True)
