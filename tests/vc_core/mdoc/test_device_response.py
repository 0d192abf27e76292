"""DeviceResponse: ISO/IEC 18013-5, 8.3.2.1.2.2. Each case changes one thing in a valid response."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT
from tests.vc_core.mdoc.sample import (
    DOC_TYPE,
    ISSUER,
    NAME_SPACE,
    OTHER_NAME_SPACE,
    TRANSCRIPT,
    altered,
    issued,
    places,
    presented,
    reason,
)
from tests.vc_core.test_cbor import VALUES
from vc_core import cbor, cose, mdoc
from vc_core.mdoc import KeyAuthorizations
from vc_core.rejection import Rejection

VALID = presented()
DOCUMENT = cbor.loads(VALID)["documents"][0]
SIGNATURE = DOCUMENT["deviceSigned"]["deviceAuth"]["deviceSignature"]
MAC = cose.mac0(b"", key=bytes(32), detached=True).array()


def test_a_valid_response_is_read() -> None:
    response = mdoc.parse_device_response(VALID)
    document = response.document
    assert (response.version, document.doc_type, document.errors) == ("1.0", DOC_TYPE, {})
    shown = {name: {item.identifier for item in items} for name, items in document.issuer_signed.name_spaces.items()}
    assert shown == {NAME_SPACE: {"family_name", "birth_date"}, OTHER_NAME_SPACE: {"posted"}}
    assert document.device_signed.elements == {}
    mdoc.check_doc_type(document)
    mdoc.check_device_elements(document)


def test_unknown_members_are_ignored() -> None:
    assert mdoc.parse_device_response(altered(VALID, ("rfu",), 1)) == mdoc.parse_device_response(VALID)


def test_errors_are_kept() -> None:
    response = altered(VALID, ("documents", 0, "errors"), {NAME_SPACE: {"photo": 0}})
    assert mdoc.parse_device_response(response).document.errors == {NAME_SPACE: {"photo": 0}}


@pytest.mark.parametrize("absent", [cbor.UNDEFINED, None], ids=["undefined", "null"])
def test_the_proof_not_given_may_be_written_as_nothing(absent: object) -> None:
    response = altered(VALID, ("documents", 0, "deviceSigned", "deviceAuth", "deviceMac"), absent)
    assert mdoc.parse_device_response(response) == mdoc.parse_device_response(VALID)


HERE: tuple[Any, ...] = ("documents", 0)
DEVICE_SIGNED = (*HERE, "deviceSigned")
AUTH = (*DEVICE_SIGNED, "deviceAuth")
BAD: dict[str, tuple[tuple[Any, ...], object, str]] = {
    "version_missing": (("version",), ABSENT, "version_missing"),
    "version_2_0": (("version",), "2.0", "device_response_version_unsupported"),
    "version_a_number": (("version",), 1, "version_malformed"),
    "status_missing": (("status",), ABSENT, "status_missing"),
    "status_10": (("status",), 10, "device_response_status"),
    "status_text": (("status",), "0", "status_malformed"),
    "status_false": (("status",), False, "status_malformed"),
    "documents_missing": (("documents",), ABSENT, "documents_missing"),
    "documents_a_map": (("documents",), DOCUMENT, "documents_malformed"),
    "documents_empty": (("documents",), [], "documents_empty"),
    "two_documents": (("documents",), [DOCUMENT, DOCUMENT], "documents_several"),
    "document_an_array": (HERE, [], "document_malformed"),
    "doc_type_missing": ((*HERE, "docType"), ABSENT, "doc_type_missing"),
    "doc_type_a_number": ((*HERE, "docType"), 1, "doc_type_malformed"),
    "issuer_signed_missing": ((*HERE, "issuerSigned"), ABSENT, "issuer_signed_missing"),
    "issuer_signed_an_array": ((*HERE, "issuerSigned"), [], "issuer_signed_malformed"),
    "issuer_auth_missing": ((*HERE, "issuerSigned", "issuerAuth"), ABSENT, "issuer_auth_missing"),
    "device_signed_missing": (DEVICE_SIGNED, ABSENT, "device_signed_missing"),
    "device_signed_an_array": (DEVICE_SIGNED, [], "device_signed_malformed"),
    "device_name_spaces_missing": ((*DEVICE_SIGNED, "nameSpaces"), ABSENT, "device_name_spaces_not_tagged"),
    "device_name_spaces_not_tagged": ((*DEVICE_SIGNED, "nameSpaces"), {}, "device_name_spaces_not_tagged"),
    "device_name_spaces_an_array": (
        (*DEVICE_SIGNED, "nameSpaces"), cbor.tag24(b"\x80"), "device_name_spaces_malformed"
    ),
    "device_name_space_an_array": (
        (*DEVICE_SIGNED, "nameSpaces"), cbor.tag24(cbor.dumps({"a": []})), "device_name_spaces_malformed"
    ),
    "device_element_not_a_number": (
        (*DEVICE_SIGNED, "nameSpaces"), cbor.tag24(cbor.dumps({"a": {"b": math.nan}})), "device_name_spaces_malformed"
    ),
    "device_name_spaces_cut_off": ((*DEVICE_SIGNED, "nameSpaces"), cbor.tag24(b"\xa1"), "cbor_truncated"),
    "device_auth_missing": (AUTH, ABSENT, "device_auth_missing"),
    "device_auth_empty": (AUTH, {}, "device_auth_missing"),
    "device_auth_an_array": (AUTH, SIGNATURE, "device_auth_malformed"),
    "signature_and_mac": (AUTH, {"deviceSignature": SIGNATURE, "deviceMac": MAC}, "device_auth_ambiguous"),
    "signature_tagged": ((*AUTH, "deviceSignature"), cbor.CBORTag(18, SIGNATURE), "cose_tag_unexpected"),
    "signature_of_three": ((*AUTH, "deviceSignature"), SIGNATURE[:3], "cose_malformed"),
    "mac_of_three": (AUTH, {"deviceMac": MAC[:3]}, "cose_malformed"),
    "errors_an_array": ((*HERE, "errors"), [], "errors_malformed"),
    "error_code_text": ((*HERE, "errors"), {NAME_SPACE: {"photo": "0"}}, "errors_malformed"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "expected"), BAD.values(), ids=BAD)
def test_bad_responses_are_refused(path: tuple[Any, ...], value: object, expected: str) -> None:
    assert reason(mdoc.parse_device_response, altered(VALID, path, value)) == expected


BAD_BYTES = {
    "nothing": (b"", "cbor_truncated"),
    "byte_after_it": (VALID + b"\x00", "cbor_trailing_bytes"),
    "indefinite_length": (b"\xbf" + VALID[1:] + b"\xff", "cbor_indefinite_length"),
    "key_repeated": (b"\xa4" + VALID[1:] + cbor.dumps("status") + b"\x00", "cbor_key_repeated"),
    "bomb": (b"\x81" * 10_000, "cbor_too_deep"),
    "array": (b"\x80", "device_response_malformed"),
}


@pytest.mark.parametrize(("encoded", "expected"), BAD_BYTES.values(), ids=BAD_BYTES)
def test_bad_bytes_are_refused(encoded: bytes, expected: str) -> None:
    assert reason(mdoc.parse_device_response, encoded) == expected


def test_document_and_mso_have_to_agree_on_the_type() -> None:
    document = mdoc.parse_device_response(presented(doc_type="org.example.other")).document
    with pytest.raises(Rejection) as caught:
        mdoc.check_doc_type(document)
    assert caught.value.reason == "doc_type_mismatch"
    assert caught.value.evidence == {"expected": DOC_TYPE, "actual": "org.example.other"}


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        (None, "device_element_unauthorized"),
        (KeyAuthorizations(name_spaces={"org.example.other"}), "device_element_unauthorized"),
        (KeyAuthorizations(elements={"org.example.device": {"place"}}), "device_element_unauthorized"),
        (KeyAuthorizations(elements={"org.example.device": {"seen"}}), None),
        (KeyAuthorizations(name_spaces={"org.example.device"}), None),
    ],
    ids=["nothing_granted", "other_name_space", "other_element", "this_element", "this_name_space"],
)
def test_device_elements_need_an_authorization(granted: KeyAuthorizations | None, expected: str | None) -> None:
    held = issued(key_authorizations=granted)
    document = mdoc.parse_device_response(
        presented(held, device_namespaces={"org.example.device": {"seen": 1}})
    ).document
    assert document.device_signed.elements == {"org.example.device": {"seen": 1}}
    mdoc.verify_device_auth(document, TRANSCRIPT)
    assert reason(mdoc.check_device_elements, document) == expected


# ----------------------------------------------------------------------------------------------------- properties
def judge(data: bytes) -> None:
    """Everything a verifier does with a response."""
    document = mdoc.parse_device_response(data).document
    for question in (
        lambda: mdoc.issuer_chain(document.issuer_signed),
        lambda: mdoc.verify_issuer_auth(document.issuer_signed, ISSUER.public_key),
        lambda: mdoc.check_digests(document.issuer_signed),
        lambda: mdoc.check_doc_type(document),
        lambda: mdoc.check_device_elements(document),
        lambda: mdoc.verify_device_auth(document, TRANSCRIPT),
    ):
        with contextlib.suppress(Rejection):
            question()


@given(st.binary(max_size=128) | VALUES.map(cbor.dumps))
def test_arbitrary_input_raises_nothing_but_a_rejection(data: bytes) -> None:
    with contextlib.suppress(Rejection):
        judge(data)


@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_responses_raise_nothing_but_a_rejection(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(VALID)
    for position, value in changes:
        damaged[position] = value
    with contextlib.suppress(Rejection):
        judge(bytes(damaged))


@given(st.sampled_from(places(cbor.loads(VALID))), VALUES)
def test_values_of_other_types_raise_nothing_but_a_rejection(place: tuple[Any, ...], value: object) -> None:
    with contextlib.suppress(Rejection):
        judge(altered(VALID, place, value))
