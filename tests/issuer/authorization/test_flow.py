"""The authorization code flow from end to end: OpenID4VCI 1.0, sections 5 and 6; HAIP 1.0, section 4."""

import json
from typing import Any

import pytest

from tests.issuer.authorization.flow import (
    CLIENT_ID,
    MDOC,
    SD_JWT,
    AttestedWallet,
    Browser,
    Holder,
    answer_of,
    document_about,
    worker,
)
from tests.issuer.world import BASE_URL, World

SERVER = "/.well-known/oauth-authorization-server"


def test_metadata(world: World) -> None:
    """HAIP-I2, PAR-1, ABCA-3, ABCA-6."""
    metadata = world.client().get(SERVER).json()
    assert metadata["pushed_authorization_request_endpoint"] == f"{BASE_URL}/par"
    assert metadata["authorization_endpoint"] == f"{BASE_URL}/authorize"
    assert metadata["challenge_endpoint"] == f"{BASE_URL}/challenge"
    assert metadata["require_pushed_authorization_requests"] is True
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert "attest_jwt_client_auth" in metadata["token_endpoint_auth_methods_supported"]
    assert metadata["client_attestation_signing_alg_values_supported"] == ["ES256"]
    assert metadata["client_attestation_pop_signing_alg_values_supported"] == ["ES256"]


def test_challenge_is_not_stored_by_caches(world: World) -> None:
    response = world.client().post("/challenge")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert response.json()["attestation_challenge"] != world.client().post("/challenge").json()["attestation_challenge"]


@pytest.mark.parametrize("identity", ["eu.europa.ec.eudi.pid_vc_sd_jwt", "eu.europa.ec.eudi.pid_mdoc"])
def test_wallet_begins(world: World, attested: AttestedWallet, browser: Browser, identity: str) -> None:
    """By scope: the person is found by who they are, and both forms of the document are collected."""
    holder, registered = worker(world)
    if identity.endswith("mdoc"):
        known = world.document(registered)["claims"]
        person = known["credential_holder"]
        holder = Holder.of(
            world,
            identity,
            family_name=person["family_name"],
            birthdate=person["birth_date"],
            personal_administrative_number=known["personal_administrative_number"],
        )
    answer = answer_of(browser.open(attested.pushed()).present(holder).submit("allow"))
    assert (answer["state"], answer["iss"]) == ("s1", BASE_URL)
    response = attested.redeem_code(answer["code"])
    token = response.json()
    assert response.status_code == 200, response.text
    assert set(token) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert response.headers["Cache-Control"] == "no-store"
    for configuration_id in (SD_JWT, MDOC):
        assert attested.collect(configuration_id).status_code == 200
    collected = world.document(registered)["credentials"]
    assert {one["configuration_id"] for one in collected} >= {SD_JWT, MDOC}


def test_institution_begins(world: World, attested: AttestedWallet, browser: Browser) -> None:
    """By offer: of two documents about one person, the offer says which; and it can be redeemed once only."""
    holder, first = worker(world)
    known = world.document(first)["claims"]
    second = document_about(
        world,
        known["personal_administrative_number"],
        family_name=known["credential_holder"]["family_name"],
        birthdate=known["credential_holder"]["birth_date"],
    )
    offer = world.client().get(f"/credential-offer/{second.offer_id}").json()
    issuer_state = offer["grants"]["authorization_code"]["issuer_state"]
    code = browser.open(attested.pushed(issuer_state=issuer_state)).present(holder).agree()
    assert attested.redeem_code(code).status_code == 200
    assert attested.collect(SD_JWT).status_code == 200
    assert [one["state"] for one in world.document(second)["offers"]] == ["redeemed"]
    assert [one["state"] for one in world.document(first)["offers"]] == ["open"]
    assert world.client().get(f"/credential-offer/{second.offer_id}").status_code == 404


def test_details_come_back_with_identifiers(world: World, attested: AttestedWallet, browser: Browser) -> None:
    """VCI-8, VCI-9."""
    holder, _ = worker(world)
    details = json.dumps([{"type": "openid_credential", "credential_configuration_id": SD_JWT}])
    code = browser.open(attested.pushed(authorization_details=details, scope="")).present(holder).agree()
    (granted,) = attested.redeem_code(code).json()["authorization_details"]
    assert granted["credential_configuration_id"] == SD_JWT
    (identifier,) = granted["credential_identifiers"]
    body = {"credential_identifier": identifier, "proofs": {"jwt": [attested.key_proof()]}}
    response = world.client().post("/credential", json=body, headers=attested.headers())
    assert response.status_code == 200
    assert attested.collect(SD_JWT).json()["error"] == "invalid_credential_request"


def test_proof_of_the_client_is_taken_and_of_another_not(
    world: World, attested: AttestedWallet, browser: Browser
) -> None:
    """Appendix F.1: `iss` is the client's."""
    holder, _ = worker(world)
    attested.redeem_code(browser.open(attested.pushed()).present(holder).agree())
    for issuer, status in (("https://other.example", 400), (CLIENT_ID, 200)):
        body = {
            "credential_configuration_id": SD_JWT,
            "proofs": {"jwt": [attested.key_proof(claims={"iss": issuer})]},
        }
        assert world.client().post("/credential", json=body, headers=attested.headers()).status_code == status


def test_code_is_bound_to_the_key_shown_when_pushing(world: World, attested: AttestedWallet, browser: Browser) -> None:
    """DPOP-4: RFC 9449, section 10.1."""
    holder, _ = worker(world)
    response = attested.push(attested.attested(DPoP=attested.proof("/par")))
    assert response.status_code == 201
    assert response.headers["DPoP-Nonce"]
    code = browser.open(response.json()["request_uri"]).present(holder).agree()
    before = world.rows()
    other = AttestedWallet(world, provider=attested.provider, instance=attested.instance, verifier=attested.verifier)
    refused = other.redeem_code(code)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")
    assert world.rows() == before
    assert attested.redeem_code(code).status_code == 200


TOLERATED: dict[str, dict[str, Any]] = {
    "unknown_parameter": {"foo": "bar"},
    "unknown_scope_beside": {"scope": f"openid {SD_JWT}"},
    "no_state": {"state": []},
    "long_state": {"state": "s" * 2000},
    "no_client_id": {"client_id": []},
    "scheme_of_an_application": {"redirect_uri": "eu.example.wallet://authorized"},
    "response_mode_query": {"response_mode": "query"},
}


@pytest.mark.parametrize("form", TOLERATED.values(), ids=TOLERATED)
def test_tolerated(attested: AttestedWallet, form: dict[str, Any]) -> None:
    assert attested.push(**form).status_code == 201


def test_answer_without_state(world: World, attested: AttestedWallet, browser: Browser) -> None:
    holder, _ = worker(world)
    answer = answer_of(browser.open(attested.pushed(state=[])).present(holder).submit("allow"))
    assert set(answer) == {"code", "iss"}


def test_attestation_of_another_instance_of_the_wallet(
    world: World, attested: AttestedWallet, browser: Browser
) -> None:
    """VCI-20: all instances of a wallet product share `sub`; the code verifier tells them apart."""
    holder, _ = worker(world)
    code = browser.open(attested.pushed()).present(holder).agree()
    other = AttestedWallet(world, provider=attested.provider)
    assert other.redeem_code(code).json()["error_description"] == "code_verifier_wrong"
    assert attested.redeem_code(code).status_code == 200
