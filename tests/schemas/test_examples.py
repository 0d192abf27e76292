"""The examples of every type: the good ones are good, each bad one breaks the rule it is named for and no other."""

import re
from functools import reduce

import pytest

from tests.schemas.types import CATALOGUE, PACKAGED, TODAY, differences, named_examples
from vc_core.checks import Severity
from vc_core.claims import find, remove
from vc_core.rulebook import Rulebook
from vc_core.rules import SCHEMA_RULE, Moment, RuleOutcome, evaluate, judge_document, schema_faults

VALID = named_examples("valid_")
INVALID = named_examples("invalid_")


def _rule_of(name: str) -> str:
    """`invalid_a1_02_25_months` is about rule A1-02, `invalid_schema_...` about the form."""
    match = re.match(r"invalid_(?:(schema)|([a-z0-9]+)_(\d+))(?:_|$)", name)
    assert match, name
    return SCHEMA_RULE if match[1] else f"{match[2].upper()}-{match[3]}"


@pytest.mark.parametrize(("type_id", "name"), VALID, ids=lambda value: value)
def test_a_valid_example_has_neither_fault_nor_warning(type_id: str, name: str) -> None:
    judgement = judge_document(CATALOGUE.type(type_id), CATALOGUE.examples(type_id)[name], today=TODAY)
    assert (judgement.faults, judgement.warnings) == ((), ())


@pytest.mark.parametrize(("type_id", "name"), INVALID, ids=lambda value: value)
def test_an_invalid_example_breaks_the_rule_it_is_named_for_and_no_other(type_id: str, name: str) -> None:
    judgement = judge_document(CATALOGUE.type(type_id), CATALOGUE.examples(type_id)[name], today=TODAY)
    assert {fault.rule_id for fault in (*judgement.faults, *judgement.warnings)} == {_rule_of(name)}


@pytest.mark.parametrize(("type_id", "name"), INVALID, ids=lambda value: value)
def test_an_invalid_example_differs_from_a_valid_one_in_one_place(type_id: str, name: str) -> None:
    examples = CATALOGUE.examples(type_id)
    valid = [examples[other] for other in examples if other.startswith("valid_")]
    assert min(len(list(differences(examples[name], other))) for other in valid) == 1


@pytest.mark.parametrize("rulebook", CATALOGUE.types(), ids=lambda rulebook: rulebook.type_id)
def test_every_rule_has_an_example_that_keeps_it_and_one_that_breaks_it(rulebook: Rulebook) -> None:
    """A note is broken by a valid example: what it notes is lawful."""
    seen: dict[str, set[RuleOutcome]] = {rule.id: set() for rule in rulebook.rules}
    for claims in CATALOGUE.examples(rulebook.type_id).values():
        for result in evaluate(rulebook, claims, Moment.ISSUE, today=TODAY):
            seen[result.id].add(result.outcome)
    notes = {rule.id for rule in rulebook.rules if all(Severity.NOTE in c.severity.values() for c in rule.cases)}
    kept = {RuleOutcome.HOLDS, RuleOutcome.NOT_APPLICABLE}
    assert not [rule_id for rule_id, outcomes in seen.items() if RuleOutcome.BROKEN not in outcomes]
    assert not [rule_id for rule_id, outcomes in seen.items() if not outcomes & kept]
    assert not [
        rule_id for rule_id, outcomes in seen.items() if rule_id not in notes and RuleOutcome.HOLDS not in outcomes
    ]


@pytest.mark.parametrize(("type_id", "name"), VALID, ids=lambda value: value)
def test_a_valid_example_makes_the_way_over_every_wire(type_id: str, name: str) -> None:
    rulebook, claims = CATALOGUE.type(type_id), CATALOGUE.examples(type_id)[name]
    for profile in rulebook.profiles.values():
        for wire in profile.wires.values():
            back = wire.from_wire(wire.to_wire(claims))
            assert back == reduce(remove, wire.omit, claims)
            assert schema_faults(rulebook, back, partial=True) == ()


@pytest.mark.parametrize("rulebook", PACKAGED.types(), ids=lambda rulebook: rulebook.type_id)
def test_some_example_has_each_claim(rulebook: Rulebook) -> None:
    examples = [claims for name, claims in CATALOGUE.examples(rulebook.type_id).items() if name.startswith("valid_")]
    missing = [entry.path for entry in rulebook.claims if not any(find(claims, entry.path) for claims in examples)]
    assert not missing
