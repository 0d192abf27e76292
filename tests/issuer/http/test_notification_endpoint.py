"""The notification endpoint: OpenID4VCI 1.0, section 11; checklist row VCI-19."""

from typing import Any

import httpx2
import pytest

from tests.issuer.world import Registered, Wallet, World
from tests.vc_core.forged_jws import ABSENT, changed

SD_JWT, MDOC = "eu.europa.ec.eudi.pda1_sd_jwt_vc", "eu.europa.ec.eudi.pda1_mdoc"


@pytest.fixture
def ready(wallet: Wallet, registered: Registered) -> Wallet:
    assert wallet.redeem(registered).status_code == 200
    return wallet


@pytest.fixture
def notification_id(ready: Wallet) -> str:
    found: str = ready.collect(SD_JWT).json()["notification_id"]
    return found


def send(wallet: Wallet, body: Any, **headers: Any) -> httpx2.Response:
    standard = {"Authorization": f"DPoP {wallet.access_token}", "DPoP": wallet.proof("/notification")}
    return wallet.world.client().post("/notification", json=body, headers=changed(standard, headers))


@pytest.mark.parametrize("event", ["credential_accepted", "credential_failure", "credential_deleted"])
def test_reported(world: World, ready: Wallet, notification_id: str, event: str) -> None:
    body = {"notification_id": notification_id, "event": event, "event_description": "text", "foo": 1}
    response = send(ready, body)
    assert (response.status_code, response.content) == (204, b"")
    assert any(event in row for row in world.rows()["notice"])


def test_reported_again(ready: Wallet, notification_id: str) -> None:
    for event in ("credential_accepted", "credential_accepted", "credential_deleted"):
        assert send(ready, {"notification_id": notification_id, "event": event}).status_code == 204


def test_each_answer_has_its_own_id(ready: Wallet) -> None:
    ids = [ready.collect(one).json()["notification_id"] for one in (SD_JWT, MDOC)]
    assert len(set(ids)) == 2


def test_id_is_not_stored_in_the_clear(world: World, notification_id: str) -> None:
    assert notification_id not in repr(world.rows())


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "event_unknown": ({"event": "credential_lost"}, "invalid_notification_request", "event_unknown"),
    "event_missing": ({"event": ABSENT}, "invalid_notification_request", "event_missing"),
    "event_a_number": ({"event": 1}, "invalid_notification_request", "event_malformed"),
    "description_a_number": (
        {"event_description": 1},
        "invalid_notification_request",
        "event_description_malformed",
    ),
    "id_missing": ({"notification_id": ABSENT}, "invalid_notification_request", "notification_id_missing"),
    "id_unknown": ({"notification_id": "A" * 22}, "invalid_notification_id", "notification_id_unknown"),
}


@pytest.mark.parametrize(("change", "error", "reason"), BAD.values(), ids=BAD)
def test_refused(
    world: World, ready: Wallet, notification_id: str, change: dict[str, Any], error: str, reason: str
) -> None:
    """Section 11.3; nothing changes."""
    body = changed({"notification_id": notification_id, "event": "credential_accepted"}, change)
    before = world.rows()
    response = send(ready, body)
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": reason})
    assert world.rows() == before


def test_id_of_another_wallet(world: World, notification_id: str) -> None:
    other = Wallet(world)
    other.redeem(world.register())
    before = world.rows()
    response = send(other, {"notification_id": notification_id, "event": "credential_accepted"})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_notification_id")
    assert world.rows() == before


ACCESS: dict[str, tuple[dict[str, Any], str]] = {
    "no_token": ({"Authorization": ABSENT}, "invalid_token"),
    "token_unknown": ({"Authorization": f"DPoP {'A' * 43}"}, "invalid_token"),
    "no_proof": ({"DPoP": ABSENT}, "invalid_dpop_proof"),
}


@pytest.mark.parametrize(("headers", "error"), ACCESS.values(), ids=ACCESS)
def test_without_access(world: World, ready: Wallet, notification_id: str, headers: dict[str, Any], error: str) -> None:
    before = world.rows()
    response = send(ready, {"notification_id": notification_id, "event": "credential_accepted"}, **headers)
    assert (response.status_code, response.json()["error"]) == (401, error)
    assert response.headers["WWW-Authenticate"].startswith("DPoP")
    assert world.rows() == before


def test_proof_of_the_credential_endpoint(ready: Wallet, notification_id: str) -> None:
    body = {"notification_id": notification_id, "event": "credential_accepted"}
    assert send(ready, body, DPoP=ready.proof("/credential")).json()["error_description"] == "htu_wrong"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"{", "json_malformed"), (b'{"event":"a","event":"b"}', "json_member_repeated"), (b"[]", "json_not_object")],
    ids=["malformed", "member_twice", "array"],
)
def test_bad_body(world: World, ready: Wallet, content: bytes, reason: str) -> None:
    headers = {
        "Authorization": f"DPoP {ready.access_token}",
        "DPoP": ready.proof("/notification"),
        "Content-Type": "application/json",
    }
    before = world.rows()
    response = world.client().post("/notification", content=content, headers=headers)
    assert response.json() == {"error": "invalid_notification_request", "error_description": reason}
    assert world.rows() == before


def test_other_media_type(world: World, ready: Wallet) -> None:
    headers = {"Authorization": f"DPoP {ready.access_token}", "DPoP": ready.proof("/notification")}
    response = world.client().post("/notification", data={"event": "x"}, headers=headers)
    assert response.json()["error_description"] == "media_type_wrong"
