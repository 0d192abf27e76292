"""Strict JSON (RFC 8259): no text that two readers could read differently passes."""

import json
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vc_core import strict_json
from vc_core.rejection import Rejection

LIMIT = 4096

MALFORMED = {
    "empty": b"",
    "nan": b"[NaN]",
    "infinity": b"[Infinity]",
    "minus_infinity": b"[-Infinity]",
    "float_beyond_all_floats": b"[1e999]",
    "trailing_data": b'{"a":1}{}',
    "trailing_comma": b"[1,]",
    "leading_zero": b"[01]",
    "comment": b"[1] // one",
    "single_quotes": b"{'a':1}",
    "byte_order_mark": b"\xef\xbb\xbf{}",
    "not_utf_8": b'["\xff"]',
    "utf_16": '{"a":1}'.encode("utf-16"),
    "lone_surrogate_escaped": b'["\\ud800"]',
    "lone_surrogate_escaped_with_spaces": b'{ "a": "\\udfff" }',
    "lone_surrogate_as_bytes": b'["\xed\xa0\x80"]',
    "lone_surrogate_in_text": '["\ud800"]',
    "control_character_in_string": b'["\n"]',
    "unclosed": b'{"a":[1',
}

REPEATED = {
    "at_the_top": b'{"a":1,"a":2}',
    "with_equal_values": b'{"a":1,"a":1}',
    "nested": b'{"x":[{"a":1,"b":2,"a":3}]}',
    "with_spaces": b'{ "a": 1, "a": 2 }',
    "spelled_with_an_escape": b'{"a":1,"\\u0061":2}',
    "hidden_by_an_escaped_colon": b'{"a":1,"a":2,"b":"\\u003a"}',
    "inside_a_repeated_member": b'{"a":{"b":1,"b":2},"a":1}',
    "empty_name": b'{"":1,"":2}',
}

OUT_OF_RANGE = {
    "two_to_the_64": b"[18446744073709551616]",
    "below_minus_two_to_the_63": b'{"a":-9223372036854775809}',
    "hundred_digits": b"[" + b"9" * 100 + b"]",
}

READABLE: dict[str, tuple[bytes, Any]] = {
    "largest_integer": (b"[18446744073709551615]", [2**64 - 1]),
    "smallest_integer": (b"[-9223372036854775808]", [-(2**63)]),
    "spaces": (b' { "a" : [ 1 , 2.5 ] } \n', {"a": [1, 2.5]}),
    "escapes": (b'{"\\u0061":"\\ud83d\\ude00\\/"}', {"a": "😀/"}),
    "same_name_at_two_levels": (b'{"a":{"a":{"a":1}}}', {"a": {"a": {"a": 1}}}),
    "a_string_alone": (b'"a"', "a"),
    "float_spelled_long": (b"[1.50e1]", [15.0]),
}


def reason_of(data: bytes | str, **bounds: int) -> str:
    with pytest.raises(Rejection) as caught:
        strict_json.parse(data, where="/here", **{"max_bytes": LIMIT, **bounds})
    assert caught.value.where == "/here"
    return caught.value.reason


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_malformed(data: bytes | str) -> None:
    assert reason_of(data) == "json_malformed"


@pytest.mark.parametrize("data", REPEATED.values(), ids=REPEATED)
def test_member_repeated(data: bytes) -> None:
    """RFC 7515, section 4: header parameter names are unique; RFC 7519, section 4 says it of claims."""
    assert reason_of(data) == "json_member_repeated"


@pytest.mark.parametrize("data", OUT_OF_RANGE.values(), ids=OUT_OF_RANGE)
def test_number_out_of_range(data: bytes) -> None:
    assert reason_of(data) == "json_number_out_of_range"


def test_integer_of_five_thousand_digits() -> None:
    assert reason_of(b"[" + b"9" * 5000 + b"]", max_bytes=6000) == "json_malformed"


@pytest.mark.parametrize(("data", "value"), READABLE.values(), ids=READABLE)
def test_readable(data: bytes, value: object) -> None:
    assert strict_json.parse(data, max_bytes=LIMIT) == value
    assert strict_json.parse(data.decode(), max_bytes=LIMIT) == value


def test_size_is_counted_in_bytes() -> None:
    assert strict_json.parse('"é"', max_bytes=4) == "é"
    assert reason_of('"é"', max_bytes=3) == "json_too_large"


NESTED = {
    "arrays": ("[", "]"),
    "objects": ('{"a":', "}"),
    "both": ('[{"a":', "}]"),
    "with_brackets_in_strings": ('["]]]]\\"]","[",', "]"),
}


@pytest.mark.parametrize(("opening", "closing"), NESTED.values(), ids=NESTED)
def test_depth_at_the_bound_and_one_beyond(opening: str, closing: str) -> None:
    levels = 2 if opening == '[{"a":' else 1
    text = opening * (8 // levels) + "1" + closing * (8 // levels)
    strict_json.parse(text, max_bytes=LIMIT, max_depth=8)
    assert reason_of(text, max_depth=7) == "json_too_deep"


def test_many_brackets_are_not_depth() -> None:
    wide = json.dumps([{"a": [], "b": "[[[{"} for _ in range(50)])
    assert strict_json.parse(wide, max_bytes=LIMIT, max_depth=3) == json.loads(wide)


@pytest.mark.parametrize("levels", [33, 500, 1024, 1025, 100_000])
@pytest.mark.parametrize("spacing", ["", " "])
def test_depth_bomb(levels: int, spacing: str) -> None:
    bomb = f"[{spacing}" * levels + "]" * levels
    assert reason_of(bomb, max_bytes=10**6) in {"json_too_deep", "json_malformed"}


def test_depth_bomb_in_a_repeated_member() -> None:
    bomb = '{"a":' + "[" * 900 + "]" * 900 + ',"a":1}'
    assert reason_of(bomb) == "json_too_deep"


@pytest.mark.parametrize("data", [b"[]", b'"a"', b"1", b"null"])
def test_not_an_object(data: bytes) -> None:
    with pytest.raises(Rejection) as caught:
        strict_json.parse_object(data, max_bytes=LIMIT)
    assert caught.value.reason == "json_not_object"


def test_dump_takes_any_mapping_and_tuples() -> None:
    assert strict_json.dump(MappingProxyType({"b": (1, "é"), "a": None})) == '{"b":[1,"é"],"a":null}'.encode()


def test_dump_of_what_is_not_json_is_a_bug() -> None:
    with pytest.raises(TypeError):
        strict_json.dump({"a": b"bytes"})


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_round_trip_compact_and_through_another_writer(value: object) -> None:
    assert strict_json.parse(strict_json.dump(value), max_bytes=10**6) == value
    assert strict_json.parse(json.dumps(value), max_bytes=10**6) == value
    assert strict_json.parse(json.dumps(value, indent=1, ensure_ascii=False), max_bytes=10**6) == value


@given(
    st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES, min_size=1, max_size=4),
    st.data(),
    st.booleans(),
)
def test_a_repeated_member_is_always_found(value: dict[str, Any], data: st.DataObject, compact: bool) -> None:
    name = data.draw(st.sampled_from(sorted(value)))
    write = (lambda part: orjson.dumps(part).decode()) if compact else json.dumps
    members = [*value.items(), (name, data.draw(VALUES))]
    text = "{" + ",".join(f"{write(key)}:{write(member)}" for key, member in members) + "}"
    assert reason_of(text, max_bytes=10**6) == "json_member_repeated"


FRAGMENTS = st.lists(
    st.sampled_from(["{", "}", "[", "]", '"a"', '"b"', ":", ",", "1", "-0", "1e5", "18446744073709551616", "NaN", " "])
).map("".join)


@given(FRAGMENTS | st.text() | st.binary())
@example('{"a":[],"a":[]}')
def test_anything_is_read_like_the_standard_library_or_refused(data: bytes | str) -> None:
    try:
        value = strict_json.parse(data, max_bytes=LIMIT)
    except Rejection:
        return
    assert value == json.loads(data)
