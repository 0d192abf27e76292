"""COSE_Key: RFC 9052, section 7; RFC 9053, section 7.1.1."""

import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from vc_core import cbor
from vc_core.cose_key import cose_key, public_key_from_cose
from vc_core.rejection import Rejection

# RFC 9052, appendix C.7.1, key "11"
RFC9052_X = bytes.fromhex("bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff")
RFC9052_Y = bytes.fromhex("20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e")
KEY = {1: 2, -1: 1, -2: RFC9052_X, -3: RFC9052_Y}
CURVES = [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()]


def test_published_key_is_read_and_written() -> None:
    key = public_key_from_cose({**KEY, 2: b"11", 3: -7, 4: [2]})
    numbers = key.public_numbers()
    assert (numbers.x, numbers.y) == (int.from_bytes(RFC9052_X, "big"), int.from_bytes(RFC9052_Y, "big"))
    assert cbor.dumps(cose_key(key)) == cbor.dumps(KEY)


def test_y_may_be_its_sign_bit() -> None:
    assert public_key_from_cose({**KEY, -3: False}) == public_key_from_cose(KEY)
    assert public_key_from_cose({**KEY, -3: True}) != public_key_from_cose(KEY)


BAD_KEYS = {
    "not_a_map": ([KEY], "cose_key_malformed"),
    "kty_missing": ({-1: 1, -2: RFC9052_X, -3: RFC9052_Y}, "cose_key_malformed"),
    "kty_as_text": ({**KEY, 1: "EC2"}, "cose_key_malformed"),
    "curve_missing": ({1: 2, -2: RFC9052_X, -3: RFC9052_Y}, "cose_key_malformed"),
    "curve_true": ({**KEY, -1: True}, "cose_key_malformed"),
    "x_missing": ({1: 2, -1: 1, -3: RFC9052_Y}, "cose_key_malformed"),
    "x_without_leading_zeros": ({**KEY, -2: RFC9052_X[1:]}, "cose_key_malformed"),
    "y_missing": ({1: 2, -1: 1, -2: RFC9052_X}, "cose_key_malformed"),
    "y_a_number": ({**KEY, -3: 1}, "cose_key_malformed"),
    "private_part_present": ({**KEY, -4: bytes(32)}, "cose_key_private"),
    "octet_key_pair": ({1: 1, -1: 6, -2: RFC9052_X}, "cose_key_unsupported"),
    "secp256k1": ({**KEY, -1: 8}, "cose_key_unsupported"),
    "not_on_the_curve": ({**KEY, -3: RFC9052_X}, "cose_key_not_on_curve"),
    "compressed_x_not_on_the_curve": ({**KEY, -2: b"\xff" * 32, -3: True}, "cose_key_not_on_curve"),
    "origin": ({**KEY, -2: bytes(32), -3: bytes(32)}, "cose_key_not_on_curve"),
}


@pytest.mark.parametrize(("value", "reason"), BAD_KEYS.values(), ids=BAD_KEYS)
def test_bad_keys_are_refused(value: object, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        public_key_from_cose(value, where="/deviceKey")
    assert (caught.value.reason, caught.value.where) == (reason, "/deviceKey")


@given(st.sampled_from(CURVES), st.integers(1, 2**200))
def test_what_is_written_is_read_back(curve: ec.EllipticCurve, secret: int) -> None:
    key = ec.derive_private_key(secret, curve).public_key()
    assert public_key_from_cose(cbor.loads(cbor.dumps(cose_key(key)))) == key


PARTS = st.none() | st.booleans() | st.integers(-9, 9) | st.binary(max_size=33) | st.binary(min_size=32, max_size=32)


@given(st.dictionaries(st.sampled_from([1, -1, -2, -3, -4]), PARTS))
def test_arbitrary_members_raise_nothing_but_a_rejection(changes: dict[int, object]) -> None:
    with contextlib.suppress(Rejection):
        public_key_from_cose({**KEY, **changes})
