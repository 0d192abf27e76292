"""Issuer keys published by URL: SD-JWT VC, draft -24, section 4."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT, JSON, changed
from tests.vc_core.sd_jwt.published import read_keys, read_sd_jwt
from tests.vectors import vectors
from vc_core.rejection import Rejection
from vc_core.sd_jwt import verify_issuer_signature
from vc_core.sd_jwt_vc import issuer_key, metadata_url, parse_issuer_metadata, parse_jwks

ISS = "https://example.com"

URLS = {
    "host": (ISS, "https://example.com/.well-known/jwt-vc-issuer"),
    "host_and_slash": ("https://example.com/", "https://example.com/.well-known/jwt-vc-issuer"),
    "path": ("https://example.com/tenant/1234", "https://example.com/.well-known/jwt-vc-issuer/tenant/1234"),
    "path_and_slash": ("https://example.com/tenant/", "https://example.com/.well-known/jwt-vc-issuer/tenant"),
    "port": ("https://example.com:8443/t", "https://example.com:8443/.well-known/jwt-vc-issuer/t"),
}


@pytest.mark.parametrize(("iss", "url"), URLS.values(), ids=URLS)
def test_metadata_url(iss: str, url: str) -> None:
    assert metadata_url(iss) == url


NO_URLS = {
    "http": ("http://example.com", "iss_not_https"),
    "urn": ("urn:example:issuer", "iss_not_https"),
    "empty": ("", "iss_not_https"),
    "did": ("did:web:example.com", "iss_not_https"),
    "query": ("https://example.com/?tenant=1", "iss_has_query"),
    "empty_query": ("https://example.com/?", "iss_has_query"),
    "fragment": ("https://example.com/#a", "iss_has_query"),
    "no_host": ("https:///tenant", "iss_malformed"),
    "user": ("https://user@example.com", "iss_malformed"),
    "bad_address": ("https://[::1", "iss_malformed"),
}


@pytest.mark.parametrize(("iss", "reason"), NO_URLS.values(), ids=NO_URLS)
def test_no_metadata_url(iss: str, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        metadata_url(iss)
    assert caught.value.reason == reason


def test_published_jwks_by_value() -> None:
    folder = vectors("sdjwt-vc")
    document = (folder / "4.2-jwt-vc-issuer-metadata" / "with_jwks.json").read_bytes()
    metadata = parse_issuer_metadata(document, iss=ISS)
    credential = read_sd_jwt(folder / "2.3-identity-credential" / "issued.txt")
    assert metadata.jwks_uri is None
    assert metadata.keys is not None
    key = issuer_key(metadata.keys, credential.jwt.header)
    assert key == read_keys(folder)[0]
    verify_issuer_signature(credential, key)


def test_published_jwks_by_reference() -> None:
    document = (vectors("sdjwt-vc") / "4.2-jwt-vc-issuer-metadata" / "with_jwks_uri.json").read_bytes()
    metadata = parse_issuer_metadata(document, iss=ISS)
    assert (metadata.keys, metadata.jwks_uri) == (None, "https://jwt-vc-issuer.example.com/my_public_keys.jwks")


JWK = {
    "kid": "k1",
    "kty": "EC",
    "crv": "P-256",
    "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
    "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
}
DOCUMENT = {"issuer": ISS, "jwks": {"keys": [JWK]}}

FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "issuer_missing": ({"issuer": ABSENT}, "issuer_missing"),
    "issuer_differs": ({"issuer": "https://other.example"}, "issuer_mismatch"),
    "issuer_differs_by_a_slash": ({"issuer": ISS + "/"}, "issuer_mismatch"),
    "issuer_differs_in_case": ({"issuer": "https://EXAMPLE.com"}, "issuer_mismatch"),
    "both": ({"jwks_uri": "https://example.com/jwks"}, "jwks_and_jwks_uri"),
    "neither": ({"jwks": ABSENT}, "jwks_missing"),
    "jwks_an_array": ({"jwks": [JWK]}, "jwks_malformed"),
    "keys_missing": ({"jwks": {}}, "keys_missing"),
    "keys_empty": ({"jwks": {"keys": []}}, "keys_empty"),
    "keys_hold_a_string": ({"jwks": {"keys": ["k"]}}, "keys_malformed"),
    "jwks_uri_http": ({"jwks": ABSENT, "jwks_uri": "http://example.com/jwks"}, "jwks_uri_not_https"),
    "jwks_uri_a_number": ({"jwks": ABSENT, "jwks_uri": 1}, "jwks_uri_malformed"),
}


@pytest.mark.parametrize(("changes", "reason"), FAULTS.values(), ids=FAULTS)
def test_faults(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_issuer_metadata(json.dumps(changed(DOCUMENT, changes)).encode(), iss=ISS)
    assert caught.value.reason == reason


def test_body_beyond_the_bound() -> None:
    with pytest.raises(Rejection) as caught:
        parse_issuer_metadata(b" " * 300_000, iss=ISS)
    assert caught.value.reason == "json_too_large"


KEYS = (JWK, {**JWK, "kid": "k2"}, {**JWK, "kid": "k2"}, {**JWK, "kid": "private", "d": "AA"})

CHOICES: dict[str, tuple[dict[str, Any], str]] = {
    "kid_unknown": ({"kid": "k9"}, "kid_unknown"),
    "kid_of_two_keys": ({"kid": "k2"}, "kid_ambiguous"),
    "kid_missing": ({}, "kid_missing"),
    "kid_of_a_private_key": ({"kid": "private"}, "jwk_private"),
    "kid_an_object": ({"kid": {}}, "kid_unknown"),
}


@pytest.mark.parametrize(("header", "reason"), CHOICES.values(), ids=CHOICES)
def test_no_key(header: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        issuer_key(KEYS, header)
    assert caught.value.reason == reason


def test_an_only_key_needs_no_kid() -> None:
    keys = parse_jwks(json.dumps({"keys": [JWK]}).encode())
    assert issuer_key(keys, {}) == issuer_key(KEYS, {"kid": "k1"})


@given(st.text())
def test_only_rejections_of_an_iss(iss: str) -> None:
    for text in (iss, f"https://{iss}"):
        with contextlib.suppress(Rejection):
            metadata_url(text)


@given(JSON, JSON, JSON)
def test_only_rejections(jwks: object, keys: object, jwks_uri: object) -> None:
    for document in ({"jwks": jwks}, {"jwks": {"keys": keys}}, {"jwks_uri": jwks_uri}):
        with contextlib.suppress(Rejection):
            found = parse_issuer_metadata(json.dumps({"issuer": ISS, **document}).encode(), iss=ISS).keys
            issuer_key(found or (), {"kid": "k1"})
