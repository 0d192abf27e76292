"""DPoP (RFC 9449, section 4.3), with the blocks of the OpenID Foundation's `dpop-negative-tests`."""

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
from vc_core import base64url, dpop, jose
from vc_core.rejection import Rejection

NOW = datetime(2026, 2, 15, 10, 0, 0, tzinfo=UTC)
IAT = int(NOW.timestamp())
KEY = software_key(21)
OTHER_KEY = software_key(22)
JKT = base64url.encode(jose.jwk_thumbprint(jose.jwk_from_public_key(KEY.public_key)))
URL = "https://issuer.example/credential"
TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
HEADER = {"typ": "dpop+jwt", "alg": "ES256", "jwk": jose.jwk_from_public_key(KEY.public_key)}
CLAIMS = {"jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": URL, "iat": IAT, "ath": dpop.access_token_hash(TOKEN)}
PRIVATE_JWK = {**jose.jwk_from_public_key(KEY.public_key), "d": "AQ"}
RSA_JWK = {"kty": "RSA", "n": "AQ", "e": "AQAB"}


def check(*headers: str, **overrides: Any) -> dpop.DpopProof:
    expected: dict[str, Any] = {"method": "POST", "url": URL, "now": NOW, "access_token": TOKEN, "jkt": JKT}
    return dpop.check_proof(headers, **{**expected, **overrides})


def proof(*, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> str:
    return forge(changed(HEADER, header or {}), changed(CLAIMS, claims or {}), KEY)


def rejection_of(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Rejection) as caught:
        action()
    return caught.value.reason, caught.value.where


# --- published examples


@pytest.mark.parametrize("name", ["token_request_fig2", "refresh_request", "resource_request"])
def test_rfc9449_example(name: str) -> None:
    published = read_json(vectors("dpop-rfc9449") / "examples.json")
    example = published["proofs"][name]
    payload = example["payload"]
    made = datetime.fromtimestamp(payload["iat"], UTC)
    checked = dpop.check_proof(
        [example["jwt"]],
        method=payload["htm"],
        url=payload["htu"],
        now=made + timedelta(seconds=30),
        access_token=published["access_token"] if "ath" in payload else None,
        jkt=published["expected_jkt"],
    )
    assert checked == dpop.DpopProof(jkt=published["expected_jkt"], jti=payload["jti"], issued_at=made, nonce=None)
    assert jose.parse_jws(example["jwt"]).header == example["header"]


def test_rfc9449_access_token_hash() -> None:
    published = read_json(vectors("dpop-rfc9449") / "examples.json")
    assert dpop.access_token_hash(published["access_token"]) == published["expected_ath"]


# --- accepted


def test_proof_we_make() -> None:
    text = dpop.make_proof(
        KEY, method="POST", url=f"{URL}?a=1#b", jti="j", issued_at=NOW, access_token=TOKEN, nonce="n"
    )
    assert check(text, nonce_ok=lambda nonce: nonce == "n") == dpop.DpopProof(
        jkt=JKT, jti="j", issued_at=NOW, nonce="n"
    )
    assert jose.parse_jws(text).claims()["htu"] == URL


def test_proof_for_the_token_endpoint_has_no_ath_and_no_nonce() -> None:
    text = dpop.make_proof(KEY, method="POST", url=URL, jti="j", issued_at=NOW)
    assert set(jose.parse_jws(text).claims()) == {"jti", "htm", "htu", "iat"}
    assert check(text, access_token=None, jkt=None).jkt == JKT


TOLERATED: dict[str, dict[str, Any]] = {
    "htu_with_query": {"htu": f"{URL}?a=b"},
    "htu_with_fragment": {"htu": f"{URL}#part"},
    "htu_scheme_in_upper_case": {"htu": "HTTPS://issuer.example/credential"},
    "htu_host_in_upper_case": {"htu": "https://ISSUER.Example/credential"},
    "htu_with_default_port": {"htu": "https://issuer.example:443/credential"},
    "htu_with_escaped_unreserved_sign": {"htu": "https://issuer.example/%63redential"},
    "iat_10_seconds_before": {"iat": IAT - 10},
    "iat_10_seconds_after": {"iat": IAT + 10},
    "iat_at_the_end_of_the_window": {"iat": IAT - 60},
    "iat_with_fraction": {"iat": IAT - 0.5},
    "nbf_now_and_exp_in_five_minutes": {"nbf": IAT, "exp": IAT + 300},
    "unknown_claim": {"foo": {"bar": [1]}},
    "nonce_nobody_asked_for": {"nonce": "n"},
}


@pytest.mark.parametrize("claims", TOLERATED.values(), ids=TOLERATED)
def test_tolerated(claims: dict[str, Any]) -> None:
    assert check(proof(claims=claims)).jti == CLAIMS["jti"]


@pytest.mark.parametrize(
    ("own", "htu"),
    [
        ("https://issuer.example", "https://issuer.example/"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a?x"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("https://issuer.example/a%2fb?x=1", "https://issuer.example/a%2Fb"),
    ],
)
def test_own_address_is_normalised_too(own: str, htu: str) -> None:
    check(proof(claims={"htu": htu}), url=own)


def test_no_binding_asked_for() -> None:
    assert check(proof(), jkt=None, access_token=None).jkt == JKT


# --- refused

BAD_HEADER: dict[str, tuple[dict[str, Any], str, str]] = {
    "typ_missing": ({"typ": ABSENT}, "type_wrong", "/header/typ"),
    "typ_jwt": ({"typ": "JWT"}, "type_wrong", "/header/typ"),
    "typ_in_upper_case": ({"typ": "DPOP+JWT"}, "type_wrong", "/header/typ"),
    "alg_missing": ({"alg": ABSENT}, "algorithm_missing", "/header/alg"),
    "alg_none": ({"alg": "none"}, "algorithm_not_allowed", "/header/alg"),
    "alg_rs256": ({"alg": "RS256", "jwk": RSA_JWK}, "algorithm_not_allowed", "/header/alg"),
    "alg_hs256": ({"alg": "HS256"}, "algorithm_not_allowed", "/header/alg"),
    "jwk_missing": ({"jwk": ABSENT}, "jwk_missing", "/header/jwk"),
    "jwk_private": ({"jwk": PRIVATE_JWK}, "jwk_private", "/header/jwk"),
    "jwk_symmetric": ({"jwk": {"kty": "oct", "k": "AQ"}}, "jwk_private", "/header/jwk"),
    "jwk_a_string": ({"jwk": "abc"}, "jwk_malformed", "/header/jwk"),
    "jwk_rsa": ({"jwk": RSA_JWK}, "jwk_unsupported", "/header/jwk"),
    "jwk_on_another_curve": (
        {"jwk": jose.jwk_from_public_key(software_key(23, ec.SECP384R1()).public_key)},
        "algorithm_key_mismatch",
        "/header/alg",
    ),
    "jwk_of_another_key": (
        {"jwk": jose.jwk_from_public_key(OTHER_KEY.public_key)},
        "signature_invalid",
        "/signature",
    ),
    "crit": ({"crit": ["foo"], "foo": 1}, "critical_header_unknown", "/header/crit"),
}


@pytest.mark.parametrize(("header", "reason", "where"), BAD_HEADER.values(), ids=BAD_HEADER)
def test_bad_header(header: dict[str, Any], reason: str, where: str) -> None:
    """RFC 9449, section 4.3, steps 2 and 4 to 7."""
    assert rejection_of(lambda: check(proof(header=header))) == (reason, where)


BAD_CLAIMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "jti_missing": ({"jti": ABSENT}, "jti_missing", "/payload/jti"),
    "jti_a_number": ({"jti": 1}, "jti_malformed", "/payload/jti"),
    "jti_empty": ({"jti": ""}, "jti_malformed", "/payload/jti"),
    "htm_missing": ({"htm": ABSENT}, "htm_missing", "/payload/htm"),
    "htm_of_another_method": ({"htm": "GET"}, "htm_wrong", "/payload/htm"),
    "htm_in_lower_case": ({"htm": "post"}, "htm_wrong", "/payload/htm"),
    "htu_missing": ({"htu": ABSENT}, "htu_missing", "/payload/htu"),
    "htu_an_array": ({"htu": [URL]}, "htu_malformed", "/payload/htu"),
    "htu_relative": ({"htu": "/credential"}, "htu_malformed", "/payload/htu"),
    "htu_without_scheme": ({"htu": "issuer.example/credential"}, "htu_malformed", "/payload/htu"),
    "htu_with_newline": ({"htu": "https://issuer.example/\ncredential"}, "htu_malformed", "/payload/htu"),
    "htu_with_credentials": ({"htu": "https://a:b@issuer.example/credential"}, "htu_malformed", "/payload/htu"),
    "htu_with_impossible_port": ({"htu": "https://issuer.example:99999/credential"}, "htu_malformed", "/payload/htu"),
    "htu_with_broken_address": ({"htu": "https://[::1/credential"}, "htu_malformed", "/payload/htu"),
    "htu_of_another_host": ({"htu": "https://other.example/credential"}, "htu_wrong", "/payload/htu"),
    "htu_of_another_path": ({"htu": "https://issuer.example/token"}, "htu_wrong", "/payload/htu"),
    "htu_path_in_upper_case": ({"htu": "https://issuer.example/CREDENTIAL"}, "htu_wrong", "/payload/htu"),
    "htu_with_trailing_slash": ({"htu": f"{URL}/"}, "htu_wrong", "/payload/htu"),
    "htu_of_another_scheme": ({"htu": "http://issuer.example/credential"}, "htu_wrong", "/payload/htu"),
    "htu_of_another_port": ({"htu": "https://issuer.example:444/credential"}, "htu_wrong", "/payload/htu"),
    "htu_of_port_zero": ({"htu": "https://issuer.example:0/credential"}, "htu_wrong", "/payload/htu"),
    "iat_missing": ({"iat": ABSENT}, "iat_missing", "/payload/iat"),
    "iat_a_string": ({"iat": str(IAT)}, "iat_malformed", "/payload/iat"),
    "iat_true": ({"iat": True}, "iat_malformed", "/payload/iat"),
    "iat_one_hour_past": ({"iat": IAT - 3600}, "iat_too_old", "/payload/iat"),
    "iat_one_hour_ahead": ({"iat": IAT + 3600}, "iat_in_future", "/payload/iat"),
    "iat_61_seconds_past": ({"iat": IAT - 61}, "iat_too_old", "/payload/iat"),
    "iat_11_seconds_ahead": ({"iat": IAT + 11}, "iat_in_future", "/payload/iat"),
    "iat_beyond_all_calendars": ({"iat": 1e300}, "iat_in_future", "/payload/iat"),
    "iat_in_milliseconds": ({"iat": IAT * 1000}, "iat_in_future", "/payload/iat"),
    "exp_passed": ({"exp": IAT - 60}, "exp_passed", "/payload/exp"),
    "nbf_ahead": ({"nbf": IAT + 60}, "nbf_in_future", "/payload/nbf"),
    "exp_a_string": ({"exp": "never"}, "exp_malformed", "/payload/exp"),
    "ath_missing": ({"ath": ABSENT}, "ath_missing", "/payload/ath"),
    "ath_of_another_token": ({"ath": dpop.access_token_hash("other")}, "ath_wrong", "/payload/ath"),
    "ath_not_ascii": ({"ath": "é"}, "ath_wrong", "/payload/ath"),
    "nonce_a_number": ({"nonce": 7}, "nonce_malformed", "/payload/nonce"),
}


@pytest.mark.parametrize(("claims", "reason", "where"), BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_bad_claims(claims: dict[str, Any], reason: str, where: str) -> None:
    """RFC 9449, section 4.3, steps 3 and 8 to 12."""
    assert rejection_of(lambda: check(proof(claims=claims))) == (reason, where)


SIGNED_BY_OTHER = forge(HEADER, CLAIMS, OTHER_KEY)

BAD_HEADERS: dict[str, tuple[tuple[str, ...], str]] = {
    "no_header": ((), "dpop_missing"),
    "two_headers": ((proof(), proof()), "dpop_repeated"),
    "two_in_one_header": ((f"{proof()}, {proof()}",), "jws_malformed"),
    "empty": (("",), "jws_malformed"),
    "not_a_jwt": (("abc",), "jws_malformed"),
    "signed_by_other_key": ((SIGNED_BY_OTHER,), "signature_invalid"),
    "signature_removed": ((proof().rpartition(".")[0] + ".",), "signature_invalid"),
    "too_large": ((proof(claims={"foo": "x" * dpop.MAX_BYTES}),), "jws_too_large"),
}


@pytest.mark.parametrize(("headers", "reason"), BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_bad_headers(headers: tuple[str, ...], reason: str) -> None:
    assert rejection_of(lambda: check(*headers))[0] == reason


def test_token_bound_to_another_key() -> None:
    """RFC 9449, section 6."""
    other = base64url.encode(jose.jwk_thumbprint(jose.jwk_from_public_key(OTHER_KEY.public_key)))
    assert rejection_of(lambda: check(proof(), jkt=other)) == ("jkt_wrong", "/header/jwk")


@pytest.mark.parametrize(
    ("claims", "reason"), [({}, "nonce_missing"), ({"nonce": "old"}, "nonce_wrong")], ids=["missing", "wrong"]
)
def test_nonce_demanded(claims: dict[str, Any], reason: str) -> None:
    """RFC 9449, sections 8 and 9."""
    assert rejection_of(lambda: check(proof(claims=claims), nonce_ok=lambda nonce: nonce == "fresh")) == (
        reason,
        "/payload/nonce",
    )


def test_a_bad_proof_says_nothing_about_nonces() -> None:
    """A nonce is judged only once the signature holds (RFC 9449, section 4.3, steps 6 and 10)."""

    def must_not_be_asked(_: str | None) -> bool:
        raise AssertionError

    assert rejection_of(lambda: check(SIGNED_BY_OTHER, nonce_ok=must_not_be_asked))[0] == "signature_invalid"


def test_access_token_that_no_header_can_carry() -> None:
    assert rejection_of(lambda: check(proof(), access_token="tökén")) == ("access_token_malformed", "")


def test_evidence_stays_small() -> None:
    with pytest.raises(Rejection) as caught:
        check(proof(claims={"iat": 1e300}))
    assert caught.value.evidence == {"seconds": 10**12, "limit": 10}


# --- properties


@given(st.lists(st.text(), max_size=2))
def test_any_headers_raise_nothing_but_a_rejection(headers: list[str]) -> None:
    with pytest.raises(Rejection):
        check(*headers)


@given(st.dictionaries(st.sampled_from([*CLAIMS, "nonce", "exp", "nbf"]), JSON, min_size=1, max_size=2))
def test_claims_of_any_value_raise_nothing_but_a_rejection(claims: dict[str, Any]) -> None:
    with contextlib.suppress(Rejection):
        check(proof(claims=claims))


@given(st.dictionaries(st.sampled_from(sorted(HEADER)), JSON, min_size=1, max_size=2))
def test_header_members_of_any_value_are_rejected(header: dict[str, Any]) -> None:
    with pytest.raises(Rejection):
        check(proof(header=header))


@given(st.text(st.characters(codec="utf-8")).map(lambda path: f"https://issuer.example/{path}"))
def test_htu_of_any_text_raises_nothing_but_a_rejection(htu: str) -> None:
    with contextlib.suppress(Rejection):
        check(proof(claims={"htu": htu}))
