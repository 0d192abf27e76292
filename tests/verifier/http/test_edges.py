"""The outermost edge: health, what the framework refuses, bugs, and the OpenAPI document."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.described import described_for_two
from tests.verifier.conftest import MakeApp
from tests.verifier.world import BASE_URL, World
from vc_core import qr
from verifier.http.openapi import complete
from verifier.http.refusal_table import TABLE


def test_a_service_that_works_says_so(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_an_unknown_path(client: TestClient) -> None:
    answer = client.get("/v2")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_an_unknown_path_in_a_browser_is_a_page_that_leads_back(client: TestClient, language: str) -> None:
    answer = client.get("/v2", headers={**BROWSER, "Accept-Language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'data-code="not_found"' in answer.text
    assert f'href="/?lang={language}"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_another_method_in_a_browser_is_a_page_too(client: TestClient) -> None:
    answer = client.get("/v1/verify", headers=BROWSER)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert 'data-code="method_not_allowed"' in answer.text


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        pytest.param("PUT", "/request/x", "GET, POST", id="several_routes"),
        pytest.param("PUT", "/v1/verify", "POST", id="one_route"),
        pytest.param("POST", "/static/inspector.css", "GET, HEAD", id="a_file"),
        pytest.param("POST", "/openapi.json", "GET, HEAD", id="the_frameworks_own"),
    ],
)
def test_another_method_is_told_all_that_the_address_takes(
    client: TestClient, method: str, path: str, taken: str
) -> None:
    """RFC 9110, section 15.5.6."""
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == taken


def test_a_bug_is_answered_without_a_word_about_it(
    make_app: MakeApp, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """style.md 27: logged, without personal data."""

    def broken(_: str) -> bytes:
        raise RuntimeError("Camille Moreau")

    world.lists.body = broken
    with TestClient(make_app(), base_url=BASE_URL) as client:
        answer = client.post("/v1/verify", json={"text": world.code(), "expected": {"day": "2026-02-15"}})
    assert (answer.status_code, answer.json()) == (500, {"error": "internal_error"})
    log = capsys.readouterr().out
    assert "RuntimeError" in log
    assert "Moreau" not in log


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


WITHOUT_BODY = {"POST /v1/rechecks/run"}


def test_the_interface_is_described(client: TestClient) -> None:
    """Every endpoint has an id, a tag, a description and documented answers; every POST a documented body."""
    document = client.get("/openapi.json").json()
    found = operations(document)
    assert set(found) >= {
        "GET /request/{request_id}",
        "POST /request/{request_id}",
        "POST /response/{request_id}",
        "POST /v1/requests",
        "GET /v1/requests/{request_id}",
        "GET /v1/requests/{request_id}/qr.svg",
        "GET /v1/requests/{request_id}/qr.png",
        "POST /v1/requests/{request_id}/identity",
        "POST /v1/verdicts/{verdict_id}/identity",
        "POST /v1/verify",
        "GET /healthz",
        "GET /readyz",
    }
    assert len({operation["operationId"] for operation in found.values()}) == len(found)
    for name, operation in found.items():
        assert operation["tags"], name
        assert ("requestBody" in operation) == (name.startswith("POST") and name not in WITHOUT_BODY), name


def test_the_interface_is_described_on_a_page_too(client: TestClient) -> None:
    answer = client.get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    for methods in client.get("/openapi.json").json()["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in answer.text


def test_whoever_asks_while_the_description_is_made_waits_for_all_of_it(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = described_for_two(make_app(), monkeypatch, "verifier.app.interface.complete", complete)
    assert "securitySchemes" in document["components"]


def examples(response: dict[str, Any]) -> dict[str, Any]:
    return {
        name: example["value"]
        for content in response.get("content", {}).values()
        for name, example in content.get("examples", {}).items()
    }


def test_every_refusal_is_described_with_its_code(client: TestClient) -> None:
    """No status without the codes that it may carry; none that is never answered."""
    document = client.get("/openapi.json").json()
    described: set[tuple[str, str]] = set()
    for name, operation in operations(document).items():
        for status, response in operation["responses"].items():
            if status.startswith("4"):
                assert examples(response), (name, status)
                assert response["description"] == ", ".join(examples(response)), (name, status)
            described |= {(status, value["error"]) for value in examples(response).values()}
    assert described == {(str(status), code) for status, code in TABLE.values()}
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_whoever_needs_a_token_is_told(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["bearer_token"]["scheme"] == "bearer"
    for name, operation in operations(document).items():
        assert ("security" in operation) == ("401" in operation["responses"]), name


def test_parameters_read_from_the_request_itself_are_described(client: TestClient) -> None:
    found = operations(client.get("/openapi.json").json())
    names = {one["name"] for one in found["POST /v1/verify"]["parameters"]}
    assert names == {
        "day",
        "host_state",
        "employer",
        "family_name",
        "given_name",
        "birth_date",
        "place",
        "lang",
        "Recheck-Desk",
    }
    assert [one["name"] for one in found["GET /v1/requests/{request_id}/events"]["parameters"]] == [
        "request_id",
        "Last-Event-ID",
    ]


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/v1/verify", {"content": b"x"}),
        ("POST", "/v1/verify", {"json": {"text": ""}}),
        ("POST", "/v1/verify?day=tomorrow", {"json": {"text": "x"}}),
        ("POST", "/v1/requests", {"json": {"type": "unheard_of", "profile": "gate"}}),
        ("GET", "/v1/requests/{request_id}", {}),
        ("GET", "/v1/requests/{request_id}/qr.svg", {}),
        ("GET", "/v1/rechecks", {}),
        ("POST", "/v1/verdicts/{verdict_id}/identity", {"json": {"identity_compared": "perhaps"}}),
        ("POST", "/request/{request_id}", {"content": b"x"}),
        ("POST", "/response/{request_id}", {"data": {"state": "x", "vp_token": "{}"}}),
    ],
)
def test_what_is_answered_is_what_is_described(
    client: TestClient, method: str, path: str, sent: dict[str, Any]
) -> None:
    responses = operations(client.get("/openapi.json").json())[f"{method} {path.partition('?')[0]}"]["responses"]
    answer = client.request(method, path, **sent)
    told = [one["error"] for one in examples(responses[str(answer.status_code)]).values()]
    assert answer.json()["error"] in told


def test_a_misspelt_expectation_in_the_address_is_refused(client: TestClient, world: World) -> None:
    """It would pass for one that was met."""
    image = qr.png(world.code())
    answer = client.post("/v1/verify?hoststate=AT", content=image, headers={"Content-Type": "image/png"})
    assert (answer.status_code, answer.json()["error"]) == (400, "body_malformed")
    assert answer.json()["where"] == "/query/hoststate"


def test_references_in_the_description_lead_somewhere(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    def references(value: Any) -> list[str]:
        if isinstance(value, list):
            return [found for item in value for found in references(item)]
        if not isinstance(value, dict):
            return []
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for item in value.values() for found in references(item)]

    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]
