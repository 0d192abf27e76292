"""Judging a document before it is registered."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.institutions import Institution
from issuer.use_cases.judge_document import COMPETENT_INSTITUTION, judge
from tests.issuer.world import NOW, URSSAF
from tests.packaged import CATALOGUE
from tests.pilot import DOCUMENT_SIGNER
from tests.vc_core.forged_jws import JSON
from vc_core.claims import put

TODAY = NOW.date()
EXAMPLE = CATALOGUE.examples("a1")["valid_posted_worker"]
PATHS = sorted(CATALOGUE.type("a1").schema.paths, key=repr)
NAMELESS = Institution(
    id=URSSAF,
    name="",
    country="FR",
    types=frozenset(),
    document_signer=DOCUMENT_SIGNER,
    status_signer=DOCUMENT_SIGNER,
)


@pytest.fixture(scope="module")
def urssaf(pilot: tuple[Path, Mapping[str, str]]) -> Institution:
    return InstitutionDirectory.read(pilot[0]).by_id(URSSAF)


def _rules(institution: Institution, claims: Any, type_id: str = "a1") -> list[str]:
    rulebook = CATALOGUE.type(type_id)
    judged = judge(rulebook, institution, claims, (), today=TODAY)
    return [fault.rule_id for fault in judged.faults]


def test_good_document(urssaf: Institution) -> None:
    assert _rules(urssaf, EXAMPLE) == []


def test_document_of_another_institution(urssaf: Institution) -> None:
    claims = put(EXAMPLE, ("authentic_source", "id"), "FR:910000")
    assert _rules(urssaf, claims) == [COMPETENT_INSTITUTION]


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "This text is too short. (minLength: 1)"), ("x" * 156, "This text is too long. (maxLength: 155)")],
)
def test_a_fault_of_form_says_what_is_wanted(urssaf: Institution, name: str, message: str) -> None:
    claims = put(EXAMPLE, ("credential_holder", "family_name"), name)
    [fault] = judge(CATALOGUE.type("a1"), urssaf, claims, (), today=TODAY).faults
    assert fault.message == message


def test_institution_may_be_named_instead_of_numbered(urssaf: Institution) -> None:
    """The rulebook of the test PID names its issuer in words."""
    person = CATALOGUE.examples("pid")["valid_french_worker"]
    assert COMPETENT_INSTITUTION not in _rules(urssaf, {**person, "issuing_authority": "Urssaf"}, "pid")
    assert COMPETENT_INSTITUTION in _rules(urssaf, {**person, "issuing_authority": "Other"}, "pid")


@given(path=st.sampled_from(PATHS), value=JSON)
@settings(max_examples=80, deadline=None)
def test_nothing_that_a_claim_may_be_ends_in_an_error(path: Any, value: Any) -> None:
    """Claims of any form come out as faults, remarks or nothing; the register's comparison does not fail either."""
    concrete = tuple(0 if part is None else part for part in path)
    try:
        claims = put(EXAMPLE, concrete, value)
    except (LookupError, TypeError):
        claims = {**EXAMPLE, str(path[0]): value}
    judge(CATALOGUE.type("a1"), NAMELESS, claims, (), today=TODAY)


@given(claims=st.dictionaries(st.sampled_from([str(path[0]) for path in PATHS]), JSON, max_size=5))
@settings(max_examples=40, deadline=None)
def test_nothing_that_a_document_may_be_ends_in_an_error(claims: dict[str, Any]) -> None:
    judge(CATALOGUE.type("a1"), NAMELESS, claims, (), today=TODAY)
