"""The outermost edge: health, what the framework refuses, bugs, and the OpenAPI document."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.world import BASE_URL, World


def test_a_service_that_works_says_so(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_an_unknown_path(client: TestClient) -> None:
    answer = client.get("/v2")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


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
