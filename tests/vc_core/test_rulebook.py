"""The rulebook: entries by path, boxes, groups, wires."""

import pytest

from tests.schemas.types import CATALOGUE
from vc_core.claims import ClaimPath
from vc_core.rulebook import BindingMode, Rulebook

A1 = CATALOGUE.type("a1")
S1 = CATALOGUE.type("s1")


def test_an_entry_is_found_by_pattern_and_by_concrete_path() -> None:
    entry = A1.claim(("employer", None, "name"))
    assert entry is not None
    assert A1.claim(("employer", 3, "name")) is entry
    assert (entry.label("fr"), entry.label("bg")) == ("Nom", "Name")


@pytest.mark.parametrize("path", [("employer", 0), ("surprise",), ("employer", "name"), ()], ids=str)
def test_what_is_no_claim_has_no_entry(path: ClaimPath) -> None:
    assert A1.claim(path) is None


@pytest.mark.parametrize(
    ("path", "box"),
    [
        (("ending_date",), "2.3"),
        (("employer", 0, "id"), "4"),
        (("employer", 0, "surprise"), "4"),
        (("document_number",), None),
        (("surprise",), None),
    ],
    ids=str,
)
def test_the_box_is_that_of_the_claim_or_of_the_nearest_around_it(path: ClaimPath, box: str | None) -> None:
    assert A1.box(path) == box


def test_claims_of_a_group_are_disclosed_together() -> None:
    assert S1.group_of(("given_name",)) == (("family_name",), ("given_name",), ("birth_date",))
    assert S1.group_of(("ending_date",)) == (("ending_date",),)


def test_wire_of_the_default_profile_and_of_another() -> None:
    default = A1.wire("dc+sd-jwt")
    assert default is not None
    assert default is A1.wire("dc+sd-jwt", "dc4eu")
    assert A1.wire("unknown") is None
    with pytest.raises(KeyError):
        A1.wire("dc+sd-jwt", "unknown")


def test_an_inspector_does_not_see_the_personal_number() -> None:
    """J12, AC2: names, birth date, employer, site, code, number, institution, and no more."""
    seen = {entry.path for entry in A1.inspected()}
    assert ("personal_administrative_number",) not in seen
    assert {("employer", None, "name"), ("credential_holder", "birth_date"), ("document_number",)} <= seen


def test_a_claim_and_what_lies_inside_it() -> None:
    assert [entry.path for entry in A1.below(("credential_holder",))] == [
        ("credential_holder",),
        ("credential_holder", "family_name"),
        ("credential_holder", "given_name"),
        ("credential_holder", "birth_date"),
    ]


def test_titles() -> None:
    assert (S1.title("de"), S1.title("bg")) == ("Bescheinigung S1", "S1 certificate")


def test_binding_to_a_pid_is_binding_by_claims() -> None:
    """TS11, bindingType."""
    assert BindingMode("claim") is BindingMode.PID


@pytest.mark.parametrize("rulebook", CATALOGUE.types(), ids=lambda rulebook: rulebook.type_id)
def test_days_are_found_from_the_schema(rulebook: Rulebook) -> None:
    assert set(rulebook.document_validity) <= rulebook.date_paths
    assert set(rulebook.person.birth_date) <= rulebook.date_paths
    if rulebook.inspection_code:
        dates = [claim for claim in rulebook.inspection_code.claims if claim.kind == "date"]
        assert {path for claim in dates for path in claim.sources} <= rulebook.date_paths
