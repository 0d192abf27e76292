"""The presented mdoc of ISO/IEC 18013-5, annex D: issuer signature, digests, device MAC. Its request: other files."""

import hashlib
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.vc_core.mdoc import annex_d
from tests.vc_core.mdoc.sample import reason
from vc_core import cbor, cose, mdoc
from vc_core.mdoc import Document, MacHolder
from vc_core.signer import PublicKey


@pytest.fixture(scope="module")
def expected() -> Any:
    return annex_d.expected()


@pytest.fixture(scope="module")
def document() -> Document:
    return mdoc.parse_device_response(annex_d.octets("device_response")).document


def signer_key(chain: tuple[x509.Certificate, ...]) -> PublicKey:
    key = chain[0].public_key()
    assert isinstance(key, PublicKey)
    return key


def as_published(value: Any) -> Any:
    """Days as text, as the expectation has them."""
    match value:
        case cbor.CBORTag():
            return value.value
        case list():
            return [as_published(item) for item in value]
        case dict():
            return {name: as_published(item) for name, item in value.items()}
        case _:
            return value


def test_the_issuer_signed_it_with_the_published_certificate(document: Document, expected: Any) -> None:
    issuer_signed = document.issuer_signed
    (certificate,) = mdoc.issuer_chain(issuer_signed)
    assert certificate.public_bytes(Encoding.DER) == annex_d.octets("ds_cert")
    assert certificate.subject.rfc4514_string() == expected["ds_cert"]["subject"]
    assert str(certificate.not_valid_after_utc) == expected["ds_cert"]["not_after"]
    mdoc.verify_issuer_auth(issuer_signed, signer_key((certificate,)))


def test_issuer_auth_and_mso_are_the_published_bytes(document: Document) -> None:
    auth = document.issuer_signed.issuer_auth
    assert cose.encode_sign1(auth, tagging=cose.Tagging.FORBIDDEN) == annex_d.octets("issuer_auth")
    assert auth.payload == annex_d.octets("mso_payload_tag24")
    assert cbor.loads(auth.payload).content == annex_d.octets("mso")


def test_the_mso_says_what_is_expected(document: Document, expected: Any) -> None:
    mso = document.issuer_signed.mso
    assert (document.doc_type, mso.doc_type) == (expected["docType"], expected["mso_docType"])
    assert (mso.version, mso.digest_algorithm) == (expected["version"], expected["digestAlgorithm"])
    assert {
        space: {str(digest_id): digest.hex() for digest_id, digest in digests.items()}
        for space, digests in mso.value_digests.items()
    } == expected["mso_valueDigests"]
    assert {
        "signed": str(mso.validity.signed),
        "validFrom": str(mso.validity.valid_from),
        "validUntil": str(mso.validity.valid_until),
    } == expected["validityInfo"]
    assert mso.device_key == annex_d.key("static_device").public_key
    assert mso.status is None
    mdoc.check_doc_type(document)


def test_six_elements_match_their_digests(document: Document, expected: Any) -> None:
    mdoc.check_digests(document.issuer_signed)
    ((space, items),) = document.issuer_signed.name_spaces.items()
    portrait = annex_d.octets("device_response_portrait_data")
    for item, row in zip(items, expected["namespaces"][space], strict=True):
        assert (item.digest_id, item.identifier) == (row["digestID"], row["elementIdentifier"])
        assert hashlib.sha256(item.encoded.raw).hexdigest() == row["digest"]
        assert len(item.encoded.raw) == row["item_tag24_hex_len"]
        value = row["elementValue"] if item.identifier != "portrait" else portrait
        assert as_published(item.value) == value


def test_device_authentication_is_reproduced(document: Document) -> None:
    ours = mdoc.device_authentication(annex_d.session_transcript(), document.doc_type, document.device_signed.encoded)
    assert ours == annex_d.octets("device_authentication_bytes.derived")


def test_mac_key_and_mac_are_reproduced_from_either_side(document: Document, expected: Any) -> None:
    transcript, device, reader = (
        annex_d.session_transcript(),
        annex_d.key("static_device"),
        annex_d.key("ephemeral_reader"),
    )
    derivation = expected["deviceMac"]["derivation"]
    for own, peer, row in (
        (reader, device.public_key, derivation["reader_priv_x_device_pub"]),
        (device, reader.public_key, derivation["device_priv_x_reader_pub"]),
    ):
        assert own.agree(peer).hex() == row["zab"]
        assert mdoc.mac_key(own, peer, transcript).hex() == row["emackey"]
    mdoc.verify_device_auth(document, transcript, reader=reader)
    made = mdoc.prove(
        MacHolder(key=device, reader_key=reader.public_key),
        session_transcript=transcript,
        doc_type=document.doc_type,
        name_spaces=document.device_signed.encoded,
    )
    assert isinstance(document.device_signed.auth, cose.Mac0)
    assert made == {"deviceMac": document.device_signed.auth.array()}
    assert document.device_signed.auth.tag.hex() == expected["deviceMac"]["tag"]


def test_the_mac_holds_for_this_session_and_reader_only(document: Document) -> None:
    transcript, reader = annex_d.session_transcript(), annex_d.key("ephemeral_reader")
    assert reason(mdoc.verify_device_auth, document, b"\x80", reader=reader) == "mac_invalid"
    other = annex_d.key("ephemeral_device")
    assert reason(mdoc.verify_device_auth, document, transcript, reader=other) == "mac_invalid"
    assert reason(mdoc.verify_device_auth, document, transcript) == "device_mac_unexpected"
