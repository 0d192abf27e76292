"""Documents on hold, and deferred issuance: OpenID4VCI 1.0, section 9; VCI-13, VCI-18; OIDF wallet plan `deferred`."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.issuer.conftest import MakeWorld
from tests.issuer.http.test_encryption import ANSWER_KEY, answer_jwk, request_key
from tests.issuer.world import URSSAF, Clock, Registered, Wallet, World
from tests.vc_core.forged_jws import ABSENT
from vc_core import jwe
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.jose import jwk_from_public_key
from vc_core.pilot import new_key

SD_JWT, MDOC = "eu.europa.ec.eudi.pda1_sd_jwt_vc", "eu.europa.ec.eudi.pda1_mdoc"
PATH = "/deferred-credential"


def hold(world: World, claims: Any = None, *, key: str = "", value: str = "true") -> httpx2.Response:
    headers = world.auth(URSSAF, **{"Idempotency-Key": key or os.urandom(8).hex()})
    return world.client().post("/v1/a1", params={"hold": value}, json=claims or world.a1(), headers=headers)


def release(world: World, registered: Registered) -> httpx2.Response:
    return world.client().post(f"{registered.path}/release", headers=world.auth(registered.institution_id))


@pytest.fixture
def held(world: World) -> Registered:
    response = hold(world)
    assert response.status_code == 201, response.text
    return Registered(response.json(), URSSAF)


@pytest.fixture
def waiting(wallet: Wallet, held: Registered) -> str:
    """The transaction id of a wallet that has asked."""
    assert wallet.redeem(held).status_code == 200
    response = wallet.collect(SD_JWT)
    assert response.status_code == 202, response.text
    transaction_id: str = response.json()["transaction_id"]
    return transaction_id


def headers(wallet: Wallet, **change: Any) -> dict[str, str]:
    return {"Authorization": f"DPoP {wallet.access_token}", "DPoP": wallet.proof(PATH, **change)}


def ask(wallet: Wallet, transaction_id: Any, **more: Any) -> httpx2.Response:
    body = {"transaction_id": transaction_id, **more}
    sent = {name: value for name, value in body.items() if value is not ABSENT}
    return wallet.world.client().post(PATH, json=sent, headers=headers(wallet))


def renewed(wallet: Wallet, refresh_token: str) -> str:
    """Gets a fresh access token; the next refresh token."""
    wallet.access_token = ""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answer = wallet.world.client().post("/token", data=form, headers={"DPoP": wallet.proof("/token")}).json()
    wallet.access_token = answer["access_token"]
    token: str = answer["refresh_token"]
    return token


# --- the institution


def test_on_hold(world: World, held: Registered) -> None:
    """No paper either, which an inspector would confirm."""
    assert held.answer["on_hold"] is True
    assert held.answer["inspection_code"] is None
    shown = world.document(held)
    assert (shown["on_hold"], shown["credentials"]) == (True, [])
    code = world.client().get(f"{held.path}/inspection-code", headers=world.auth())
    assert code.json()["error"] == "no_inspection_code"


def test_released(world: World, held: Registered) -> None:
    response = release(world, held)
    assert response.status_code == 200
    answer = response.json()
    assert (answer["document_id"], answer["on_hold"]) == (held.answer["document_id"], False)
    assert world.document(held)["on_hold"] is False
    code = world.client().get(f"{held.path}/inspection-code", headers=world.auth()).json()
    assert code == answer["inspection_code"]
    assert code["text"]


def test_repeated_registration_says_the_same(world: World) -> None:
    claims = world.a1()
    first = hold(world, claims, key="held-once")
    release(world, Registered(first.json(), URSSAF))
    again = hold(world, claims, key="held-once")
    assert (again.status_code, again.json()) == (200, first.json())
    otherwise = world.post(claims, key="held-once")
    assert (otherwise.status_code, otherwise.json()["error"]) == (409, "idempotency_key_reused")


def test_replaced_document_stands_until_then(world: World) -> None:
    """What is not decided replaces nothing."""
    claims = world.ehic()
    institution = "FR:910000"
    former = world.register(claims, type_id="ehic", institution_id=institution)
    newer = {**claims, "document_number": world.ehic()["document_number"]}
    auth = world.auth(institution, **{"Idempotency-Key": os.urandom(8).hex()})
    response = world.client().post("/v1/ehic", params={"hold": "true"}, json=newer, headers=auth)
    assert response.status_code == 201, response.text
    assert world.document(former)["state"] == "in_force"
    assert release(world, Registered(response.json(), institution)).status_code == 200
    assert world.document(former)["state"] == "withdrawn"


def test_counts_as_a_document_of_the_person(world: World) -> None:
    """A1-10: what contradicts it cannot be registered meanwhile, so that it can be released."""
    claims = world.a1()
    waits = Registered(hold(world, claims).json(), URSSAF)
    other = {**claims, "document_number": world.a1()["document_number"], "legislation_country": "BE"}
    response = world.post(other)
    assert response.status_code == 422
    assert "A1-10" in {fault["rule"] for fault in response.json()["faults"]}
    assert release(world, waits).status_code == 200


def test_judged_again(make_world: MakeWorld) -> None:
    """What has become wrong meanwhile keeps the document on hold, with the reasons."""
    clock = Clock()
    world = make_world(clock=clock)
    waits = Registered(hold(world).json(), URSSAF)
    clock.advance(days=-400)
    before = world.rows()
    response = release(world, waits)
    assert (response.status_code, response.json()["error"]) == (422, "document_faulty")
    assert response.json()["faults"]
    assert world.rows() == before


@pytest.mark.parametrize("value", ["", "1", "TRUE", "yes"])
def test_hold_otherwise(world: World, value: str) -> None:
    before = world.rows()
    response = hold(world, value=value)
    assert (response.status_code, response.json()["error"]) == (400, "registration_malformed")
    assert world.rows() == before


def test_not_on_hold(world: World, registered: Registered) -> None:
    before = world.rows()
    response = release(world, registered)
    assert (response.status_code, response.json()["error"]) == (409, "document_not_on_hold")
    assert world.rows() == before


def test_released_twice(world: World, held: Registered) -> None:
    assert release(world, held).status_code == 200
    assert release(world, held).json()["error"] == "document_not_on_hold"


def test_withdrawn_is_not_released(world: World, held: Registered) -> None:
    world.withdraw(held)
    assert release(world, held).json()["error"] == "document_withdrawn"


@pytest.mark.parametrize("institution_id", ["DE:DRV001", "FR:910000"])
def test_another_institution_does_not_release(world: World, held: Registered, institution_id: str) -> None:
    """As if there were no such document."""
    before = world.rows()
    response = world.client().post(f"{held.path}/release", headers=world.auth(institution_id))
    assert (response.status_code, response.json()["error"]) == (404, "document_unknown")
    assert world.rows() == before


# --- the wallet


def test_metadata(world: World) -> None:
    metadata = world.client().get("/.well-known/openid-credential-issuer").json()
    assert metadata["deferred_credential_endpoint"] == "https://issuer.example/deferred-credential"


def test_asked_for(wallet: Wallet, held: Registered) -> None:
    """Section 8.3: 202, and no credentials."""
    wallet.redeem(held)
    response = wallet.collect(SD_JWT)
    assert (response.status_code, response.headers["Cache-Control"]) == (202, "no-store")
    assert set(response.json()) == {"transaction_id", "interval"}
    assert response.json()["interval"] == 300
    assert len(response.json()["transaction_id"]) == 22


def test_still_on_hold(wallet: Wallet, waiting: str) -> None:
    """Section 9.2: the same id again."""
    for _ in range(2):
        response = ask(wallet, waiting)
        assert (response.status_code, response.json()) == (202, {"transaction_id": waiting, "interval": 300})


def test_collected_once(world: World, wallet: Wallet, held: Registered, waiting: str) -> None:
    """VCI-18: over after delivery."""
    release(world, held)
    response = ask(wallet, waiting)
    assert response.status_code == 200
    assert set(response.json()) == {"credentials", "notification_id"}
    (issued,) = response.json()["credentials"]
    parsed = WALLET_FORMATS["dc+sd-jwt"].parse(UnverifiedPresentation(text=issued["credential"]))
    assert parsed.holder_key is not None
    assert parsed.holder_key.public_numbers() == wallet.holder.public_key.public_numbers()
    before = world.rows()
    again = ask(wallet, waiting)
    assert (again.status_code, again.json()) == (
        400, {"error": "invalid_transaction_id", "error_description": "transaction_id_unknown"}
    )  # fmt: skip
    assert world.rows() == before
    assert wallet.collect(MDOC).status_code == 200


def test_days_later_with_a_fresh_token(make_world: MakeWorld) -> None:
    """Access tokens live for minutes: the transaction is one of everything that goes back to the issuance."""
    clock = Clock()
    world = make_world(clock=clock)
    wallet = Wallet(world)
    held = Registered(hold(world).json(), URSSAF)
    token = wallet.redeem(held).json()["refresh_token"]
    waiting = wallet.collect(SD_JWT).json()["transaction_id"]
    clock.advance(days=3)
    assert ask(wallet, waiting).status_code == 401
    token = renewed(wallet, token)
    assert ask(wallet, waiting).status_code == 202
    release(world, held)
    response = ask(wallet, waiting)
    assert response.status_code == 200
    report = {"notification_id": response.json()["notification_id"], "event": "credential_accepted"}
    sent = {"Authorization": f"DPoP {wallet.access_token}", "DPoP": wallet.proof("/notification")}
    assert world.client().post("/notification", json=report, headers=sent).status_code == 204


def test_in_a_batch(world: World, wallet: Wallet, held: Registered) -> None:
    wallet.redeem(held)
    others = [Wallet(world) for _ in range(3)]
    proofs = {"jwt": [one.key_proof() for one in others]}
    request = {"credential_configuration_id": SD_JWT, "proofs": proofs}
    waiting = world.client().post("/credential", json=request, headers=wallet.headers()).json()["transaction_id"]
    release(world, held)
    assert len(ask(wallet, waiting).json()["credentials"]) == 3


def test_answers_encrypted_to_the_key_of_each_request(world: World, wallet: Wallet, held: Registered) -> None:
    """Section 9.1: what was sent at first does not matter."""
    wallet.redeem(held)
    body = {**wallet.request(SD_JWT), "credential_response_encryption": {"jwk": answer_jwk(), "enc": "A256GCM"}}
    sealed = jwe.encrypt(body, request_key(world), "A256GCM")
    sent = {**wallet.headers(), "Content-Type": "application/jwt"}
    postponed = world.client().post("/credential", content=sealed, headers=sent)
    assert (postponed.status_code, postponed.headers["Content-Type"]) == (202, "application/jwt")
    waiting = jwe.decrypt(postponed.text, {"k1": ANSWER_KEY})["transaction_id"]
    plain = ask(wallet, waiting)
    assert (plain.status_code, plain.headers["Content-Type"]) == (202, "application/json")
    release(world, held)
    key = new_key(os.urandom)
    jwk = {**answer_jwk(), **jwk_from_public_key(key.public_key()), "kid": "k2"}
    again = {"transaction_id": waiting, "credential_response_encryption": {"jwk": jwk, "enc": "A128GCM"}}
    response = world.client().post(
        PATH,
        content=jwe.encrypt(again, request_key(world), "A128GCM"),
        headers={**headers(wallet), "Content-Type": "application/jwt"},
    )
    assert response.status_code == 200
    assert set(jwe.decrypt(response.text, {"k2": key})) == {"credentials", "notification_id"}


def test_asked_for_twice(world: World, wallet: Wallet, waiting: str) -> None:
    request, sent = wallet.request(SD_JWT), wallet.headers()
    before = world.rows()
    response = world.client().post("/credential", json=request, headers=sent)
    assert response.json() == {
        "error": "credential_request_denied", "error_description": "configuration_awaited_already"
    }  # fmt: skip
    assert world.rows() == before
    assert ask(wallet, waiting).status_code == 202


def test_decided_against(world: World, wallet: Wallet, held: Registered, waiting: str) -> None:
    """Section 9.3: the wallet need not ask again."""
    world.withdraw(held)
    before = world.rows()
    response = ask(wallet, waiting)
    assert response.json() == {"error": "credential_request_denied", "error_description": "document_withdrawn"}
    assert world.rows() == before


def test_of_many_at_once_one_gets_it(world: World, wallet: Wallet, held: Registered, waiting: str) -> None:
    release(world, held)
    sent = [headers(wallet) for _ in range(6)]
    body = {"transaction_id": waiting}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: world.client().post(PATH, json=body, headers=one).status_code, sent))
    assert sorted(answers) == [200, 400, 400, 400, 400, 400]


def test_transaction_id_is_not_stored_in_the_clear(world: World, waiting: str) -> None:
    assert waiting not in repr(world.rows())


_Ask = Callable[[Wallet, str], httpx2.Response]


def _post(wallet: Wallet, content: str, media_type: str) -> httpx2.Response:
    sent = {**headers(wallet), "Content-Type": media_type}
    return wallet.world.client().post(PATH, content=content, headers=sent)


BAD: dict[str, tuple[_Ask, int, str, str]] = {
    "id_unknown": (lambda w, t: ask(w, "A" * 22), 400, "invalid_transaction_id", "transaction_id_unknown"),
    "id_missing": (lambda w, t: ask(w, ABSENT), 400, "invalid_credential_request", "transaction_id_missing"),
    "id_empty": (lambda w, t: ask(w, ""), 400, "invalid_credential_request", "transaction_id_missing"),
    "id_a_number": (lambda w, t: ask(w, 1), 400, "invalid_credential_request", "transaction_id_malformed"),
    "malformed": (lambda w, t: _post(w, "{", "application/json"), 400, "invalid_credential_request", "json_malformed"),
    "member_twice": (
        lambda w, t: _post(w, f'{{"transaction_id":"{t}","transaction_id":"{t}"}}', "application/json"),
        400, "invalid_credential_request", "json_member_repeated",
    ),
    "form": (
        lambda w, t: _post(w, f"transaction_id={t}", "application/x-www-form-urlencoded"),
        400, "invalid_credential_request", "media_type_wrong",
    ),
    "too_large": (
        lambda w, t: _post(w, " " * 65537, "application/json"),
        400, "invalid_credential_request", "body_too_large: at most 65536 bytes",
    ),
    "garbage_called_encrypted": (
        lambda w, t: _post(w, json.dumps({"transaction_id": t}), "application/jwt"),
        400, "invalid_encryption_parameters", "jwe_malformed",
    ),
    "encrypted_answer_to_a_request_in_the_clear": (
        lambda w, t: ask(w, t, credential_response_encryption={"jwk": answer_jwk(), "enc": "A256GCM"}),
        400, "invalid_encryption_parameters", "request_not_encrypted",
    ),
    "token_missing": (
        lambda w, t: w.world.client().post(PATH, json={"transaction_id": t}),
        401, "invalid_token", "authorization_missing",
    ),
    "token_in_query": (
        lambda w, t: w.world.client().post(
            f"{PATH}?access_token={w.access_token}", json={"transaction_id": t}, headers={"DPoP": w.proof(PATH)}
        ),
        401, "invalid_token", "token_in_query",
    ),
    "proof_for_another_endpoint": (
        lambda w, t: w.world.client().post(PATH, json={"transaction_id": t}, headers=w.headers()),
        401, "invalid_dpop_proof", "htu_wrong",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("send", "status", "error", "reason"), BAD.values(), ids=BAD)
def test_refused(world: World, wallet: Wallet, waiting: str, send: _Ask, status: int, error: str, reason: str) -> None:
    before = world.rows()
    response = send(wallet, waiting)
    assert (response.status_code, response.json()) == (status, {"error": error, "error_description": reason})
    assert world.rows() == before


def test_of_another_wallet(world: World, wallet: Wallet, held: Registered, waiting: str) -> None:
    """Checklist 5: a deferred id of another user, even of one who was offered the same document."""
    offer = world.client().post(f"{held.path}/offers", headers=world.auth()).json()
    other = Wallet(world)
    assert other.redeem(Registered({**held.answer, "offer": offer}, URSSAF)).status_code == 200
    sent = headers(other)
    before = world.rows()
    response = world.client().post(PATH, json={"transaction_id": waiting}, headers=sent)
    assert response.json() == {"error": "invalid_transaction_id", "error_description": "transaction_id_unknown"}
    assert world.rows() == before
    assert ask(wallet, waiting).status_code == 202
