"""CBOR: RFC 8949, RFC 8943, and the instants of ISO/IEC 18013-5."""

import contextlib
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc_core import cbor
from vc_core.cbor import CBORTag, Tagged24
from vc_core.rejection import Rejection

# RFC 8949, appendix A, as far as it is let in
RFC8949_EXAMPLES: list[tuple[str, Any]] = [
    ("00", 0),
    ("1818", 24),
    ("1b000000e8d4a51000", 1000000000000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("3bffffffffffffffff", -18446744073709551616),
    ("3903e7", -1000),
    ("fb3ff199999999999a", 1.1),
    ("f4", False),
    ("f6", None),
    ("c074323031332d30332d32315432303a30343a30305a", CBORTag(0, "2013-03-21T20:04:00Z")),
    ("d818456449455446", Tagged24(bytes.fromhex("d818456449455446"), bytes.fromhex("6449455446"))),
    ("4401020304", b"\x01\x02\x03\x04"),
    ("62c3bc", "ü"),
    ("64f0908591", "𐅑"),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("a201020304", {1: 2, 3: 4}),
    ("826161a161626163", ["a", {"b": "c"}]),
]


def reason_of(data: bytes, *, max_depth: int = cbor.MAX_DEPTH) -> str:
    with pytest.raises(Rejection) as caught:
        cbor.loads(data, max_depth=max_depth)
    return caught.value.reason


@pytest.mark.parametrize(("encoded", "value"), RFC8949_EXAMPLES, ids=[row[0] for row in RFC8949_EXAMPLES])
def test_published_examples_are_read_and_written(encoded: str, value: object) -> None:
    assert cbor.loads(bytes.fromhex(encoded)) == value
    assert cbor.dumps(value).hex() == encoded


def test_rfc_8943_day() -> None:
    encoded = bytes.fromhex("d903ec6a313934302d31302d3039")
    assert cbor.parse_full_date(cbor.loads(encoded)) == date(1940, 10, 9)
    assert cbor.dumps(cbor.full_date(date(1940, 10, 9))) == cbor.dumps(date(1940, 10, 9)) == encoded


BAD_INPUT = {
    "nothing": ("", "cbor_truncated"),
    "array_cut_off": ("8301", "cbor_truncated"),
    "text_cut_off": ("6261", "cbor_truncated"),
    "head_cut_off": ("19", "cbor_truncated"),
    "array_of_2_to_the_64": ("9bffffffffffffffff", "cbor_truncated"),
    "bytes_of_2_to_the_63": ("5b7fffffffffffffff00", "cbor_truncated"),
    "byte_after_the_item": ("0000", "cbor_trailing_bytes"),
    "break_after_the_item": ("00ff", "cbor_trailing_bytes"),
    "indefinite_bytes": ("5f4100ff", "cbor_indefinite_length"),
    "indefinite_text": ("7f6161ff", "cbor_indefinite_length"),
    "indefinite_array": ("9f00ff", "cbor_indefinite_length"),
    "indefinite_map": ("a100bf0000ff", "cbor_indefinite_length"),
    "embedded_item_indefinite": ("d8185f4100ff", "cbor_indefinite_length"),
    "key_repeated": ("a2010001f6", "cbor_key_repeated"),
    "key_repeated_with_a_longer_head": ("a20100180100", "cbor_key_repeated"),
    "key_repeated_further_in": ("81a2616100616101", "cbor_key_repeated"),
    "seventeen_arrays": ("81" * 17 + "00", "cbor_too_deep"),
    "seventeen_tags": ("d2" * 17 + "00", "cbor_too_deep"),
    "bomb_of_arrays": ("81" * 100_000, "cbor_too_deep"),
    "bomb_of_maps": ("a100" * 50 + "a1" * 50_000, "cbor_too_deep"),
    "bignum": ("c249010000000000000000", "cbor_tag_unknown"),
    "epoch_time": ("c11a514b67b0", "cbor_tag_unknown"),
    "decimal": ("c48221196ab3", "cbor_tag_unknown"),
    "regular_expression": ("d8236128", "cbor_tag_unknown"),
    "shared_value": ("d81c80", "cbor_tag_unknown"),
    "self_described": ("d9d9f700", "cbor_tag_unknown"),
    "unassigned_tag": ("d9ffff00", "cbor_tag_unknown"),
    "instant_of_a_number": ("c000", "cbor_tag_content_wrong"),
    "day_of_bytes": ("d903ec4100", "cbor_tag_content_wrong"),
    "embedded_item_of_text": ("d8186161", "cbor_tag_content_wrong"),
    "embedded_item_in_embedded_item": ("d818d8184100", "cbor_tag_content_wrong"),
    "text_not_utf8": ("61ff", "cbor_malformed"),
    "reserved_head": ("1c", "cbor_malformed"),
    "simple_value_in_two_bytes": ("f818", "cbor_malformed"),
}


@pytest.mark.parametrize(("encoded", "reason"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_is_refused(encoded: str, reason: str) -> None:
    assert reason_of(bytes.fromhex(encoded)) == reason


def test_size_is_bounded_and_the_limit_shown() -> None:
    assert cbor.loads(cbor.dumps(bytes(8)), max_bytes=9) == bytes(8)
    with pytest.raises(Rejection) as caught:
        cbor.loads(cbor.dumps(bytes(9)), max_bytes=9, where="/mso")
    assert (caught.value.reason, caught.value.where) == ("cbor_too_large", "/mso")
    assert caught.value.evidence == {"bytes": 10, "limit": 9}


def test_depth_is_bounded_where_the_caller_says() -> None:
    assert cbor.loads(b"\x81\x81\x00", max_depth=2) == [[0]]
    assert reason_of(b"\x81\x81\x00", max_depth=1) == "cbor_too_deep"


@pytest.mark.parametrize("encoded", ["d9d9f700", "61ff"])
def test_where_is_the_place_in_the_larger_input(encoded: str) -> None:
    with pytest.raises(Rejection) as caught:
        cbor.loads(bytes.fromhex(encoded), where="/issuerAuth")
    assert caught.value.where == "/issuerAuth"


def test_embedded_items_keep_the_bytes_they_came_with() -> None:
    """Heads longer than needed occur in the wild; digests are over what was sent."""
    plain, long_tag, long_length = "d81842a100", "d9001842a100", "d818590002a100"
    value = cbor.loads(bytes.fromhex(f"b90001 6161 83 {plain} {long_tag} {long_length}"))
    assert [item.raw.hex() for item in value["a"]] == [plain, long_tag, long_length]
    assert {item.content.hex() for item in value["a"]} == {"a100"}
    assert cbor.dumps(value["a"]).hex() == f"83{plain}{long_tag}{long_length}"


def test_arrays_and_maps_inside_a_tag_can_be_changed_like_others() -> None:
    value = cbor.loads(bytes.fromhex("d28443a10126a1048101f640"))
    assert value == CBORTag(18, [b"\xa1\x01\x26", {4: [1]}, None, b""])
    assert type(value.value[1]) is dict


def test_map_members_are_written_in_the_order_given() -> None:
    assert cbor.dumps({"b": 1, "a": 2, 1: 3}).hex() == "a3616201616102" + "0103"


def test_what_has_no_cbor_here_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError):
        cbor.dumps(object())


def test_instants_are_written_in_utc_and_whole_seconds() -> None:
    in_paris = datetime(2026, 2, 15, 11, 0, 1, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert cbor.tdate(in_paris) == CBORTag(0, "2026-02-15T10:00:01Z")
    assert cbor.parse_tdate(cbor.tdate(in_paris)) == datetime(2026, 2, 15, 10, 0, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        cbor.tdate(datetime(2026, 2, 15))  # noqa: DTZ001


BAD_INSTANTS = {
    "other_zone": (CBORTag(0, "2026-02-15T10:00:00+01:00"), "tdate_not_utc"),
    "utc_as_offset": (CBORTag(0, "2026-02-15T10:00:00+00:00"), "tdate_not_utc"),
    "fraction": (CBORTag(0, "2026-02-15T10:00:00.5Z"), "tdate_fractional"),
    "no_zone": (CBORTag(0, "2026-02-15T10:00:00"), "tdate_malformed"),
    "day_that_is_none": (CBORTag(0, "2026-02-30T10:00:00Z"), "tdate_malformed"),
    "year_zero": (CBORTag(0, "0000-02-15T10:00:00Z"), "tdate_malformed"),
    "other_digits": (CBORTag(0, "２026-02-15T10:00:00Z"), "tdate_malformed"),
    "line_end": (CBORTag(0, "2026-02-15T10:00:00Z\n"), "tdate_malformed"),
    "untagged": ("2026-02-15T10:00:00Z", "tdate_malformed"),
    "tagged_as_a_day": (CBORTag(1004, "2026-02-15T10:00:00Z"), "tdate_malformed"),
}


@pytest.mark.parametrize(("value", "reason"), BAD_INSTANTS.values(), ids=BAD_INSTANTS)
def test_instants_in_another_form_are_refused(value: object, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        cbor.parse_tdate(value, where="/signed")
    assert (caught.value.reason, caught.value.where) == (reason, "/signed")


@pytest.mark.parametrize(
    "value",
    ["2026-02-15", CBORTag(0, "2026-02-15"), CBORTag(1004, "2026-02-30"), CBORTag(1004, "20260215"), CBORTag(1004, "")],
)
def test_days_in_another_form_are_refused(value: object) -> None:
    with pytest.raises(Rejection) as caught:
        cbor.parse_full_date(value)
    assert caught.value.reason == "full_date_malformed"


# ----------------------------------------------------------------------------------------------------- properties
def embedded_with_long_heads(content: bytes, tag_size: int, length_size: int) -> Tagged24:
    """`#6.24(bstr)` whose heads have 1, 2, 4 or 8 bytes after the first."""
    tag = bytes((0xC0 | 23 + tag_size.bit_length(),)) + (24).to_bytes(tag_size, "big")
    length = bytes((0x40 | 23 + length_size.bit_length(),)) + len(content).to_bytes(length_size, "big")
    return Tagged24(tag + length + content, content)


HEAD_SIZES = st.sampled_from([1, 2, 4, 8])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.binary(max_size=8)
    | st.dates().map(cbor.full_date)
    | st.datetimes(timezones=st.just(UTC)).map(cbor.tdate)
    | st.builds(embedded_with_long_heads, st.binary(max_size=8), HEAD_SIZES, HEAD_SIZES)
)
KEYS = st.integers(-100, 100) | st.text(st.characters(codec="utf-8"), max_size=4)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(VALUES)
def test_what_is_written_is_read_back_with_embedded_items_as_they_were(value: object) -> None:
    assert cbor.loads(cbor.dumps(value)) == value


@given(st.binary(max_size=64))
def test_arbitrary_bytes_raise_nothing_but_a_rejection(data: bytes) -> None:
    with contextlib.suppress(Rejection):
        cbor.loads(data)


@given(VALUES, st.data())
def test_damaged_items_raise_nothing_but_a_rejection(value: object, data: st.DataObject) -> None:
    encoded = bytearray(cbor.dumps(value))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Rejection):
        cbor.loads(bytes(encoded))
