"""Key proofs of the `jwt` type: OpenID4VCI 1.0, appendices F.1 and F.4."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge, software_key
from tests.vectors import read_json, vectors
from vc_core import base64url, jose, key_proof
from vc_core.rejection import Rejection

NOW = datetime(2026, 2, 15, 10, 0, 0, tzinfo=UTC)
IAT = int(NOW.timestamp())
KEY = software_key(31)
OTHER_KEY = software_key(32)
ISSUER = "https://issuer.example"
JWK = jose.jwk_from_public_key(KEY.public_key)
HEADER = {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": JWK}
CLAIMS = {"iss": "wallet", "aud": ISSUER, "iat": IAT, "nonce": "LarRGSbmUPYtRYO6BQ4yn8"}


def check(text: str, **overrides: Any) -> key_proof.KeyProof:
    return key_proof.check_proof(text, **{"audience": ISSUER, "now": NOW, "client_id": "wallet", **overrides})


def proof(*, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> str:
    return forge(changed(HEADER, header or {}), changed(CLAIMS, claims or {}), KEY)


def rejection_of(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Rejection) as caught:
        action()
    return caught.value.reason, caught.value.where


def test_published_example() -> None:
    published = read_json(vectors("openid4vci-1.0") / "derived" / "proof_jwt_F.1.json")
    made = datetime.fromtimestamp(published["payload"]["iat"], UTC)
    checked = key_proof.check_proof(
        published["jwt"], audience=published["payload"]["aud"], now=made + timedelta(minutes=1)
    )
    assert checked == key_proof.KeyProof(
        public_key=jose.public_key_from_jwk(published["header"]["jwk"]),
        thumbprint=jose.jwk_thumbprint(published["header"]["jwk"]),
        nonce=published["payload"]["nonce"],
        issued_at=made,
    )


def test_proof_we_make() -> None:
    text = key_proof.make_proof(KEY, audience=ISSUER, nonce="n", issued_at=NOW, issuer="wallet")
    checked = check(text)
    assert (checked.public_key, checked.nonce, checked.issued_at) == (KEY.public_key, "n", NOW)
    assert checked.thumbprint == jose.jwk_thumbprint(JWK)


def test_proof_we_make_for_an_anonymous_wallet_and_an_issuer_without_nonces() -> None:
    text = key_proof.make_proof(KEY, audience=ISSUER, nonce=None, issued_at=NOW)
    assert set(jose.parse_jws(text).claims()) == {"aud", "iat"}
    assert check(text, client_id=None).nonce is None


TOLERATED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "key_attestation": ({"key_attestation": "a.b.c"}, {}),
    "jwk_with_more_members": ({"jwk": {**JWK, "use": "sig", "kid": "1"}}, {}),
    "unknown_claim": ({}, {"foo": [1]}),
    "iss_left_out": ({}, {"iss": ABSENT}),
    "iat_five_minutes_old": ({}, {"iat": IAT - 300}),
    "iat_10_seconds_ahead": ({}, {"iat": IAT + 10}),
}


@pytest.mark.parametrize(("header", "claims"), TOLERATED.values(), ids=TOLERATED)
def test_tolerated(header: dict[str, Any], claims: dict[str, Any]) -> None:
    assert check(proof(header=header, claims=claims)).public_key == KEY.public_key


def test_nonce_left_out_is_for_the_caller_to_judge() -> None:
    assert check(proof(claims={"nonce": ABSENT})).nonce is None


def test_other_algorithm_where_announced() -> None:
    key = software_key(33, ec.SECP384R1())
    text = key_proof.make_proof(key, audience=ISSUER, nonce="n", issued_at=NOW)
    assert check(text, algorithms=jose.ALGORITHMS).public_key == key.public_key
    assert rejection_of(lambda: check(text)) == ("algorithm_not_allowed", "/header/alg")


BAD_HEADER: dict[str, tuple[dict[str, Any], str, str]] = {
    "typ_missing": ({"typ": ABSENT}, "type_wrong", "/header/typ"),
    "typ_jwt": ({"typ": "JWT"}, "type_wrong", "/header/typ"),
    "alg_missing": ({"alg": ABSENT}, "algorithm_missing", "/header/alg"),
    "alg_none": ({"alg": "none"}, "algorithm_not_allowed", "/header/alg"),
    "alg_hs256": ({"alg": "HS256"}, "algorithm_not_allowed", "/header/alg"),
    "alg_not_listed": ({"alg": "ES384"}, "algorithm_not_allowed", "/header/alg"),
    "no_key": ({"jwk": ABSENT}, "key_missing", "/header"),
    "jwk_and_kid": ({"kid": "1"}, "key_ambiguous", "/header"),
    "jwk_and_x5c": ({"x5c": []}, "key_ambiguous", "/header"),
    "kid_only": ({"jwk": ABSENT, "kid": "did:example:1#1"}, "key_unsupported", "/header/kid"),
    "x5c_only": ({"jwk": ABSENT, "x5c": ["AAAA"]}, "key_unsupported", "/header/x5c"),
    "jwk_private": ({"jwk": {**JWK, "d": "AQ"}}, "jwk_private", "/header/jwk"),
    "jwk_symmetric": ({"jwk": {"kty": "oct", "k": "AQ"}}, "jwk_private", "/header/jwk"),
    "jwk_null": ({"jwk": None}, "jwk_malformed", "/header/jwk"),
    "jwk_not_on_curve": ({"jwk": {**JWK, "y": JWK["x"]}}, "jwk_not_on_curve", "/header/jwk"),
    "jwk_of_another_key": (
        {"jwk": jose.jwk_from_public_key(OTHER_KEY.public_key)},
        "signature_invalid",
        "/signature",
    ),
    "crit": ({"crit": ["jwk"]}, "critical_header_unknown", "/header/crit"),
}


@pytest.mark.parametrize(("header", "reason", "where"), BAD_HEADER.values(), ids=BAD_HEADER)
def test_bad_header(header: dict[str, Any], reason: str, where: str) -> None:
    """OpenID4VCI 1.0, appendix F.1, JOSE header."""
    assert rejection_of(lambda: check(proof(header=header))) == (reason, where)


BAD_CLAIMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "aud_missing": ({"aud": ABSENT}, "aud_missing", "/payload/aud"),
    "aud_array": ({"aud": [ISSUER]}, "aud_malformed", "/payload/aud"),
    "aud_of_another_issuer": ({"aud": "https://other.example"}, "aud_wrong", "/payload/aud"),
    "aud_with_trailing_slash": ({"aud": f"{ISSUER}/"}, "aud_wrong", "/payload/aud"),
    "iss_of_another_client": ({"iss": "other"}, "iss_wrong", "/payload/iss"),
    "iss_a_number": ({"iss": 1}, "iss_malformed", "/payload/iss"),
    "iat_missing": ({"iat": ABSENT}, "iat_missing", "/payload/iat"),
    "iat_a_string": ({"iat": "now"}, "iat_malformed", "/payload/iat"),
    "iat_one_hour_past": ({"iat": IAT - 3600}, "iat_too_old", "/payload/iat"),
    "iat_one_hour_ahead": ({"iat": IAT + 3600}, "iat_in_future", "/payload/iat"),
    "exp_passed": ({"exp": IAT - 60}, "exp_passed", "/payload/exp"),
    "nbf_ahead": ({"nbf": IAT + 60}, "nbf_in_future", "/payload/nbf"),
    "nonce_a_number": ({"nonce": 1}, "nonce_malformed", "/payload/nonce"),
    "nonce_empty": ({"nonce": ""}, "nonce_malformed", "/payload/nonce"),
}


@pytest.mark.parametrize(("claims", "reason", "where"), BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_bad_claims(claims: dict[str, Any], reason: str, where: str) -> None:
    """OpenID4VCI 1.0, appendices F.1 and F.4."""
    assert rejection_of(lambda: check(proof(claims=claims))) == (reason, where)


def test_iss_of_an_anonymous_wallet() -> None:
    """Appendix F.1: left out when the token came by anonymous access with a pre-authorized code."""
    assert rejection_of(lambda: check(proof(), client_id=None)) == ("iss_unexpected", "/payload/iss")


def broken_signature() -> str:
    text = proof()
    head, _, signature = text.rpartition(".")
    octets = bytearray(base64url.decode(signature))
    octets[0] ^= 1
    return f"{head}.{base64url.encode(bytes(octets))}"


BAD_TEXT: dict[str, tuple[str, str]] = {
    "empty": ("", "jws_malformed"),
    "not_a_jwt": ("garbage", "jws_malformed"),
    "signature_broken": (broken_signature(), "signature_invalid"),
    "signed_by_other_key": (forge(HEADER, CLAIMS, OTHER_KEY), "signature_invalid"),
    "unsigned": (proof().rpartition(".")[0] + ".", "signature_invalid"),
    "too_large": (proof(claims={"foo": "x" * key_proof.MAX_BYTES}), "jws_too_large"),
}


@pytest.mark.parametrize(("text", "reason"), BAD_TEXT.values(), ids=BAD_TEXT)
def test_bad_text(text: str, reason: str) -> None:
    assert rejection_of(lambda: check(text))[0] == reason


@given(st.text())
def test_any_text_is_rejected(text: str) -> None:
    with pytest.raises(Rejection):
        check(text)


@given(
    st.dictionaries(st.sampled_from([*HEADER, "kid", "x5c"]), JSON, min_size=1, max_size=2),
    st.dictionaries(st.sampled_from([*CLAIMS, "exp", "nbf"]), JSON, max_size=2),
)
def test_members_of_any_value_are_rejected(header: dict[str, Any], claims: dict[str, Any]) -> None:
    with pytest.raises(Rejection):
        check(proof(header=header, claims=claims))


@given(st.dictionaries(st.sampled_from([*CLAIMS, "exp", "nbf"]), JSON, min_size=1, max_size=2))
def test_claims_of_any_value_raise_nothing_but_a_rejection(claims: dict[str, Any]) -> None:
    with contextlib.suppress(Rejection):
        check(proof(claims=claims))
