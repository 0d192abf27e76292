"""IssuerSignedItem: ISO/IEC 18013-5, 8.3.2.1.2.2."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT
from tests.vc_core.mdoc.sample import changed, reason
from tests.vc_core.test_cbor import VALUES
from vc_core import cbor
from vc_core.cbor import CBORTag
from vc_core.mdoc.items import encode_item, parse_item
from vc_core.rejection import Rejection

ITEM = {"digestID": 3, "random": bytes(16), "elementIdentifier": "family_name", "elementValue": "Müller"}


def embedded(item: object) -> cbor.Tagged24:
    return cbor.tag24(cbor.dumps(item))


def test_an_item_is_read_as_it_was_written() -> None:
    encoded = encode_item(3, bytes(16), "family_name", "Müller")
    assert encoded == embedded(ITEM)
    item = parse_item(encoded, "")
    assert (item.digest_id, item.random, item.identifier, item.value) == tuple(ITEM.values())
    assert item.encoded is encoded


def test_unknown_members_are_ignored() -> None:
    assert parse_item(embedded({**ITEM, "rfu": 1}), "").value == "Müller"


BAD_ITEMS: dict[str, tuple[str, object, str]] = {
    "digest_id_missing": ("digestID", ABSENT, "item_malformed"),
    "digest_id_negative": ("digestID", -1, "item_malformed"),
    "digest_id_text": ("digestID", "3", "item_malformed"),
    "digest_id_true": ("digestID", True, "item_malformed"),
    "random_missing": ("random", ABSENT, "item_malformed"),
    "random_text": ("random", "0" * 16, "item_malformed"),
    "random_of_15_bytes": ("random", bytes(15), "item_random_too_short"),
    "element_identifier_missing": ("elementIdentifier", ABSENT, "item_malformed"),
    "element_identifier_a_number": ("elementIdentifier", 1, "item_malformed"),
    "element_value_missing": ("elementValue", ABSENT, "item_malformed"),
    "element_value_undefined": ("elementValue", cbor.UNDEFINED, "element_value_unsupported"),
    "element_value_below_64_bits": ("elementValue", [-(2**63) - 1], "element_value_unsupported"),
    "element_value_not_a_number": ("elementValue", [math.nan], "element_value_unsupported"),
    "element_value_with_a_cose_tag": ("elementValue", CBORTag(18, []), "element_value_unsupported"),
    "element_value_with_a_key_of_bytes": ("elementValue", {b"a": 1}, "element_value_unsupported"),
    "element_value_embedded": ("elementValue", cbor.tag24(b"\x00"), "element_value_unsupported"),
}


@pytest.mark.parametrize(("member", "value", "expected"), BAD_ITEMS.values(), ids=BAD_ITEMS)
def test_bad_items_are_refused(member: str, value: object, expected: str) -> None:
    assert reason(parse_item, embedded(changed(ITEM, (member,), value)), "") == expected


NOT_ITEMS: dict[str, tuple[Any, str]] = {
    "not_tagged": (ITEM, "item_not_tagged"),
    "bytes_not_tagged": (cbor.dumps(ITEM), "item_not_tagged"),
    "array": (embedded(list(ITEM.values())), "item_malformed"),
    "number": (embedded(5), "item_malformed"),
    "key_repeated": (cbor.tag24(b"\xa2\x01\x00\x01\x00"), "cbor_key_repeated"),
    "byte_after_it": (cbor.tag24(cbor.dumps(ITEM) + b"\x00"), "cbor_trailing_bytes"),
}


@pytest.mark.parametrize(("encoded", "expected"), NOT_ITEMS.values(), ids=NOT_ITEMS)
def test_what_is_no_item_is_refused(encoded: object, expected: str) -> None:
    assert reason(parse_item, encoded, "") == expected


@given(VALUES | st.builds(lambda name, value: {**ITEM, name: value}, st.sampled_from(sorted(ITEM)), VALUES))
def test_arbitrary_items_raise_nothing_but_a_rejection(item: object) -> None:
    with contextlib.suppress(Rejection):
        parse_item(embedded(item), "")
