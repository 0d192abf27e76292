"""COSE_Sign1, COSE_Mac0 and x5chain: RFC 9052, RFC 9053, RFC 9360."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import software_key
from tests.vc_core.test_cbor import VALUES
from tests.vectors import read_hex, read_json, vectors
from vc_core import cbor, cose, jose
from vc_core.cbor import CBORTag
from vc_core.cose import Tagging
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey

KEY = software_key(11)
OTHER_KEY = software_key(12)
PAYLOAD = b"This is the content."
VALID = cose.sign1(PAYLOAD, signer=KEY, unprotected={cose.KID: b"11"})
MAC_KEY = bytes(range(32))
VALID_MAC = cose.mac0(PAYLOAD, key=MAC_KEY)

# RFC 9052, appendix C.2.1, with the key of appendix C.7.1
RFC9052_SIGN1 = bytes.fromhex(
    "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4"
    "d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36"
)
RFC9052_KEY = {
    1: 2,
    -1: 1,
    -2: bytes.fromhex("bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"),
    -3: bytes.fromhex("20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e"),
}


def rejection(action: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(Rejection) as caught:
        action(*arguments, **named)
    return caught.value.reason


def with_protected(header: Mapping[Any, Any]) -> cose.Sign1:
    """Signed properly, with this protected header."""
    protected = cbor.dumps(header)
    signature = KEY.sign(cbor.dumps(["Signature1", protected, b"", PAYLOAD]))
    return cose.parse_sign1([protected, {}, PAYLOAD, signature])


# -------------------------------------------------------------------------------------------------------- vectors
def test_rfc_9052_c_2_1_verifies_and_is_written_back() -> None:
    message = cose.parse_sign1(cbor.loads(RFC9052_SIGN1), tagging=Tagging.REQUIRED)
    cose.verify_sign1(message, cose.public_key_from_cose(RFC9052_KEY))
    assert message.payload == PAYLOAD
    assert message.unprotected == {cose.KID: b"11"}
    assert cose.encode_sign1(message, tagging=Tagging.REQUIRED) == RFC9052_SIGN1


@pytest.mark.parametrize("name", ["status_list_token.cwt.cbor.hex.txt", "referenced_token.cwt.cbor.hex.txt"])
def test_cwts_of_token_status_list_verify(name: str) -> None:
    folder = vectors("token-status-list")
    message = cose.parse_sign1(cbor.loads(read_hex(folder / name)), tagging=Tagging.REQUIRED)
    jwk = read_json(folder / "key.json")["private_jwk"]
    del jwk["d"]
    cose.verify_sign1(message, jose.public_key_from_jwk(jwk))


# ---------------------------------------------------------------------------------------------------------- form
def test_a_message_reads_the_same_with_and_without_its_tag() -> None:
    for tagging in (Tagging.REQUIRED, Tagging.FORBIDDEN):
        encoded = cose.encode_sign1(VALID, tagging=tagging)
        assert cose.parse_sign1(cbor.loads(encoded)) == VALID
        encoded = cose.encode_mac0(VALID_MAC, tagging=tagging)
        assert cose.parse_mac0(cbor.loads(encoded)) == VALID_MAC


ALG = cbor.dumps({1: -7})
BAD_FORMS: dict[str, tuple[object, Tagging, str]] = {
    "tag_missing": (VALID.array(), Tagging.REQUIRED, "cose_tag_missing"),
    "tag_not_wanted": (CBORTag(18, VALID.array()), Tagging.FORBIDDEN, "cose_tag_unexpected"),
    "tag_of_a_mac": (CBORTag(17, VALID.array()), Tagging.EITHER, "cose_tag_unexpected"),
    "cwt_tag_around_it": (CBORTag(61, CBORTag(18, VALID.array())), Tagging.REQUIRED, "cose_tag_unexpected"),
    "three_members": (VALID.array()[:3], Tagging.EITHER, "cose_malformed"),
    "five_members": ([*VALID.array(), b""], Tagging.EITHER, "cose_malformed"),
    "map": ({0: ALG}, Tagging.EITHER, "cose_malformed"),
    "bytes": (ALG, Tagging.EITHER, "cose_malformed"),
    "protected_header_not_wrapped": ([{1: -7}, {}, b"", b""], Tagging.EITHER, "cose_malformed"),
    "protected_header_an_array": ([cbor.dumps([1]), {}, b"", b""], Tagging.EITHER, "cose_malformed"),
    "protected_header_cut_off": ([ALG[:-1], {}, b"", b""], Tagging.EITHER, "cbor_truncated"),
    "label_twice_in_the_protected_header": (
        [bytes.fromhex("a201260126"), {}, b"", b""], Tagging.EITHER, "cbor_key_repeated"
    ),
    "unprotected_header_wrapped": ([ALG, cbor.dumps({}), b"", b""], Tagging.EITHER, "cose_malformed"),
    "payload_text": ([ALG, {}, "", b""], Tagging.EITHER, "cose_malformed"),
    "signature_missing": ([ALG, {}, b"", None], Tagging.EITHER, "cose_malformed"),
    "label_in_both_headers": ([ALG, {1: -7}, b"", b""], Tagging.EITHER, "header_repeated"),
    "critical_label": ([cbor.dumps({1: -7, 2: [4]}), {}, b"", b""], Tagging.EITHER, "critical_header_unknown"),
    "critical_label_unprotected": ([ALG, {2: [4]}, b"", b""], Tagging.EITHER, "critical_header_unknown"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "tagging", "reason"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_bad_forms_are_refused(value: object, tagging: Tagging, reason: str) -> None:
    assert rejection(cose.parse_sign1, value, tagging=tagging) == reason


def test_a_payload_written_as_undefined_is_detached() -> None:
    value = cbor.loads(cbor.dumps([VALID.protected_bytes, {}, cbor.UNDEFINED, VALID.signature]))
    assert cose.parse_sign1(value).payload is None


# ----------------------------------------------------------------------------------------------------- signatures
@pytest.mark.parametrize(
    ("curve", "algorithms"),
    [(ec.SECP256R1(), {-7}), (ec.SECP384R1(), {-35}), (ec.SECP521R1(), {-36})],
    ids=["ES256", "ES384", "ES512"],
)
def test_each_curve_signs_with_its_algorithm(curve: ec.EllipticCurve, algorithms: set[int]) -> None:
    key = software_key(13, curve)
    message = cose.sign1(PAYLOAD, signer=key, protected_extra={cose.TYP: "x"}, aad=b"aad")
    assert message.protected == {cose.ALG: next(iter(algorithms)), cose.TYP: "x"}
    cose.verify_sign1(message, key.public_key, algorithms, aad=b"aad")


def test_the_fully_specified_number_of_es256_is_the_same_algorithm() -> None:
    cose.verify_sign1(with_protected({1: cose.ESP256}), KEY.public_key)


def test_a_detached_payload_is_handed_in() -> None:
    message = cose.sign1(PAYLOAD, signer=KEY, detached=True)
    assert message.payload is None
    cose.verify_sign1(message, KEY.public_key, payload=PAYLOAD)


def _der(signature: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


BAD_SIGNATURES: dict[str, tuple[cose.Sign1, SoftwareKey, str]] = {
    "algorithm_missing": (with_protected({cose.TYP: "x"}), KEY, "algorithm_missing"),
    "no_protected_header": (replace(VALID, protected_bytes=b"", protected={}), KEY, "algorithm_missing"),
    "algorithm_only_unprotected": (
        cose.parse_sign1([b"", {1: -7}, PAYLOAD, VALID.signature]), KEY, "algorithm_unprotected"
    ),
    "algorithm_none": (with_protected({1: None}), KEY, "algorithm_not_allowed"),
    "algorithm_rs256": (with_protected({1: -257}), KEY, "algorithm_not_allowed"),
    "algorithm_hmac": (with_protected({1: 5}), KEY, "algorithm_not_allowed"),
    "algorithm_as_text": (with_protected({1: "ES256"}), KEY, "algorithm_not_allowed"),
    "algorithm_as_float": (with_protected({1: -7.0}), KEY, "algorithm_not_allowed"),
    "algorithm_outside_haip": (with_protected({1: -35}), KEY, "algorithm_not_allowed"),
    "key_on_another_curve": (VALID, software_key(13, ec.SECP384R1()), "algorithm_key_mismatch"),
    "other_key": (VALID, OTHER_KEY, "signature_invalid"),
    "payload_changed": (replace(VALID, payload=PAYLOAD + b"!"), KEY, "signature_invalid"),
    "protected_header_encoded_otherwise": (
        replace(VALID, protected_bytes=bytes.fromhex("b90001 0126")), KEY, "signature_invalid"
    ),
    "payload_missing": (replace(VALID, payload=None), KEY, "payload_missing"),
    "signature_der": (replace(VALID, signature=_der(VALID.signature)), KEY, "signature_malformed"),
    "signature_truncated": (replace(VALID, signature=VALID.signature[:-1]), KEY, "signature_malformed"),
    "signature_empty": (replace(VALID, signature=b""), KEY, "signature_malformed"),
    "signature_zero": (replace(VALID, signature=bytes(64)), KEY, "signature_invalid"),
    "signature_halves_swapped": (
        replace(VALID, signature=VALID.signature[32:] + VALID.signature[:32]), KEY, "signature_invalid"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("message", "key", "reason"), BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
def test_bad_signatures_are_refused(message: cose.Sign1, key: SoftwareKey, reason: str) -> None:
    assert rejection(cose.verify_sign1, message, key.public_key) == reason


def test_other_additional_data_is_refused() -> None:
    assert rejection(cose.verify_sign1, VALID, KEY.public_key, aad=b"x") == "signature_invalid"


def test_a_payload_both_attached_and_handed_in_is_refused() -> None:
    assert rejection(cose.verify_sign1, VALID, KEY.public_key, payload=PAYLOAD) == "payload_attached"


def test_allowing_an_algorithm_there_is_no_code_for_does_not_help() -> None:
    assert rejection(cose.verify_sign1, with_protected({1: -257}), KEY.public_key, {-257}) == "algorithm_not_allowed"


# ----------------------------------------------------------------------------------------------------------- MACs
def test_a_mac_verifies_attached_and_detached() -> None:
    cose.verify_mac0(VALID_MAC, MAC_KEY)
    detached = cose.mac0(PAYLOAD, key=MAC_KEY, detached=True, aad=b"aad")
    cose.verify_mac0(detached, MAC_KEY, payload=PAYLOAD, aad=b"aad")


BAD_MACS: dict[str, tuple[cose.Mac0, bytes, str]] = {
    "other_key": (VALID_MAC, bytes(32), "mac_invalid"),
    "tag_changed": (replace(VALID_MAC, tag=bytes(32)), MAC_KEY, "mac_invalid"),
    "tag_truncated": (replace(VALID_MAC, tag=VALID_MAC.tag[:8]), MAC_KEY, "mac_invalid"),
    "payload_changed": (replace(VALID_MAC, payload=b""), MAC_KEY, "mac_invalid"),
    "payload_missing": (replace(VALID_MAC, payload=None), MAC_KEY, "payload_missing"),
    "algorithm_missing": (replace(VALID_MAC, protected={}), MAC_KEY, "algorithm_missing"),
    "algorithm_of_a_signature": (replace(VALID_MAC, protected={1: -7}), MAC_KEY, "algorithm_not_allowed"),
    "algorithm_with_a_short_tag": (replace(VALID_MAC, protected={1: 4}), MAC_KEY, "algorithm_not_allowed"),
}


@pytest.mark.parametrize(("message", "key", "reason"), BAD_MACS.values(), ids=BAD_MACS)
def test_bad_macs_are_refused(message: cose.Mac0, key: bytes, reason: str) -> None:
    assert rejection(cose.verify_mac0, message, key) == reason


# -------------------------------------------------------------------------------------------------------- x5chain
def certificate(name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).serial_number(1)
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2027, 1, 1, tzinfo=UTC)
    )
    return builder.public_key(KEY.public_key).sign(KEY.private_key, hashes.SHA256())


LEAF, UPPER = certificate("leaf"), certificate("upper")


def test_one_certificate_is_a_byte_string_and_several_are_an_array() -> None:
    assert type(cose.x5chain_header([LEAF])[cose.X5CHAIN]) is bytes
    assert type(cose.x5chain_header([LEAF, UPPER])[cose.X5CHAIN]) is list
    assert cose.x5chain_header([]) == {}


@pytest.mark.parametrize("chain", [(LEAF,), (LEAF, UPPER)], ids=["leaf", "two"])
def test_a_chain_is_read_from_either_header(chain: tuple[x509.Certificate, ...]) -> None:
    header = cose.x5chain_header(chain)
    assert cose.x5chain(header) == cose.x5chain({}, header) == chain


def test_an_array_of_one_is_let_pass() -> None:
    assert cose.x5chain({cose.X5CHAIN: [cose.x5chain_header([LEAF])[cose.X5CHAIN]]}) == (LEAF,)


DER = cose.x5chain_header([LEAF])[cose.X5CHAIN]
BAD_CHAINS: dict[str, tuple[dict[int, object], str]] = {
    "missing": ({}, "x5chain_missing"),
    "text": ({33: "MIIB"}, "x5chain_malformed"),
    "empty": ({33: []}, "x5chain_malformed"),
    "one_of_them_text": ({33: [DER, "MIIB"]}, "x5chain_malformed"),
    "nine_certificates": ({33: [DER] * 9}, "x5chain_too_long"),
    "not_der": ({33: b"MIIB"}, "certificate_malformed"),
    "second_not_der": ({33: [DER, b"MIIB"]}, "certificate_malformed"),
}


@pytest.mark.parametrize(("header", "reason"), BAD_CHAINS.values(), ids=BAD_CHAINS)
def test_bad_chains_are_refused(header: dict[int, object], reason: str) -> None:
    assert rejection(cose.x5chain, header) == reason


# ----------------------------------------------------------------------------------------------------- properties
@given(st.binary(max_size=64), st.binary(max_size=16), st.booleans())
def test_what_is_signed_verifies(payload: bytes, aad: bytes, detached: bool) -> None:
    message = cose.sign1(payload, signer=KEY, detached=detached, aad=aad)
    read = cose.parse_sign1(cbor.loads(cose.encode_sign1(message, tagging=Tagging.FORBIDDEN)))
    cose.verify_sign1(read, KEY.public_key, payload=payload if detached else None, aad=aad)


@given(VALUES | st.lists(VALUES | st.binary(max_size=4), min_size=4, max_size=4))
def test_arbitrary_values_raise_nothing_but_a_rejection(value: object) -> None:
    with contextlib.suppress(Rejection):
        message = cose.parse_sign1(value)
        cose.verify_sign1(message, KEY.public_key, cose.ALGORITHMS)


@given(st.binary(max_size=128) | st.lists(st.binary(max_size=128), max_size=3))
def test_arbitrary_chains_raise_nothing_but_a_rejection(value: object) -> None:
    with contextlib.suppress(Rejection):
        cose.x5chain({cose.X5CHAIN: value})
