"""Every rule of a rulebook asked of one claim set at one moment: one result a rule, so none is skipped in silence.

A rule may have several cases. One broken case breaks it; otherwise a case whose claims were not shown leaves it
undisclosed; otherwise one case that holds is enough. A note ("starts before its issue") is a broken rule of severity
`note`. The evaluation is pure: the day of the judgement is handed in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

from vc_core.checks import Severity
from vc_core.claims import ClaimPath, Claims, json_pointer
from vc_core.rejection import Evidence
from vc_core.rule_kinds import Case, Condition, HasValue, IsAbsent, IsPresent, Moment, Rule, Unless
from vc_core.rulebook import AskedRule, Rulebook
from vc_core.rules.breach import breach_of, has_value
from vc_core.rules.facts import Facts, MalformedClaimError, MissingClaimError


class RuleOutcome(StrEnum):
    """HOLDS; BROKEN; NOT_APPLICABLE: its conditions are not met, or a claim it is about does not exist or is malformed;
    UNDISCLOSED: a claim it needs is not in this presentation."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_APPLICABLE = "not_applicable"
    UNDISCLOSED = "undisclosed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of one case of a rule that is asked at this moment.

    pointers: the places to mend, if it is broken. evidence: small facts; limits and the values they were held to, or
    the claim that is missing or malformed.
    """

    outcome: RuleOutcome
    severity: Severity
    pointers: tuple[str, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What became of one rule. `cases`: those asked at this moment; outcome and the rest are of the decisive one.

    severity: what a breach means, or would have meant.
    """

    rule: Rule
    outcome: RuleOutcome
    severity: Severity
    box: str | None
    cases: tuple[CaseResult, ...]
    pointers: tuple[str, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.rule.id


_WEIGHT = (RuleOutcome.BROKEN, RuleOutcome.UNDISCLOSED, RuleOutcome.HOLDS, RuleOutcome.NOT_APPLICABLE)
_GRAVITY = (Severity.REFUSE, Severity.WARN, Severity.NOTE)
_RANKS = {
    (outcome, severity): (weight, gravity)
    for weight, outcome in enumerate(_WEIGHT)
    for gravity, severity in enumerate(_GRAVITY)
}


def gravest(*severities: Severity) -> Severity:
    return min(severities, key=_GRAVITY.index)


def _weight(result: CaseResult) -> tuple[int, int]:
    return _RANKS[result.outcome, result.severity]


def rules_at(rulebook: Rulebook, moment: Moment) -> tuple[Rule, ...]:
    """The rules that are asked at this moment, in the order of the rulebook."""
    return tuple(asked.rule for asked in rulebook.asked[moment])


def evaluate(rulebook: Rulebook, claims: Claims, moment: Moment, *, today: date) -> tuple[RuleResult, ...]:
    """One result for each rule asked at this moment. Claims are canonical, as far as they are known."""
    return tuple(_decided(asked, results) for asked, results in evaluate_cases(rulebook, claims, moment, today=today))


def evaluate_cases(
    rulebook: Rulebook, claims: Claims, moment: Moment, *, today: date
) -> Iterator[tuple[AskedRule, tuple[CaseResult, ...]]]:
    """The same before each rule's cases are weighed against each other."""
    facts = Facts(rulebook=rulebook, claims=claims, moment=moment, today=today)
    for asked in rulebook.asked[moment]:
        yield asked, tuple([_evaluate_case(case, severity, facts) for case, severity in asked.cases])


def _decided(asked: AskedRule, results: tuple[CaseResult, ...]) -> RuleResult:
    decisive = min(results, key=_weight)
    return RuleResult(
        rule=asked.rule,
        outcome=decisive.outcome,
        severity=decisive.severity,
        box=asked.box,
        cases=results,
        pointers=decisive.pointers,
        evidence=decisive.evidence,
    )


def _evaluate_case(case: Case, severity: Severity, facts: Facts) -> CaseResult:
    try:
        for condition in case.when:
            if not _applies(condition, facts):
                return _without_evidence(RuleOutcome.NOT_APPLICABLE, severity)
        breach = breach_of(case.test, facts)
    except MissingClaimError as missing:
        outcome = RuleOutcome.UNDISCLOSED if facts.is_hidden(missing.path) else RuleOutcome.NOT_APPLICABLE
        return _missing(outcome, severity, missing.path)
    except MalformedClaimError as malformed:
        evidence = {"malformed": malformed.pointer}
        return CaseResult(outcome=RuleOutcome.NOT_APPLICABLE, severity=severity, evidence=evidence)
    if breach is None:
        return _without_evidence(RuleOutcome.HOLDS, severity)
    return CaseResult(outcome=RuleOutcome.BROKEN, severity=severity, pointers=breach.pointers, evidence=breach.evidence)


@lru_cache(maxsize=64)
def _without_evidence(outcome: RuleOutcome, severity: Severity) -> CaseResult:
    """Most results, made once."""
    return CaseResult(outcome=outcome, severity=severity)


@lru_cache(maxsize=4096)
def _missing(outcome: RuleOutcome, severity: Severity, path: ClaimPath) -> CaseResult:
    return CaseResult(outcome=outcome, severity=severity, evidence={"missing": json_pointer(path)})


def _applies(condition: Condition, facts: Facts) -> bool:
    match condition:
        case HasValue():
            return has_value(condition, facts)
        case Unless():
            return not facts.find(condition.path) or not has_value(condition, facts)
        case IsPresent():
            return bool(facts.every(condition.path))
        case IsAbsent():
            if not facts.find(condition.path) and facts.is_hidden(condition.path):
                raise MissingClaimError(condition.path)
            return not facts.find(condition.path)
        case _:
            assert_never(condition)
