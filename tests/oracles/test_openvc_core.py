"""openvc-core: SD-JWT VC, mdoc (verifying only), status lists as JWT, answers to DCQL queries."""

import base64
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.oracles import ours
from tests.oracles.judging import (
    faults,
    with_bit_changed,
    with_disclosure_changed,
    with_issuer_signature_changed,
    with_octets,
    without_proof,
)
from tests.oracles.ours import (
    CHALLENGE,
    EXAMPLES,
    HOLDER,
    SIGNERS,
    STATUS,
    STRANGER,
    credential,
    flipped,
    judged,
    jwk,
    planned,
    presentation,
    presented,
    private_jwk,
)
from tests.oracles.peers import Peer
from vc_core import base64url, dcql, mdoc, status_token
from vc_core.formats import mso_mdoc, sd_jwt_vc
from vc_core.formats.mso_mdoc import transcript
from vc_core.formats.registry import FORMATS, WALLET_FORMATS
from vc_core.jose import x5c_header
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.status_list import Status

SD_JWT, MDOC = sd_jwt_vc.ID, mso_mdoc.ID
STATUS_SIGNER = ours.status_signer("a1")
ANCHOR = base64.b64encode(ours.ROOT.certificate.public_bytes(Encoding.DER)).decode()
BROWSER = replace(CHALLENGE, origin="https://verifier.example", encryption_thumbprint=bytes(range(32)))
"""The same by the Digital Credentials API, encrypted."""


def status_jwt(value: int = Status.VALID) -> str:
    return ours.status_jwt("a1", {STATUS.idx: value}, bits=2)


def by_the_pilot(type_id: str, format_id: str) -> str:
    """A credential under the certificate that the pilot makes, without what the oracles want besides."""
    signer = ours.PILOT.institutions[ours.INSTITUTIONS[type_id].id].document_signer
    return FORMATS[format_id].encode(planned(type_id, format_id), signer=signer, random=os.urandom)


# ------------------------------------------------------------------------------------------------------- SD-JWT VC
def about_sd_jwt_vc(text: str, **changes: Any) -> dict[str, Any]:
    arguments = {
        "anchor": ANCHOR,
        "audience": CHALLENGE.client_id,
        "nonce": CHALLENGE.nonce,
        "status_token": status_jwt(),
        "status_key": jwk(STATUS_SIGNER),
    }
    return {"text": text, **arguments, **changes}


@pytest.mark.parametrize("type_id", EXAMPLES)
def test_our_sd_jwt_vc_is_accepted(openvc: Peer, type_id: str) -> None:
    """With chain, key binding and status."""
    plan = planned(type_id, SD_JWT)
    text = FORMATS[SD_JWT].encode(plan, signer=SIGNERS[type_id], random=os.urandom)
    read = openvc.accepts("verify_sd_jwt_vc", **about_sd_jwt_vc(presented(SD_JWT, text)))
    assert read["claims"] == sd_jwt_vc.payload(plan)


OURS_TAMPERED: dict[str, tuple[Callable[[str], str], dict[str, Any], str]] = {
    "issuer_signature": (with_issuer_signature_changed, {}, "SignatureInvalid"),
    "disclosure": (with_disclosure_changed, {}, "sd_hash"),
    "nonce_of_another_request": (lambda text: text, {"nonce": "another"}, "nonce"),
    "audience_of_another_verifier": (lambda text: text, {"audience": "x509_hash:another"}, "aud"),
    "proof_left_out": (without_proof, {}, "no KB-JWT"),
    "status_token_of_another_signer": (lambda text: text, {"status_key": jwk(HOLDER)}, "SignatureInvalid"),
}


@pytest.mark.parametrize("case", OURS_TAMPERED)
def test_our_sd_jwt_vc_tampered_with_is_refused(openvc: Peer, case: str) -> None:
    tamper, changes, reason = OURS_TAMPERED[case]
    assert reason in openvc.refuses(
        "verify_sd_jwt_vc", **about_sd_jwt_vc(tamper(presentation("a1", SD_JWT)), **changes)
    )


def test_our_withdrawn_sd_jwt_vc_is_refused(openvc: Peer) -> None:
    assert "revoked" in openvc.refuses(
        "verify_sd_jwt_vc",
        **about_sd_jwt_vc(presentation("a1", SD_JWT), status_token=status_jwt(Status.INVALID)),
    )


def test_the_pilot_s_certificate_does_not_name_the_issuer_s_uri(openvc: Peer) -> None:
    """Their rule, of an earlier draft; by draft -24, section 2.5, the certificate's subject is the issuer."""
    assert "no Subject Alternative Name" in openvc.refuses(
        "verify_sd_jwt_vc", **about_sd_jwt_vc(presented(SD_JWT, by_the_pilot("a1", SD_JWT)))
    )


def their_credential(peer: Peer, type_id: str, *, decoys: int = 0, key: SoftwareKey | None = None) -> str:
    """They disclose top-level claims only."""
    claims = sd_jwt_vc.payload(planned(type_id, SD_JWT))
    rulebook = ours.CATALOGUE.type(type_id)
    wire = rulebook.wire(SD_JWT)
    assert wire is not None
    disclosable = {path[0] for path in WALLET_FORMATS[SD_JWT].plan(rulebook, wire).all_paths}  # type: ignore[attr-defined]
    issued_there = peer.accepts(
        "issue",
        claims=claims,
        disclosable=sorted(disclosable & claims.keys()),
        private_jwk=private_jwk(key or SIGNERS[type_id]),
        x5c=x5c_header(SIGNERS[type_id].chain),
        decoys=decoys,
    )
    text: str = issued_there["sd_jwt"]
    return text


def their_presentation(peer: Peer, credential: str, holder: SoftwareKey = HOLDER) -> str:
    shown = peer.accepts(
        "present",
        issued=credential,
        holder=private_jwk(holder),
        audience=CHALLENGE.client_id,
        nonce=CHALLENGE.nonce,
    )
    text: str = shown["presentation"]
    return text


@pytest.mark.parametrize("decoys", [0, 5], ids=["plain", "decoys"])
@pytest.mark.parametrize("type_id", EXAMPLES)
def test_their_sd_jwt_vc_is_accepted(openvc: Peer, type_id: str, decoys: int) -> None:
    verdict = judged(type_id, their_presentation(openvc, their_credential(openvc, type_id, decoys=decoys)))
    assert faults(verdict) == {}
    assert verdict.holder_proof
    assert verdict.document.type_id == type_id


def test_their_sd_jwt_vc_with_another_signature_is_refused(openvc: Peer) -> None:
    text = with_issuer_signature_changed(their_presentation(openvc, their_credential(openvc, "a1")))
    assert faults(judged("a1", text))["integrity.issuer_signature"] == "signature_invalid"


def test_their_sd_jwt_vc_with_another_disclosure_is_refused(openvc: Peer) -> None:
    text = with_disclosure_changed(their_presentation(openvc, their_credential(openvc, "a1")))
    assert faults(judged("a1", text))["integrity.claim_digests"] == "disclosure_unreferenced"


def test_their_sd_jwt_vc_signed_by_another_key_than_its_certificate_s_is_refused(openvc: Peer) -> None:
    text = their_presentation(openvc, their_credential(openvc, "a1", key=STRANGER))
    assert faults(judged("a1", text))["integrity.issuer_signature"] == "signature_invalid"


def test_their_proof_by_another_holder_is_refused(openvc: Peer) -> None:
    text = their_presentation(openvc, their_credential(openvc, "a1"), holder=STRANGER)
    assert faults(judged("a1", text)) == {"holder.signature": "signature_invalid"}


# ------------------------------------------------------------------------------------------------------------ mdoc
def response(type_id: str = "a1", challenge: Any = CHALLENGE) -> bytes:
    return base64url.decode(presentation(type_id, MDOC, challenge))


def device_response(data: bytes, challenge: Any = CHALLENGE, **changes: Any) -> dict[str, Any]:
    arguments = {"response": data.hex(), "session_transcript": transcript(challenge).hex(), "anchor": ANCHOR}
    return {**arguments, **changes}


@pytest.mark.parametrize("challenge", [CHALLENGE, BROWSER], ids=["redirect", "dc_api"])
@pytest.mark.parametrize("type_id", EXAMPLES)
def test_our_mdoc_is_accepted(openvc: Peer, type_id: str, challenge: Any) -> None:
    """Chain, issuer's signature, digests, validity, device signature over the OpenID4VP transcript."""
    data = response(type_id, challenge)
    shown = mdoc.parse_device_response(data).document.issuer_signed
    elements = {space: sorted(item.identifier for item in items) for space, items in shown.name_spaces.items()}
    assert openvc.accepts("verify_mdoc", **device_response(data, challenge)) == {
        "accepted": True,
        "doc_type": shown.mso.doc_type,
        "elements": elements,
        "device_signed": True,
    }


def test_our_device_mac_is_accepted(openvc: Peer) -> None:
    reader = STRANGER
    session = transcript(CHALLENGE)
    data = by_mac(reader, session)
    key = mdoc.mac_key(reader, HOLDER.public_key, session)
    assert openvc.accepts("verify_mdoc", **device_response(data, mac_key=key.hex()))["device_signed"]
    assert "DeviceMac does not verify" in openvc.refuses(
        "verify_mdoc", **device_response(data, mac_key=bytes(32).hex())
    )


def by_mac(reader: SoftwareKey, session: bytes) -> bytes:
    held = base64url.decode(credential("a1", MDOC))
    read = mdoc.parse_issuer_signed(held)
    return mdoc.present(
        held,
        doc_type=read.mso.doc_type,
        elements={space: {item.identifier for item in items} for space, items in read.name_spaces.items()},
        session_transcript=session,
        holder=mdoc.MacHolder(key=HOLDER, reader_key=reader.public_key),
    )


def test_our_mdoc_with_another_element_is_refused(openvc: Peer) -> None:
    assert "MdocDigestMismatch" in openvc.refuses(
        "verify_mdoc", **device_response(with_octets(response(), b"FR-A1-2026-000117", b"FR-A1-2026-000118"))
    )


def test_our_mdoc_for_another_request_is_refused(openvc: Peer) -> None:
    """The transcript differs, so the device signature does not hold."""
    assert "MdocDeviceAuthError" in openvc.refuses(
        "verify_mdoc", **device_response(response(), session_transcript=transcript(BROWSER).hex())
    )


def test_our_mdoc_with_another_issuer_signature_is_refused(openvc: Peer) -> None:
    data = response()
    signature = mdoc.parse_device_response(data).document.issuer_signed.issuer_auth.signature
    assert "MdocSignatureInvalid" in openvc.refuses("verify_mdoc", **device_response(with_bit_changed(data, signature)))


def test_the_pilot_s_certificate_has_not_the_purpose_of_driving_licences(openvc: Peer) -> None:
    """Ours is of the project's own; theirs is the only one that ISO/IEC 18013-5, annex B.1.4, has."""
    assert "1.0.18013.5.1.2" in openvc.refuses(
        "verify_mdoc", **device_response(base64url.decode(presented(MDOC, by_the_pilot("a1", MDOC))))
    )


def test_both_build_the_same_transcript(openvc: Peer) -> None:
    """OpenID4VP 1.0, B.2.6.2, byte for byte."""
    assert BROWSER.origin is not None
    assert BROWSER.encryption_thumbprint is not None
    theirs = openvc.accepts(
        "transcript", origin=BROWSER.origin, nonce=BROWSER.nonce, thumbprint=BROWSER.encryption_thumbprint.hex()
    )
    assert theirs["transcript"] == transcript(BROWSER).hex()


# ------------------------------------------------------------------------------------------------------------ DCQL
def query(type_id: str, format_id: str, query_id: str) -> dict[str, Any]:
    wire = ours.CATALOGUE.type(type_id).wire(format_id)
    assert wire is not None
    return dcql.build_credential_query(query_id, format=format_id, meta=WALLET_FORMATS[format_id].query_meta([wire]))


def answer(vp_token: dict[str, Any], asked: dict[str, Any], **changes: Any) -> dict[str, Any]:
    arguments = {"nonce": CHALLENGE.nonce, "client_id": CHALLENGE.client_id, "origin": None, "anchor": ANCHOR}
    return {"vp_token": vp_token, "query": asked, **arguments, **changes}


def test_our_query_is_understood_and_our_answer_accepted(openvc: Peer) -> None:
    """Two credentials, one of two options of a set."""
    asked = dcql.build_query(
        [query("a1", SD_JWT, "a1"), query("ehic", SD_JWT, "card"), query("a1", MDOC, "a1_mdoc")],
        [dcql.build_credential_set(["a1_mdoc", "card"], ["a1", "card"])],
    )
    token = {"a1": [presentation("a1", SD_JWT)], "card": [presentation("ehic", SD_JWT)]}
    read = openvc.accepts("verify_answer", **answer(token, asked))
    assert read["presentations"] == [["a1", SD_JWT], ["card", SD_JWT]]


def test_our_answer_with_mdoc_through_the_browser_is_accepted(openvc: Peer) -> None:
    """A plain answer: the transcript names no encryption key."""
    plain = replace(BROWSER, encryption_thumbprint=None)
    token = {"a1": [presentation("a1", MDOC, plain)]}
    asked = dcql.build_query([query("a1", MDOC, "a1")])
    read = openvc.accepts("verify_answer", **answer(token, asked, client_id=None, origin=plain.origin))
    assert read["presentations"] == [["a1", MDOC]]
    assert "MdocDeviceAuthError" in openvc.refuses(
        "verify_answer", **answer(token, asked, client_id=None, origin="https://another.example")
    )


def test_an_answer_of_another_type_than_our_query_s_is_refused(openvc: Peer) -> None:
    token = {"document": [presentation("ehic", SD_JWT)]}
    assert "vct" in openvc.refuses(
        "verify_answer", **answer(token, dcql.build_query([query("a1", SD_JWT, "document")]))
    )


def test_an_incomplete_answer_to_our_query_is_refused(openvc: Peer) -> None:
    token = {"a1": [presentation("a1", SD_JWT)]}
    assert "VpTokenIncomplete" in openvc.refuses(
        "verify_answer", **answer(token, dcql.build_query([query("a1", SD_JWT, "a1"), query("ehic", SD_JWT, "card")]))
    )


# ----------------------------------------------------------------------------------------------------- status list
@pytest.mark.parametrize("value", list(Status))
def test_our_status_token_is_accepted(openvc: Peer, value: Status) -> None:
    given = {"token": status_jwt(value), "public_jwk": jwk(STATUS_SIGNER), "uri": STATUS.uri}
    assert openvc.accepts("verify_status", idx=STATUS.idx, **given)["status"] == value
    assert openvc.accepts("verify_status", idx=STATUS.idx + 1, **given)["status"] == Status.VALID


def test_our_status_token_tampered_with_is_refused(openvc: Peer) -> None:
    given = {"public_jwk": jwk(STATUS_SIGNER), "idx": STATUS.idx}
    assert "SignatureInvalid" in openvc.refuses("verify_status", token=flipped(status_jwt()), uri=STATUS.uri, **given)
    assert "sub" in openvc.refuses("verify_status", token=status_jwt(), uri=f"{STATUS.uri}0", **given)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_their_status_token_is_accepted(openvc: Peer, bits: int) -> None:
    top = 2**bits - 1
    text = openvc.accepts(
        "issue_status",
        private_jwk=private_jwk(STATUS_SIGNER),
        uri=STATUS.uri,
        bits=bits,
        values={"0": 1, "77": top, "1023": top},
        size=1024,
    )["token"]
    token = status_token.parse_token(text.encode(), "application/statuslist+jwt")
    token.verify(STATUS_SIGNER.public_key)
    assert token.subject == STATUS.uri
    assert {idx: token.list.value(idx) for idx in (0, 1, 77, 1022, 1023)} == {0: 1, 1: 0, 77: top, 1022: 0, 1023: top}
    assert token.chain == ()  # they name the signer by `kid` alone, so no trust list of ours would take it
    tampered = status_token.parse_token(flipped(text).encode(), "application/statuslist+jwt")
    with pytest.raises(Rejection) as refused:
        tampered.verify(STATUS_SIGNER.public_key)
    assert refused.value.reason == "signature_invalid"
