"""What is logged: each request by its route, and never a word about a person."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.issuer.http.test_credential_endpoint import SD_JWT
from tests.issuer.world import Clock, Wallet, World


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as captured:
        yield captured


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str) and len(value) > 3:
        yield value


def test_no_personal_data_and_no_secret(world: World, wallet: Wallet, logs: list[EventDict]) -> None:
    claims = world.a1()
    registered = world.register(claims)
    world.post({**claims, "starting_date": "x", "document_number": "1"})
    world.client().post("/v1/a1", content=b"{", headers=world.auth())
    wallet.redeem(registered, tx_code="000000")
    wallet.redeem(registered)
    wallet.collect(SD_JWT)
    world.document(registered)
    world.client().get(registered.answer["offer"]["qr_png"], headers=world.auth())
    world.withdraw(registered, case_ref="secret case")
    written = repr(logs)
    secrets = [*world.api_keys.values(), wallet.access_token, registered.tx_code, registered.offer_id, "secret case"]
    for text in [*_texts(claims), *secrets]:
        assert text not in written


def test_one_line_a_request(world: World, logs: list[EventDict]) -> None:
    world.client().get("/status/no-such-list")
    (line,) = logs
    assert line.pop("milliseconds") is not None
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "/status/{shard_id}",
        "status": 404,
        "refused": "status_list_unknown",
    }


def test_reason_of_a_refusal(world: World, logs: list[EventDict]) -> None:
    world.client().post("/token", data={"grant_type": "x"})
    assert [line["refused"] for line in logs] == ["unsupported_grant_type: grant_type_unsupported"]


def test_error_of_the_program(world: World, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch) -> None:
    """500 without a word; the log has the class and the places, not the text, which could quote a claim."""

    def fail(_: Clock) -> datetime:
        raise RuntimeError("Moreau")

    monkeypatch.setattr(Clock, "now", property(fail))
    response = world.client().post("/nonce")
    assert (response.status_code, response.json()["error"]) == (500, "internal_error")
    failed, request = logs
    assert failed["error"] == "RuntimeError"
    assert failed["places"]
    assert request["status"] == 500
    assert "Moreau" not in repr(logs) + response.text
