"""Issuing an mdoc: ISO/IEC 18013-5, 9.1.2."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import software_key
from tests.vc_core.mdoc.sample import (
    DEVICE,
    DOC_TYPE,
    ELEMENTS,
    ISSUER,
    NAME_SPACE,
    OTHER_NAME_SPACE,
    SIGNED,
    STATUS,
    VALID_UNTIL,
    counted,
    issued,
    plan,
    reason,
)
from vc_core import cbor, cose, mdoc
from vc_core.mdoc import KeyAuthorizations


def test_the_object_holds_what_the_standard_asks_in_its_order() -> None:
    mso: Any = plan().mso
    assert list(mso) == [
        "version", "digestAlgorithm", "valueDigests", "deviceKeyInfo", "docType", "validityInfo", "status"
    ]  # fmt: skip
    assert (mso["version"], mso["digestAlgorithm"], mso["docType"]) == ("1.0", "SHA-256", DOC_TYPE)
    assert mso["deviceKeyInfo"] == {"deviceKey": cose.cose_key(DEVICE.public_key)}
    assert mso["status"] == STATUS
    assert mso["validityInfo"] == {
        "signed": cbor.tdate(SIGNED), "validFrom": cbor.tdate(SIGNED), "validUntil": cbor.tdate(VALID_UNTIL)
    }  # fmt: skip


def test_issuer_auth_is_untagged_with_the_chain_unprotected_and_es256_protected() -> None:
    auth = cbor.loads(issued())["issuerAuth"]
    assert auth[0] == bytes.fromhex("a10126")
    assert auth[1] == cose.x5chain_header(ISSUER.chain)


def test_issue_is_plan_then_sign() -> None:
    arguments: dict[str, Any] = {
        "doc_type": DOC_TYPE, "namespaces": ELEMENTS, "device_key": DEVICE.public_key, "signed": SIGNED,
        "valid_from": SIGNED, "valid_until": VALID_UNTIL, "random": counted, "status": STATUS,
    }  # fmt: skip
    ours = mdoc.parse_issuer_signed(mdoc.issue(signer=ISSUER, **arguments))
    planned = mdoc.parse_issuer_signed(issued())
    assert (ours.name_spaces, ours.mso) == (planned.name_spaces, planned.mso)


def test_randomness_is_drawn_once_for_salts_and_order() -> None:
    draws: list[int] = []

    def random(size: int) -> bytes:
        draws.append(size)
        return counted(size)

    issued(random=random)
    assert draws == [6 * (16 + 8)]


def test_the_order_of_digests_follows_the_draw_and_not_the_elements() -> None:
    orders = set()
    for start in range(12):
        parsed = mdoc.parse_issuer_signed(issued(random=lambda size, start=start: counted(size + start)[start:]))
        items = parsed.name_spaces[NAME_SPACE]
        assert [item.digest_id for item in items] == [0, 1, 2, 3]
        assert list(parsed.mso.value_digests[NAME_SPACE]) == [0, 1, 2, 3]
        orders.add(tuple(item.identifier for item in items))
    assert len(orders) > 6


def test_days_are_full_dates_wherever_they_stand() -> None:
    values = {item.identifier: item.value for item in mdoc.parse_issuer_signed(issued()).name_spaces[NAME_SPACE]}
    assert values["birth_date"] == cbor.CBORTag(1004, "1980-05-23")
    assert values["places"] == [{"country": "DE", "since": cbor.CBORTag(1004, "2026-02-01")}]


def test_without_a_key_there_is_no_device_key_info() -> None:
    assert "deviceKeyInfo" not in plan(device_key=None).mso
    assert "status" not in plan(status=None).mso


@pytest.mark.parametrize(
    ("granted", "written"),
    [
        (KeyAuthorizations(name_spaces={"b", "a"}), {"nameSpaces": ["a", "b"]}),
        (KeyAuthorizations(elements={"a": {"y", "x"}}), {"dataElements": {"a": ["x", "y"]}}),
    ],
    ids=["name_spaces", "elements"],
)
def test_key_authorizations_are_written_as_far_as_there_are_any(granted: KeyAuthorizations, written: object) -> None:
    made: Any = plan(key_authorizations=granted)
    assert made.mso["deviceKeyInfo"]["keyAuthorizations"] == written
    assert mdoc.parse_issuer_signed(mdoc.sign(made, signer=ISSUER)).mso.key_authorizations == granted


@pytest.mark.parametrize(
    "changes",
    [{"valid_from": SIGNED - timedelta(seconds=1)}, {"valid_until": SIGNED}],
    ids=["valid_before_it_was_signed", "valid_for_no_time"],
)
def test_instants_out_of_order_are_refused(changes: dict[str, datetime]) -> None:
    assert reason(plan, **changes) == "validity_order_wrong"


def test_a_key_on_p_384_signs_with_es384() -> None:
    key = software_key(31, ec.SECP384R1())
    parsed = mdoc.parse_issuer_signed(mdoc.sign(plan(), signer=key))
    mdoc.verify_issuer_auth(parsed, key.public_key, {cose.ES384})


ELEMENT_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.binary(max_size=8)
    | st.dates().map(cbor.full_date)
    | st.datetimes(timezones=st.just(UTC)).map(cbor.tdate),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)
SPACES = st.dictionaries(
    st.sampled_from([NAME_SPACE, OTHER_NAME_SPACE]),
    st.dictionaries(st.text("abcd_", min_size=1, max_size=6), ELEMENT_VALUES, min_size=1, max_size=5),
    min_size=1,
)


@given(SPACES)
def test_what_is_issued_is_read_back_and_genuine(spaces: dict[str, dict[str, object]]) -> None:
    parsed = mdoc.parse_issuer_signed(issued(namespaces=spaces))
    mdoc.verify_issuer_auth(parsed, ISSUER.public_key)
    mdoc.check_digests(parsed)
    assert spaces == {
        name: {item.identifier: item.value for item in items} for name, items in parsed.name_spaces.items()
    }
