"""Responses of other people's wallets: OpenID4VP 1.0 samples, and fixtures of the OpenID Foundation's suite."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.vc_core.mdoc.sample import reason
from tests.vectors import read_hex, read_json, vectors
from vc_core import base64url, cbor, certificate, cose, mdoc, session_transcript
from vc_core.mdoc import Document


@pytest.fixture(scope="module")
def samples() -> Path:
    return vectors("mdoc-openid4vp-samples")


def read(data: bytes) -> Document:
    return mdoc.parse_device_response(data).document


def check_issuer(document: Document) -> None:
    """Everything but the certification path."""
    leaf = mdoc.issuer_chain(document.issuer_signed)[0]
    mdoc.verify_issuer_auth(document.issuer_signed, certificate.public_key(leaf))
    mdoc.check_digests(document.issuer_signed)
    mdoc.check_doc_type(document)


# ------------------------------------------------------------------------------------ Paradym wallet, OpenID4VP 1.0
@pytest.fixture(scope="module")
def paradym(samples: Path) -> Document:
    return read(read_hex(samples / "animo_openid4vp1_device_response.hex.txt"))


@pytest.fixture(scope="module")
def session(samples: Path) -> Any:
    return read_json(samples / "animo_openid4vp1.json")


def transcript_of(session: Any) -> bytes:
    return session_transcript.openid4vp_redirect(
        client_id=session["client_id"],
        nonce=session["nonce"],
        jwk_thumbprint=bytes.fromhex(session["jwk_thumbprint_sha256_hex"]),
        response_uri=session["response_uri"],
    )


def test_paradym_the_transcript_is_rebuilt_and_the_device_signed_it(paradym: Document, session: Any) -> None:
    assert transcript_of(session).hex() == session["SessionTranscript_hex"]
    mdoc.verify_device_auth(paradym, transcript_of(session))
    mdoc.check_device_elements(paradym)


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "x509_san_dns:playground.animo.example"},
        {"nonce": "LMGPB6k--THpBUSkEBvLxmdMIi3Ee1fjHXXUUzBVa05"},
        {"response_uri": "https://playground.animo.id/oid4vp"},
        {"jwk_thumbprint_sha256_hex": "00" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_paradym_holds_for_that_session_only(paradym: Document, session: Any, change: dict[str, str]) -> None:
    assert reason(mdoc.verify_device_auth, paradym, transcript_of(session | change)) == "signature_invalid"


def test_paradym_the_issuer_signed_what_is_shown(paradym: Document, session: Any, samples: Path) -> None:
    check_issuer(paradym)
    expected = session["expected"]
    published = [
        x509.load_pem_x509_certificate((samples / f"animo_openid4vp1_cert_{n}.pem").read_bytes()) for n in (0, 1)
    ]
    assert mdoc.issuer_chain(paradym.issuer_signed)[0] in published
    assert paradym.doc_type == expected["docType"]
    shown = {
        space: [[item.identifier, True] for item in items] for space, items in paradym.issuer_signed.name_spaces.items()
    }
    assert shown == expected["digests"]
    validity = paradym.issuer_signed.mso.validity
    assert {
        "signed": str(validity.signed),
        "validFrom": str(validity.valid_from),
        "validUntil": str(validity.valid_until),
        "expectedUpdate": str(validity.expected_update),
    } == expected["validityInfo"]
    assert validity.valid_from <= datetime.fromisoformat(session["verify_at"]) < validity.valid_until


# --------------------------------------------------------------------------------------- Auth0, ISO/IEC 18013-7:2024
def test_auth0_issuer_and_device_signed(samples: Path) -> None:
    """Its device signature carries the payload that ought to be detached, so it is verified as the COSE_Sign1 it is."""
    document = read(read_hex(samples / "auth0_example1_device_response.hex.txt"))
    check_issuer(document)
    transcript = cbor.loads(read_hex(samples / "auth0_example1_session_transcript.hex.txt")).content
    auth = document.device_signed.auth
    assert isinstance(auth, cose.Sign1)
    assert document.issuer_signed.mso.device_key is not None
    assert auth.payload == mdoc.device_authentication(transcript, document.doc_type, document.device_signed.encoded)
    cose.verify_sign1(auth, document.issuer_signed.mso.device_key)
    assert reason(mdoc.verify_device_auth, document, transcript) == "payload_attached"


def test_auth0_certificate_is_the_published_one(samples: Path) -> None:
    document = read(read_hex(samples / "auth0_example1_device_response.hex.txt"))
    published = x509.load_pem_x509_certificate((samples / "auth0_issuer.pem").read_bytes())
    assert mdoc.issuer_chain(document.issuer_signed)[0] == published


# ----------------------------------------------------------------------------------- OpenID Foundation test resources
def oidf(name: str) -> Document:
    path = vectors("oidf-conformance-suite") / "test-resources" / "ParseVpTokenAsMdoc" / name
    return read(base64url.decode(path.read_text().strip()))


@pytest.mark.parametrize(
    ("name", "doc_type", "elements", "proof"),
    [
        ("mdoc.txt", "org.iso.18013.5.1.mDL", 0, cose.Sign1),
        ("mdoc-animo.txt", "eu.europa.ec.eudi.pid.1", 6, cose.Sign1),
        ("mdoc-mac.txt", "org.iso.18013.5.1.mDL", 11, cose.Mac0),
    ],
)
def test_fixtures_are_read(name: str, doc_type: str, elements: int, proof: type) -> None:
    document = oidf(name)
    assert document.doc_type == doc_type
    assert sum(map(len, document.issuer_signed.name_spaces.values())) == elements
    assert type(document.device_signed.auth) is proof
    leaf = mdoc.issuer_chain(document.issuer_signed)[0]
    mdoc.verify_issuer_auth(document.issuer_signed, certificate.public_key(leaf))


@pytest.mark.parametrize("name", ["mdoc-animo.txt", "mdoc-mac.txt"])
def test_fixtures_are_what_their_issuer_signed(name: str) -> None:
    check_issuer(oidf(name))


def test_a_fixture_that_shows_nothing_is_refused() -> None:
    assert reason(mdoc.check_digests, oidf("mdoc.txt").issuer_signed) == "name_spaces_empty"


def test_a_mac_cannot_pass_for_a_signature() -> None:
    assert reason(mdoc.verify_device_auth, oidf("mdoc-mac.txt"), b"\x83\xf6\xf6\xf6") == "device_mac_unexpected"
