"""Pushed authorization requests that are refused: checklist sections 5, 8 and 9; nothing changes in the register."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from issuer.adapters.institution_directory import load_signer
from tests.issuer.authorization.flow import EHIC_SD_JWT, SD_JWT, AttestedWallet
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import BASE_URL, Clock, Registered, World
from tests.vc_core.forged_jws import ABSENT, software_key
from vc_core import base64url, jose

_OTHER = software_key(92)


def details(*ids: str, **more: Any) -> str:
    return json.dumps([{"type": "openid_credential", "credential_configuration_id": id_, **more} for id_ in ids])


BAD_FORMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "response_type_missing": ({"response_type": []}, "invalid_request", "response_type_missing"),
    "response_type_token": ({"response_type": "token"}, "unsupported_response_type", "response_type_unsupported"),
    "response_type_hybrid": (
        {"response_type": "code id_token"},
        "unsupported_response_type",
        "response_type_unsupported",
    ),
    "response_mode_fragment": ({"response_mode": "fragment"}, "invalid_request", "response_mode_unsupported"),
    "request_uri_inside": (
        {"request_uri": "urn:ietf:params:oauth:request_uri:x"},
        "invalid_request",
        "request_uri_pushed",
    ),
    "request_object_inside": ({"request": "a.b.c"}, "invalid_request", "request_object_unsupported"),
    "redirect_uri_missing": ({"redirect_uri": []}, "invalid_request", "redirect_uri_missing"),
    "redirect_uri_http": ({"redirect_uri": "http://wallet.example/"}, "invalid_request", "redirect_uri_malformed"),
    "redirect_uri_fragment": (
        {"redirect_uri": "https://wallet.example/#a"},
        "invalid_request",
        "redirect_uri_malformed",
    ),
    "redirect_uri_script": ({"redirect_uri": "javascript:/alert(1)"}, "invalid_request", "redirect_uri_malformed"),
    "redirect_uri_relative": ({"redirect_uri": "/back"}, "invalid_request", "redirect_uri_malformed"),
    "redirect_uri_twice": (
        {"redirect_uri": ["https://a.example", "https://b.example"]},
        "invalid_request",
        "parameter_repeated",
    ),
    "challenge_missing": ({"code_challenge": []}, "invalid_request", "code_challenge_missing"),
    "challenge_plain": (
        {"code_challenge_method": "plain"},
        "invalid_request",
        "code_challenge_method_unsupported",
    ),
    "challenge_without_method": (
        {"code_challenge_method": []},
        "invalid_request",
        "code_challenge_method_unsupported",
    ),
    "challenge_short": ({"code_challenge": "abc"}, "invalid_request", "code_challenge_malformed"),
    "scope_missing": ({"scope": []}, "invalid_scope", "scope_missing"),
    "scope_unknown": ({"scope": "openid"}, "invalid_scope", "scope_unknown"),
    "scope_of_an_identity": ({"scope": "eu.europa.ec.eudi.pid_mdoc"}, "invalid_scope", "scope_unknown"),
    "scopes_of_two_types": ({"scope": f"{SD_JWT} {EHIC_SD_JWT}"}, "invalid_scope", "types_several"),
    "details_malformed": (
        {"authorization_details": "{"},
        "invalid_authorization_details",
        "json_malformed",
    ),
    "details_with_a_member_twice": (
        {"authorization_details": '[{"type":"a","type":"openid_credential"}]'},
        "invalid_authorization_details",
        "json_member_repeated",
    ),
    "details_of_another_type": (
        {"authorization_details": '[{"type":"payment"}]'},
        "invalid_authorization_details",
        "authorization_details_type_unknown",
    ),
    "details_of_unknown_configuration": (
        {"authorization_details": details("unknown")},
        "invalid_authorization_details",
        "credential_configuration_unknown",
    ),
    "jkt_malformed": ({"dpop_jkt": "short"}, "invalid_request", "dpop_jkt_malformed"),
    "issuer_state_unknown": ({"issuer_state": "A" * 22}, "invalid_request", "issuer_state_unknown"),
    "client_id_of_another": ({"client_id": "https://other.example"}, "invalid_client", "client_id_wrong"),
}


@pytest.mark.parametrize(("form", "error", "reason"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_bad_form(world: World, attested: AttestedWallet, form: dict[str, Any], error: str, reason: str) -> None:
    before = world.rows()
    response = attested.push(**form)
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": reason})
    assert response.headers["Cache-Control"] == "no-store"
    assert world.rows() == before


def test_issuer_state_of_another_type_of_document(
    world: World, attested: AttestedWallet, registered: Registered
) -> None:
    """VCI-6: what comes as `issuer_state` may have been put there by anybody."""
    before = world.rows()
    response = attested.push(issuer_state=registered.offer_id, scope=EHIC_SD_JWT)
    assert response.json()["error_description"] == "issuer_state_of_another_type"
    assert world.rows() == before


def test_issuer_state_of_an_offer_that_is_used_up(
    world: World, attested: AttestedWallet, registered: Registered
) -> None:
    assert attested.redeem(registered).status_code == 200
    assert attested.push(issuer_state=registered.offer_id).json()["error_description"] == "issuer_state_unknown"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods(world: World, method: str) -> None:
    """PAR-1: 405."""
    response = world.client().request(method, "/par")
    assert response.status_code == 405


Headers = Callable[[AttestedWallet], dict[str, str]]


def attestation(**changes: Any) -> Headers:
    return lambda w: {**w.attested(), "OAuth-Client-Attestation": w.attestation(**changes)}


def pop(**changes: Any) -> Headers:
    return lambda w: {**w.attested(), "OAuth-Client-Attestation-PoP": w.pop(**changes)}


def without(name: str) -> Headers:
    return lambda w: {header: value for header, value in w.attested().items() if header != name}


def broken(header: str) -> Headers:
    def break_signature(wallet: AttestedWallet) -> dict[str, str]:
        headers = wallet.attested()
        head, _, signature = headers[header].rpartition(".")
        octets = bytearray(base64url.decode(signature))
        octets[0] ^= 1
        return {**headers, header: f"{head}.{base64url.encode(bytes(octets))}"}

    return break_signature


BAD_CLIENTS: dict[str, tuple[Headers, str, str]] = {
    "attestation_missing": (without("OAuth-Client-Attestation"), "invalid_client", "attestation_missing"),
    "proof_missing": (without("OAuth-Client-Attestation-PoP"), "invalid_client", "pop_missing"),
    "attestation_signature_broken": (
        broken("OAuth-Client-Attestation"),
        "invalid_client",
        "attestation_signature_invalid",
    ),
    "proof_signature_broken": (
        broken("OAuth-Client-Attestation-PoP"),
        "invalid_client",
        "pop_signature_invalid",
    ),
    "proof_by_another_key": (pop(signer=_OTHER), "invalid_client", "pop_signature_invalid"),
    "attestation_by_the_wallet_itself": (
        attestation(signer=_OTHER),
        "invalid_client",
        "attestation_signature_invalid",
    ),
    "attestation_expired": (
        lambda w: attestation(claims={"exp": w.issued_at - 600})(w),
        "invalid_client",
        "attestation_exp_passed",
    ),
    "attestation_without_sub": (
        attestation(claims={"sub": ABSENT}),
        "invalid_client",
        "attestation_sub_missing",
    ),
    "attestation_with_private_key": (
        attestation(claims={"cnf": {"jwk": {**jose.jwk_from_public_key(_OTHER.public_key), "d": "AQ"}}}),
        "invalid_client",
        "attestation_jwk_private",
    ),
    "attestation_alg_none": (
        attestation(header={"alg": "none"}),
        "invalid_client",
        "attestation_algorithm_not_allowed",
    ),
    "attestation_alg_hs256": (
        attestation(header={"alg": "HS256"}),
        "invalid_client",
        "attestation_algorithm_not_allowed",
    ),
    "attestation_typ_of_the_proof": (
        attestation(header={"typ": "oauth-client-attestation-pop+jwt"}),
        "invalid_client",
        "attestation_type_wrong",
    ),
    "proof_typ_of_the_attestation": (
        pop(header={"typ": "oauth-client-attestation+jwt"}),
        "invalid_client",
        "pop_type_wrong",
    ),
    "proof_for_another_server": (
        pop(claims={"aud": "https://other.example"}),
        "invalid_client",
        "pop_aud_wrong",
    ),
    "proof_without_jti": (pop(claims={"jti": ABSENT}), "invalid_client", "pop_jti_missing"),
    "proof_an_hour_old": (
        lambda w: pop(claims={"iat": w.issued_at - 3600})(w),
        "invalid_client",
        "pop_iat_too_old",
    ),
    "challenge_missing": (
        pop(claims={"challenge": ABSENT}),
        "use_attestation_challenge",
        "pop_challenge_missing",
    ),
    "challenge_made_up": (
        pop(claims={"challenge": "A" * 51}),
        "use_attestation_challenge",
        "pop_challenge_wrong",
    ),
    "challenge_is_another_nonce": (
        lambda w: pop(claims={"challenge": w.nonces()[0]})(w),
        "use_attestation_challenge",
        "pop_challenge_wrong",
    ),
}


@pytest.mark.parametrize(("headers", "error", "reason"), BAD_CLIENTS.values(), ids=BAD_CLIENTS)
def test_bad_client(world: World, attested: AttestedWallet, headers: Headers, error: str, reason: str) -> None:
    """Checklist section 8, at PAR."""
    sent = headers(attested)
    before = world.rows()
    response = attested.push(sent)
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": reason})
    assert world.rows() == before


def test_untrusted_provider(world: World, attested: AttestedWallet, tmp_path: Any, pilot: Any) -> None:
    """A signer with a certificate, of another authority."""
    stranger = load_signer(pilot[0] / "pki" / "verifier", "access")
    headers = {
        **attested.attested(),
        "OAuth-Client-Attestation": attested.attestation(
            header={"x5c": jose.x5c_header(stranger.chain)}, signer=stranger
        ),
    }
    response = attested.push(headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_client")
    assert response.json()["error_description"] == "attestation_issuer_unknown"


def test_headers_given_twice(world: World, attested: AttestedWallet) -> None:
    """ABCA-1, ABCA-2: exactly once."""
    for name, reason in (
        ("OAuth-Client-Attestation", "attestation_repeated"),
        ("OAuth-Client-Attestation-PoP", "pop_repeated"),
    ):
        headers = list(attested.attested().items())
        headers += [(key, value) for key, value in headers if key == name]
        response = world.client().post("/par", data=attested.ask(), headers=headers)
        assert (response.json()["error"], response.json()["error_description"]) == ("invalid_client", reason)


def test_proof_of_possession_is_used_once(world: World, attested: AttestedWallet) -> None:
    """ABCA-4: replay of `jti`."""
    headers = attested.attested()
    assert attested.push(headers).status_code == 201
    before = world.rows()
    response = attested.push(headers)
    assert response.json() == {"error": "invalid_client", "error_description": "pop_jti_repeated"}
    assert world.rows() == before


def test_challenge_comes_with_the_refusal(attested: AttestedWallet) -> None:
    """ABCA-5: the one to use stands in a header."""
    refused = attested.push(pop(claims={"challenge": ABSENT})(attested))
    challenge = refused.headers["OAuth-Client-Attestation-Challenge"]
    assert attested.push(pop(claims={"challenge": challenge})(attested)).status_code == 201


def test_old_challenge(make_world: MakeWorld, attested: AttestedWallet) -> None:
    clock = Clock()
    world = make_world(clock=clock)
    wallet = AttestedWallet(world, provider=attested.provider)
    challenge = wallet.challenge()
    clock.advance(seconds=301)
    response = wallet.push(pop(claims={"challenge": challenge})(wallet))
    assert response.json()["error"] == "use_attestation_challenge"


# --- DPoP at PAR

BAD_DPOP: dict[str, tuple[dict[str, Any], str, str]] = {
    "nonce_missing": ({"claims": {"nonce": ABSENT}}, "use_dpop_nonce", "nonce_missing"),
    "of_another_endpoint": ({"claims": {"htu": f"{BASE_URL}/token"}}, "invalid_dpop_proof", "htu_wrong"),
    "typ_jwt": ({"header": {"typ": "JWT"}}, "invalid_dpop_proof", "type_wrong"),
    "alg_none": ({"header": {"alg": "none"}}, "invalid_dpop_proof", "algorithm_not_allowed"),
    "jti_missing": ({"claims": {"jti": ABSENT}}, "invalid_dpop_proof", "jti_missing"),
}


@pytest.mark.parametrize(("change", "error", "reason"), BAD_DPOP.values(), ids=BAD_DPOP)
def test_bad_dpop(world: World, attested: AttestedWallet, change: dict[str, Any], error: str, reason: str) -> None:
    headers = attested.attested(DPoP=attested.proof("/par", **change))
    before = world.rows()
    response = attested.push(headers)
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": reason})
    assert ("DPoP-Nonce" in response.headers) == (error == "use_dpop_nonce")
    assert world.rows() == before


def test_jkt_of_another_key_than_the_proof(world: World, attested: AttestedWallet) -> None:
    """DPOP-4: RFC 9449, section 10.1."""
    before = world.rows()
    jkt = base64url.encode(jose.jwk_thumbprint(jose.jwk_from_public_key(_OTHER.public_key)))
    response = attested.push(attested.attested(DPoP=attested.proof("/par")), dpop_jkt=jkt)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_dpop_proof")
    assert world.rows() == before


BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "json": ({"content": b"{}", "media": "application/json"}, "media_type_wrong"),
    "escaped_not_utf8": ({"content": b"scope=%ff", "media": "application/x-www-form-urlencoded"}, "form_malformed"),
    "too_large": (
        {"content": b"a=" + b"1" * 65536, "media": "application/x-www-form-urlencoded"},
        "body_too_large: at most 65536 bytes",
    ),
}


@pytest.mark.parametrize(("sent", "reason"), BODIES.values(), ids=BODIES)
def test_bad_body(world: World, attested: AttestedWallet, sent: dict[str, Any], reason: str) -> None:
    before = world.rows()
    headers = attested.attested(**{"Content-Type": sent["media"]})
    response = world.client().post("/par", content=sent["content"], headers=headers)
    assert (response.status_code, response.json()) == (400, {"error": "invalid_request", "error_description": reason})
    assert world.rows() == before
