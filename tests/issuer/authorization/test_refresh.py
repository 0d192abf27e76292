"""Refresh tokens of attested wallets: ABCA-6; FAPI 2.0 Security Profile, section 5.3.2.1; OIDF `refresh-token`."""

import os
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from tests.issuer.authorization.flow import SD_JWT, AttestedWallet, Browser, worker
from tests.issuer.world import Registered, World
from tests.vc_core.forged_jws import changed
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey


@pytest.fixture
def begun(world: World, attested: AttestedWallet) -> tuple[str, Registered]:
    """The refresh token of a wallet that has collected, and of which document."""
    holder, registered = worker(world)
    code = Browser.new(world).open(attested.pushed()).present(holder).agree()
    response = attested.redeem_code(code)
    assert attested.collect(SD_JWT).status_code == 200
    return response.json()["refresh_token"], registered


def refresh(
    wallet: AttestedWallet, token: str, /, headers: Mapping[str, str] | None = None, **form: Any
) -> httpx2.Response:
    wallet.access_token, former = "", wallet.access_token
    sent = changed({"grant_type": "refresh_token", "refresh_token": token, "client_id": wallet.client_id}, form)
    headers = headers or wallet.attested(DPoP=wallet.proof("/token"))
    response = wallet.world.client().post("/token", data=sent, headers=headers)
    wallet.access_token = response.json().get("access_token", former)
    return response


def test_token_stays_the_same(world: World, attested: AttestedWallet, begun: tuple[str, Registered]) -> None:
    """FAPI 2.0: no rotation, since the token is bound to the instance anyway; so a lost answer loses nothing."""
    for copies in (2, 3):
        response = refresh(attested, begun[0])
        assert response.status_code == 200
        assert "refresh_token" not in response.json()
        assert attested.collect(SD_JWT).status_code == 200
        issued = [one for one in world.document(begun[1])["credentials"] if one["configuration_id"]]
        assert len(issued) == copies


def test_with_another_dpop_key(attested: AttestedWallet, begun: tuple[str, Registered]) -> None:
    """RFC 9449, section 5: the access token is bound to the key shown now."""
    attested.key = SoftwareKey(new_key(os.urandom))
    assert refresh(attested, begun[0]).status_code == 200
    assert attested.collect(SD_JWT).status_code == 200


def _other_instance(wallet: AttestedWallet) -> Mapping[str, str]:
    other = AttestedWallet(wallet.world, provider=wallet.provider, key=wallet.key)
    return other.attested(DPoP=other.proof("/token"))


BAD: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "another_instance": (_other_instance, {}, "invalid_grant", "refresh_token_of_another_wallet"),
    "no_attestation": (lambda w: {"DPoP": w.proof("/token")}, {}, "invalid_client", "attestation_missing"),
    "no_pop": (
        lambda w: {"OAuth-Client-Attestation": w.attestation(), "DPoP": w.proof("/token")},
        {}, "invalid_client", "pop_missing",
    ),
    "client_id_of_another": (
        lambda w: w.attested(DPoP=w.proof("/token")),
        {"client_id": "https://other.example"}, "invalid_client", "client_id_wrong",
    ),
    "no_dpop": (lambda w: w.attested(), {}, "invalid_dpop_proof", "dpop_missing"),
}  # fmt: skip


@pytest.mark.parametrize(("headers", "form", "error", "reason"), BAD.values(), ids=BAD)
def test_refused(
    world: World,
    attested: AttestedWallet,
    begun: tuple[str, Registered],
    headers: Any,
    form: dict[str, Any],
    error: str,
    reason: str,
) -> None:
    attested.access_token = ""
    sent = headers(attested)
    before = world.rows()
    response = refresh(attested, begun[0], sent, **form)
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": reason})
    assert world.rows() == before


def test_another_product_with_the_same_provider(
    world: World, attested: AttestedWallet, begun: tuple[str, Registered]
) -> None:
    other = AttestedWallet(
        world, provider=attested.provider, client_id="https://other.example", instance=attested.instance
    )
    assert refresh(other, begun[0]).json()["error_description"] == "refresh_token_of_another_wallet"


def test_code_that_comes_again_takes_it_back(world: World, attested: AttestedWallet) -> None:
    """FAPI-1: with the access token goes what would renew it."""
    holder, _ = worker(world)
    code = Browser.new(world).open(attested.pushed()).present(holder).agree()
    token = attested.redeem_code(code).json()["refresh_token"]
    attested.access_token = ""
    assert attested.redeem_code(code).json()["error_description"] == "code_used"
    assert refresh(attested, token).json()["error_description"] == "refresh_token_not_redeemable"


def test_document_withdrawn(world: World, attested: AttestedWallet, begun: tuple[str, Registered]) -> None:
    world.withdraw(begun[1])
    before = world.rows()
    assert refresh(attested, begun[0]).json() == {
        "error": "invalid_grant", "error_description": "document_withdrawn"
    }  # fmt: skip
    assert world.rows() == before
