"""A page asks through the browser: OpenID4VP 1.0, appendix A, over the service's interface."""

from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.wallet import Asked, ask, bearer, present
from tests.verifier.world import BASE_URL, World
from vc_core import authorization_response
from vc_core.authorization_request import ResponseEncryption
from vc_core.dc_api import AcceptedDcRequest, Trusted, accept_dc_request
from vc_core.formats.registry import QUERY_FORMATS
from verifier.adapters.keys import load_certificate

SD_JWT, MDOC = "dc+sd-jwt", "mso_mdoc"
EXPECTED = {"day": "2026-02-15", "host_state": "DE"}
PROTOCOLS = ["openid4vp-v1-unsigned", "openid4vp-v1-signed", "openid4vp-v1-multisigned"]


def offered(client: TestClient, **body: Any) -> dict[str, Any]:
    wanted = {"type": "a1", "profile": "building_site", "expected": EXPECTED, **body}
    answer = client.post("/v1/dc-requests", json=wanted)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def accepted(world: World, offer: Mapping[str, Any], *, origin: str = BASE_URL) -> AcceptedDcRequest:
    anchor = load_certificate(world.folder / "pki" / "access-ca.pem")
    return accept_dc_request(
        offer["requests"][0],
        origin=origin,
        trusted=Trusted(anchors=[anchor]),
        now=world.clock.now,
        formats=QUERY_FORMATS,
    )


def answer_to(world: World, offer: Mapping[str, Any], format_id: str = SD_JWT, **challenge: Any) -> dict[str, Any]:
    """What the browser gives to the page; challenge: what the proof is over instead."""
    read = accepted(world, offer)
    over = {"origin": BASE_URL, "encryption_thumbprint": read.encryption and read.encryption.thumbprint}
    asked = Asked(offer, _claims(offer, read))
    vp_token = present(world, asked, world.credential(format_id), **(over | challenge))
    encryption = None if read.encryption is None else ResponseEncryption(jwk=read.encryption.jwk, enc="A256GCM")
    return authorization_response.encode_dc_response(vp_token, encryption=encryption)


def _claims(offer: Mapping[str, Any], read: AcceptedDcRequest) -> dict[str, Any]:
    """The request as the wallet of these tests reads one."""
    query = offer["requests"][-1]["data"]["dcql_query"]
    return {
        "response_mode": "direct_post", "nonce": read.nonce, "client_id": read.client_id, "response_uri": "",
        "dcql_query": query,
    }  # fmt: skip


def post(client: TestClient, offer: Mapping[str, Any], data: Any, token: str | None = None, **more: Any) -> Any:
    headers = bearer(token or offer["read_token"])
    return client.post(f"/v1/dc-requests/{offer['id']}/response", json={"data": data, **more}, headers=headers)


@pytest.mark.parametrize("mode", ["dc_api", "dc_api.jwt"])
@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_good_answer_is_confirmed(client: TestClient, world: World, protocol: str, format_id: str, mode: str) -> None:
    offer = offered(client, protocols=[protocol, "openid4vp-v1-unsigned"], response_mode=mode)
    answer = post(client, offer, answer_to(world, offer, format_id))
    assert answer.status_code == 200, answer.text
    result = answer.json()
    [verdict] = result["verdicts"]
    assert (result["state"], verdict["verdict"], verdict["holder_proof"]) == ("answered", "CONFIRMED", True)


def test_the_wallet_may_decline(client: TestClient) -> None:
    offer = offered(client)
    answer = post(client, offer, {"error": "access_denied"})
    assert (answer.status_code, answer.json()["refusal"]) == (200, {"error": "access_denied"})


UNSIGNED = "openid4vp-v1-unsigned"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "audience_of_another_page": ({"origin": "https://elsewhere.example"}, "holder.audience"),
    "audience_of_a_link": ({"origin": None, "client_id": "x509_hash:abc"}, "holder.audience"),
    "nonce_of_another_request": ({"nonce": "another"}, "holder.nonce"),
}


@pytest.mark.parametrize(("challenge", "check"), REFUSED.values(), ids=REFUSED)
def test_an_answer_to_something_else_is_refused(
    client: TestClient, world: World, challenge: dict[str, Any], check: str
) -> None:
    offer = offered(client, protocols=[UNSIGNED])
    answer = post(client, offer, answer_to(world, offer, **challenge))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request", "check": check})


@pytest.mark.parametrize(
    "challenge",
    [{"origin": "https://elsewhere.example"}, {"origin": None}, {"encryption_thumbprint": None}, {"nonce": "other"}],
    ids=["other_origin", "handover_by_link", "thumbprint_missing", "other_nonce"],
)
def test_an_mdoc_over_another_handover_is_refused(client: TestClient, world: World, challenge: dict[str, Any]) -> None:
    """B.2.6.2; MDO-13."""
    offer = offered(client, protocols=[UNSIGNED])
    answer = post(client, offer, answer_to(world, offer, MDOC, **challenge))
    assert (answer.status_code, answer.json()["check"]) == (400, "holder.signature")


MALFORMED: dict[str, tuple[Any, str]] = {
    "plain_though_encrypted_was_asked": ({"vp_token": {"a1-1": ["x"]}}, "response.encryption"),
    "empty": ({}, "response.form"),
    "response_number": ({"response": 7}, "response.form"),
    "not_a_jwe": ({"response": "abc"}, "response.decryption"),
    "answer_and_error": ({"response": "abc", "error": "access_denied"}, "response.form"),
}


@pytest.mark.parametrize(("data", "check"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_answer_leaves_the_request_open(
    client: TestClient, world: World, data: dict[str, Any], check: str
) -> None:
    offer = offered(client, protocols=[UNSIGNED])
    answer = post(client, offer, data)
    assert (answer.status_code, answer.json()["check"]) == (400, check)
    assert post(client, offer, answer_to(world, offer)).status_code == 200


@pytest.mark.parametrize("data", [{"vp_token": []}, {"vp_token": {}}, {"response": "x"}, {"vp_token": {"a1-1": "x"}}])
def test_a_plain_answer_of_another_form(client: TestClient, data: dict[str, Any]) -> None:
    offer = offered(client, protocols=[UNSIGNED], response_mode="dc_api")
    assert (post(client, offer, data).json()["check"]) == "response.form"


def test_an_answer_counts_once(client: TestClient, world: World) -> None:
    offer = offered(client, protocols=[UNSIGNED])
    data = answer_to(world, offer)
    assert post(client, offer, data).status_code == 200
    assert post(client, offer, data).json() == {"error": "invalid_request", "check": "response.single_use"}


def test_only_the_page_that_asked_hands_in_the_answer(client: TestClient, world: World) -> None:
    offer = offered(client, protocols=[UNSIGNED])
    answer = post(client, offer, answer_to(world, offer), token="stranger")
    assert (answer.status_code, answer.json()["error"]) == (401, "token_wrong")


def test_an_answer_through_somebody_elses_page(client: TestClient, world: World) -> None:
    offer = offered(client, protocols=[UNSIGNED])
    answer = post(client, offer, answer_to(world, offer), origin="https://elsewhere.example")
    assert (answer.status_code, answer.json()["error"]) == (400, "origin_not_expected")


def test_an_answer_that_comes_too_late(client: TestClient, world: World) -> None:
    offer = offered(client, protocols=[UNSIGNED])
    data = answer_to(world, offer)
    world.clock.forward(minutes=6)
    assert post(client, offer, data).json()["check"] == "response.time"


def test_the_two_ways_of_asking_are_kept_apart(client: TestClient) -> None:
    """What a page asked is neither fetched nor posted by a wallet, and the reverse."""
    offer, linked = offered(client), ask(client)
    assert client.get(f"/request/{offer['id']}").status_code == 410
    posted = client.post(f"/response/{offer['id']}", data={"error": "access_denied"})
    assert posted.json()["check"] == "response.request"
    assert post(client, linked.offer, {"error": "access_denied"}).json()["check"] == "response.request"


def test_an_unknown_protocol_is_not_offered(client: TestClient) -> None:
    body = {"type": "a1", "profile": "building_site", "protocols": ["org-iso-mdoc"]}
    assert client.post("/v1/dc-requests", json=body).status_code == 400
