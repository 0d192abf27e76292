"""The holder's proof: ISO/IEC 18013-5, 9.1.3; OpenID4VP 1.0, B.2.6. Each case changes one thing in a valid one."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.vc_core.forged_jws import software_key
from tests.vc_core.mdoc.sample import (
    DEVICE,
    DOC_TYPE,
    ISSUER,
    READER,
    TRANSCRIPT,
    altered,
    issued,
    presented,
    reason,
)
from vc_core import cbor, cose, mdoc, session_transcript
from vc_core.mdoc import Document, MacHolder

AUTH: tuple[Any, ...] = ("documents", 0, "deviceSigned", "deviceAuth")
SIGNED = presented()
MACED = presented(holder=MacHolder(key=DEVICE, reader_key=READER.public_key))
SESSION: dict[str, Any] = {
    "client_id": "x509_hash:abc",
    "nonce": "n-0S6_WzA2Mj",
    "jwk_thumbprint": None,
    "response_uri": "https://verifier.example/r",
}


def document(encoded: bytes) -> Document:
    return mdoc.parse_device_response(encoded).document


def signed_for(**changes: Any) -> bytes:
    return presented(session_transcript=session_transcript.openid4vp_redirect(**(SESSION | changes)))


def test_a_signature_verifies_over_our_transcript() -> None:
    assert isinstance(document(SIGNED).device_signed.auth, cose.Sign1)
    mdoc.verify_device_auth(document(SIGNED), TRANSCRIPT)


def test_a_mac_verifies_with_the_readers_half() -> None:
    assert isinstance(document(MACED).device_signed.auth, cose.Mac0)
    mdoc.verify_device_auth(document(MACED), TRANSCRIPT, reader=READER)


def test_a_signature_is_good_where_a_mac_could_be_given() -> None:
    mdoc.verify_device_auth(document(SIGNED), TRANSCRIPT, reader=READER)


PAYLOAD = mdoc.device_authentication(TRANSCRIPT, DOC_TYPE, document(SIGNED).device_signed.encoded)
UNTAGGED = cbor.loads(PAYLOAD).content
BAD_SIGNATURES: dict[str, tuple[bytes, str]] = {
    "nonce_of_another_session": (signed_for(nonce="n-0S6_WzA2Mk"), "signature_invalid"),
    "client_id_of_another_verifier": (signed_for(client_id="x509_hash:abd"), "signature_invalid"),
    "client_id_without_prefix": (signed_for(client_id="abc"), "signature_invalid"),
    "response_uri_of_another_verifier": (signed_for(response_uri="https://other.example/r"), "signature_invalid"),
    "thumbprint_though_not_encrypted": (signed_for(jwk_thumbprint=bytes(32)), "signature_invalid"),
    "handover_of_the_browser_api": (
        presented(
            session_transcript=session_transcript.openid4vp_dc_api(
                origin="https://verifier.example", nonce="n-0S6_WzA2Mj", jwk_thumbprint=None
            )
        ),
        "signature_invalid",
    ),
    "transcript_in_tag_24": (presented(session_transcript=cbor.tag24(TRANSCRIPT).raw), "signature_invalid"),
    "signed_by_another_key": (presented(holder=software_key(23)), "signature_invalid"),
    "signed_by_the_issuer": (presented(holder=ISSUER), "signature_invalid"),
    "doc_type_changed": (altered(SIGNED, ("documents", 0, "docType"), "org.example.other"), "signature_invalid"),
    "device_elements_changed": (
        altered(SIGNED, ("documents", 0, "deviceSigned", "nameSpaces"), cbor.tag24(cbor.dumps({"a": {}}))),
        "signature_invalid",
    ),
    "signed_without_tag_24": (
        altered(SIGNED, (*AUTH, "deviceSignature"), cose.sign1(UNTAGGED, signer=DEVICE, detached=True).array()),
        "signature_invalid",
    ),
    "payload_attached": (
        altered(SIGNED, (*AUTH, "deviceSignature"), cose.sign1(PAYLOAD, signer=DEVICE).array()), "payload_attached"
    ),
    "signature_truncated": (altered(SIGNED, (*AUTH, "deviceSignature", 3), bytes(63)), "signature_malformed"),
    "algorithm_missing": (altered(SIGNED, (*AUTH, "deviceSignature", 0), b""), "algorithm_missing"),
    "algorithm_of_a_mac": (
        altered(SIGNED, (*AUTH, "deviceSignature", 0), cbor.dumps({1: 5})), "algorithm_not_allowed"
    ),
    "mso_without_device_key": (presented(issued(device_key=None)), "device_key_missing"),
    "device_key_on_another_curve": (
        presented(issued(device_key=software_key(24, ec.SECP384R1()).public_key)), "algorithm_key_mismatch"
    ),
    "mac_where_a_signature_is_expected": (MACED, "device_mac_unexpected"),
}  # fmt: skip


@pytest.mark.parametrize(("encoded", "expected"), BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
def test_bad_proofs_are_refused_and_the_issuers_half_is_still_good(encoded: bytes, expected: str) -> None:
    presentation = document(encoded)
    assert reason(mdoc.verify_device_auth, presentation, TRANSCRIPT) == expected
    mdoc.verify_issuer_auth(presentation.issuer_signed, ISSUER.public_key)
    mdoc.check_digests(presentation.issuer_signed)


def test_thumbprint_null_although_the_response_was_encrypted() -> None:
    ours = session_transcript.openid4vp_redirect(**(SESSION | {"jwk_thumbprint": bytes(32)}))
    assert reason(mdoc.verify_device_auth, document(SIGNED), ours) == "signature_invalid"


OTHER_CURVE = software_key(24, ec.SECP384R1())
BAD_MACS: dict[str, tuple[bytes, Any, str]] = {
    "mac_changed": (altered(MACED, (*AUTH, "deviceMac", 3), bytes(32)), READER, "mac_invalid"),
    "mac_truncated": (altered(MACED, (*AUTH, "deviceMac", 3), bytes(8)), READER, "mac_invalid"),
    "for_another_reader": (MACED, software_key(25), "mac_invalid"),
    "for_another_session": (
        presented(holder=MacHolder(key=DEVICE, reader_key=READER.public_key), session_transcript=b"\x83\xf6\xf6\xf6"),
        READER,
        "mac_invalid",
    ),
    "by_another_key": (
        presented(holder=MacHolder(key=software_key(23), reader_key=READER.public_key)), READER, "mac_invalid"
    ),
    "algorithm_of_a_signature": (
        altered(MACED, (*AUTH, "deviceMac", 0), cbor.dumps({1: -7})), READER, "algorithm_not_allowed"
    ),
    "payload_attached": (altered(MACED, (*AUTH, "deviceMac", 2), b""), READER, "payload_attached"),
    "reader_key_on_another_curve": (MACED, OTHER_CURVE, "algorithm_key_mismatch"),
}  # fmt: skip


@pytest.mark.parametrize(("encoded", "reader", "expected"), BAD_MACS.values(), ids=BAD_MACS)
def test_bad_macs_are_refused(encoded: bytes, reader: Any, expected: str) -> None:
    assert reason(mdoc.verify_device_auth, document(encoded), TRANSCRIPT, reader=reader) == expected
