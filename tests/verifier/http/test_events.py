"""The log of a transaction and its stream of server-sent events (HTML Living Standard, section 9.2)."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.wallet import Asked, ask, bearer, form, offered, present
from tests.verifier.world import BASE_URL, World


@pytest.fixture
def client(make_app: MakeApp) -> Any:
    """Streams that last as long as one look into the database."""
    with TestClient(make_app(events_seconds=0.01), base_url=BASE_URL) as client:
        yield client


def stream(client: TestClient, offer: Any, last: str | None = None) -> list[tuple[str, str]]:
    """Id and name of each event of one stream."""
    headers = {**bearer(offer["read_token"]), **({"Last-Event-ID": last} if last else {})}
    answer = client.get(f"/v1/requests/{offer['id']}/events", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    return re.findall(r"^id: (\d+)\nevent: (\w+)\ndata: \{\"at\":\"2026-02-15T\d\d:\d\d:\d\dZ\"\}$", answer.text, re.M)


def answered(client: TestClient, world: World, **challenge: Any) -> Asked:
    asked = ask(client)
    shown = present(world, asked, world.credential("dc+sd-jwt"), **challenge)
    client.post(asked.response_path, data=form(asked, shown))
    return asked


FETCHED = [("1", "created"), ("2", "fetched")]


def test_each_step_is_an_event(client: TestClient, world: World) -> None:
    assert stream(client, offered(client)) == FETCHED[:1]
    assert stream(client, ask(client).offer) == FETCHED
    assert stream(client, answered(client, world).offer) == [*FETCHED, ("3", "received"), ("4", "verified")]


def test_an_answer_that_is_refused(client: TestClient, world: World) -> None:
    asked = answered(client, world, nonce="another")
    assert stream(client, asked.offer) == [*FETCHED, ("3", "received"), ("5", "refused")]


def test_a_request_that_nobody_answers(client: TestClient, world: World) -> None:
    """Told at once; written down by whoever sweeps next, and then told just once."""
    offer = offered(client)
    world.clock.forward(minutes=5)
    expected = [("1", "created"), ("6", "expired")]
    assert stream(client, offer) == expected
    offered(client)
    assert stream(client, offer) == expected


def test_what_was_seen_is_not_told_again(client: TestClient, world: World) -> None:
    asked = answered(client, world)
    assert stream(client, asked.offer, last="2") == [("3", "received"), ("4", "verified")]


def test_after_the_last_event_there_is_nothing_to_wait_for(client: TestClient, world: World) -> None:
    offer = answered(client, world).offer
    headers = {**bearer(offer["read_token"]), "Last-Event-ID": "4"}
    assert client.get(f"/v1/requests/{offer['id']}/events", headers=headers).status_code == 204


@pytest.mark.parametrize("last", ["", "no number", "-1", "1" * 40])
def test_an_id_that_nobody_sent_counts_as_none(client: TestClient, last: str) -> None:
    assert stream(client, offered(client), last=last) == FETCHED[:1]


def test_only_the_read_token_follows_a_request(client: TestClient) -> None:
    offer, other = offered(client), offered(client)
    address = f"/v1/requests/{offer['id']}/events"
    assert client.get(address).status_code == 401
    assert client.get(address, headers=bearer(other["read_token"])).json()["error"] == "token_wrong"
    unknown = client.get(f"/v1/requests/{'A' * 22}/events", headers=bearer(offer["read_token"]))
    assert (unknown.status_code, unknown.json()["error"]) == (404, "request_unknown")


def test_what_happened_at_one_worker_is_told_by_another(client: TestClient, world: World, make_app: MakeApp) -> None:
    asked = answered(client, world)
    with TestClient(make_app(events_seconds=0.01), base_url=BASE_URL) as other:
        assert stream(other, asked.offer)[-1] == ("4", "verified")
