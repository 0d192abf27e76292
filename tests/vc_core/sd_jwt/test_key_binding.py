"""The holder's proof: RFC 9901, sections 4.3, 7.2 and 7.3."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given

from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge, software_key
from tests.vc_core.sd_jwt.handmade import (
    AUDIENCE,
    GIVEN_NAME,
    HOLDER,
    ISSUER,
    KB_HEADER,
    NONCE,
    NOW,
    PAYLOAD,
    STRANGER,
    VALID,
    VALID_KB,
    b64,
    digest,
    kb_claims,
    sd_jwt,
)
from vc_core import jose
from vc_core.rejection import Rejection
from vc_core.sd_jwt import (
    SdJwt,
    bind,
    confirmation_key,
    parse_compact,
    parse_key_binding,
    process,
    require_audience,
    require_issued_now,
    require_nonce,
    require_sd_hash,
    require_unbound,
    sd_hash,
    verify_binding_signature,
)
from vc_core.signer import Signer

QUESTIONS: Mapping[str, Callable[[SdJwt], None]] = {
    "signature": lambda sd: verify_binding_signature(parse_key_binding(sd), confirmation_key(process(sd).claims)),
    "nonce": lambda sd: require_nonce(parse_key_binding(sd), NONCE),
    "audience": lambda sd: require_audience(parse_key_binding(sd), AUDIENCE),
    "time": lambda sd: require_issued_now(parse_key_binding(sd), NOW),
    "sd_hash": lambda sd: require_sd_hash(parse_key_binding(sd), sd),
}


def answers(text: str) -> dict[str, str]:
    """Reason by question; a question answered well is left out."""
    sd = parse_compact(text)
    found = {}
    for name, question in QUESTIONS.items():
        try:
            question(sd)
        except Rejection as rejection:
            found[name] = rejection.reason
    return found


def bound(
    claims: Mapping[str, Any] | None = None, header: Mapping[str, Any] | None = None, signer: Signer = HOLDER
) -> str:
    """The valid presentation with a proof in which these things are different."""
    return VALID + forge(changed(KB_HEADER, header or {}), changed(kb_claims(), claims or {}), signer)


def test_a_good_proof() -> None:
    assert answers(VALID_KB) == {}


def test_what_we_bind_is_a_good_proof() -> None:
    assert answers(bind(VALID, holder=HOLDER, audience=AUDIENCE, nonce=NONCE, issued_at=NOW)) == {}


def test_bound_text_and_claims() -> None:
    text = bind(VALID, holder=HOLDER, audience=AUDIENCE, nonce=NONCE, issued_at=NOW, claims={"more": [1]})
    binding = parse_key_binding(parse_compact(text))
    assert text.startswith(VALID)
    assert binding.jws.header == {"typ": "kb+jwt", "alg": "ES256"}
    assert binding.claims == {**kb_claims(), "more": [1]}


def test_further_claims_replace_none_of_ours() -> None:
    text = bind(VALID, holder=HOLDER, audience=AUDIENCE, nonce=NONCE, issued_at=NOW, claims={"nonce": "other"})
    assert answers(text) == {}


SECONDS = int(NOW.timestamp())
ONE_YEAR = 365 * 86400
ONE_FEWER = sd_jwt(PAYLOAD, GIVEN_NAME)

FAULTS: dict[str, tuple[str, dict[str, str]]] = {
    "signed_with_another_key": (bound(signer=STRANGER), {"signature": "signature_invalid"}),
    "signed_with_the_issuers_key": (bound(signer=ISSUER), {"signature": "signature_invalid"}),
    "alg_none": (bound(header={"alg": "none"}), {"signature": "algorithm_not_allowed"}),
    "alg_hs256": (bound(header={"alg": "HS256"}), {"signature": "algorithm_not_allowed"}),
    "alg_es384": (bound(header={"alg": "ES384"}), {"signature": "algorithm_not_allowed"}),
    "signature_empty": (bound().rpartition(".")[0] + ".", {"signature": "signature_invalid"}),
    "aud_of_another_verifier": (bound({"aud": "x509_hash:other"}), {"audience": "aud_wrong"}),
    "aud_without_prefix": (bound({"aud": "verifier"}), {"audience": "aud_wrong"}),
    "aud_an_array": (bound({"aud": [AUDIENCE]}), {"audience": "aud_not_string"}),
    "aud_missing": (bound({"aud": ABSENT}), {"audience": "aud_missing"}),
    "nonce_of_another_session": (bound({"nonce": "n-other"}), {"nonce": "nonce_wrong"}),
    "nonce_not_ascii": (bound({"nonce": "né"}), {"nonce": "nonce_wrong"}),
    "nonce_a_number": (bound({"nonce": 1}), {"nonce": "nonce_not_string"}),
    "nonce_missing": (bound({"nonce": ABSENT}), {"nonce": "nonce_missing"}),
    "iat_missing": (bound({"iat": ABSENT}), {"time": "iat_missing"}),
    "iat_a_string": (bound({"iat": str(SECONDS)}), {"time": "iat_malformed"}),
    "iat_true": (bound({"iat": True}), {"time": "iat_malformed"}),
    "iat_one_year_past": (bound({"iat": SECONDS - ONE_YEAR}), {"time": "iat_too_old"}),
    "iat_six_minutes_past": (bound({"iat": SECONDS - 360}), {"time": "iat_too_old"}),
    "iat_one_year_future": (bound({"iat": SECONDS + ONE_YEAR}), {"time": "iat_in_future"}),
    "iat_two_minutes_future": (bound({"iat": SECONDS + 120}), {"time": "iat_in_future"}),
    "proof_expired": (bound({"exp": SECONDS - 60}), {"time": "exp_passed"}),
    "proof_not_yet_valid": (bound({"nbf": SECONDS + 60}), {"time": "nbf_in_future"}),
    "sd_hash_missing": (bound({"sd_hash": ABSENT}), {"sd_hash": "sd_hash_missing"}),
    "sd_hash_a_number": (bound({"sd_hash": 0}), {"sd_hash": "sd_hash_not_string"}),
    "sd_hash_of_other_disclosures": (bound({"sd_hash": digest(ONE_FEWER)}), {"sd_hash": "sd_hash_wrong"}),
    "sd_hash_without_the_last_tilde": (
        bound({"sd_hash": digest(VALID.removesuffix("~"))}), {"sd_hash": "sd_hash_wrong"},
    ),
    "sd_hash_of_the_jwt_alone": (bound({"sd_hash": digest(VALID.split("~")[0])}), {"sd_hash": "sd_hash_wrong"}),
    "sd_hash_by_another_hash": (bound({"sd_hash": digest(VALID, "sha512")}), {"sd_hash": "sd_hash_wrong"}),
    "disclosure_removed_after_signing": (
        ONE_FEWER + bound().removeprefix(VALID), {"sd_hash": "sd_hash_wrong"},
    ),
    "disclosure_added_after_signing": (
        VALID + forge(KB_HEADER, kb_claims(ONE_FEWER), HOLDER), {"sd_hash": "sd_hash_wrong"},
    ),
    "disclosures_reordered_after_signing": (
        "~".join([VALID.split("~")[0], *VALID.split("~")[-2:0:-1], bound().removeprefix(VALID)]),
        {"sd_hash": "sd_hash_wrong"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_each_fault_fails_its_own_question_only(text: str, expected: dict[str, str]) -> None:
    """RFC 9901, section 7.3, step 5."""
    assert answers(text) == expected


UNREADABLE: dict[str, tuple[str, str]] = {
    "missing": (VALID, "key_binding_missing"),
    "typ_jwt": (bound(header={"typ": "JWT"}), "type_wrong"),
    "typ_missing": (bound(header={"typ": ABSENT}), "type_wrong"),
    "typ_upper_case": (bound(header={"typ": "KB+JWT"}), "type_wrong"),
    "alg_missing": (bound(header={"alg": ABSENT}), "algorithm_missing"),
    "crit": (bound(header={"crit": ["x"]}), "critical_header_unknown"),
    "not_base64url": (VALID + "a=.b.c", "base64url_malformed"),
    "payload_no_object": (VALID + f"{b64(b'{}')}.{b64(b'[]')}.{b64(b'x')}", "algorithm_missing"),
    "payload_an_array": (
        VALID + ".".join((bound().removeprefix(VALID).split(".")[0], b64(b"[]"), "AA")), "json_not_object",
    ),
    "payload_repeats_the_nonce": (
        VALID + ".".join((bound().removeprefix(VALID).split(".")[0], b64(b'{"nonce":"a","nonce":"b"}'), "AA")),
        "json_member_repeated",
    ),
    "too_large": (bound({"more": "x" * 20_000}), "jws_too_large"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_no_proof_to_ask(text: str, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_key_binding(parse_compact(text))
    assert caught.value.reason == reason


P384 = jose.jwk_from_public_key(software_key(904, ec.SECP384R1()).public_key)
JWK = PAYLOAD["cnf"]["jwk"]

CONFIRMATIONS: dict[str, tuple[object, str]] = {
    "missing": (ABSENT, "cnf_missing"),
    "a_string": ("key", "cnf_malformed"),
    "kid_only": ({"kid": "k1"}, "cnf_jwk_missing"),
    "jwk_a_string": ({"jwk": "key"}, "jwk_malformed"),
    "jwk_private": ({"jwk": {**JWK, "d": b64(bytes(32))}}, "jwk_private"),
    "jwk_not_on_curve": ({"jwk": {**JWK, "y": b64(bytes(32))}}, "jwk_not_on_curve"),
    "jwk_symmetric": ({"jwk": {"kty": "oct", "k": b64(bytes(32))}}, "jwk_private"),
}


@pytest.mark.parametrize(("cnf", "reason"), CONFIRMATIONS.values(), ids=CONFIRMATIONS)
def test_no_key_to_verify_with(cnf: object, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        confirmation_key(changed(PAYLOAD, {"cnf": cnf}))
    assert caught.value.reason == reason


def test_a_minimal_jwk_is_enough() -> None:
    assert set(JWK) == {"kty", "crv", "x", "y"}
    assert confirmation_key(PAYLOAD) == HOLDER.public_key


def test_a_key_on_another_curve_does_not_fit_es256() -> None:
    key = confirmation_key({"cnf": {"jwk": P384}})
    with pytest.raises(Rejection) as caught:
        verify_binding_signature(parse_key_binding(parse_compact(VALID_KB)), key)
    assert caught.value.reason == "algorithm_key_mismatch"


def test_the_window_is_the_callers() -> None:
    binding = parse_key_binding(parse_compact(VALID_KB))
    require_issued_now(binding, NOW + timedelta(minutes=5))
    require_issued_now(binding, NOW - timedelta(minutes=1))


@pytest.mark.parametrize(("name", "in_hashlib"), [("sha-384", "sha384"), ("sha-512", "sha512")])
def test_sd_hash_uses_the_hash_of_the_credential(name: str, in_hashlib: str) -> None:
    text = sd_jwt({"_sd_alg": name})
    assert sd_hash(parse_compact(text)) == digest(text, in_hashlib)


def test_an_issuer_sends_no_proof() -> None:
    """RFC 9901, section 7.2."""
    require_unbound(parse_compact(VALID))
    with pytest.raises(Rejection) as caught:
        require_unbound(parse_compact(VALID_KB))
    assert caught.value.reason == "key_binding_unexpected"


def test_a_presentation_is_bound_once() -> None:
    with pytest.raises(Rejection) as caught:
        bind(VALID_KB, holder=HOLDER, audience=AUDIENCE, nonce=NONCE, issued_at=NOW)
    assert caught.value.reason == "key_binding_unexpected"


@given(JSON, JSON, JSON, JSON)
def test_only_rejections(aud: object, nonce: object, iat: object, hash_: object) -> None:
    sd = parse_compact(bound({"aud": aud, "nonce": nonce, "iat": iat, "sd_hash": hash_}))
    for question in QUESTIONS.values():
        with contextlib.suppress(Rejection):
            question(sd)
