"""Mutation: each check of the catalogue switched off, one at a time, must make a scenario fail.

A check that is switched off is asked as ever, but its FAILED or INDETERMINATE counts as PASSED, and what comes after it
is asked too. The scenarios that expect it not to hold are run so; one that still passes has not noticed. A check that
none of them notices is held by nothing: it could be taken out of the verifier and everything here would still pass.

Rules of a type that are not asked of a credential shown (they have no severity at verification) are listed apart; the
issuer's own tests hold those.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.judging import judge
from conformance.runner import Runner, RunOutcome
from conformance.scenario import Case, Verification
from conformance.verifier_interface import Observed
from conformance.world import World
from vc_core import rules
from vc_core.catalogue import Catalogue
from vc_core.checks import CATALOGUE, Check, CheckId, Outcome
from vc_core.rejection import Rejection
from vc_core.rule_kinds import Rule
from vc_core.verdict_json import verdict_json
from vc_core.verification.case import Amend

_FAILING = frozenset({Outcome.FAILED, Outcome.INDETERMINATE})
_STOPPED = "no verdict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """What came of switching one check off.

    asked: the cases run, all of which pass as long as it is on. caught: those that failed without it. reworded: those
    of them that ended in another word, or in none because the core could not go on; a warning or a note changes none.
    """

    check: CheckId
    asked: tuple[str, ...]
    caught: tuple[str, ...]
    reworded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """issue_only: rules that are asked of an institution's document, never of a credential shown."""

    mutants: tuple[Mutant, ...]
    issue_only: tuple[CheckId, ...]

    @property
    def uncaught(self) -> tuple[CheckId, ...]:
        return tuple(one.check for one in self.mutants if not one.caught)


def checks_of(catalogue: Catalogue) -> tuple[CheckId, ...]:
    """Every question of a verification: those of the core, and the rules of each type asked of what is shown."""
    asked = (
        _rule_check(rule) for book in catalogue.types() for rule in rules.rules_at(book, rules.Moment.VERIFY)
    )  # fmt: skip
    return (*CATALOGUE, *asked)


def issue_only(catalogue: Catalogue) -> tuple[CheckId, ...]:
    asked = checks_of(catalogue)
    every = (_rule_check(rule) for book in catalogue.types() for rule in book.rules)
    return tuple(id_ for id_ in every if id_ not in asked)


def mutate(world: World, cases: Sequence[Case], only: str = "") -> Mutation:
    """only: the checks whose ids begin so. Cases that do not pass with every check on tell nothing and are left out."""
    chosen = [id_ for id_ in checks_of(world.catalogue) if id_.startswith(only)]
    telling = {id_: [case for case in cases if _expects_failure(case, id_)] for id_ in chosen}
    plain = Runner(world=world)
    words: dict[str, str] = {}
    for case in {case.id: case for found in telling.values() for case in found}.values():
        result = plain.run_one(case)
        if result.outcome is RunOutcome.PASS:
            words[case.id] = result.observed
    return Mutation(
        mutants=tuple(
            _mutant(world, id_, [case for case in telling[id_] if case.id in words], words) for id_ in chosen
        ),
        issue_only=issue_only(world.catalogue),
    )  # fmt: skip


def switched_off(id_: CheckId) -> Amend:
    """The check can no longer fail; every other answer counts as it is."""

    def amend(check: Check) -> Check:
        if check.id != id_ or check.outcome not in _FAILING:
            return check
        return replace(check, outcome=Outcome.PASSED, reason="")

    return amend


def mutation_json(mutation: Mutation) -> dict[str, Any]:
    rows = [
        {"check": one.check, "cases": len(one.asked), "caught_by": len(one.caught), "reworded": one.reworded}
        for one in mutation.mutants
    ]
    return {"summary": summary(mutation), "checks": rows, "uncaught": mutation.uncaught,
            "judged_at_issue_only": mutation.issue_only}  # fmt: skip


def summary(mutation: Mutation) -> Mapping[str, int]:
    checks = len(mutation.mutants)
    return {"checks": checks, "caught": checks - len(mutation.uncaught)}


def _mutant(world: World, id_: CheckId, cases: Sequence[Case], words: Mapping[str, str]) -> Mutant:
    found = dict(_caught(world, id_, cases))
    return Mutant(
        check=id_,
        asked=tuple(case.id for case in cases),
        caught=tuple(found),
        reworded=sum(words[case] != word for case, word in found.items()),
    )


def _caught(world: World, id_: CheckId, cases: Iterable[Case]) -> Iterator[tuple[str, str]]:
    """The cases that fail without the check, and the word of the verdict then."""
    amend = switched_off(id_)
    runner = Runner(world=world, observe=lambda case: Observed(verdict=verdict_json(judge(world, case, amend))))
    for case in cases:
        try:
            result = runner.run_one(case)
        except (LookupError, Rejection):  # the core stops where it needs what the check had to establish
            yield case.id, _STOPPED
            continue
        if result.outcome is not RunOutcome.PASS:
            yield case.id, result.observed


def _expects_failure(case: Case, id_: CheckId) -> bool:
    scenario = case.scenario
    return isinstance(scenario, Verification) and any(
        check.id == id_ and check.outcome in _FAILING for check in scenario.expect.checks
    )


def _rule_check(rule: Rule) -> CheckId:
    return CheckId(f"rule.{rule.id}")
