"""Claims path pointers (OpenID4VP 1.0, section 7; SD-JWT VC, section 5.6.1), JSON pointers, and changes by path."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors import read_json, vectors
from vc_core.claims import (
    ClaimPath,
    covers,
    find,
    first,
    json_pointer,
    matches,
    parse_pointer,
    pattern_of,
    project,
    put,
    read_path,
    remove,
    select,
)
from vc_core.rejection import Rejection

CLAIMS: dict[str, Any] = {
    "name": "Arthur Dent",
    "address": {"locality": "Milliways", "postal_code": "12345"},
    "degrees": [{"type": "BSc", "university": "U1"}, {"type": "MSc"}],
    "nationalities": ["British", "Betelgeusian"],
    "a/b": {"m~n": 1},
}

leaves = st.none() | st.booleans() | st.integers() | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))
objects = st.dictionaries(st.text(), values, max_size=4)
components = st.none() | st.integers(0, 4) | st.text(max_size=3)
paths = st.lists(components, min_size=1, max_size=4).map(tuple)


def _leaves(value: Any, path: ClaimPath = ()) -> list[ClaimPath]:
    """Concrete paths of all values without members."""
    if isinstance(value, dict) and value:
        return [leaf for name, inner in value.items() for leaf in _leaves(inner, (*path, name))]
    if isinstance(value, list) and value:
        return [leaf for index, inner in enumerate(value) for leaf in _leaves(inner, (*path, index))]
    return [path]


# -- published examples ------------------------------------------------------------------------------------------------


def test_openid4vp_examples_of_section_7_3() -> None:
    vector = read_json(vectors("openid4vp-1.0") / "claims_path_pointer_7.3.json")
    assert vector["cases"]
    for case in vector["cases"]:
        path = parse_pointer(case["path"])
        assert [selection.value for selection in select(vector["credential"], path)] == case["selects"]


@pytest.mark.parametrize(
    ("path", "selected"),
    [
        (["name"], ["Arthur Dent"]),
        (["address", "city"], ["Milliways"]),
        (["degrees", None, "type"], ["Bachelor of Science", "Master of Science"]),
        (["nationalities", 1], ["Betelgeusian"]),
    ],
    ids=str,
)
def test_sd_jwt_vc_example_of_section_5_6_1_1(path: list[Any], selected: list[Any]) -> None:
    claims = read_json(vectors("sdjwt-vc") / "type-metadata" / "5.6.1.1-claim-path-input.json")
    assert [selection.value for selection in select(claims, parse_pointer(path))] == selected


# -- selecting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param(("name", "first"), "claims_path_type_mismatch", id="member_of_text"),
        pytest.param(("degrees", "type"), "claims_path_type_mismatch", id="member_of_array"),
        pytest.param(("address", None), "claims_path_type_mismatch", id="every_element_of_object"),
        pytest.param(("address", 0), "claims_path_type_mismatch", id="element_of_object"),
        pytest.param(("name", 0), "claims_path_type_mismatch", id="element_of_text"),
        pytest.param(("surname",), "claims_path_selects_nothing", id="member_missing"),
        pytest.param(("degrees", 2), "claims_path_selects_nothing", id="index_past_the_end"),
        pytest.param(("degrees", None, "year"), "claims_path_selects_nothing", id="member_of_no_element"),
        pytest.param((), "claims_path_invalid", id="empty"),
        pytest.param(("degrees", -1), "claims_path_invalid", id="negative_index"),
        pytest.param(("degrees", True), "claims_path_invalid", id="boolean_for_an_index"),
        pytest.param(("degrees", 1.0), "claims_path_invalid", id="fraction_for_an_index"),
        pytest.param((("name",),), "claims_path_invalid", id="array_in_a_path"),
    ],
)
def test_a_path_that_selects_nothing_is_refused(path: ClaimPath, reason: str) -> None:
    """OpenID4VP 1.0, section 7.1."""
    with pytest.raises(Rejection) as raised:
        select(CLAIMS, path)
    assert raised.value.reason == reason
    assert raised.value.section.startswith("OpenID4VP 1.0, section 7")


def test_elements_without_the_member_are_left_out() -> None:
    selections = select(CLAIMS, ("degrees", None, "university"))
    assert [(selection.value, selection.pointer) for selection in selections] == [("U1", "/degrees/0/university")]


@pytest.mark.parametrize("value", ["name", None, [], {}, [1.5], [True], [-1], [["a"]]], ids=repr)
def test_what_is_no_pointer_is_refused(value: Any) -> None:
    with pytest.raises(Rejection) as raised:
        parse_pointer(value, where="/claims/0/path")
    assert (raised.value.reason, raised.value.where) == ("claims_path_invalid", "/claims/0/path")


def test_find_answers_with_nothing_where_select_refuses() -> None:
    assert find(CLAIMS, ("name", 0)) == find(CLAIMS, ("surname",)) == ()


def test_first_takes_the_first_path_with_anything_there() -> None:
    found = first(CLAIMS, [("surname",), ("nationalities", None), ("name",)])
    assert found is not None
    assert found.value == "British"
    assert first(CLAIMS, [("surname",)]) is None


@given(objects, paths)
def test_select_and_find_agree_and_only_rejections_are_raised(claims: dict[str, Any], path: ClaimPath) -> None:
    try:
        selected = select(claims, path)
    except Rejection:
        return
    assert selected == find(claims, path) != ()
    for selection in selected:
        assert [found.value for found in select(claims, selection.path)] == [selection.value]
        assert matches(path, selection.path)


@given(values)
def test_parse_pointer_raises_only_rejections(value: Any) -> None:
    with contextlib.suppress(Rejection):
        assert list(parse_pointer(value)) == value


# -- writing paths -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("employer", None, "name"), "/employer/*/name"),
        (("employer", 0, "name"), "/employer/0/name"),
        (("a/b", "m~n"), "/a~1b/m~0n"),
        (("~1",), "/~01"),
        (("",), "/"),
    ],
    ids=str,
)
def test_json_pointer_and_back(path: ClaimPath, text: str) -> None:
    """RFC 6901, sections 3 and 4."""
    assert json_pointer(path) == text
    assert read_path(text) == path


def test_a_rulebook_path_starts_with_a_slash() -> None:
    with pytest.raises(Rejection) as raised:
        read_path("employer/name")
    assert raised.value.reason == "claims_path_invalid"


@given(objects)
def test_json_pointers_lead_back_to_their_values(claims: dict[str, Any]) -> None:
    for path in _leaves(claims):
        value: Any = claims
        for token in json_pointer(path).split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            value = value[int(name)] if isinstance(value, list) else value[name]
        assert value == (find(claims, path)[0].value if path else claims)


@pytest.mark.parametrize(
    ("pattern", "path", "is_match", "is_cover"),
    [
        (("a", None, "b"), ("a", 3, "b"), True, True),
        (("a", None), ("a", 3, "b"), False, True),
        (("a", 3), ("a", 3), True, True),
        (("a", 3), ("a", 4), False, False),
        (("a", None), ("a", "b"), False, False),
        (("a", None), ("a", None), True, True),
        (("a", "b"), ("a",), False, False),
        ((), ("a",), False, True),
    ],
    ids=str,
)
def test_matches_and_covers(pattern: ClaimPath, path: ClaimPath, *, is_match: bool, is_cover: bool) -> None:
    assert (matches(pattern, path), covers(pattern, path)) == (is_match, is_cover)


def test_pattern_of_a_concrete_path() -> None:
    assert pattern_of(("a", 3, "b", 0)) == ("a", None, "b", None)


# -- changes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("name",), "Ford", {**CLAIMS, "name": "Ford"}),
        (("new", "inner"), 1, {**CLAIMS, "new": {"inner": 1}}),
        (("nationalities", 2), "Danish", {**CLAIMS, "nationalities": ["British", "Betelgeusian", "Danish"]}),
        (("list", 0, "x"), 1, {**CLAIMS, "list": [{"x": 1}]}),
        ((), 5, 5),
    ],
    ids=lambda value: str(value)[:30],
)
def test_put(path: ClaimPath, value: Any, expected: Any) -> None:
    before = repr(CLAIMS)
    assert put(CLAIMS, path, value) == expected
    assert repr(CLAIMS) == before


@pytest.mark.parametrize(
    "path", [("name", "x"), ("name", 0), ("degrees", "x"), ("degrees", 3), ("degrees", None)], ids=str
)
def test_put_through_a_value_of_another_type_is_refused(path: ClaimPath) -> None:
    with pytest.raises(Rejection) as raised:
        put(CLAIMS, path, 1)
    assert raised.value.reason == "claims_path_type_mismatch"


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (("name",), "name"),
        (("address",), "address"),
    ],
    ids=str,
)
def test_remove_a_member(path: ClaimPath, gone: str) -> None:
    assert remove(CLAIMS, path) == {name: value for name, value in CLAIMS.items() if name != gone}


def test_remove_inside_arrays() -> None:
    assert remove(CLAIMS, ("degrees", None, "type"))["degrees"] == [{"university": "U1"}, {}]
    assert remove(CLAIMS, ("nationalities", 0))["nationalities"] == ["Betelgeusian"]
    assert remove(CLAIMS, ("nationalities", None))["nationalities"] == []


@pytest.mark.parametrize("path", [("surname",), ("name", "x"), ("degrees", 7), ("name", 0)], ids=str)
def test_remove_what_is_not_there(path: ClaimPath) -> None:
    assert remove(CLAIMS, path) == CLAIMS


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([("address", "locality")], {"address": {"locality": "Milliways"}}),
        ([("degrees", None, "university")], {"degrees": [{"university": "U1"}]}),
        ([("nationalities", 1)], {"nationalities": ["Betelgeusian"]}),
        ([("degrees", 1), ("name",)], {"name": "Arthur Dent", "degrees": [{"type": "MSc"}]}),
        ([("surname",), ("name", "x")], {}),
        ([], {}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_project(wanted: list[ClaimPath], expected: dict[str, Any]) -> None:
    assert project(CLAIMS, wanted) == expected


@given(objects)
def test_projecting_every_leaf_gives_everything_back(claims: dict[str, Any]) -> None:
    assert project(claims, [path for path in _leaves(claims) if path]) == claims


@given(objects, values)
def test_what_is_put_is_found_and_what_is_removed_is_not(claims: dict[str, Any], value: Any) -> None:
    for path in _leaves(claims):
        changed = put(claims, path, value)
        assert [found.value for found in find(changed, path)] == [value]
        if path and isinstance(path[-1], str):
            assert find(remove(claims, path), path) == ()
