"""Wire profiles: omissions, renamings at any depth, spellings, and the way back."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.types import CATALOGUE, example
from vc_core.claims import ClaimPath
from vc_core.code_list import Code, CodeList
from vc_core.rejection import Rejection
from vc_core.rulebook import WireType
from vc_core.wire_profile import MAX_ELEMENTS, CodedClaim, Renaming

STATES = CodeList(
    id="states",
    codes={code: Code(code=code, labels={"en": code}) for code in ("FR", "GR", "GB")},
    spellings={"eessi": {"GR": "EL", "GB": "UK"}},
)
WIRE = WireType(
    format_id="some",
    identifier="type:1",
    configuration_id="type_1",
    names=frozenset({"law", "start", "employer", "secret", "place", "note"}),
    omit=(("secret",), ("place", "hidden")),
    rename=(
        Renaming(canonical=("law",), wire=("legislation", "member_state")),
        Renaming(canonical=("start",), wire=("legislation", "starting_date")),
        Renaming(canonical=("employer", None, "type"), wire=("employment_details", None, "employment_type")),
        Renaming(canonical=("employer", None, "name"), wire=("employment_details", None, "name")),
    ),
    spelling="eessi",
    coded=(CodedClaim(path=("law",), code_list=STATES), CodedClaim(path=("place", "states", None), code_list=STATES)),
)
CLAIMS: dict[str, Any] = {
    "law": "GR",
    "start": "2026-02-01",
    "employer": [{"type": "01", "name": "A"}, {"type": "02", "name": "B"}],
    "secret": "s",
    "place": {"hidden": 1, "town": "Κ", "states": ["GB", "FR"]},
}
ON_WIRE = {
    "legislation": {"member_state": "EL", "starting_date": "2026-02-01"},
    "employment_details": [{"employment_type": "01", "name": "A"}, {"employment_type": "02", "name": "B"}],
    "place": {"town": "Κ", "states": ["UK", "FR"]},
}


def test_to_wire() -> None:
    before = repr(CLAIMS)
    assert WIRE.to_wire(CLAIMS) == ON_WIRE
    assert repr(CLAIMS) == before


def test_from_wire_leaves_the_envelope_and_what_is_unknown_behind() -> None:
    received = {**ON_WIRE, "vct": "type:1", "iat": 1, "status": {}, "surprise": True}
    carried = {name: value for name, value in CLAIMS.items() if name != "secret"}
    assert WIRE.from_wire(received) == {**carried, "place": {"town": "Κ", "states": ["GB", "FR"]}}


def test_any_spelling_is_read_though_one_is_written() -> None:
    own = replace(WIRE, spelling=None)
    assert own.to_wire({"law": "GR"}) == {"legislation": {"member_state": "GR"}}
    assert own.from_wire({"legislation": {"member_state": "EL"}}) == {"law": "GR"}


@pytest.mark.parametrize("value", [7, None, ["EL"], {"x": 1}], ids=repr)
def test_a_code_of_another_type_is_left_to_the_schema(value: Any) -> None:
    assert WIRE.from_wire({"legislation": {"member_state": value}}) == {"law": value}


@pytest.mark.parametrize(
    ("canonical", "wire"),
    [
        pytest.param(("law",), ("legislation", "member_state"), id="renamed"),
        pytest.param(("employer", None, "type"), ("employment_details", None, "employment_type"), id="in_arrays"),
        pytest.param(("employer", 1, "name"), ("employment_details", 1, "name"), id="concrete"),
        pytest.param(("employer",), None, id="taken_apart"),
        pytest.param(("secret",), None, id="omitted"),
        pytest.param(("place", "hidden", "x"), None, id="below_an_omitted_one"),
        pytest.param(("place",), ("place",), id="as_it_is"),
        pytest.param(("place", "town"), ("place", "town"), id="inside_as_it_is"),
    ],
)
def test_wire_path(canonical: ClaimPath, wire: ClaimPath | None) -> None:
    assert WIRE.wire_path(canonical) == WIRE.request_path(canonical) == wire


def test_with_namespaces_a_claim_is_asked_for_by_its_element() -> None:
    """OpenID4VP 1.0, section 7.2."""
    wire = replace(WIRE, namespace="org.example")
    assert wire.request_path(("place", "town")) == ("org.example", "place")
    assert wire.request_path(("secret",)) is None


def test_the_mdoc_of_a_pid_has_element_names_of_its_own() -> None:
    """PID rulebook 1.7, section 3.1.2."""
    rulebook = CATALOGUE.type("pid")
    wire = rulebook.wire("mso_mdoc")
    assert wire is not None
    elements = wire.to_wire(example("pid", "valid_every_claim"))
    assert {"birth_date", "nationality", "resident_street", "resident_city", "expiry_date"} <= set(elements)
    assert not {"birthdate", "nationalities", "address", "date_of_expiry"} & set(elements)
    assert all(not isinstance(value, dict) or name == "place_of_birth" for name, value in elements.items())


def test_elements_of_which_nothing_was_shown_keep_their_place() -> None:
    shown = {"employment_details": [{}, {"name": "B"}, {"employment_type": "01"}]}
    assert WIRE.from_wire(shown) == {"employer": [{}, {"name": "B"}, {"type": "01"}]}


@pytest.mark.parametrize(
    ("received", "where"),
    [
        pytest.param({"place": [1] * (MAX_ELEMENTS + 1)}, "/place", id="at_the_top"),
        pytest.param({"place": {"states": [["GB"] * (MAX_ELEMENTS + 1)]}}, "/place/states/0", id="within"),
    ],
)
def test_an_array_too_long_is_refused_before_anything_is_done_with_its_elements(
    received: dict[str, Any], where: str
) -> None:
    with pytest.raises(Rejection, match="array_too_long") as caught:
        WIRE.from_wire(received)
    assert caught.value.where == where


def test_an_array_as_long_as_may_be_is_read() -> None:
    states = ["UK"] * MAX_ELEMENTS
    assert WIRE.from_wire({"place": {"states": states}}) == {"place": {"states": ["GB"] * MAX_ELEMENTS}}


def test_a_canonical_name_is_not_read_where_the_wire_has_another() -> None:
    assert WIRE.from_wire({"law": "FR", "legislation": {"member_state": "GR"}, "secret": 1}) == {"law": "GR"}


@given(st.lists(st.fixed_dictionaries({"type": st.text(), "name": st.text()}), min_size=1, max_size=4), st.text())
def test_to_wire_and_from_wire_are_inverse_on_what_is_carried(employers: list[dict[str, str]], note: str) -> None:
    claims = {"law": "GB", "employer": employers, "note": note}
    assert WIRE.from_wire(WIRE.to_wire(claims)) == claims


json_values = st.recursive(
    st.none() | st.booleans() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "type", "states"]), inner),
)


@given(st.dictionaries(st.sampled_from(["legislation", "employment_details", "place", "law"]), json_values))
def test_nothing_but_a_rejection_comes_of_what_a_peer_sends(received: dict[str, Any]) -> None:
    with contextlib.suppress(Rejection):
        assert set(WIRE.from_wire(received)) <= WIRE.names
