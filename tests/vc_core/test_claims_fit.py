"""The quick answer: yes where it can be sure, and never yes where the `jsonschema` package finds a fault."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.schemas.types import CATALOGUE
from vc_core.claims_fit import FORMATS, quick_fit

KEYWORDS: dict[str, tuple[dict[str, Any], Any, Any]] = {
    "type": ({"type": "string"}, "a", 1),
    "type_boolean": ({"type": "boolean"}, False, 0),
    "minLength": ({"minLength": 2}, "ab", "a"),
    "maxLength": ({"maxLength": 2}, "ab", "abc"),
    "pattern": ({"pattern": "^[A-Z]{2}$"}, "FR", "FR\n"),
    "format": ({"format": "date"}, "2026-02-28", "2026-02-30"),
    "enum": ({"enum": ["a", 1]}, "a", True),
    "properties": ({"properties": {"a": {"type": "string"}}}, {"a": "b", "c": 1}, {"a": 1}),
    "properties_any": ({"properties": {"a": True}}, {"a": 1}, []),
    "additionalProperties": ({"properties": {"a": True}, "additionalProperties": False}, {"a": 1}, {"b": 1}),
    "required": ({"required": ["a", "b"]}, {"a": 1, "b": 2, "c": 3}, {"a": 1}),
    "items": ({"items": {"type": "string"}}, ["a", "b"], ["a", 1]),
    "minItems": ({"minItems": 1}, [1], []),
    "allOf": ({"allOf": [{"type": "string"}, {"minLength": 2}]}, "ab", "a"),
    "anyOf": ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"b": 1}, {"c": 1}),
}
UNKNOWN: list[dict[str, Any]] = [
    {"type": "integer"},
    {"type": ["string", "null"]},
    {"not": {"type": "string"}},
    {"uniqueItems": True},
    {"prefixItems": [{"type": "string"}]},
    {"additionalProperties": {"type": "string"}},
    {"properties": {"a": {"minimum": 1}}},
    {"properties": {"a": False}},
    {"items": {"const": 1}},
    {"allOf": [{"type": "string"}, {"oneOf": []}]},
]
texts = st.sampled_from(["a", "ab", "abc", "FR", "FR\n", "2026-02-28", "2026-02-30", ""])
leaves = st.none() | st.booleans() | st.integers(0, 2) | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", KEYWORDS)
def test_what_fits_fits_and_what_does_not_does_not(name: str) -> None:
    schema, good, bad = KEYWORDS[name]
    fit = quick_fit(schema)
    assert fit is not None
    assert (fit(good), fit(bad)) == (True, False)


@pytest.mark.parametrize("schema", UNKNOWN, ids=str)
def test_there_is_no_quick_answer_where_a_keyword_is_unknown(schema: dict[str, Any]) -> None:
    assert quick_fit(schema) is None


@given(st.lists(st.sampled_from(sorted(KEYWORDS)), max_size=4), values)
def test_yes_is_sure(names: list[str], value: Any) -> None:
    """Whatever keywords stand together; `pattern` is left to the examples, as the package reads `$` in another way."""
    schema = {keyword: part for name in names for keyword, part in KEYWORDS[name][0].items() if keyword != "pattern"}
    fit = quick_fit(schema)
    if fit is not None and fit(value):
        assert Draft202012Validator(schema, format_checker=FORMATS).is_valid(value)


@pytest.mark.parametrize("type_id", sorted(CATALOGUE.rulebooks))
def test_no_document_of_a_type_is_taken_for_good_that_the_package_finds_at_fault(type_id: str) -> None:
    schema = CATALOGUE.type(type_id).schema
    package = Draft202012Validator(schema.document, format_checker=FORMATS)
    for claims in CATALOGUE.examples(type_id).values():
        assert schema.faults(claims, partial=False) or package.is_valid(claims)
