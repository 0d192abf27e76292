"""What credentials are bound to, as the institution chooses: nothing, a key, a person's data (TS11 `bindingType`)."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.issuer.authorization.test_wallet_sim import Wire
from tests.issuer.world import URSSAF, Registered, Wallet, World
from vc_core.addresses import LoopbackHttp
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from wallet_sim.app import build_wallet
from wallet_sim.settings import WalletSettings

BOUND, MDOC = "eu.europa.ec.eudi.pda1_sd_jwt_vc", "eu.europa.ec.eudi.pda1_mdoc"
UNBOUND = "eu.europa.ec.eudi.pda1_sd_jwt_vc_unbound"


def register(
    world: World, *, type_id: str = "a1", institution_id: str = URSSAF, claims: Any = None, **terms: Any
) -> httpx2.Response:
    headers = world.auth(institution_id, **{"Idempotency-Key": os.urandom(8).hex()})
    return world.client().post(f"/v1/{type_id}", params=terms, json=claims or world.a1(), headers=headers)


def registered(world: World, **terms: Any) -> Registered:
    response = register(world, **terms)
    assert response.status_code == 201, response.text
    return Registered(response.json(), URSSAF)


def post(wallet: Wallet, body: Mapping[str, Any]) -> httpx2.Response:
    return wallet.world.client().post("/credential", json=body, headers=wallet.headers())


def offered(world: World, one: Registered) -> list[str]:
    ids: list[str] = world.client().get(f"/credential-offer/{one.offer_id}").json()["credential_configuration_ids"]
    return ids


def test_bound_to_a_key_unless_said_otherwise(world: World) -> None:
    one = registered(world)
    assert (one.answer["binding"], world.document(one)["binding"]) == ("key", "key")
    assert offered(world, one) == [BOUND, MDOC]


@pytest.mark.parametrize("binding", ["none", "claim"])
def test_bound_to_no_key(world: World, wallet: Wallet, binding: str) -> None:
    one = registered(world, binding=binding)
    assert (one.answer["binding"], world.document(one)["binding"]) == (binding, binding)
    assert offered(world, one) == [UNBOUND]
    wallet.redeem(one)
    response = post(wallet, {"credential_configuration_id": UNBOUND})
    assert response.status_code == 200
    (issued,) = response.json()["credentials"]
    parsed = WALLET_FORMATS["dc+sd-jwt"].parse(UnverifiedPresentation(text=issued["credential"]))
    assert parsed.check_claim_digests().outcome == "PASSED"
    assert parsed.check_envelope().outcome == "PASSED"
    assert parsed.holder_key is None
    kept = [credential["configuration_id"] for credential in world.document(one)["credentials"]]
    assert set(kept) == {None, UNBOUND}


def test_collected_once(world: World, wallet: Wallet) -> None:
    wallet.redeem(registered(world, binding="none"))
    assert post(wallet, {"credential_configuration_id": UNBOUND}).status_code == 200
    again = post(wallet, {"credential_configuration_id": UNBOUND})
    assert again.json()["error_description"] == "configuration_collected_already"


def test_on_hold(world: World, wallet: Wallet) -> None:
    one = registered(world, binding="none", hold="true")
    wallet.redeem(one)
    answer = post(wallet, {"credential_configuration_id": UNBOUND})
    assert answer.status_code == 202
    assert world.client().post(f"{one.path}/release", headers=world.auth()).status_code == 200
    path = "/deferred-credential"
    sent = {"Authorization": f"DPoP {wallet.access_token}", "DPoP": wallet.proof(path)}
    body = {"transaction_id": answer.json()["transaction_id"]}
    assert len(world.client().post(path, json=body, headers=sent).json()["credentials"]) == 1


# --- refused

BAD_TERMS: dict[str, tuple[dict[str, Any], int, str]] = {
    "unknown": ({"binding": "did"}, 400, "registration_malformed"),
    "in_capitals": ({"binding": "KEY"}, 400, "registration_malformed"),
    "empty": ({"binding": ""}, 400, "registration_malformed"),
    "twice": ({"binding": ["key", "none"]}, 400, "registration_malformed"),
}


@pytest.mark.parametrize(("terms", "status", "error"), BAD_TERMS.values(), ids=BAD_TERMS)
def test_bad_terms(world: World, terms: dict[str, Any], status: int, error: str) -> None:
    before = world.rows()
    response = register(world, **terms)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert world.rows() == before


def test_rulebook_that_does_not_allow_it(world: World) -> None:
    """An identity is bound to a key, always."""
    claims = dict(world.catalogue.examples("pid")["valid_french_worker"])
    before = world.rows()
    response = register(world, type_id="pid", institution_id="FR:ANTS01", claims=claims, binding="none")
    assert (response.status_code, response.json()["error"]) == (422, "binding_not_allowed")
    assert world.rows() == before


def test_same_claims_bound_otherwise_are_another_request(world: World) -> None:
    claims = world.a1()
    headers = world.auth(**{"Idempotency-Key": "bound-twice"})
    for binding, status in (("none", 201), ("none", 200), ("key", 409)):
        response = world.client().post("/v1/a1", params={"binding": binding}, json=claims, headers=headers)
        assert response.status_code == status


def test_proof_that_is_not_taken(world: World, wallet: Wallet) -> None:
    """Whoever sends one means to bind the credential."""
    wallet.redeem(registered(world, binding="none"))
    request = {"credential_configuration_id": UNBOUND, "proofs": {"jwt": [wallet.key_proof()]}}
    headers = wallet.headers()
    before = world.rows()
    response = world.client().post("/credential", json=request, headers=headers)
    assert response.json() == {"error": "invalid_proof", "error_description": "proofs_not_taken"}
    assert world.rows() == before


@pytest.mark.parametrize(("binding", "other"), [("key", UNBOUND), ("none", BOUND), ("none", MDOC)])
def test_other_binding_than_the_institution_chose(world: World, wallet: Wallet, binding: str, other: str) -> None:
    wallet.redeem(registered(world, binding=binding))
    request = wallet.request(other)
    if other == UNBOUND:
        del request["proofs"]
    headers = wallet.headers()
    before = world.rows()
    response = world.client().post("/credential", json=request, headers=headers)
    assert response.json() == {"error": "credential_request_denied", "error_description": "configuration_not_covered"}
    assert world.rows() == before


def test_simulated_wallet(world: World, pilot: tuple[Path, Mapping[str, str]], tmp_path: Path) -> None:
    """It sends no proof, and keeps no key."""
    settings = WalletSettings(data=pilot[0], store=tmp_path / "wallet", loopback_http=LoopbackHttp.REFUSED)
    sim = build_wallet(settings, clock=world.clock, transport=Wire(world), catalogue=world.catalogue)
    one = registered(world, binding="none")
    (stored,) = sim.receive(one.answer["offer"]["url"], one.tx_code)
    assert (stored.configuration_id, stored.bound) == (UNBOUND, False)
    assert sim.store.key(stored) is None
