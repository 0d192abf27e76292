"""The token endpoint: OpenID4VCI 1.0, sections 6.1 to 6.3; RFC 9449, sections 5 and 8; checklist 5 and 9."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.issuer.world import BASE_URL, Registered, Wallet, World
from tests.vc_core.forged_jws import ABSENT, software_key
from vc_core import jose
from vc_core.credential_offer import PRE_AUTHORIZED_CODE
from vc_core.dpop import WINDOW

CONFIGURATION = "eu.europa.ec.eudi.pda1_mdoc"
OTHER_CONFIGURATION = "eu.europa.ec.eudi.ehic_mdoc"

# --- accepted


def test_redeemed(wallet: Wallet, registered: Registered) -> None:
    response = wallet.redeem(registered)
    answer = response.json()
    assert response.status_code == 200
    assert (answer["token_type"], answer["expires_in"]) == ("DPoP", 300)
    assert set(answer) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["DPoP-Nonce"]


def test_nothing_secret_is_stored_in_the_clear(world: World, wallet: Wallet, registered: Registered) -> None:
    form = wallet.form(registered)
    wallet.redeem(registered)
    stored = repr(world.rows())
    for secret in (form["pre-authorized_code"], f"'{form['tx_code']}'", wallet.access_token):
        assert secret not in stored


def test_nonce_is_given_to_a_wallet_without_one(world: World, wallet: Wallet, registered: Registered) -> None:
    """RFC 9449, section 8: 400, `use_dpop_nonce`, and the nonce to use."""
    form = wallet.form(registered)
    proof = wallet.proof("/token", claims={"nonce": ABSENT})
    first = world.client().post("/token", data=form, headers={"DPoP": proof})
    assert (first.status_code, first.json()["error"]) == (400, "use_dpop_nonce")
    proof = wallet.proof("/token", claims={"nonce": first.headers["DPoP-Nonce"]})
    second = world.client().post("/token", data=form, headers={"DPoP": proof})
    assert second.status_code == 200


def test_authorization_details_come_back_with_identifiers(wallet: Wallet, registered: Registered) -> None:
    """VCI-9."""
    asked = {"type": "openid_credential", "credential_configuration_id": CONFIGURATION, "foo": 1}
    answer = wallet.redeem(registered, authorization_details=json.dumps([asked])).json()
    (granted,) = answer["authorization_details"]
    assert (granted["type"], granted["credential_configuration_id"]) == ("openid_credential", CONFIGURATION)
    assert len(granted["credential_identifiers"]) == 1


TOLERATED: dict[str, dict[str, Any]] = {
    "unknown_parameter": {"form": {"foo": "bar"}},
    "unknown_parameter_twice": {"form": {"foo": ["bar", "baz"]}},
    "client_id": {"form": {"client_id": "wallet"}},
    "client_id_with_a_null": {"form": {"client_id": "a\0b"}},
    "proof_10_seconds_old": {"claims": lambda w: {"iat": w.issued_at - 10}},
    "proof_10_seconds_ahead": {"claims": lambda w: {"iat": w.issued_at + 10}},
    "htu_with_query": {"claims": lambda w: {"htu": f"{BASE_URL}/token?a=1#b"}},
    "htu_with_default_port": {"claims": lambda w: {"htu": "https://ISSUER.example:443/token"}},
    "unknown_claim": {"claims": lambda w: {"foo": [1]}},
    "charset_in_content_type": {"headers": {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}},
}


@pytest.mark.parametrize("case", TOLERATED.values(), ids=TOLERATED)
def test_tolerated(world: World, wallet: Wallet, registered: Registered, case: dict[str, Any]) -> None:
    form = {**wallet.form(registered), **case.get("form", {})}
    proof = wallet.proof("/token", claims=case.get("claims", lambda _: {})(wallet))
    headers = {"DPoP": proof, **case.get("headers", {})}
    assert world.client().post("/token", data=form, headers=headers).status_code == 200


# --- refused, with nothing changed

Form = Callable[[dict[str, Any]], dict[str, Any]]

BAD_FORMS: dict[str, tuple[Form, str, str]] = {
    "grant_type_missing": (
        lambda f: {**f, "grant_type": []}, "invalid_request", "grant_type_missing"
    ),
    "grant_type_other": (
        lambda f: {**f, "grant_type": "client_credentials"}, "unsupported_grant_type", "grant_type_unsupported"
    ),
    "grant_type_twice": (
        lambda f: {**f, "grant_type": [PRE_AUTHORIZED_CODE] * 2}, "invalid_request", "parameter_repeated"
    ),
    "code_missing": (
        lambda f: {**f, "pre-authorized_code": []}, "invalid_request", "pre_authorized_code_missing"
    ),
    "code_empty": (
        lambda f: {**f, "pre-authorized_code": ""}, "invalid_request", "pre_authorized_code_missing"
    ),
    "code_unknown": (lambda f: {**f, "pre-authorized_code": "A" * 43}, "invalid_grant", "code_not_redeemable"),
    "code_twice": (
        lambda f: {**f, "pre-authorized_code": [f["pre-authorized_code"]] * 2}, "invalid_request", "parameter_repeated"
    ),
    "tx_code_missing": (lambda f: {**f, "tx_code": []}, "invalid_request", "tx_code_missing"),
    "details_no_json": (
        lambda f: {**f, "authorization_details": "["}, "invalid_authorization_details", "json_malformed"
    ),
    "details_empty": (
        lambda f: {**f, "authorization_details": "[]"},
        "invalid_authorization_details",
        "authorization_details_malformed",
    ),
    "details_of_another_type": (
        lambda f: {**f, "authorization_details": '[{"type":"payment"}]'},
        "invalid_authorization_details",
        "authorization_details_type_unknown",
    ),
    "details_without_configuration": (
        lambda f: {**f, "authorization_details": '[{"type":"openid_credential"}]'},
        "invalid_authorization_details",
        "authorization_details_malformed",
    ),
    "details_of_what_is_not_offered": (
        lambda f: {
            **f,
            "authorization_details": json.dumps(
                [{"type": "openid_credential", "credential_configuration_id": OTHER_CONFIGURATION}]
            ),
        },
        "invalid_authorization_details",
        "credential_configuration_not_offered",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code", "reason"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_bad_form(world: World, wallet: Wallet, registered: Registered, change: Form, code: str, reason: str) -> None:
    form = change(wallet.form(registered))
    before = world.rows()
    response = world.client().post("/token", data=form, headers={"DPoP": wallet.proof("/token")})
    assert response.status_code == 400
    assert response.json() == {"error": code, "error_description": reason}
    assert world.rows() == before


BAD_BODIES: dict[str, tuple[bytes, str, str]] = {
    "json": (b"{}", "application/json", "media_type_wrong"),
    "no_media_type": (b"grant_type=x", "", "media_type_wrong"),
    "not_ascii": ("grant_type=é".encode(), "application/x-www-form-urlencoded", "form_malformed"),
    "escaped_not_utf8": (b"grant_type=%ff", "application/x-www-form-urlencoded", "form_malformed"),
    "too_many_parameters": (b"&".join([b"a=1"] * 65), "application/x-www-form-urlencoded", "form_malformed"),
    "too_large": (b"a=" + b"1" * 65536, "application/x-www-form-urlencoded", "body_too_large: at most 65536 bytes"),
    "empty": (b"", "application/x-www-form-urlencoded", "grant_type_missing"),
}


@pytest.mark.parametrize(("body", "media_type", "reason"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_bad_body(world: World, wallet: Wallet, body: bytes, media_type: str, reason: str) -> None:
    before = world.rows()
    headers = {"DPoP": wallet.proof("/token"), **({"Content-Type": media_type} if media_type else {})}
    response = world.client().post("/token", content=body, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert response.json()["error_description"] == reason
    assert world.rows() == before


_JWK = jose.jwk_from_public_key(software_key(91).public_key)

BAD_PROOFS: dict[str, tuple[Callable[[Wallet], dict[str, Any]], str, str]] = {
    "nonce_missing": (lambda w: {"claims": {"nonce": ABSENT}}, "use_dpop_nonce", "nonce_missing"),
    "nonce_of_our_own_making": (lambda w: {"claims": {"nonce": "A" * 51}}, "use_dpop_nonce", "nonce_wrong"),
    "nonce_for_key_proofs": (lambda w: {"claims": {"nonce": w.nonces()[0]}}, "use_dpop_nonce", "nonce_wrong"),
    "signature_of_another_key": (lambda w: {"header": {"jwk": _JWK}}, "invalid_dpop_proof", "signature_invalid"),
    "alg_none": (lambda w: {"header": {"alg": "none"}}, "invalid_dpop_proof", "algorithm_not_allowed"),
    "alg_missing": (lambda w: {"header": {"alg": ABSENT}}, "invalid_dpop_proof", "algorithm_missing"),
    "alg_rs256": (lambda w: {"header": {"alg": "RS256"}}, "invalid_dpop_proof", "algorithm_not_allowed"),
    "alg_hs256": (lambda w: {"header": {"alg": "HS256"}}, "invalid_dpop_proof", "algorithm_not_allowed"),
    "typ_missing": (lambda w: {"header": {"typ": ABSENT}}, "invalid_dpop_proof", "type_wrong"),
    "typ_jwt": (lambda w: {"header": {"typ": "JWT"}}, "invalid_dpop_proof", "type_wrong"),
    "jwk_missing": (lambda w: {"header": {"jwk": ABSENT}}, "invalid_dpop_proof", "jwk_missing"),
    "jwk_private": (lambda w: {"header": {"jwk": {**_JWK, "d": "AQ"}}}, "invalid_dpop_proof", "jwk_private"),
    "crit": (lambda w: {"header": {"crit": ["x"]}}, "invalid_dpop_proof", "critical_header_unknown"),
    "jti_missing": (lambda w: {"claims": {"jti": ABSENT}}, "invalid_dpop_proof", "jti_missing"),
    "htm_missing": (lambda w: {"claims": {"htm": ABSENT}}, "invalid_dpop_proof", "htm_missing"),
    "htm_get": (lambda w: {"claims": {"htm": "GET"}}, "invalid_dpop_proof", "htm_wrong"),
    "htm_lower_case": (lambda w: {"claims": {"htm": "post"}}, "invalid_dpop_proof", "htm_wrong"),
    "htu_missing": (lambda w: {"claims": {"htu": ABSENT}}, "invalid_dpop_proof", "htu_missing"),
    "htu_other_path": (
        lambda w: {"claims": {"htu": f"{BASE_URL}/credential"}}, "invalid_dpop_proof", "htu_wrong"
    ),
    "htu_other_host": (
        lambda w: {"claims": {"htu": "https://other.example/token"}}, "invalid_dpop_proof", "htu_wrong"
    ),
    "iat_missing": (lambda w: {"claims": {"iat": ABSENT}}, "invalid_dpop_proof", "iat_missing"),
    "iat_an_hour_ago": (lambda w: {"claims": {"iat": w.issued_at - 3600}}, "invalid_dpop_proof", "iat_too_old"),
    "iat_in_an_hour": (lambda w: {"claims": {"iat": w.issued_at + 3600}}, "invalid_dpop_proof", "iat_in_future"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code", "reason"), BAD_PROOFS.values(), ids=BAD_PROOFS)
def test_bad_proof(
    world: World,
    wallet: Wallet,
    registered: Registered,
    change: Callable[[Wallet], dict[str, Any]],
    code: str,
    reason: str,
) -> None:
    form = wallet.form(registered)
    before = world.rows()
    proof = wallet.proof("/token", **change(wallet))
    response = world.client().post("/token", data=form, headers={"DPoP": proof})
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert response.json()["error_description"] == reason
    assert ("DPoP-Nonce" in response.headers) is (code == "use_dpop_nonce")
    assert world.rows() == before


BAD_HEADERS: dict[str, tuple[Callable[[Wallet], list[tuple[str, str]]], str]] = {
    "no_proof": (lambda w: [], "dpop_missing"),
    "two_proofs": (lambda w: [("DPoP", w.proof("/token")), ("dpop", w.proof("/token"))], "dpop_repeated"),
    "no_jwt": (lambda w: [("DPoP", "proof")], "jws_malformed"),
    "very_long": (lambda w: [("DPoP", "A" * 9000)], "jws_too_large"),
}


@pytest.mark.parametrize(("headers", "reason"), BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_bad_proof_headers(
    world: World,
    wallet: Wallet,
    registered: Registered,
    headers: Callable[[Wallet], list[tuple[str, str]]],
    reason: str,
) -> None:
    form = wallet.form(registered)
    before = world.rows()
    response = world.client().post("/token", data=form, headers=headers(wallet))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_dpop_proof")
    assert response.json()["error_description"] == reason
    assert world.rows() == before


def test_proof_used_before(world: World, wallet: Wallet, registered: Registered) -> None:
    """RFC 9449, section 11.1: a second offer cannot be redeemed with the proof of the first."""
    other = world.register()
    proof = {"DPoP": wallet.proof("/token")}
    assert world.client().post("/token", data=wallet.form(registered), headers=proof).status_code == 200
    form = wallet.form(other)
    before = world.rows()
    response = world.client().post("/token", data=form, headers=proof)
    assert response.json() == {"error": "invalid_dpop_proof", "error_description": "jti_repeated"}
    assert world.rows() == before


def test_proof_is_remembered_for_as_long_as_it_would_be_good(world: World, wallet: Wallet) -> None:
    offers = [world.register() for _ in range(2)]
    forms = [wallet.form(offer) for offer in offers]
    proof = {"DPoP": wallet.proof("/token")}
    assert world.client().post("/token", data=forms[0], headers=proof).status_code == 200
    world.clock.now += WINDOW.past
    late = world.client().post("/token", data=forms[1], headers=proof)
    assert late.json() == {"error": "invalid_dpop_proof", "error_description": "jti_repeated"}
    world.clock.advance(seconds=1)
    later = world.client().post("/token", data=forms[1], headers=proof)
    assert later.json() == {"error": "invalid_dpop_proof", "error_description": "iat_too_old"}


def test_nonce_that_has_expired(world: World, wallet: Wallet, registered: Registered) -> None:
    form = wallet.form(registered)
    nonce = wallet.nonces()[1]
    world.clock.advance(seconds=300)
    proof = wallet.proof("/token", claims={"nonce": nonce})
    response = world.client().post("/token", data=form, headers={"DPoP": proof})
    assert response.json() == {"error": "use_dpop_nonce", "error_description": "nonce_wrong"}


# --- offers that are over


def test_code_used_before(world: World, wallet: Wallet, registered: Registered) -> None:
    form = wallet.form(registered)
    assert wallet.redeem(registered).status_code == 200
    before = world.rows()
    again = world.client().post("/token", data=form, headers={"DPoP": Wallet(world).proof("/token")})
    assert again.json() == {"error": "invalid_grant", "error_description": "code_not_redeemable"}
    assert world.client().get(f"/credential-offer/{registered.offer_id}").status_code == 404
    assert world.rows() == before


def test_code_that_has_expired(world: World, wallet: Wallet, registered: Registered) -> None:
    form = wallet.form(registered)
    world.clock.advance(hours=24)
    response = world.client().post("/token", data=form, headers={"DPoP": wallet.proof("/token")})
    assert response.json()["error"] == "invalid_grant"
    gone = world.client().get(f"/credential-offer/{registered.offer_id}")
    assert (gone.status_code, gone.json()["error"]) == (404, "offer_gone")
    assert [offer["state"] for offer in world.document(registered)["offers"]] == ["expired"]


def test_code_of_a_withdrawn_document(world: World, wallet: Wallet, registered: Registered) -> None:
    form = wallet.form(registered)
    world.withdraw(registered)
    before = world.rows()
    response = world.client().post("/token", data=form, headers={"DPoP": wallet.proof("/token")})
    assert response.json()["error"] == "invalid_grant"
    assert world.client().get(f"/credential-offer/{registered.offer_id}").status_code == 404
    assert world.rows() == before


def test_transaction_code_cannot_be_guessed(world: World, registered: Registered) -> None:
    """VCI-6; OpenID4VCI 1.0, 13.6.3: after five wrong ones the right one no longer helps."""
    form = Wallet(world).form(registered)
    wrong = f"{(int(registered.tx_code) + 1) % 10**6:06}"
    for _ in range(5):
        headers = {"DPoP": Wallet(world).proof("/token")}
        response = world.client().post("/token", data={**form, "tx_code": wrong}, headers=headers)
        assert response.json() == {"error": "invalid_grant", "error_description": "code_not_redeemable"}
    headers = {"DPoP": Wallet(world).proof("/token")}
    response = world.client().post("/token", data=form, headers=headers)
    assert response.json() == {"error": "invalid_grant", "error_description": "code_not_redeemable"}
    assert [offer["state"] for offer in world.document(registered)["offers"]] == ["closed"]


def test_four_wrong_transaction_codes_are_forgiven(world: World, registered: Registered) -> None:
    form = Wallet(world).form(registered)
    for wrong in ("", "1", "1234567", "é"):
        headers = {"DPoP": Wallet(world).proof("/token")}
        world.client().post("/token", data={**form, "tx_code": wrong}, headers=headers)
    assert Wallet(world).redeem(registered).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods(world: World, method: str) -> None:
    response = world.client().request(method, "/token")
    assert (response.status_code, response.json()["error"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("offer_id", ["no-such-offer", "%00", "a" * 5000])
def test_unknown_offer(world: World, offer_id: str) -> None:
    response = world.client().get(f"/credential-offer/{offer_id}")
    assert (response.status_code, response.json()["error"]) == (404, "offer_gone")
