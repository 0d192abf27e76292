"""The claims schema: faults with their places, the partial schema, and what it tells of paths and days."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import SchemaError

from tests.schemas.types import CATALOGUE
from vc_core.claims_schema import ClaimsSchema

DAY = {"type": "string", "format": "date"}
SCHEMA = ClaimsSchema(
    {
        "type": "object",
        "properties": {
            "day": {"$ref": "#/$defs/day"},
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
            "digits": {"type": "string", "pattern": r"^\d+$"},
            "price": {"type": "string", "pattern": r"\$$"},
            "employer": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "since": {"$ref": "#/$defs/day"}},
                    "required": ["name"],
                    "additionalProperties": False,
                },
            },
            "place": {
                "type": "object",
                "properties": {"town": {"type": "string"}, "state": {"type": "string"}},
                "anyOf": [{"required": ["town"]}, {"required": ["state"]}],
                "minProperties": 1,
            },
            "holidays": {"type": "array", "items": {"$ref": "#/$defs/day"}},
            "marks": {"type": "array", "uniqueItems": True},
            "required": {"type": "boolean"},
        },
        "required": ["day", "employer"],
        "additionalProperties": False,
        "$defs": {"day": DAY},
    }
)
GOOD: dict[str, Any] = {"day": "2026-02-15", "employer": [{"name": "A"}]}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        pytest.param({}, [], id="good"),
        pytest.param({"day": "2026-02-30"}, [("/day", "format")], id="no_such_day"),
        pytest.param({"day": "20260215"}, [("/day", "format")], id="day_without_hyphens"),
        pytest.param({"day": "2026-W07-7"}, [("/day", "format")], id="week_date"),
        pytest.param({"day": 20260215}, [("/day", "type")], id="day_as_a_number"),
        pytest.param({"country": "FR\n"}, [("/country", "pattern")], id="line_break_after_a_code"),
        pytest.param({"digits": "١٢"}, [("/digits", "pattern")], id="digits_that_are_not_ascii"),
        pytest.param({"price": "5$"}, [], id="escaped_dollar_is_a_dollar"),
        pytest.param({"marks": [1, "1", True, {"a": 1}, {"a": 2}]}, [], id="elements_all_different"),
        pytest.param(
            {"marks": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}, [("/marks", "uniqueItems")], id="an_element_twice"
        ),
        pytest.param({"marks": "aa"}, [("/marks", "type")], id="a_text_where_elements_should_be_unique"),
        pytest.param({"employer": []}, [("/employer", "minItems")], id="no_employer"),
        pytest.param({"employer": [{"name": "A"}, {}]}, [("/employer/1/name", "required")], id="member_missing"),
        pytest.param({"employer": [{"name": "A", "x": 1}]}, [("/employer/0/x", "additionalProperties")], id="unknown"),
        pytest.param({"place": {}}, [("/place", "anyOf"), ("/place", "minProperties")], id="neither_of_two"),
        pytest.param(
            {"a": 1, "b": 2}, [("/a", "additionalProperties"), ("/b", "additionalProperties")], id="two_unknown"
        ),
    ],
)
def test_every_fault_is_found_at_its_place(change: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    found = SCHEMA.faults({**GOOD, **change}, partial=False)
    assert sorted((fault.pointer, fault.keyword) for fault in found) == faults


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"country": "France"}, '"^[A-Z]{2}$"'),
        ({"day": 20260215}, '"string"'),
        ({"employer": []}, "1"),
        ({"employer": [{}]}, None),
        ({"a": 1}, None),
    ],
    ids=str,
)
def test_a_limit_or_form_is_told(change: dict[str, Any], wanted: str | None) -> None:
    [fault] = SCHEMA.faults({**GOOD, **change}, partial=False)
    assert fault.wanted == wanted


def test_two_missing_members_are_two_faults() -> None:
    assert [fault.pointer for fault in SCHEMA.faults({}, partial=False)] == ["/day", "/employer"]


def test_faults_stand_in_the_order_of_array_elements() -> None:
    employers = [{"name": "A"}] * 2 + [{}] + [{"name": "A"}] * 8 + [{}]
    faults = SCHEMA.faults({**GOOD, "employer": employers}, partial=False)
    assert [fault.pointer for fault in faults] == ["/employer/2/name", "/employer/11/name"]


@pytest.mark.parametrize("shown", [{}, {"employer": []}, {"employer": [{}]}, {"place": {}}], ids=str)
def test_in_a_presentation_nothing_is_required(shown: dict[str, Any]) -> None:
    assert SCHEMA.faults(shown, partial=True) == ()


@pytest.mark.parametrize("shown", [{"day": 1}, {"employer": [{"name": 1}]}, {"x": 1}, {"required": "yes"}], ids=str)
def test_in_a_presentation_what_is_shown_has_its_form(shown: dict[str, Any]) -> None:
    assert len(SCHEMA.faults(shown, partial=True)) == 1


def test_paths_and_whether_they_are_required_with_all_their_parents() -> None:
    assert dict(SCHEMA.paths) == {
        ("day",): True,
        ("country",): False,
        ("digits",): False,
        ("price",): False,
        ("employer",): True,
        ("employer", None, "name"): True,
        ("employer", None, "since"): False,
        ("place",): False,
        ("place", "town"): False,
        ("place", "state"): False,
        ("holidays",): False,
        ("holidays", None): False,
        ("marks",): False,
        ("required",): False,
    }
    assert SCHEMA.knows(("employer", None))
    assert not SCHEMA.knows(("employer", "name"))


def test_date_paths() -> None:
    assert SCHEMA.date_paths == {("day",), ("employer", None, "since"), ("holidays", None)}


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(SchemaError):
        ClaimsSchema({"type": "objekt"})


@given(st.data())
def test_no_claims_make_validation_raise(data: st.DataObject) -> None:
    schema = data.draw(st.sampled_from([SCHEMA, *(rulebook.schema for rulebook in CATALOGUE.types())]))
    names = st.sampled_from(sorted({part for path in schema.paths for part in path if isinstance(part, str)}))
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    value = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4))
    claims = data.draw(st.dictionaries(names | st.text(), value, max_size=5))
    whole, partial = schema.faults(claims, partial=False), schema.faults(claims, partial=True)
    assert {fault for fault in partial if fault.keyword != "anyOf"} <= set(whole)
