"""Wallet attestations: draft-ietf-oauth-attestation-based-client-auth-10; checklist section 8."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pilot
from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge, software_key
from tests.vectors import read_json, vectors
from vc_core import base64url, client_attestation, jose
from vc_core.client_attestation import AttestedClient
from vc_core.rejection import Rejection

NOW = pilot.NOW
IAT = int(NOW.timestamp())
SERVER = "https://issuer.example"
CLIENT = "https://wallet.example"
INSTANCE, OTHER = software_key(41), software_key(42)
JWK = jose.jwk_from_public_key(INSTANCE.public_key)
X5C = jose.x5c_header(pilot.WALLET_PROVIDER.chain)
HEADER = {"typ": "oauth-client-attestation+jwt", "alg": "ES256", "x5c": X5C}
CLAIMS = {"sub": CLIENT, "iat": IAT, "exp": IAT + 3600, "cnf": {"jwk": JWK}}
POP_HEADER = {"typ": "oauth-client-attestation-pop+jwt", "alg": "ES256"}
POP_CLAIMS = {"aud": SERVER, "jti": "d25d00ab", "iat": IAT, "challenge": "c1"}
ANCHORS = (pilot.WALLET_ROOT.certificate,)


def attestation(*, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> str:
    return forge(changed(HEADER, header or {}), changed(CLAIMS, claims or {}), pilot.WALLET_PROVIDER)


def pop(*, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> str:
    return forge(changed(POP_HEADER, header or {}), changed(POP_CLAIMS, claims or {}), INSTANCE)


def check(attestations: list[str] | None = None, pops: list[str] | None = None, **overrides: Any) -> AttestedClient:
    given = {"audience": SERVER, "now": NOW, "anchors": ANCHORS, "challenge_ok": lambda text: text == "c1"}
    return client_attestation.check_client(
        [attestation()] if attestations is None else attestations,
        [pop()] if pops is None else pops,
        **{**given, **overrides},
    )


def reason_of(action: Callable[[], object]) -> str:
    with pytest.raises(Rejection) as caught:
        action()
    return caught.value.reason


def broken(text: str) -> str:
    head, _, signature = text.rpartition(".")
    octets = bytearray(base64url.decode(signature))
    octets[0] ^= 1
    return f"{head}.{base64url.encode(bytes(octets))}"


# --- published


def test_published_proofs_are_made_with_the_key_that_is_attested() -> None:
    """Draft -10, sections 4 and 5.1; the provider's key is not published, so its signature is left aside."""
    published = read_json(vectors("client-attestation") / "examples.json")["examples"]
    attested = jose.parse_jws(published[0]["jwt"])
    jose.require_type(attested, client_attestation.ATTESTATION_TYP)
    key = jose.public_key_from_jwk(attested.claims()["cnf"]["jwk"])
    for example in published[1:]:
        proof = jose.parse_jws(example["jwt"])
        jose.require_type(proof, client_attestation.POP_TYP)
        jose.verify_jws(proof, key)
        assert proof.claims() == example["payload"]


def test_published_attestation_of_the_credential_issuance_specification() -> None:
    """OpenID4VCI 1.0, appendix E: signed by the leaf of its `x5c`, which there is self-signed, so HAIP refuses it."""
    text = (vectors("openid4vci-1.0") / "examples" / "wallet_attestation.jwt.txt").read_text()
    text = "".join(text.split())
    decoded = read_json(vectors("openid4vci-1.0") / "derived" / "wallet_attestation.decoded.json")
    jws = jose.parse_jws(text)
    (leaf,) = jose.parse_x5c(jws.header)
    jose.verify_jws(jws, leaf.public_key())  # type: ignore[arg-type]
    assert jws.claims() == decoded["payload"]
    now = datetime.fromtimestamp(decoded["payload"]["nbf"], UTC) + timedelta(minutes=1)
    assert reason_of(lambda: check([text], now=now)) == "attestation_leaf_self_signed"


# --- accepted


def test_what_we_make() -> None:
    made = client_attestation.make_attestation(
        pilot.WALLET_PROVIDER,
        client_id=CLIENT,
        instance_key=INSTANCE.public_key,
        issued_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        issuer="https://provider.example",
    )
    proof = client_attestation.make_pop(
        INSTANCE, audience=SERVER, jti="j1", issued_at=NOW, challenge="c1", issuer=CLIENT
    )
    assert check([made], [proof], client_id=CLIENT) == AttestedClient(
        client_id=CLIENT,
        instance=base64url.encode(jose.jwk_thumbprint(JWK)),
        jti="j1",
        issued_at=NOW,
        challenge="c1",
    )


TOLERATED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "iss_of_draft_07": ({"iss": "https://provider.example"}, {"iss": CLIENT}),
    "nbf_of_draft_07": ({"nbf": IAT}, {"nbf": IAT}),
    "iat_left_out_of_the_attestation": ({"iat": ABSENT}, {}),
    "exp_10_seconds_ago": ({"exp": IAT - 9}, {}),
    "pop_10_seconds_ahead": ({}, {"iat": IAT + 10}),
    "unknown_claims": ({"wallet_name": "W"}, {"foo": [1]}),
}


@pytest.mark.parametrize(("claims", "pop_claims"), TOLERATED.values(), ids=TOLERATED)
def test_tolerated(claims: dict[str, Any], pop_claims: dict[str, Any]) -> None:
    assert check([attestation(claims=claims)], [pop(claims=pop_claims)]).client_id == CLIENT


def test_challenge_is_not_asked_for_where_none_is_given_out() -> None:
    assert check(pops=[pop(claims={"challenge": ABSENT})], challenge_ok=None).challenge is None


# --- refused

BAD_ATTESTATIONS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "typ_missing": ({"typ": ABSENT}, {}, "attestation_type_wrong"),
    "typ_of_the_proof": ({"typ": "oauth-client-attestation-pop+jwt"}, {}, "attestation_type_wrong"),
    "alg_none": ({"alg": "none"}, {}, "attestation_algorithm_not_allowed"),
    "alg_hs256": ({"alg": "HS256"}, {}, "attestation_algorithm_not_allowed"),
    "x5c_missing": ({"x5c": ABSENT, "kid": "11"}, {}, "attestation_x5c_missing"),
    "x5c_with_anchor": (
        {"x5c": [*X5C, *jose.x5c_header(ANCHORS)]},
        {},
        "attestation_anchor_in_chain",
    ),
    "sub_missing": ({}, {"sub": ABSENT}, "attestation_sub_missing"),
    "sub_empty": ({}, {"sub": ""}, "attestation_sub_malformed"),
    "exp_missing": ({}, {"exp": ABSENT}, "attestation_exp_missing"),
    "exp_ten_minutes_past": ({}, {"exp": IAT - 600}, "attestation_exp_passed"),
    "exp_a_string": ({}, {"exp": "later"}, "attestation_exp_malformed"),
    "nbf_ahead": ({}, {"nbf": IAT + 600}, "attestation_nbf_in_future"),
    "cnf_missing": ({}, {"cnf": ABSENT}, "attestation_cnf_missing"),
    "cnf_without_jwk": ({}, {"cnf": {"jkt": "x"}}, "attestation_jwk_missing"),
    "cnf_private": ({}, {"cnf": {"jwk": {**JWK, "d": "AQ"}}}, "attestation_jwk_private"),
}


@pytest.mark.parametrize(("header", "claims", "reason"), BAD_ATTESTATIONS.values(), ids=BAD_ATTESTATIONS)
def test_bad_attestation(header: dict[str, Any], claims: dict[str, Any], reason: str) -> None:
    """Draft -10, sections 4 and 7.1."""
    assert reason_of(lambda: check([attestation(header=header, claims=claims)])) == reason


BAD_PROOFS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "typ_missing": ({"typ": ABSENT}, {}, "pop_type_wrong"),
    "typ_of_the_attestation": ({"typ": "oauth-client-attestation+jwt"}, {}, "pop_type_wrong"),
    "alg_none": ({"alg": "none"}, {}, "pop_algorithm_not_allowed"),
    "alg_hs256": ({"alg": "HS256"}, {}, "pop_algorithm_not_allowed"),
    "aud_missing": ({}, {"aud": ABSENT}, "pop_aud_missing"),
    "aud_of_another_server": ({}, {"aud": "https://other.example"}, "pop_aud_wrong"),
    "aud_array": ({}, {"aud": [SERVER, "https://other.example"]}, "pop_aud_malformed"),
    "iss_of_another_client": ({}, {"iss": "https://other.example"}, "pop_iss_wrong"),
    "jti_missing": ({}, {"jti": ABSENT}, "pop_jti_missing"),
    "iat_missing": ({}, {"iat": ABSENT}, "pop_iat_missing"),
    "iat_one_hour_old": ({}, {"iat": IAT - 3600}, "pop_iat_too_old"),
    "iat_one_hour_ahead": ({}, {"iat": IAT + 3600}, "pop_iat_in_future"),
    "challenge_missing": ({}, {"challenge": ABSENT}, "pop_challenge_missing"),
    "challenge_wrong": ({}, {"challenge": "c2"}, "pop_challenge_wrong"),
}


@pytest.mark.parametrize(("header", "claims", "reason"), BAD_PROOFS.values(), ids=BAD_PROOFS)
def test_bad_proof(header: dict[str, Any], claims: dict[str, Any], reason: str) -> None:
    """Draft -10, sections 5.1 and 7.1."""
    assert reason_of(lambda: check(pops=[pop(header=header, claims=claims)])) == reason


BAD_CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "attestation_missing": ({"attestations": []}, "attestation_missing"),
    "attestation_twice": ({"attestations": [attestation()] * 2}, "attestation_repeated"),
    "proof_missing": ({"pops": []}, "pop_missing"),
    "proof_twice": ({"pops": [pop()] * 2}, "pop_repeated"),
    "headers_swapped": ({"attestations": [pop()], "pops": [attestation()]}, "attestation_type_wrong"),
    "attestation_signature_broken": ({"attestations": [broken(attestation())]}, "attestation_signature_invalid"),
    "attestation_signed_by_the_wallet_itself": (
        {"attestations": [forge(HEADER, CLAIMS, INSTANCE)]},
        "attestation_signature_invalid",
    ),
    "provider_untrusted": ({"anchors": (pilot.ACCESS_ROOT.certificate,)}, "attestation_issuer_unknown"),
    "proof_signature_broken": ({"pops": [broken(pop())]}, "pop_signature_invalid"),
    "proof_by_another_key": ({"pops": [forge(POP_HEADER, POP_CLAIMS, OTHER)]}, "pop_signature_invalid"),
    "client_id_of_another": ({"client_id": "https://other.example"}, "client_id_wrong"),
}


@pytest.mark.parametrize(("call", "reason"), BAD_CALLS.values(), ids=BAD_CALLS)
def test_bad_call(call: dict[str, Any], reason: str) -> None:
    assert reason_of(lambda: check(**call)) == reason


@given(st.text(), st.text())
def test_any_text_is_rejected(first: str, second: str) -> None:
    for attestations, pops in (([first], [second]), ([attestation()], [second])):
        with pytest.raises(Rejection):
            check(attestations, pops)


@given(
    st.dictionaries(st.sampled_from([*CLAIMS, "nbf"]), JSON, max_size=2), st.sampled_from([*POP_CLAIMS, "nbf"]), JSON
)
def test_claims_of_any_value_raise_nothing_but_a_rejection(claims: dict[str, Any], name: str, value: Any) -> None:
    with contextlib.suppress(Rejection):
        check([attestation(claims=claims)], [pop(claims={name: value})])
