"""What stands in a form, and the claims that it means: one from the other, nothing lost."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.claim_entries import (
    claims_from,
    is_whole,
    place,
    read_form,
    sent_from,
    typed_from,
    with_entry,
    without_blanks,
    without_entry,
)
from issuer.claim_fields import MAX_ENTRIES, sections_of
from tests.schemas.types import CATALOGUE, example, named_examples
from vc_core.claims import find, put
from vc_core.rejection import Rejection

A1 = CATALOGUE.type("a1")
SECTIONS = sections_of(A1)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1).filter(
    lambda text: text == text.strip()
)


def sent() -> dict[str, str]:
    return sent_from(typed_from(example("a1", "valid_posted_worker")))


@pytest.mark.parametrize(("type_id", "name"), named_examples("valid_"))
def test_every_valid_example_comes_back_from_its_form(type_id: str, name: str) -> None:
    rulebook, claims = CATALOGUE.type(type_id), example(type_id, name)
    filled = sent_from(typed_from(claims))
    assert all(text for text in filled.values())
    assert claims_from(rulebook, read_form(sections_of(rulebook), filled)) == claims
    assert is_whole(rulebook, sections_of(rulebook), claims)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=MAX_ENTRIES), TEXTS)
def test_any_texts_come_back(employers: list[tuple[str, str]], name: str) -> None:
    claims = example("a1", "valid_posted_worker")
    claims["credential_holder"]["family_name"] = name
    claims["employer"] = [{"type": "01", "id": id_, "name": own, "country": "FR"} for id_, own in employers]
    assert claims_from(A1, read_form(SECTIONS, sent_from(typed_from(claims)))) == claims


@pytest.mark.parametrize(
    ("pointer", "typed", "meant"),
    [
        ("/provisional_determination", "true", True),
        ("/provisional_determination", "false", False),
        ("/provisional_determination", "perhaps", "perhaps"),
        ("/credential_holder/family_name", "  Moreau ", "Moreau"),
        ("/credential_holder/family_name", "Mo\r\nreau", "Mo reau"),
        ("/exception_description", "one\r\ntwo", "one\ntwo"),
        ("/starting_date", "1 March", "1 March"),
    ],
)
def test_what_a_text_means(pointer: str, typed: str, meant: object) -> None:
    claims = claims_from(A1, read_form(SECTIONS, {pointer: typed}))
    (found,) = find(claims, tuple(pointer.split("/")[1:]))
    assert found.value == meant


@pytest.mark.parametrize(("typed", "meant"), [("2", 2), ("many", "many"), ("1" * 30, "1" * 30)])
def test_what_a_number_means(typed: str, meant: object) -> None:
    pid = CATALOGUE.type("pid")
    assert claims_from(pid, read_form(sections_of(pid), {"/sex": typed})) == {"sex": meant}


def test_empty_fields_entries_and_structures_are_no_claims() -> None:
    blank = dict.fromkeys(("/employer/1/name", "/employer/1/country", "/exception_description"), "")
    typed = read_form(SECTIONS, {**sent(), **blank, "/employer/2/name": "Third"})
    assert claims_from(A1, typed)["employer"][1:] == [{"name": "Third"}]
    assert "exception_description" not in claims_from(A1, typed)
    assert claims_from(A1, read_form(SECTIONS, {"/credential_holder/family_name": " "})) == {}


def test_the_places_of_what_was_typed_are_those_of_the_claims() -> None:
    typed = read_form(SECTIONS, {"/employer/0/name": "", "/employer/1/name": "Second"})
    assert without_blanks(typed) == {"employer": [{"name": "Second"}]}


NO_FIELDS = (
    "", "employer", "/employer", "/employer/0", "/employer/0/age", "/employer/*/name", "/employer/name",
    "/employer/x/name", f"/employer/{MAX_ENTRIES}/name", "/credential_holder/0/family_name", "/employer/0/name/0",
)  # fmt: skip


@pytest.mark.parametrize("name", NO_FIELDS)
def test_a_field_that_no_form_has_is_rejected(name: str) -> None:
    with pytest.raises(Rejection) as rejected:
        read_form(SECTIONS, {**sent(), name: "x"})
    assert rejected.value.reason == "form_malformed"


# ------------------------------------------------------------------------------------------------------------- entries
def test_an_entry_is_added_at_the_end_and_nothing_else_changes() -> None:
    typed = read_form(SECTIONS, sent())
    before = copy.deepcopy(typed)
    more, new = with_entry(SECTIONS, typed, "/employer")
    assert new == ("employer", 1)
    assert more == {**before, "employer": [*before["employer"], {}]}
    assert claims_from(A1, more) == claims_from(A1, before)


def test_an_entry_is_removed_and_nothing_else_changes() -> None:
    typed = read_form(SECTIONS, {**sent(), "/employer/1/name": "Second", "/employer/2/name": "Third"})
    fewer, around = without_entry(SECTIONS, typed, "/employer/1")
    assert around == ("employer",)
    assert fewer == {**typed, "employer": [typed["employer"][0], {"name": "Third"}]}


def full() -> Any:
    return put(read_form(SECTIONS, sent()), ("employer",), [{"name": str(n)} for n in range(MAX_ENTRIES)])


@pytest.mark.parametrize("name", ["", "/", "/x", "/employer/0", "/employer/*", "/credential_holder", "/employer"])
def test_no_entry_is_added_where_there_is_no_list_or_a_full_one(name: str) -> None:
    with pytest.raises(Rejection) as rejected:
        with_entry(SECTIONS, full(), name)
    assert rejected.value.reason == "form_malformed"


@pytest.mark.parametrize("name", ["", "/employer", "/employer/*", "/employer/0/name", "/credential_holder", "/x/0"])
def test_nothing_but_an_entry_is_removed(name: str) -> None:
    with pytest.raises(Rejection) as rejected:
        without_entry(SECTIONS, read_form(SECTIONS, sent()), name)
    assert rejected.value.reason == "form_malformed"


def test_an_entry_that_there_is_not_is_removed_without_harm() -> None:
    typed = read_form(SECTIONS, sent())
    assert without_entry(SECTIONS, typed, "/employer/7")[0] == typed


# ------------------------------------------------------------------------------------------- what no form can hold
UNHOLDABLE: dict[str, Any] = {
    "outer_space": {"credential_holder": {"family_name": " Moreau"}},
    "line_break": {"credential_holder": {"family_name": "Mo\nreau"}},
    "empty_text": {"exception_description": ""},
    "empty_object": {"credential_holder": {}},
    "unknown_claim": {"x": "y"},
    "no_text": {"exception_description": None},
    "too_many_entries": {"employer": [{"name": "x"}] * (MAX_ENTRIES + 1)},
}


@pytest.mark.parametrize("claims", UNHOLDABLE.values(), ids=UNHOLDABLE)
def test_claims_that_a_form_would_change_are_known(claims: dict[str, Any]) -> None:
    assert not is_whole(A1, SECTIONS, claims)


def test_a_place_is_concrete_and_within_bounds() -> None:
    assert place(f"/employer/{MAX_ENTRIES - 1}") == ("employer", MAX_ENTRIES - 1)
