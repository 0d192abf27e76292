"""The nonce and credential endpoints: OpenID4VCI 1.0, sections 7, 8 and F; RFC 9449, section 7; checklist 5 and 9."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.issuer.world import BASE_URL, Registered, Wallet, World
from tests.vc_core.forged_jws import ABSENT, software_key
from vc_core import certificate, jose
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey

SD_JWT, MDOC = "eu.europa.ec.eudi.pda1_sd_jwt_vc", "eu.europa.ec.eudi.pda1_mdoc"
OTHER_TYPE = "eu.europa.ec.eudi.ehic_mdoc"


@pytest.fixture
def ready(wallet: Wallet, registered: Registered) -> Wallet:
    """A wallet with an access token."""
    assert wallet.redeem(registered).status_code == 200
    return wallet


# --- issued


@pytest.mark.parametrize("configuration_id", [SD_JWT, MDOC])
def test_issued(world: World, ready: Wallet, configuration_id: str) -> None:
    response = ready.collect(configuration_id)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    (issued,) = response.json()["credentials"]
    assert set(response.json()) == {"credentials", "notification_id"}
    known = world.catalogue.by_configuration_id(configuration_id)
    assert known is not None
    _, wire = known
    parsed = WALLET_FORMATS[wire.format_id].parse(UnverifiedPresentation(text=issued["credential"]))
    assert parsed.identifier == wire.identifier
    assert parsed.check_claim_digests().outcome == "PASSED"
    assert parsed.check_issuer_signature(certificate.public_key(parsed.chain[0])).outcome == "PASSED"
    assert parsed.check_envelope().outcome == "PASSED"
    assert parsed.holder_key is not None
    assert parsed.holder_key.public_numbers() == ready.holder.public_key.public_numbers()
    # RFC 9901, section 10.1: instants say no more than the day
    assert parsed.validity.issued_at == datetime(2026, 2, 15, tzinfo=UTC)
    assert parsed.validity.expires_at == datetime(2026, 5, 16, tzinfo=UTC)


def test_one_offer_gives_every_format_once(ready: Wallet, world: World, registered: Registered) -> None:
    assert [ready.collect(one).status_code for one in (SD_JWT, MDOC)] == [200, 200]
    before = world.rows()
    again = ready.collect(SD_JWT)
    assert again.status_code == 400
    assert again.json() == {
        "error": "credential_request_denied", "error_description": "configuration_collected_already"
    }  # fmt: skip
    assert world.rows() == before
    entries = [one["status"]["idx"] for one in world.document(registered)["credentials"]]
    assert len(set(entries)) == 3


def test_issued_by_identifier(ready: Wallet, world: World) -> None:
    """VCI-12: whoever got identifiers uses them."""
    offered = world.register()
    details = [{"type": "openid_credential", "credential_configuration_id": SD_JWT}]
    answer = ready.redeem(offered, authorization_details=json.dumps(details)).json()
    (identifier,) = answer["authorization_details"][0]["credential_identifiers"]
    by_configuration = ready.collect(SD_JWT)
    assert by_configuration.json() == {
        "error": "invalid_credential_request", "error_description": "identifier_needed"
    }  # fmt: skip
    request = {"credential_identifier": identifier, "proofs": {"jwt": [ready.key_proof()]}}
    assert world.client().post("/credential", json=request, headers=ready.headers()).status_code == 200
    other = {"credential_identifier": f"{MDOC}/x", "proofs": {"jwt": [ready.key_proof()]}}
    refused = world.client().post("/credential", json=other, headers=ready.headers())
    assert refused.json()["error"] == "unknown_credential_identifier"


def test_wallet_that_named_itself_names_itself_in_the_proof(world: World, wallet: Wallet) -> None:
    wallet.redeem(world.register(), client_id="wallet-1")
    request = {"credential_configuration_id": SD_JWT, "proofs": {"jwt": [wallet.key_proof(claims={"iss": "wallet-1"})]}}
    assert world.client().post("/credential", json=request, headers=wallet.headers()).status_code == 200


TOLERATED: dict[str, Callable[[Wallet], dict[str, Any]]] = {
    "unknown_member": lambda w: {**w.request(SD_JWT), "foo": {"bar": 1}},
}  # fmt: skip


@pytest.mark.parametrize("request_of", TOLERATED.values(), ids=TOLERATED)
def test_tolerated(world: World, ready: Wallet, request_of: Callable[[Wallet], dict[str, Any]]) -> None:
    response = world.client().post("/credential", json=request_of(ready), headers=ready.headers())
    assert response.status_code == 200


@pytest.mark.parametrize("scheme", ["DPoP", "dpop", "DPOP"])
def test_scheme_in_any_case(world: World, ready: Wallet, scheme: str) -> None:
    headers = {**ready.headers(), "Authorization": f"{scheme} {ready.access_token}"}
    assert world.client().post("/credential", json=ready.request(SD_JWT), headers=headers).status_code == 200


def test_nonces(world: World) -> None:
    """VCI-11."""
    first, second = world.client().post("/nonce"), world.client().post("/nonce")
    assert first.status_code == 200
    assert set(first.json()) == {"c_nonce"}
    assert first.json() != second.json()
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["DPoP-Nonce"] != first.json()["c_nonce"]


# --- access refused

_STRANGER = jose.jwk_from_public_key(software_key(92).public_key)

Access = Callable[[Wallet], list[tuple[str, str]]]


def _with_proof(**change: Any) -> Access:
    return lambda w: [("Authorization", f"DPoP {w.access_token}"), ("DPoP", w.proof("/credential", **change))]


def _iat(seconds: int) -> Access:
    return lambda w: _with_proof(claims={"iat": w.issued_at + seconds})(w)


def _of_another_key(wallet: Wallet) -> list[tuple[str, str]]:
    thief = Wallet(wallet.world, access_token=wallet.access_token)
    return [("Authorization", f"DPoP {wallet.access_token}"), ("DPoP", thief.proof("/credential"))]


BAD_ACCESS: dict[str, tuple[Access, str, str]] = {
    "no_token": (lambda w: [("DPoP", w.proof("/credential"))], "invalid_token", "authorization_missing"),
    "bearer": (
        lambda w: [("Authorization", f"Bearer {w.access_token}"), ("DPoP", w.proof("/credential"))],
        "invalid_token",
        "authorization_scheme_wrong",
    ),
    "two_authorizations": (
        lambda w: [*w.headers().items(), ("authorization", f"DPoP {w.access_token}")],
        "invalid_token",
        "authorization_scheme_wrong",
    ),
    "token_empty": (
        lambda w: [("Authorization", "DPoP "), ("DPoP", w.proof("/credential"))],
        "invalid_token",
        "authorization_scheme_wrong",
    ),
    "token_very_long": (
        lambda w: [("Authorization", "DPoP " + "A" * 513), ("DPoP", w.proof("/credential"))],
        "invalid_token",
        "authorization_scheme_wrong",
    ),
    "token_of_nobody": (
        lambda w: [("Authorization", f"DPoP {'A' * 43}"), ("DPoP", w.proof("/credential"))],
        "invalid_token",
        "token_unknown_or_expired",
    ),
    "key_of_a_thief": (_of_another_key, "invalid_token", "token_bound_to_another_key"),
    "no_proof": (lambda w: [("Authorization", f"DPoP {w.access_token}")], "invalid_dpop_proof", "dpop_missing"),
    "two_proofs": (
        lambda w: [*w.headers().items(), ("dpop", w.proof("/credential"))], "invalid_dpop_proof", "dpop_repeated"
    ),
    "nonce_missing": (_with_proof(claims={"nonce": ABSENT}), "use_dpop_nonce", "nonce_missing"),
    "nonce_of_our_own_making": (_with_proof(claims={"nonce": "A" * 51}), "use_dpop_nonce", "nonce_wrong"),
    "ath_missing": (_with_proof(claims={"ath": ABSENT}), "invalid_dpop_proof", "ath_missing"),
    "ath_of_another_token": (_with_proof(claims={"ath": "A" * 43}), "invalid_dpop_proof", "ath_wrong"),
    "htm_get": (_with_proof(claims={"htm": "GET"}), "invalid_dpop_proof", "htm_wrong"),
    "htu_of_the_token_endpoint": (
        _with_proof(claims={"htu": f"{BASE_URL}/token"}), "invalid_dpop_proof", "htu_wrong"
    ),
    "iat_an_hour_ago": (_iat(-3600), "invalid_dpop_proof", "iat_too_old"),
    "iat_in_an_hour": (_iat(3600), "invalid_dpop_proof", "iat_in_future"),
    "jti_missing": (_with_proof(claims={"jti": ABSENT}), "invalid_dpop_proof", "jti_missing"),
    "typ_jwt": (_with_proof(header={"typ": "JWT"}), "invalid_dpop_proof", "type_wrong"),
    "alg_none": (_with_proof(header={"alg": "none"}), "invalid_dpop_proof", "algorithm_not_allowed"),
    "jwk_private": (_with_proof(header={"jwk": {**_STRANGER, "d": "AQ"}}), "invalid_dpop_proof", "jwk_private"),
    "signature_of_another_key": (_with_proof(header={"jwk": _STRANGER}), "invalid_dpop_proof", "signature_invalid"),
}  # fmt: skip


@pytest.mark.parametrize(("headers", "code", "reason"), BAD_ACCESS.values(), ids=BAD_ACCESS)
def test_access_refused(world: World, ready: Wallet, headers: Access, code: str, reason: str) -> None:
    """RFC 9449, section 7.1: 401 with a challenge that names the error, unless no token was sent at all."""
    request = ready.request(SD_JWT)
    before = world.rows()
    response = world.client().post("/credential", json=request, headers=headers(ready))
    assert (response.status_code, response.json()) == (401, {"error": code, "error_description": reason})
    named = "" if reason == "authorization_missing" else f'error="{code}", '
    assert response.headers["WWW-Authenticate"] == f'DPoP {named}algs="ES256"'
    assert ("DPoP-Nonce" in response.headers) is (code == "use_dpop_nonce")
    assert world.rows() == before


def test_token_in_the_query(world: World, ready: Wallet) -> None:
    """OIDF `fail-on-access-token-in-query`."""
    request, proof = ready.request(SD_JWT), ready.proof("/credential")
    before = world.rows()
    response = world.client().post(
        "/credential", params={"access_token": ready.access_token}, json=request, headers={"DPoP": proof}
    )
    assert (response.status_code, response.json()["error_description"]) == (401, "token_in_query")
    assert world.rows() == before


def test_token_that_has_expired(world: World, ready: Wallet) -> None:
    world.clock.advance(seconds=300)
    response = ready.collect(SD_JWT)
    assert (response.status_code, response.json()["error_description"]) == (401, "token_unknown_or_expired")


def test_proof_of_possession_used_before(world: World, ready: Wallet) -> None:
    headers = ready.headers()
    assert world.client().post("/credential", json=ready.request(SD_JWT), headers=headers).status_code == 200
    request = ready.request(MDOC)
    before = world.rows()
    response = world.client().post("/credential", json=request, headers=headers)
    assert response.json() == {"error": "invalid_dpop_proof", "error_description": "jti_repeated"}
    assert world.rows() == before


# --- the request refused

Change = Callable[[dict[str, Any], Wallet], Any]

BAD_REQUESTS: dict[str, tuple[Change, str, str]] = {
    "nothing_asked_for": (
        lambda r, w: {"proofs": r["proofs"]},
        "invalid_credential_request",
        "one_of_identifier_and_configuration_needed",
    ),
    "both_identifiers": (
        lambda r, w: {**r, "credential_identifier": "x"},
        "invalid_credential_request",
        "one_of_identifier_and_configuration_needed",
    ),
    "configuration_a_number": (
        lambda r, w: {**r, "credential_configuration_id": 1}, "invalid_credential_request", "identifier_malformed"
    ),
    "configuration_unknown": (
        lambda r, w: {**r, "credential_configuration_id": "x"},
        "unknown_credential_configuration",
        "configuration_unknown",
    ),
    "configuration_not_offered": (
        lambda r, w: {**r, "credential_configuration_id": OTHER_TYPE},
        "credential_request_denied",
        "configuration_not_covered",
    ),
    "identifier_unknown": (
        lambda r, w: {"credential_identifier": "x", "proofs": r["proofs"]},
        "unknown_credential_identifier",
        "identifier_unknown",
    ),
    "format_as_in_drafts": (
        lambda r, w: {"format": "dc+sd-jwt", "vct": "urn:eudi:pda1:1", "proofs": r["proofs"]},
        "invalid_credential_request",
        "one_of_identifier_and_configuration_needed",
    ),
    "encryption_asked_for": (
        lambda r, w: {**r, "credential_response_encryption": {"jwk": _STRANGER, "enc": "A256GCM"}},
        "invalid_encryption_parameters",
        "alg_missing",
    ),
    "array": (lambda r, w: [r], "invalid_credential_request", "json_not_object"),
    "proofs_missing": (
        lambda r, w: {"credential_configuration_id": SD_JWT}, "invalid_proof", "proofs_missing"
    ),
    "proof_as_in_drafts": (
        lambda r, w: {
            "credential_configuration_id": SD_JWT, "proof": {"proof_type": "jwt", "jwt": r["proofs"]["jwt"][0]}
        },
        "invalid_proof",
        "proofs_missing",
    ),
    "proofs_empty_object": (lambda r, w: {**r, "proofs": {}}, "invalid_proof", "proofs_malformed"),
    "proofs_empty_array": (lambda r, w: {**r, "proofs": {"jwt": []}}, "invalid_proof", "proofs_malformed"),
    "proofs_not_an_array": (
        lambda r, w: {**r, "proofs": {"jwt": r["proofs"]["jwt"][0]}}, "invalid_proof", "proofs_malformed"
    ),
    "proofs_not_texts": (lambda r, w: {**r, "proofs": {"jwt": [1]}}, "invalid_proof", "proofs_malformed"),
    "proofs_an_array": (lambda r, w: {**r, "proofs": r["proofs"]["jwt"]}, "invalid_proof", "proofs_malformed"),
    "two_proof_types": (
        lambda r, w: {**r, "proofs": {**r["proofs"], "attestation": ["x"]}}, "invalid_proof", "proofs_malformed"
    ),
    "proof_type_not_offered": (
        lambda r, w: {**r, "proofs": {"di_vp": ["x"]}}, "invalid_proof", "proof_type_unsupported"
    ),
    "more_proofs_than_a_batch_holds": (
        lambda r, w: {**r, "proofs": {"jwt": r["proofs"]["jwt"] * 11}}, "invalid_proof", "proofs_too_many"
    ),
    "same_proof_twice": (
        lambda r, w: {**r, "proofs": {"jwt": r["proofs"]["jwt"] * 2}}, "invalid_proof", "key_repeated"
    ),
    "same_key_twice": (
        lambda r, w: {**r, "proofs": {"jwt": [r["proofs"]["jwt"][0], w.key_proof()]}}, "invalid_proof", "key_repeated"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code", "reason"), BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_request_refused(world: World, ready: Wallet, change: Change, code: str, reason: str) -> None:
    request, headers = change(ready.request(SD_JWT), ready), ready.headers()
    before = world.rows()
    response = world.client().post("/credential", json=request, headers=headers)
    assert (response.status_code, response.json()) == (400, {"error": code, "error_description": reason})
    assert response.headers["Cache-Control"] == "no-store"
    assert world.rows() == before


BAD_BODIES: dict[str, tuple[bytes, str, str]] = {
    "malformed": (b"{", "application/json", "json_malformed"),
    "member_twice": (
        b'{"credential_configuration_id":"a","credential_configuration_id":"b"}',
        "application/json",
        "json_member_repeated",
    ),
    "deep": (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "application/json", "json_too_deep"),
    "too_large": (b" " * 65537, "application/json", "body_too_large: at most 65536 bytes"),
    "form": (b"a=b", "application/x-www-form-urlencoded", "media_type_wrong"),
    "no_media_type": (b"{}", "", "media_type_wrong"),
}


@pytest.mark.parametrize(("body", "media_type", "reason"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_body_refused(world: World, ready: Wallet, body: bytes, media_type: str, reason: str) -> None:
    headers = {**ready.headers(), **({"Content-Type": media_type} if media_type else {})}
    before = world.rows()
    response = world.client().post("/credential", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json() == {"error": "invalid_credential_request", "error_description": reason}
    assert world.rows() == before


# --- the key proof refused

_OTHER = jose.jwk_from_public_key(software_key(93).public_key)

BAD_KEY_PROOFS: dict[str, tuple[Callable[[Wallet], dict[str, Any]], str, str]] = {
    "typ_jwt": (lambda w: {"header": {"typ": "JWT"}}, "invalid_proof", "type_wrong"),
    "alg_none": (lambda w: {"header": {"alg": "none"}}, "invalid_proof", "algorithm_not_allowed"),
    "alg_hs256": (lambda w: {"header": {"alg": "HS256"}}, "invalid_proof", "algorithm_not_allowed"),
    "alg_not_announced": (lambda w: {"header": {"alg": "ES384"}}, "invalid_proof", "algorithm_not_allowed"),
    "key_missing": (lambda w: {"header": {"jwk": ABSENT}}, "invalid_proof", "key_missing"),
    "key_named_twice": (lambda w: {"header": {"kid": "1"}}, "invalid_proof", "key_ambiguous"),
    "key_by_name_only": (lambda w: {"header": {"jwk": ABSENT, "kid": "1"}}, "invalid_proof", "key_unsupported"),
    "key_private": (lambda w: {"header": {"jwk": {**_OTHER, "d": "AQ"}}}, "invalid_proof", "jwk_private"),
    "key_off_the_curve": (
        lambda w: {"header": {"jwk": {**_OTHER, "x": _OTHER["y"]}}}, "invalid_proof", "jwk_not_on_curve"
    ),
    "signed_by_another_key": (lambda w: {"header": {"jwk": _OTHER}}, "invalid_proof", "signature_invalid"),
    "aud_missing": (lambda w: {"claims": {"aud": ABSENT}}, "invalid_proof", "aud_missing"),
    "aud_other": (lambda w: {"claims": {"aud": "https://other.example"}}, "invalid_proof", "aud_wrong"),
    "aud_with_a_slash": (lambda w: {"claims": {"aud": f"{BASE_URL}/"}}, "invalid_proof", "aud_wrong"),
    "aud_array": (lambda w: {"claims": {"aud": [BASE_URL]}}, "invalid_proof", "aud_malformed"),
    "iss_of_an_anonymous_wallet": (lambda w: {"claims": {"iss": "wallet"}}, "invalid_proof", "iss_unexpected"),
    "iat_missing": (lambda w: {"claims": {"iat": ABSENT}}, "invalid_proof", "iat_missing"),
    "iat_old": (lambda w: {"claims": {"iat": w.issued_at - 3600}}, "invalid_proof", "iat_too_old"),
    "iat_in_the_future": (lambda w: {"claims": {"iat": w.issued_at + 3600}}, "invalid_proof", "iat_in_future"),
    "nonce_missing": (lambda w: {"claims": {"nonce": ABSENT}}, "invalid_proof", "nonce_missing"),
    "nonce_a_number": (lambda w: {"claims": {"nonce": 1}}, "invalid_proof", "nonce_malformed"),
    "nonce_random": (lambda w: {"claims": {"nonce": "A" * 51}}, "invalid_nonce", "nonce_unknown_or_expired"),
    "nonce_no_base64url": (lambda w: {"claims": {"nonce": "é"}}, "invalid_nonce", "nonce_unknown_or_expired"),
    "nonce_for_dpop": (lambda w: {"claims": {"nonce": w.nonces()[1]}}, "invalid_nonce", "nonce_unknown_or_expired"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code", "reason"), BAD_KEY_PROOFS.values(), ids=BAD_KEY_PROOFS)
def test_key_proof_refused(
    world: World, ready: Wallet, change: Callable[[Wallet], dict[str, Any]], code: str, reason: str
) -> None:
    proof = ready.key_proof(**change(ready))
    request = {"credential_configuration_id": SD_JWT, "proofs": {"jwt": [proof]}}
    headers = ready.headers()
    before = world.rows()
    response = world.client().post("/credential", json=request, headers=headers)
    assert (response.status_code, response.json()) == (400, {"error": code, "error_description": reason})
    assert world.rows() == before


def test_key_proof_that_is_no_jwt(world: World, ready: Wallet) -> None:
    request = {"credential_configuration_id": SD_JWT, "proofs": {"jwt": ["proof"]}}
    response = world.client().post("/credential", json=request, headers=ready.headers())
    assert response.json() == {"error": "invalid_proof", "error_description": "jws_malformed"}


def test_nonce_used_before(world: World, ready: Wallet) -> None:
    request = ready.request(SD_JWT)
    assert world.client().post("/credential", json=request, headers=ready.headers()).status_code == 200
    replayed = {**request, "credential_configuration_id": MDOC}
    headers = ready.headers()
    before = world.rows()
    response = world.client().post("/credential", json=replayed, headers=headers)
    assert response.json() == {"error": "invalid_nonce", "error_description": "nonce_used"}
    assert world.rows() == before


def test_nonce_used_by_another_wallet(world: World, ready: Wallet) -> None:
    other = Wallet(world)
    other.redeem(world.register())
    nonce = ready.nonces()[0]
    for one, code in ((ready, 200), (other, 400)):
        proof = one.key_proof(claims={"nonce": nonce})
        request = {"credential_configuration_id": SD_JWT, "proofs": {"jwt": [proof]}}
        assert world.client().post("/credential", json=request, headers=one.headers()).status_code == code


def test_nonce_that_has_expired(world: World, wallet: Wallet) -> None:
    nonce = wallet.nonces()[0]
    world.clock.advance(seconds=300)
    wallet.redeem(world.register())
    request = {
        "credential_configuration_id": SD_JWT,
        "proofs": {"jwt": [wallet.key_proof(claims={"nonce": nonce})]},
    }
    response = world.client().post("/credential", json=request, headers=wallet.headers())
    assert response.json() == {"error": "invalid_nonce", "error_description": "nonce_unknown_or_expired"}


def test_document_withdrawn_after_the_token(world: World, ready: Wallet, registered: Registered) -> None:
    world.withdraw(registered)
    request, headers = ready.request(SD_JWT), ready.headers()
    before = world.rows()
    response = world.client().post("/credential", json=request, headers=headers)
    assert response.json() == {"error": "credential_request_denied", "error_description": "document_withdrawn"}
    assert world.rows() == before


def test_copies_cannot_be_linked(world: World) -> None:
    """SDJ-10: two people's credentials of one day share no instant finer than the day, no index, no id, no salt."""
    texts = []
    for seconds in (0, 7):
        world.clock.advance(seconds=seconds)
        wallet = Wallet(world, holder=SoftwareKey(new_key(os.urandom)))
        wallet.redeem(world.register())
        texts.append(wallet.collect(SD_JWT).json()["credentials"][0]["credential"])
    parsed = [WALLET_FORMATS["dc+sd-jwt"].parse(UnverifiedPresentation(text=text)) for text in texts]
    claims = [jose.parse_jws(text.partition("~")[0]).claims() for text in texts]
    assert parsed[0].validity == parsed[1].validity
    assert claims[0]["jti"] != claims[1]["jti"]
    assert claims[0]["status"]["status_list"]["idx"] != claims[1]["status"]["status_list"]["idx"]
    assert not set(claims[0]["_sd"]) & set(claims[1]["_sd"])
