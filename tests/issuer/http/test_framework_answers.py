"""What the framework refuses: unknown addresses and methods, at the interface and at the back office."""

import pytest
from httpx2 import Response

from tests.issuer.world import World

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def asked(world: World, path: str, accept: str, method: str = "GET") -> Response:
    return world.client().request(method, path, headers={"Accept": accept})


def test_an_address_that_there_is_not(world: World) -> None:
    answer = asked(world, "/v9", BROWSER)
    assert (answer.status_code, answer.json()) == (404, {"error": "not_found", "detail": "Not Found"})


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        pytest.param("PUT", "/v1/a1/1/offers", "POST", id="one_method"),
        pytest.param("PATCH", "/v1/a1", "GET, POST", id="of_two_routers"),
        pytest.param("DELETE", "/v1/jobs", "GET, POST", id="two_routes"),
        pytest.param("POST", "/openapi.json", "GET, HEAD", id="the_frameworks_own"),
    ],
)
def test_another_method_is_told_all_that_the_address_takes(world: World, method: str, path: str, taken: str) -> None:
    """RFC 9110, section 15.5.6."""
    answer = asked(world, path, "*/*", method)
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == taken


@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
@pytest.mark.parametrize("path", ["/office/nothing", "/office/documents/a1/1/nothing"])
def test_an_unknown_page_of_the_back_office_leads_back(world: World, path: str, accept: str) -> None:
    answer = asked(world, path, accept)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'data-code="not_found"' in answer.text
    assert 'href="/office"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_that_takes_forms_alone_leads_back(world: World) -> None:
    answer = asked(world, "/office/sign-out", BROWSER)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert 'data-code="method_not_allowed"' in answer.text
    assert 'href="/office"' in answer.text


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        pytest.param("/office/nothing", "application/json", id="asks_for_json"),
        pytest.param("/officer", BROWSER, id="not_the_back_office"),
    ],
)
def test_elsewhere_and_to_programs_it_is_json(world: World, path: str, accept: str) -> None:
    answer = asked(world, path, accept)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_page_speaks_the_readers_language(world: World, language: str) -> None:
    answer = world.client().get("/office/nothing", headers={"Accept": BROWSER, "Accept-Language": language})
    assert f'<html lang="{language}">' in answer.text
