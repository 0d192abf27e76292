"""Refresh tokens of anonymous wallets: RFC 6749, section 6; RFC 9449, section 5; RFC 9700, 4.14.2; ABCA-6 elsewhere."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.issuer.conftest import MakeWorld
from tests.issuer.world import BASE_URL, Clock, Registered, Wallet, World
from tests.vc_core.forged_jws import changed

SD_JWT, MDOC = "eu.europa.ec.eudi.pda1_sd_jwt_vc", "eu.europa.ec.eudi.pda1_mdoc"


def begin(wallet: Wallet, registered: Registered, **form: Any) -> str:
    """The first refresh token."""
    response = wallet.redeem(registered, **form)
    assert response.status_code == 200, response.text
    token: str = response.json()["refresh_token"]
    return token


def refresh(wallet: Wallet, token: str, /, *, proof: str | None = None, **form: Any) -> httpx2.Response:
    wallet.access_token, former = "", wallet.access_token
    sent = changed({"grant_type": "refresh_token", "refresh_token": token}, form)
    response = wallet.world.client().post("/token", data=sent, headers={"DPoP": proof or wallet.proof("/token")})
    wallet.access_token = response.json().get("access_token", former)
    return response


def test_fresh_copies_of_the_same_document(world: World, wallet: Wallet, registered: Registered) -> None:
    token = begin(wallet, registered)
    assert wallet.collect(SD_JWT).status_code == 200
    response = refresh(wallet, token)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    answer = response.json()
    assert set(answer) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert answer["token_type"] == "DPoP"
    assert answer["refresh_token"] != token
    assert [wallet.collect(one).status_code for one in (SD_JWT, MDOC)] == [200, 200]
    issued = [one for one in world.document(registered)["credentials"] if one["configuration_id"]]
    assert len({one["status"]["idx"] for one in issued}) == len(issued) == 3
    again = wallet.collect(SD_JWT)
    assert again.json()["error_description"] == "configuration_collected_already"


def test_again_and_again(wallet: Wallet, registered: Registered) -> None:
    token = begin(wallet, registered)
    for _ in range(3):
        response = refresh(wallet, token)
        assert response.status_code == 200
        token = response.json()["refresh_token"]
    assert wallet.collect(MDOC).status_code == 200


def test_identifiers_stay(world: World, wallet: Wallet, registered: Registered) -> None:
    """OpenID4VCI 1.0, section 6.2: what the wallet knows a credential by."""
    details = f'[{{"type":"openid_credential","credential_configuration_id":"{SD_JWT}"}}]'
    first = wallet.redeem(registered, authorization_details=details).json()
    answer = refresh(wallet, first["refresh_token"]).json()
    assert answer["authorization_details"] == first["authorization_details"]
    (identifier,) = answer["authorization_details"][0]["credential_identifiers"]
    request = {"credential_identifier": identifier, "proofs": {"jwt": [wallet.key_proof()]}}
    assert world.client().post("/credential", json=request, headers=wallet.headers()).status_code == 200


def test_server_metadata(world: World) -> None:
    metadata = world.client().get("/.well-known/oauth-authorization-server").json()
    assert "refresh_token" in metadata["grant_types_supported"]


def test_not_stored_in_the_clear(world: World, wallet: Wallet, registered: Registered) -> None:
    token = begin(wallet, registered)
    assert token not in repr(world.rows())


# --- refused

_Change = Callable[[Wallet, str], httpx2.Response]

BAD: dict[str, tuple[_Change, str, str]] = {
    "token_missing": (lambda w, t: refresh(w, t, refresh_token=""), "invalid_request", "refresh_token_missing"),
    "token_twice": (lambda w, t: refresh(w, t, refresh_token=[t, t]), "invalid_request", "parameter_repeated"),
    "token_unknown": (lambda w, t: refresh(w, "A" * 43), "invalid_grant", "refresh_token_not_redeemable"),
    "token_of_another_kind": (
        lambda w, t: refresh(w, w.access_token), "invalid_grant", "refresh_token_not_redeemable"
    ),
    "client_named": (
        lambda w, t: refresh(w, t, client_id="somebody"), "invalid_grant", "refresh_token_of_another_wallet"
    ),
    "proof_by_another_key": (
        lambda w, t: refresh(w, t, proof=Wallet(w.world).proof("/token")), "invalid_dpop_proof", "jkt_wrong"
    ),
    "proof_for_another_address": (
        lambda w, t: refresh(w, t, proof=_token_proof(w, htu=f"{BASE_URL}/par")), "invalid_dpop_proof", "htu_wrong"
    ),
    "proof_without_nonce": (
        lambda w, t: refresh(w, t, proof=_token_proof(w, nonce="A" * 51)), "use_dpop_nonce", "nonce_wrong"
    ),
}  # fmt: skip


def _token_proof(wallet: Wallet, **claims: Any) -> str:
    return Wallet(wallet.world, key=wallet.key).proof("/token", claims=claims)


@pytest.mark.parametrize(("send", "error", "reason"), BAD.values(), ids=BAD)
def test_refused(world: World, wallet: Wallet, registered: Registered, send: _Change, error: str, reason: str) -> None:
    """Nothing changes, and the token stays good."""
    token = begin(wallet, registered)
    before = world.rows()
    response = send(wallet, token)
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": reason})
    assert world.rows() == before
    assert refresh(wallet, token).status_code == 200


def test_proof_that_was_used(world: World, wallet: Wallet, registered: Registered) -> None:
    """The same request again, as a client sends it that heard no answer, ends nothing."""
    token = begin(wallet, registered)
    proof = _token_proof(wallet)
    newer = refresh(wallet, token, proof=proof).json()["refresh_token"]
    before = world.rows()
    response = refresh(wallet, token, proof=proof)
    assert response.json() == {"error": "invalid_dpop_proof", "error_description": "jti_repeated"}
    assert world.rows() == before
    assert refresh(wallet, newer).status_code == 200


def test_wallet_that_named_itself(world: World, wallet: Wallet) -> None:
    token = begin(wallet, world.register(), client_id="wallet-1")
    wrong = refresh(wallet, token, client_id="wallet-2")
    assert wrong.json()["error_description"] == "refresh_token_of_another_wallet"
    token = refresh(wallet, token, client_id="wallet-1").json()["refresh_token"]
    assert refresh(wallet, token).status_code == 200


def test_used_token_ends_the_family(world: World, wallet: Wallet, registered: Registered) -> None:
    """Somebody has a token that another has too: neither goes on, and no other issuance is touched."""
    other = Wallet(world)
    others = begin(other, world.register())
    token = begin(wallet, registered)
    newer = refresh(wallet, token).json()["refresh_token"]
    access_token = wallet.access_token
    again = refresh(wallet, token)
    assert (again.status_code, again.json()) == (
        400, {"error": "invalid_grant", "error_description": "refresh_token_used"}
    )  # fmt: skip
    assert refresh(wallet, newer).json()["error_description"] == "refresh_token_not_redeemable"
    wallet.access_token = access_token
    assert (wallet.collect(SD_JWT).status_code, wallet.collect(SD_JWT).json()["error"]) == (401, "invalid_token")
    assert refresh(other, others).status_code == 200


def test_of_many_at_once_one_wins(wallet: Wallet, registered: Registered) -> None:
    token = begin(wallet, registered)
    proofs = [_token_proof(wallet) for _ in range(6)]

    def send(proof: str) -> int:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return wallet.world.client().post("/token", data=form, headers={"DPoP": proof}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(send, proofs)) == [200, 400, 400, 400, 400, 400]


def test_document_withdrawn(world: World, wallet: Wallet, registered: Registered) -> None:
    token = begin(wallet, registered)
    world.withdraw(registered)
    before = world.rows()
    response = refresh(wallet, token)
    assert response.json() == {"error": "invalid_grant", "error_description": "document_withdrawn"}
    assert world.rows() == before


def test_bounded_life(make_world: MakeWorld) -> None:
    """Of the whole family: a newer token lives no longer."""
    clock = Clock()
    world = make_world(clock=clock, refresh_seconds=3600)
    wallet = Wallet(world)
    token = begin(wallet, world.register())
    clock.advance(seconds=3599)
    newer = refresh(wallet, token).json()["refresh_token"]
    clock.advance(seconds=1)
    before = world.rows()
    response = refresh(wallet, newer)
    assert response.json() == {"error": "invalid_grant", "error_description": "refresh_token_not_redeemable"}
    assert world.rows() == before


def test_what_has_expired_is_forgotten(make_world: MakeWorld) -> None:
    clock = Clock()
    world = make_world(clock=clock, refresh_seconds=3600)
    begin(Wallet(world), world.register())
    kept = len(world.rows()["refresh_token"])
    clock.advance(days=400)
    begin(Wallet(world), world.register())
    assert kept >= 1
    assert len(world.rows()["refresh_token"]) == 1
