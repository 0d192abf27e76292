"""DeviceRequest and reader authentication: ISO/IEC 18013-5, 8.3.2.1.2.1 and 9.1.4, on the example of annex D."""

import contextlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT
from tests.vc_core.mdoc import annex_d
from tests.vc_core.mdoc.sample import altered, reason
from vc_core import cbor, certificate, cose, mdoc
from vc_core.mdoc import DocRequest
from vc_core.rejection import Rejection

ITEMS = {"docType": "org.example.card.1", "nameSpaces": {"org.example.card": {"family_name": True}}}
VALID = cbor.dumps({"version": "1.0", "docRequests": [{"itemsRequest": cbor.tag24(cbor.dumps(ITEMS))}]})


@pytest.fixture(scope="module")
def published() -> DocRequest:
    (doc_request,) = mdoc.parse_device_request(annex_d.octets("device_request"))
    return doc_request


def test_annex_d_asks_for_six_elements(published: DocRequest) -> None:
    items = annex_d.expected()["items_request"]
    assert (published.doc_type, published.name_spaces) == (items["docType"], items["nameSpaces"])
    assert published.encoded.content == annex_d.octets("items_request")


def test_annex_d_reader_signed_for_this_session(published: DocRequest) -> None:
    auth, transcript = published.reader_auth, annex_d.session_transcript()
    assert auth is not None
    assert cose.encode_sign1(auth, tagging=cose.Tagging.FORBIDDEN) == annex_d.octets("reader_auth")
    (leaf,) = cose.x5chain(auth.unprotected)
    assert leaf.public_bytes(Encoding.DER) == annex_d.octets("reader_cert")
    key = certificate.public_key(leaf)
    mdoc.verify_reader_auth(published, transcript, key)
    assert reason(mdoc.verify_reader_auth, published, b"\x80", key) == "signature_invalid"
    other = annex_d.key("ephemeral_reader").public_key
    assert reason(mdoc.verify_reader_auth, published, transcript, other) == "signature_invalid"


def test_a_reader_may_stay_anonymous() -> None:
    (doc_request,) = mdoc.parse_device_request(VALID)
    assert doc_request.reader_auth is None
    key = annex_d.key("ephemeral_reader").public_key
    assert reason(mdoc.verify_reader_auth, doc_request, b"\x80", key) == "reader_auth_missing"


HERE: tuple[Any, ...] = ("docRequests", 0)
ITEMS_REQUEST = (*HERE, "itemsRequest")
BAD: dict[str, tuple[tuple[Any, ...], object, str]] = {
    "version_missing": (("version",), ABSENT, "version_missing"),
    "version_2_0": (("version",), "2.0", "device_request_version_unsupported"),
    "doc_requests_missing": (("docRequests",), ABSENT, "doc_requests_missing"),
    "doc_requests_empty": (("docRequests",), [], "doc_requests_empty"),
    "doc_request_an_array": (HERE, [], "doc_request_malformed"),
    "items_request_missing": (ITEMS_REQUEST, ABSENT, "items_request_not_tagged"),
    "items_request_not_tagged": (ITEMS_REQUEST, ITEMS, "items_request_not_tagged"),
    "items_request_an_array": (ITEMS_REQUEST, cbor.tag24(b"\x80"), "items_request_malformed"),
    "doc_type_missing": (
        ITEMS_REQUEST, cbor.tag24(cbor.dumps({"nameSpaces": ITEMS["nameSpaces"]})), "doc_type_missing"
    ),
    "name_spaces_missing": (ITEMS_REQUEST, cbor.tag24(cbor.dumps({"docType": "a"})), "name_spaces_missing"),
    "name_space_an_array": (
        ITEMS_REQUEST, cbor.tag24(cbor.dumps({"docType": "a", "nameSpaces": {"a": ["b"]}})), "name_spaces_malformed"
    ),
    "wish_without_intent_to_retain": (
        ITEMS_REQUEST, cbor.tag24(cbor.dumps({"docType": "a", "nameSpaces": {"a": {"b": 1}}})), "name_spaces_malformed"
    ),
    "reader_auth_text": ((*HERE, "readerAuth"), "a", "reader_auth_malformed"),
    "reader_auth_of_three": ((*HERE, "readerAuth"), [b"", {}, None], "cose_malformed"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "expected"), BAD.values(), ids=BAD)
def test_bad_requests_are_refused(path: tuple[Any, ...], value: object, expected: str) -> None:
    assert reason(mdoc.parse_device_request, altered(VALID, path, value)) == expected


@given(st.integers(0, len(VALID) - 1), st.integers(0, 255))
def test_damaged_requests_raise_nothing_but_a_rejection(position: int, value: int) -> None:
    damaged = bytearray(VALID)
    damaged[position] = value
    with contextlib.suppress(Rejection):
        mdoc.parse_device_request(bytes(damaged))
