"""What is fetched before a verification, what is used again, and what a failure leads to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.world import BASE_URL, STATUS_URIS, World
from vc_core.status_list import StatusReference
from vc_core.verification import StatusUnavailable

DAY = {"day": "2026-02-15"}
URI = STATUS_URIS["a1"]


def judged(client: TestClient, text: str) -> tuple[str, list[str]]:
    verdict = client.post("/v1/verify", json={"text": text, "expected": DAY}).json()
    return verdict["verdict"], verdict["deciding"]


def test_a_list_is_used_again_for_a_short_while_and_then_asked_for_changes(client: TestClient, world: World) -> None:
    code = world.code()
    for _ in range(2):
        assert judged(client, code) == ("CONFIRMED", [])
    assert world.lists.calls == [URI]
    world.clock.forward(seconds=2)
    assert judged(client, code) == ("CONFIRMED", [])
    assert world.lists.calls == [URI, URI]


def test_a_list_that_did_not_change_counts_by_its_own_age(client: TestClient, world: World) -> None:
    """Not modified since is not issued anew: past its `ttl` the data is old."""
    code = world.code()
    judged(client, code)
    world.clock.forward(minutes=16)
    assert judged(client, code) == ("CONFIRMED_STATUS_OLD", ["status.freshness"])


def test_all_workers_share_what_was_fetched(make_app: MakeApp, world: World) -> None:
    code = world.code()
    for _ in range(2):
        with TestClient(make_app(), base_url=BASE_URL) as client:
            assert judged(client, code) == ("CONFIRMED", [])
    assert world.lists.calls == [URI]


@pytest.mark.parametrize(
    ("later", "word", "deciding"),
    [
        pytest.param(timedelta(minutes=14), "CONFIRMED", [], id="within_ttl"),
        pytest.param(timedelta(minutes=16), "CONFIRMED_STATUS_OLD", ["status.freshness"], id="past_ttl"),
        pytest.param(timedelta(days=7), "CANNOT_CONFIRM", ["status.token_time"], id="past_exp"),
    ],
)
def test_while_the_server_is_down_the_last_list_counts_by_its_age(
    client: TestClient, world: World, later: timedelta, word: str, deciding: list[str]
) -> None:
    """design.md 7."""
    code = world.code()
    judged(client, code)
    world.lists.down = StatusUnavailable(reason="unreachable")
    world.clock.now += later
    assert judged(client, code) == (word, deciding)


@pytest.mark.parametrize(
    "reason", ["timeout", "unreachable", "http_404", "http_500", "too_large", "too_many_redirects"]
)
def test_without_any_list_nothing_is_confirmed(client: TestClient, world: World, reason: str) -> None:
    world.lists.down = StatusUnavailable(reason=reason)
    answer = client.post("/v1/verify", json={"text": world.code(), "expected": DAY}).json()
    assert (answer["verdict"], answer["deciding"]) == ("CANNOT_CONFIRM", ["status.token_available"])
    [check] = [check for check in answer["checks"] if check["id"] == "status.token_available"]
    assert (check["outcome"], check["reason"]) == ("INDETERMINATE", reason)


BAD_LISTS = [
    pytest.param({"body": lambda _: b"<html>"}, ["status.token_signature"], id="not_a_token"),
    pytest.param({"content_type": "text/plain"}, ["status.token_signature"], id="media_type_wrong"),
    pytest.param(
        {"body": lambda token: token[:-4].encode() + b"AAAA"}, ["status.token_signature"], id="signature_broken"
    ),
]


@pytest.mark.parametrize(("changes", "deciding"), BAD_LISTS)
def test_a_bad_list_confirms_nothing(
    client: TestClient, world: World, changes: dict[str, Any], deciding: list[str]
) -> None:
    for name, value in changes.items():
        setattr(world.lists, name, value)
    assert judged(client, world.code()) == ("CANNOT_CONFIRM", deciding)


def test_what_is_no_token_does_not_replace_the_last_list(client: TestClient, world: World) -> None:
    code = world.code()
    judged(client, code)
    world.lists.body = lambda _: b"<html>maintenance</html>"
    world.clock.forward(seconds=2)
    world.withdraw_last()
    assert judged(client, code)[0] == "CANNOT_CONFIRM"
    world.lists.down = StatusUnavailable(reason="unreachable")
    world.clock.forward(seconds=2)
    assert judged(client, code) == ("CONFIRMED", [])


def test_the_list_of_another_address_confirms_nothing(client: TestClient, world: World) -> None:
    world.lists.body = lambda _: world.lists.token(URI.replace("/1", "/2")).encode()
    world.lists.signers = dict.fromkeys(STATUS_URIS.values(), world.lists.signers[URI])
    assert judged(client, world.code()) == ("CANNOT_CONFIRM", ["status.token_subject"])


@pytest.mark.parametrize(
    "uri",
    [
        "https://elsewhere.example/status/1",
        "https://issuer.example.evil.example/status/1",
        "https://issuer.example/other/1",
        "https://issuer.example/status/../other",
        "https://127.0.0.1:8000/status/1",
    ],
)
def test_an_address_that_the_trust_list_does_not_permit_is_never_asked(
    client: TestClient, world: World, uri: str
) -> None:
    """Nobody makes this service call an address by presenting it (Token Status List, section 11.4)."""
    code = world.code(status=StatusReference(uri=uri, idx=1))
    assert judged(client, code) == ("CANNOT_CONFIRM", ["status.token_available"])
    assert world.lists.calls == []


@pytest.mark.parametrize("uri", ["https://user@issuer.example/status/1", "data:text/plain,x", "issuer.example"])
def test_what_is_no_address_is_never_asked(client: TestClient, world: World, uri: str) -> None:
    assert judged(client, world.code(status=StatusReference(uri=uri, idx=1)))[0] == "CANNOT_CONFIRM"
    assert world.lists.calls == []


def test_the_status_of_a_forged_credential_is_not_asked_for(client: TestClient, world: World) -> None:
    """Token Status List, section 8.3: the credential is judged first."""
    held = world.credential("dc+sd-jwt")
    token, _, rest = held.text.partition("~")
    forged = replace(held, text=f"{token[:-4]}AAAA~{rest}")
    assert judged(client, forged.text) == ("CANNOT_CONFIRM", ["integrity.issuer_signature"])
    assert world.lists.calls == []


@pytest.mark.parametrize(
    ("trust_list", "reason"),
    [
        pytest.param("missing.jwt", "trust_list_unreadable", id="no_file"),
        pytest.param("operator.pem", None, id="not_a_list"),
    ],
)
def test_without_a_trust_list_no_issuer_passes(
    make_app: MakeApp, world: World, trust_list: str, reason: str | None
) -> None:
    """design.md 6: never "any issuer"."""
    path = str(world.folder / "pki" / trust_list)
    with TestClient(make_app(trust_list=path), base_url=BASE_URL) as client:
        answer = client.post("/v1/verify", json={"text": world.code(), "expected": DAY}).json()
    assert (answer["verdict"], answer["deciding"][0]) == ("CANNOT_CONFIRM", "trust.list")
    [check] = [check for check in answer["checks"] if check["id"] == "trust.list"]
    assert check["outcome"] == "INDETERMINATE"
    assert reason in (None, check["reason"])


def test_a_stale_trust_list_confirms_nothing(client: TestClient, world: World) -> None:
    world.clock.forward(days=30)
    code = world.code()
    answer = client.post("/v1/verify", json={"text": code}).json()
    assert (answer["verdict"], answer["deciding"][0]) == ("CANNOT_CONFIRM", "trust.list")
