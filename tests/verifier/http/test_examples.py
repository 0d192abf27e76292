"""Every body of the interface is described with examples, and each of them is taken by the service as it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.test_dc_api import offered as offered_to_a_page
from tests.verifier.test_journey_j13_case_file import answered, handed
from tests.verifier.wallet import ask, bearer, offered
from tests.verifier.world import World
from vc_core.catalogue import Catalogue
from verifier.http.bodies import FORM, JSON, MULTIPART
from verifier.http.examples import GIVEN, questions, requests
from verifier.inspection_profiles import Profiles

BINARY = {"image/png", "image/jpeg", "application/cbor"}


@dataclass(frozen=True)
class Before:
    """What the service has given: an id for the address, a bearer token, and what stands as `GIVEN` in examples."""

    id: str = ""
    token: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


def nothing(_: TestClient, __: World) -> Before:
    return Before()


def an_answered_request(client: TestClient, world: World) -> Before:
    offer = answered(client, world).offer
    return Before(offer["id"], offer["read_token"], {"token": offer["read_token"]})


def a_verdict(client: TestClient, world: World) -> Before:
    verdict = handed(client, world.code())
    token = verdict["identity_token"]
    return Before(verdict["id"], token, {"token": token, "sealed": verdict["sealed"]})


def a_request(client: TestClient, _: World) -> Before:
    return Before(offered(client)["id"])


def a_fetched_request(client: TestClient, _: World) -> Before:
    asked = ask(client)
    return Before(asked.offer["id"], given={"state": asked.claims["state"]})


def a_request_of_a_page(client: TestClient, _: World) -> Before:
    offer = offered_to_a_page(client)
    return Before(offer["id"], offer["read_token"])


BEFORE: Mapping[str, Callable[[TestClient, World], Before]] = {
    "/v1/requests": nothing,
    "/v1/requests/{request_id}/identity": an_answered_request,
    "/v1/requests/{request_id}/case-file": an_answered_request,
    "/v1/verify": nothing,
    "/v1/verdicts/{verdict_id}/identity": a_verdict,
    "/v1/verdicts/{verdict_id}/case-file": a_verdict,
    "/v1/dc-requests": nothing,
    "/v1/dc-requests/{request_id}/response": a_request_of_a_page,
    "/request/{request_id}": a_request,
    "/response/{request_id}": a_fetched_request,
}
SENT_AS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    JSON: lambda value: {"json": value},
    FORM: lambda value: {"data": value},
    MULTIPART: lambda value: {"files": {name: (None, text) for name, text in value.items()}},
}


def bodies(client: TestClient) -> Mapping[str, Mapping[str, Any]]:
    paths = client.get("/openapi.json").json()["paths"]
    return {
        path: methods["post"]["requestBody"]["content"]
        for path, methods in paths.items()
        if "requestBody" in methods.get("post", {})
    }


def test_every_body_that_is_text_has_examples(client: TestClient) -> None:
    found = bodies(client)
    assert set(found) == set(BEFORE)
    for path, content in found.items():
        assert {media for media in content if not content[media].get("examples")} <= BINARY, path


@pytest.mark.parametrize("path", BEFORE)
def test_each_example_is_accepted(client: TestClient, world: World, path: str) -> None:
    for media, described in bodies(client)[path].items():
        for example in described.get("examples", {}).values():
            before = BEFORE[path](client, world)
            value = example["value"]
            filled = {name: before.given[name] if one == GIVEN else one for name, one in value.items()}
            address = path.format(request_id=before.id, verdict_id=before.id)
            answer = client.post(address, headers=bearer(before.token), **SENT_AS[media](filled))
            assert answer.is_success, (media, example["summary"], answer.text)


def test_where_there_is_nothing_to_ask_for_there_is_no_example(catalogue: Catalogue) -> None:
    assert requests(catalogue, Profiles(by_id={})) == {}
    nobody = Catalogue(rulebooks={}, imports={}, _folders={})
    assert questions(nobody) == {}
