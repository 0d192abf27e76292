"""The request object as a verifier makes it: OpenID4VP 1.0, section 5; HAIP 1.0, section 5.1."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pilot import NOW, RELYING_PARTY
from tests.vc_core.authorization_request.examples import BY_HASH, LEAF, NONCE, REQUEST, STATE, WALLET_NONCE
from vc_core.authorization_request import encode_request_object, request_claims
from vc_core.jose import parse_jws, parse_x5c, verify_jws
from vc_core.x509 import public_key


def test_what_is_signed() -> None:
    jws = parse_jws(encode_request_object(REQUEST, RELYING_PARTY, issued_at=NOW))
    verify_jws(jws, public_key(LEAF))
    assert (jws.header["typ"], jws.header["alg"], parse_x5c(jws.header)) == ("oauth-authz-req+jwt", "ES256", (LEAF,))
    assert jws.claims() == {
        "client_id": BY_HASH,
        "aud": "https://self-issued.me/v2",
        "iat": int(NOW.timestamp()),
        "response_type": "vp_token",
        "response_mode": "direct_post.jwt",
        "response_uri": "https://verifier.zoll.example/answer/7",
        "nonce": NONCE,
        "state": STATE,
        "dcql_query": REQUEST.dcql_query,
        "client_metadata": REQUEST.client_metadata,
        "wallet_nonce": WALLET_NONCE,
    }


def test_a_request_that_expires() -> None:
    request = replace(REQUEST, expires_at=NOW + timedelta(minutes=5), state=None, wallet_nonce=None)
    claims = request_claims(request, issued_at=NOW)
    assert claims["exp"] - claims["iat"] == 300
    assert {"state", "wallet_nonce"}.isdisjoint(claims)


def test_a_request_that_no_wallet_would_accept_is_not_made() -> None:
    with pytest.raises(ValueError, match="URL-safe"):
        replace(REQUEST, nonce="a b")
    with pytest.raises(ValueError, match="URL-safe"):
        replace(REQUEST, state="a/b")
