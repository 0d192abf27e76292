"""Authorization codes that are refused: FAPI-1, DPOP-4, ABCA-4; checklist sections 5, 8 and 9."""

from typing import Any

import pytest

from tests.issuer.authorization.flow import REDIRECT_URI, SD_JWT, AttestedWallet, Browser, Holder, worker
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import Clock, Registered, World
from tests.vc_core.forged_jws import ABSENT, software_key


@pytest.fixture(scope="module")
def holder(world: World) -> Holder:
    """Whose document is never collected in this module."""
    return worker(world)[0]


@pytest.fixture
def code(world: World, attested: AttestedWallet, holder: Holder) -> str:
    return Browser.new(world).open(attested.pushed()).present(holder).agree()


BAD_FORMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "code_missing": ({"code": []}, "invalid_request", "code_missing"),
    "code_unknown": ({"code": "A" * 43}, "invalid_grant", "code_not_redeemable"),
    "redirect_uri_missing": ({"redirect_uri": []}, "invalid_request", "redirect_uri_missing"),
    "redirect_uri_other": ({"redirect_uri": f"{REDIRECT_URI}2"}, "invalid_grant", "redirect_uri_wrong"),
    "verifier_missing": ({"code_verifier": []}, "invalid_request", "code_verifier_missing"),
    "verifier_short": ({"code_verifier": "short"}, "invalid_grant", "code_verifier_malformed"),
    "verifier_wrong": ({"code_verifier": "A" * 43}, "invalid_grant", "code_verifier_wrong"),
    "client_id_of_another": ({"client_id": "https://other.example"}, "invalid_client", "client_id_wrong"),
}


@pytest.mark.parametrize(("form", "error", "reason"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_bad_form(
    world: World, attested: AttestedWallet, code: str, form: dict[str, Any], error: str, reason: str
) -> None:
    """Nothing changes, and the code stays good."""
    before = world.rows()
    response = attested.redeem_code(code, **form)
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": reason})
    assert world.rows() == before


def test_code_of_another_wallet(world: World, attested: AttestedWallet, code: str) -> None:
    """FAPI-1: bound to the client."""
    other = AttestedWallet(world, provider=attested.provider, client_id="https://other.example")
    before = world.rows()
    response = other.redeem_code(code, code_verifier=attested.verifier)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert world.rows() == before


def test_code_without_attestation(world: World, attested: AttestedWallet, code: str) -> None:
    before = world.rows()
    response = attested.redeem_code(code, headers={"DPoP": attested.proof("/token")})
    assert (response.json()["error"], response.json()["error_description"]) == ("invalid_client", "attestation_missing")
    assert world.rows() == before


def test_code_with_the_proof_of_another_instance(world: World, attested: AttestedWallet, code: str) -> None:
    headers = {**attested.attested(DPoP=attested.proof("/token"))}
    headers["OAuth-Client-Attestation-PoP"] = attested.pop(signer=software_key(93))
    assert attested.redeem_code(code, headers=headers).json()["error"] == "invalid_client"


BAD_DPOP: dict[str, tuple[dict[str, Any] | None, str]] = {
    "missing": (None, "invalid_dpop_proof"),
    "without_nonce": ({"claims": {"nonce": ABSENT}}, "use_dpop_nonce"),
    "of_another_method": ({"claims": {"htm": "GET"}}, "invalid_dpop_proof"),
}


@pytest.mark.parametrize(("change", "error"), BAD_DPOP.values(), ids=BAD_DPOP)
def test_bad_dpop(world: World, attested: AttestedWallet, code: str, change: dict[str, Any] | None, error: str) -> None:
    before = world.rows()
    proof = {} if change is None else {"DPoP": attested.proof("/token", **change)}
    response = attested.redeem_code(code, headers=attested.attested(**proof))
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert world.rows() == before


def test_code_that_comes_again_takes_its_token_back(world: World, attested: AttestedWallet, code: str) -> None:
    """FAPI-1: `invalid_grant`, and the token issued is revoked."""
    assert attested.redeem_code(code).status_code == 200
    token, attested.access_token = attested.access_token, ""
    again = attested.redeem_code(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    attested.access_token = token
    response = attested.collect(SD_JWT)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_token")


def test_somebody_else_with_the_code_does_not_take_the_token_back(
    world: World, attested: AttestedWallet, code: str
) -> None:
    assert attested.redeem_code(code).status_code == 200
    other = AttestedWallet(world, provider=attested.provider, client_id="https://other.example")
    assert other.redeem_code(code).json()["error"] == "invalid_grant"
    assert "access_grant" in world.rows()
    response = attested.collect("unknown")
    assert response.json()["error"] == "unknown_credential_configuration"


def test_code_after_a_minute(make_world: MakeWorld, attested: AttestedWallet) -> None:
    """FAPI-1: 60 s."""
    clock = Clock()
    world = make_world(clock=clock)
    holder, _ = worker(world)
    wallet = AttestedWallet(world, provider=attested.provider)
    codes = [Browser.new(world).open(wallet.pushed()).present(holder).agree() for _ in range(2)]
    clock.advance(seconds=59)
    assert wallet.redeem_code(codes[0]).status_code == 200
    wallet.access_token = ""
    clock.advance(seconds=1)
    response = wallet.redeem_code(codes[1])
    assert (response.json()["error"], response.json()["error_description"]) == ("invalid_grant", "code_expired")


def test_document_withdrawn_meanwhile(world: World, attested: AttestedWallet) -> None:
    holder, registered = worker(world)
    code = Browser.new(world).open(attested.pushed()).present(holder).agree()
    world.withdraw(registered)
    before = world.rows()
    response = attested.redeem_code(code)
    assert (response.json()["error"], response.json()["error_description"]) == ("invalid_grant", "document_withdrawn")
    assert world.rows() == before


def test_claims_erased_meanwhile(world: World, attested: AttestedWallet) -> None:
    holder, registered = worker(world)
    code = Browser.new(world).open(attested.pushed()).present(holder).agree()
    world.erase(registered)
    before = world.rows()
    response = attested.redeem_code(code)
    assert (response.json()["error"], response.json()["error_description"]) == ("invalid_grant", "claims_erased")
    assert world.rows() == before


def test_offer_redeemed_otherwise_meanwhile(world: World, attested: AttestedWallet) -> None:
    """An offer is redeemed once, by whichever of its codes."""
    holder, registered = worker(world)
    code = Browser.new(world).open(attested.pushed(issuer_state=registered.offer_id)).present(holder).agree()
    assert attested.redeem(registered).status_code == 200
    attested.access_token = ""
    response = attested.redeem_code(code)
    assert response.json()["error_description"] == "offer_not_redeemable"


def test_pre_authorized_code_is_no_authorization_code(
    world: World, attested: AttestedWallet, registered: Registered
) -> None:
    response = attested.redeem_code(attested.code(registered.offer_id))
    assert response.json()["error"] == "invalid_grant"


def test_no_secret_of_the_flow_is_stored_in_the_clear(world: World, attested: AttestedWallet, holder: Holder) -> None:
    request_uri = attested.pushed()
    code = Browser.new(world).open(request_uri).present(holder).agree()
    stored = repr(world.rows())
    for secret in (request_uri, request_uri.rpartition(":")[2], code, attested.verifier):
        assert secret not in stored


_UNBOUND = f"{SD_JWT}_unbound"


def test_authorization_code_for_the_other_binding(world: World, attested: AttestedWallet) -> None:
    """A wallet that begins by itself does not know how the document is bound; of two scopes it gets what there is."""
    holder, _ = worker(world)
    code = Browser.new(world).open(attested.pushed(scope=_UNBOUND)).present(holder).agree()
    before = world.rows()
    refused = attested.redeem_code(code)
    assert refused.json() == {"error": "invalid_grant", "error_description": "document_bound_otherwise"}
    assert world.rows() == before
    both = attested.pushed(scope=f"{_UNBOUND} {SD_JWT}")
    assert attested.redeem_code(Browser.new(world).open(both).present(holder).agree()).status_code == 200
    assert attested.collect(SD_JWT).status_code == 200
