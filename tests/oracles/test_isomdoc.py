"""mdoc (ISO/IEC 18013-5) with isomdoc, which issues, and verifies signatures and digests of a DeviceResponse.

It looks at no chain, no validity and no MAC, and does not present: what it issues, we present and verify.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.oracles import ours
from tests.oracles.judging import faults, with_bit_changed, with_octets
from tests.oracles.ours import CHALLENGE, EXAMPLES, HOLDER, SIGNERS, STRANGER, judged, planned, presentation, presented
from tests.oracles.peers import Peer
from vc_core import base64url, mdoc
from vc_core.formats.mso_mdoc import ID, transcript
from vc_core.signer import SoftwareKey

BROWSER = replace(CHALLENGE, origin="https://verifier.example")
NUMBER, OTHER_NUMBER = b"FR-A1-2026-000117", b"FR-A1-2026-000118"


def device_response(data: bytes, challenge: Any = CHALLENGE) -> dict[str, Any]:
    return {"response": data.hex(), "session_transcript": transcript(challenge).hex()}


def shown_by_us(type_id: str = "a1", challenge: Any = CHALLENGE) -> bytes:
    return base64url.decode(presentation(type_id, ID, challenge))


@pytest.mark.parametrize("challenge", [CHALLENGE, BROWSER], ids=["redirect", "dc_api"])
@pytest.mark.parametrize("type_id", EXAMPLES)
def test_they_accept_what_we_present(isomdoc: Peer, type_id: str, challenge: Any) -> None:
    response = shown_by_us(type_id, challenge)
    shown = mdoc.parse_device_response(response).document.issuer_signed
    read = isomdoc.accepts("verify", **device_response(response, challenge))
    assert read["doc_type"] == shown.mso.doc_type
    assert {space: elements.keys() for space, elements in read["elements"].items()} == {
        space: {item.identifier for item in items} for space, items in shown.name_spaces.items()
    }
    number = planned(type_id, ID).claims["document_number"]
    assert number in [value for elements in read["elements"].values() for value in elements.values()]


def test_they_refuse_another_element(isomdoc: Peer) -> None:
    tampered = with_octets(shown_by_us(), NUMBER, OTHER_NUMBER)
    assert "Digest doesn't match" in isomdoc.refuses("verify", **device_response(tampered))


def test_they_refuse_another_issuer_signature(isomdoc: Peer) -> None:
    response = shown_by_us()
    signature = mdoc.parse_device_response(response).document.issuer_signed.issuer_auth.signature
    tampered = with_bit_changed(response, signature)
    assert "InvalidSignature" in isomdoc.refuses("verify", **device_response(tampered))


def test_they_refuse_a_response_to_another_request(isomdoc: Peer) -> None:
    assert "InvalidSignature" in isomdoc.refuses("verify", **device_response(shown_by_us(), BROWSER))


# --------------------------------------------------------------------------------------------- we read what they issue
def issued_by_them(peer: Peer, *, key: SoftwareKey = SIGNERS["a1"]) -> str:
    """An IssuerSigned of the A1's type with elements of simple values, which are all that their interface takes."""
    wire = planned("a1", ID).wire
    assert wire is not None
    assert wire.namespace is not None
    answer = peer.accepts(
        "issue",
        doc_type=wire.identifier,
        namespaces={wire.namespace: {"document_number": NUMBER.decode(), "legislation_country": "FR"}},
        certificate=SIGNERS["a1"].chain[0].public_bytes(Encoding.DER).hex(),
        private_key=ours.private_pem(key.private_key),
        device_key=HOLDER.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        signed=(ours.now() - timedelta(minutes=5)).isoformat(),
        valid_until=(ours.now() + timedelta(days=30)).isoformat(),
    )
    return base64url.encode(bytes.fromhex(answer["issuer_signed"]))


def test_we_accept_what_they_issue(isomdoc: Peer) -> None:
    """They write no `status`, so that alone is missing."""
    verdict = judged("a1", presented(ID, issued_by_them(isomdoc)))
    assert faults(verdict) == {"status.reference": "status_missing"}
    assert verdict.holder_proof


def test_we_refuse_another_element(isomdoc: Peer) -> None:
    response = base64url.decode(presented(ID, issued_by_them(isomdoc)))
    tampered = base64url.encode(with_octets(response, NUMBER, OTHER_NUMBER))
    assert faults(judged("a1", tampered))["integrity.claim_digests"] == "digest_mismatch"


def test_we_refuse_a_signature_by_another_key_than_the_certificate_s(isomdoc: Peer) -> None:
    verdict = judged("a1", presented(ID, issued_by_them(isomdoc, key=STRANGER)))
    assert faults(verdict)["integrity.issuer_signature"] == "signature_invalid"


def test_we_refuse_theirs_presented_for_another_request(isomdoc: Peer) -> None:
    verdict = judged("a1", presented(ID, issued_by_them(isomdoc), BROWSER))
    assert faults(verdict)["holder.signature"] == "signature_invalid"
