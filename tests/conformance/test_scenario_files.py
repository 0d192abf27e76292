"""The catalogue of scenarios is whole: titles, sources, ids, and every fault and check has a scenario."""

from pathlib import Path

import pytest

from conformance.fault_table import FAULTS
from conformance.scenario import Response, Role, Verification
from conformance.scenario_files import LANGUAGES, ScenarioFileError, load_scenarios
from tests.conformance.scenarios import CASES, SCENARIOS
from tests.packaged import CATALOGUE as PACKAGED
from vc_core import rules
from vc_core.checks import CATALOGUE, Outcome
from vc_core.formats.registry import FORMATS
from vc_core.verdict import Word

NOTHING_TO_DEVIATE_IN = {"token_tx_code_unexpected"}
"""Our issuer always asks for a transaction code."""

GOOD = """
[defaults]
types = ["a1"]
formats = ["dc+sd-jwt"]

[[verification]]
id = "sample.plain"
title = { en = "Plain", fr = "Simple", de = "Schlicht" }
source = "RFC 9901"
role = "nobody"
expect.verdict = "CONFIRMED"
"""


def test_there_are_many() -> None:
    assert len(SCENARIOS) >= 80
    assert len({scenario.id for scenario in SCENARIOS}) == len(SCENARIOS)
    cases = [case.id for case in CASES]
    assert len(set(cases)) == len(cases)


def test_titles_are_in_every_language_and_differ() -> None:
    for scenario in SCENARIOS:
        assert set(scenario.title) == set(LANGUAGES)
        assert len(set(scenario.title.values())) == len(LANGUAGES), scenario.id


def test_sources_name_a_clause_or_a_law() -> None:
    assert not [scenario.id for scenario in SCENARIOS if len(scenario.source) < 5]


def test_every_fault_of_a_scenario_exists() -> None:
    for scenario in SCENARIOS:
        assert scenario.fault is None or scenario.fault in FAULTS[scenario.role], scenario.id
        assert (scenario.fault is None) == (scenario.role is Role.NOBODY), scenario.id


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.NOBODY])
def test_every_fault_has_a_scenario(role: Role) -> None:
    used = {scenario.fault for scenario in SCENARIOS if scenario.role is role}
    assert set(FAULTS[role]) - used - NOTHING_TO_DEVIATE_IN == set()


def test_types_and_formats_exist() -> None:
    for case in CASES:
        assert case.type_id in PACKAGED.rulebooks
        assert case.format_id in FORMATS


def test_every_check_stands_in_the_way_somewhere() -> None:
    """So that a verifier that leaves one out is found."""
    ids = {f"rule.{rule.id}" for rulebook in PACKAGED.types() for rule in rules.rules_at(rulebook, rules.Moment.VERIFY)}
    bad = {Outcome.FAILED, Outcome.INDETERMINATE}
    met = {
        check.id
        for scenario in SCENARIOS
        if isinstance(scenario, Verification)
        for check in scenario.expect.checks
        if check.outcome in bad
    }
    assert {*CATALOGUE, *ids} - met == set()


@pytest.mark.parametrize("word", Word)
def test_every_verdict_is_expected_somewhere(word: Word) -> None:
    assert [one for one in SCENARIOS if isinstance(one, Verification) and one.expect.verdict is word]


def test_an_accepted_fault_says_so_by_its_verdict() -> None:
    """A fault that is put up with changes nothing; any other one names the checks that see it."""
    for scenario in SCENARIOS:
        if isinstance(scenario, Verification) and scenario.fault is not None:
            assert (scenario.expect.verdict is Word.CONFIRMED) == (not scenario.expect.checks), scenario.id


def test_responses_tell_the_wallet_no_more_than_a_check() -> None:
    for scenario in SCENARIOS:
        if isinstance(scenario, Response) and scenario.expect.status >= 400:
            assert (scenario.expect.error, bool(scenario.expect.check)) == ("invalid_request", True)


# --------------------------------------------------------------------------------------------------- reading the files
def _load(folder: Path, text: str) -> None:
    (folder / "sample.toml").write_text(text)
    load_scenarios(folder)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    _load(tmp_path, GOOD)


BAD = {
    "unknown_member": GOOD + 'falt = "x"\n',
    "unknown_kind": GOOD.replace("[[verification]]", "[[verificaton]]"),
    "language_missing": GOOD.replace(', de = "Schlicht"', ""),
    "title_empty": GOOD.replace('"Schlicht"', '""'),
    "source_empty": GOOD.replace('"RFC 9901"', '""'),
    "unknown_role": GOOD.replace('"nobody"', '"everybody"'),
    "unknown_verdict": GOOD.replace("CONFIRMED", "INVALID"),
    "id_of_another_file": GOOD.replace("sample.plain", "other.plain"),
    "id_twice": GOOD + GOOD.partition("[[verification]]")[1] + GOOD.partition("[[verification]]")[2],
    "no_toml": GOOD + "[[",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioFileError):
        _load(tmp_path, text)
