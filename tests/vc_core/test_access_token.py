"""JWT access tokens: RFC 9068, section 4; key sets: RFC 7517, section 5."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import HMACAlgorithm, RSAAlgorithm, RSAPSSAlgorithm

from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge, software_key
from vc_core import base64url, jose, strict_json
from vc_core.access_token import ALGORITHMS, LEEWAY, SetKey, TrustedServer, check_access_token, parse_key_set
from vc_core.rejection import Rejection

NOW = datetime(2026, 2, 15, 10, 0, tzinfo=UTC)
ISSUER, AUDIENCE = "https://login.example", "https://issuer.example"
KEY, OTHER, P384 = software_key(7), software_key(8), software_key(9, ec.SECP384R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
HEADER = {"typ": "at+jwt", "alg": "ES256", "kid": "1"}
SECONDS = int(NOW.timestamp())
CLAIMS = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "o-17",
    "client_id": "registry",
    "jti": "t-1",
    "iat": SECONDS,
    "exp": SECONDS + 300,
}


def _jwk(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, kid: str, **members: Any) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPublicKey):
        return {**RSAAlgorithm.to_jwk(key, as_dict=True), "kid": kid, **members}
    return {**jose.jwk_from_public_key(key), "kid": kid, **members}


def _set(*keys: Mapping[str, Any]) -> bytes:
    return json.dumps({"keys": keys}).encode()


KEYS = parse_key_set(
    _set(
        _jwk(KEY.public_key, "1"),
        _jwk(P384.public_key, "384"),
        _jwk(RSA_KEY.public_key(), "rsa"),
        _jwk(RSA_KEY.public_key(), "pss", alg="PS256"),
    )
)
SERVER = TrustedServer(issuer=ISSUER, audience=AUDIENCE, algorithms=ALGORITHMS, keys=KEYS)


def _check(text: str, *, server: TrustedServer = SERVER, now: datetime = NOW) -> Any:
    return check_access_token(text, find={server.issuer: server}.get, now=now)


def _reason(text: str, *, server: TrustedServer = SERVER, now: datetime = NOW) -> str:
    with pytest.raises(Rejection) as rejected:
        _check(text, server=server, now=now)
    return rejected.value.reason


def _token(header: Mapping[str, Any] = {}, claims: Mapping[str, Any] = {}) -> str:
    return forge(changed(HEADER, header), changed(CLAIMS, claims), KEY)


def _signed(header: Mapping[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """The same signed with something else than an elliptic curve."""
    parts = [base64url.encode(strict_json.dump(one)) for one in (changed(HEADER, header), CLAIMS)]
    return ".".join((*parts, base64url.encode(sign(".".join(parts).encode()))))


def _rsa(data: bytes) -> bytes:
    return RSAAlgorithm(RSAAlgorithm.SHA256).sign(data, RSA_KEY)


def _pss(data: bytes) -> bytes:
    return RSAPSSAlgorithm(RSAPSSAlgorithm.SHA256).sign(data, RSA_KEY)


# --- accepted


def test_what_a_token_says() -> None:
    token = _check(_token(claims={"roles": ["clerk"]}))
    assert (token.server, token.subject, token.client_id) == (SERVER, "o-17", "registry")
    assert token.claims.texts("roles") == ("clerk",)


ACCEPTED = {
    "media_type_with_its_first_part": _token({"typ": "application/at+jwt"}),
    "media_type_in_capitals": _token({"typ": "AT+JWT"}),
    "several_audiences": _token(claims={"aud": ["https://other.example", AUDIENCE]}),
    "just_in_force": _token(claims={"nbf": SECONDS + 30}),
    "clock_of_the_server_ahead": _token(claims={"iat": SECONDS + 30}),
    "unknown_claim": _token(claims={"foo": {"bar": 1}}),
    "es384": forge({**HEADER, "alg": "ES384", "kid": "384"}, CLAIMS, P384),
    "rs256": _signed({"alg": "RS256", "kid": "rsa"}, _rsa),
    "ps256": _signed({"alg": "PS256", "kid": "rsa"}, _pss),
    "ps256_of_a_key_for_it": _signed({"alg": "PS256", "kid": "pss"}, _pss),
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(text: str) -> None:
    assert _check(text).subject == "o-17"


def test_over_when_the_leeway_is() -> None:
    last = NOW + timedelta(seconds=300) + LEEWAY
    assert _check(_token(), now=last - timedelta(seconds=1)).subject == "o-17"
    assert _reason(_token(), now=last) == "exp_passed"


# --- refused: one thing wrong each

REFUSED = {
    "no_type": (_token({"typ": ABSENT}), "type_wrong"),
    "id_token": (_token({"typ": "JWT"}), "type_wrong"),
    "type_no_string": (_token({"typ": 1}), "type_wrong"),
    "algorithm_none": (_signed({"alg": "none"}, lambda _: b""), "algorithm_not_allowed"),
    "hmac_with_the_public_key": (
        _signed(
            {"alg": "HS256"},
            lambda data: HMACAlgorithm(HMACAlgorithm.SHA256).sign(data, strict_json.dump(_jwk(KEY.public_key, "1"))),
        ),
        "algorithm_not_allowed",
    ),
    "no_kid": (_token({"kid": ABSENT}), "kid_missing"),
    "kid_no_string": (_token({"kid": 1}), "kid_malformed"),
    "kid_of_no_key": (_token({"kid": "2"}), "kid_unknown"),
    "kid_of_a_key_of_another_curve": (_token({"kid": "384"}), "algorithm_key_mismatch"),
    "kid_of_a_key_of_another_type": (_token({"kid": "rsa"}), "algorithm_key_mismatch"),
    "rsa_key_for_another_algorithm": (_signed({"alg": "RS256", "kid": "pss"}, _rsa), "algorithm_key_mismatch"),
    "signed_by_another_key": (forge(HEADER, CLAIMS, OTHER), "signature_invalid"),
    "key_in_the_header": (
        forge({**HEADER, "jwk": jose.jwk_from_public_key(OTHER.public_key)}, CLAIMS, OTHER),
        "signature_invalid",
    ),
    "rsa_signature_broken": (
        _signed({"alg": "RS256", "kid": "rsa"}, lambda data: _rsa(data + b".")),
        "signature_invalid",
    ),
    "pss_signature_for_rs256": (_signed({"alg": "RS256", "kid": "rsa"}, _pss), "signature_invalid"),
    "critical_header": (_token({"crit": ["foo"]}), "critical_header_unknown"),
    "no_issuer": (_token(claims={"iss": ABSENT}), "iss_missing"),
    "issuer_no_string": (_token(claims={"iss": [ISSUER]}), "iss_malformed"),
    "issuer_not_trusted": (_token(claims={"iss": f"{ISSUER}/"}), "iss_unknown"),
    "no_audience": (_token(claims={"aud": ABSENT}), "aud_missing"),
    "other_audience": (_token(claims={"aud": "https://other.example"}), "aud_wrong"),
    "no_audience_of_several": (_token(claims={"aud": [f"{AUDIENCE}/"]}), "aud_wrong"),
    "audience_no_string": (_token(claims={"aud": [1]}), "aud_malformed"),
    "no_expiry": (_token(claims={"exp": ABSENT}), "exp_missing"),
    "expiry_no_number": (_token(claims={"exp": str(SECONDS + 300)}), "exp_malformed"),
    "expired": (_token(claims={"exp": SECONDS - 30}), "exp_passed"),
    "no_issue_instant": (_token(claims={"iat": ABSENT}), "iat_missing"),
    "issue_instant_no_number": (_token(claims={"iat": "x"}), "iat_malformed"),
    "issued_in_the_future": (_token(claims={"iat": SECONDS + 31}), "iat_in_future"),
    "not_yet_in_force": (_token(claims={"nbf": SECONDS + 31}), "nbf_in_future"),
    "no_subject": (_token(claims={"sub": ABSENT}), "sub_missing"),
    "subject_empty": (_token(claims={"sub": ""}), "sub_malformed"),
    "no_client": (_token(claims={"client_id": ABSENT}), "client_id_missing"),
    "no_identifier": (_token(claims={"jti": ABSENT}), "jti_missing"),
    "bound_to_a_key": (_token(claims={"cnf": {"jkt": "x"}}), "token_bound"),
    "two_parts": (_token().rpartition(".")[0], "jws_malformed"),
    "too_large": (_token(claims={"foo": "x" * 16_000}), "jws_too_large"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, reason: str) -> None:
    assert _reason(text) == reason


def test_an_algorithm_that_the_server_does_not_use() -> None:
    text = _signed({"alg": "RS256", "kid": "rsa"}, _rsa)
    assert _reason(text, server=replace(SERVER, algorithms=frozenset({"ES256"}))) == "algorithm_not_allowed"


def test_an_algorithm_that_is_allowed_by_mistake() -> None:
    """The list of a server cannot bring back what does not exist here."""
    text = _signed({"alg": "none"}, lambda _: b"")
    assert _reason(text, server=replace(SERVER, algorithms=frozenset({"none"}))) == "algorithm_not_allowed"


@given(name=st.sampled_from([*HEADER, *CLAIMS, "nbf", "cnf", "crit"]), value=JSON)
def test_any_json_anywhere_is_accepted_or_rejected(name: str, value: object) -> None:
    for text in (_token({name: value}), _token(claims={name: value})):
        with suppress(Rejection):
            _check(text)


# --- key sets

EC_JWK, RSA_JWK = _jwk(KEY.public_key, "1"), _jwk(RSA_KEY.public_key(), "rsa")
WEAK = rsa.RSAPublicNumbers(65537, (1 << 2046) + 1)
LEFT_OUT = {
    "for_encryption": {**RSA_JWK, "use": "enc"},
    "other_type": {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "x"},
    "other_curve": {**EC_JWK, "crv": "secp256k1", "kid": "x"},
    "no_kid": changed(RSA_JWK, {"kid": ABSENT}),
}


@pytest.mark.parametrize("jwk", LEFT_OUT.values(), ids=LEFT_OUT)
def test_left_out_of_a_set(jwk: dict[str, Any]) -> None:
    assert parse_key_set(_set(EC_JWK, jwk)) == {"1": SetKey(key=KEY.public_key, algorithm=None)}


BAD_SETS = {
    "no_keys": (b"{}", "keys_missing"),
    "none": (_set(), "keys_empty"),
    "none_of_use": (_set(LEFT_OUT["other_type"]), "keys_empty"),
    "no_object": (json.dumps({"keys": [1]}).encode(), "jwk_malformed"),
    "kid_twice": (_set(EC_JWK, {**RSA_JWK, "kid": "1"}), "kid_repeated"),
    "private_elliptic_key": (_set({**EC_JWK, "d": "AA"}), "jwk_private"),
    "private_rsa_key": (_set({**RSA_JWK, "d": "AA"}), "jwk_private"),
    "secret": (_set(EC_JWK, {"kty": "oct", "k": "AA", "kid": "x"}), "jwk_private"),
    "not_on_the_curve": (_set({**EC_JWK, "x": EC_JWK["y"]}), "jwk_not_on_curve"),
    "curve_no_text": (_set({**EC_JWK, "crv": ["P-256"]}), "crv_malformed"),
    "no_modulus": (_set(changed(RSA_JWK, {"n": ABSENT})), "n_missing"),
    "modulus_too_short": (
        _set({**RSA_JWK, "n": base64url.encode(WEAK.n.to_bytes(256, "big"))}),
        "jwk_malformed",
    ),
    "exponent_even": (_set({**RSA_JWK, "e": "Ag"}), "jwk_malformed"),
}


@pytest.mark.parametrize(("content", "reason"), BAD_SETS.values(), ids=BAD_SETS)
def test_bad_set(content: bytes, reason: str) -> None:
    with pytest.raises(Rejection) as rejected:
        parse_key_set(content)
    assert rejected.value.reason == reason
