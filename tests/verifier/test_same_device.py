"""A wallet on the device of the browser that began: OpenID4VP 1.0, sections 8.2 and 14.3; HAIP 1.0, section 5.1."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.verifier.wallet import Asked, ask, bearer, form, present
from tests.verifier.world import BASE_URL, World

SD_JWT = "dc+sd-jwt"
EXPECTED = {"day": "2026-02-15", "host_state": "DE"}


def begun(client: TestClient) -> Asked:
    return ask(client, flow="same_device", expected=EXPECTED)


def answered(client: TestClient, world: World, asked: Asked) -> str:
    """Where the wallet sends the holder's browser."""
    answer = client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT))))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["redirect_uri"])


def code_of(redirect_uri: str) -> str:
    return parse_qs(urlsplit(redirect_uri).query)["response_code"][0]


def read(client: TestClient, asked: Asked, **query: str) -> Any:
    headers = bearer(asked.offer["read_token"])
    return client.get(f"/v1/requests/{asked.offer['id']}", params=query, headers=headers)


def test_the_browser_that_began_comes_back_and_sees_the_verdict(client: TestClient, world: World) -> None:
    asked = begun(client)
    redirect_uri = answered(client, world, asked)
    assert redirect_uri.startswith(f"{BASE_URL}/return/{asked.offer['id']}?")
    page = client.get(redirect_uri)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Confirmed" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_session_is_kept_from_scripts_and_other_pages(client: TestClient) -> None:
    body = {"type": "a1", "profile": "building_site", "flow": "same_device"}
    cookie = client.post("/v1/requests", json=body).headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "secure", "samesite=lax", "path=/return/"))


def test_the_result_is_read_with_the_code(client: TestClient, world: World) -> None:
    asked = begun(client)
    assert read(client, asked).json()["state"] == "fetched"
    code = code_of(answered(client, world, asked))
    result = read(client, asked, response_code=code)
    assert (result.status_code, [one["verdict"] for one in result.json()["verdicts"]]) == (200, ["CONFIRMED"])


def test_the_code_is_new_each_time_and_cannot_be_guessed(client: TestClient, world: World) -> None:
    codes = [code_of(answered(client, world, begun(client))) for _ in range(2)]
    assert codes[0] != codes[1]
    assert min(map(len, codes)) >= 22  # 128 bits in base64url


WRONG: dict[str, Mapping[str, str]] = {
    "missing": {},
    "empty": {"response_code": ""},
    "another": {"response_code": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG)
def test_a_browser_that_does_not_return_with_the_code_sees_nothing(
    client: TestClient, world: World, query: Mapping[str, str]
) -> None:
    """HAIP 1.0, section 5.1; checklist HAIP-V5."""
    asked = begun(client)
    answered(client, world, asked)
    for response in (read(client, asked, **query), client.get(f"/return/{asked.offer['id']}", params=query)):
        assert (response.status_code, response.json()["error"]) == (403, "response_code_wrong")


def test_the_code_of_another_session_does_not_serve(client: TestClient, world: World) -> None:
    mine, other = begun(client), begun(client)
    answered(client, world, mine)
    theirs = code_of(answered(client, world, other))
    assert read(client, mine, response_code=theirs).status_code == 403


def test_another_browser_sees_nothing_even_with_the_code(client: TestClient, world: World) -> None:
    """Session fixation (section 14.3): whoever has only the link that the wallet got."""
    redirect_uri = answered(client, world, begun(client))
    client.cookies.clear()
    answer = client.get(redirect_uri)
    assert (answer.status_code, answer.json()["error"]) == (401, "token_wrong")


def test_the_holder_who_sees_nothing_is_told_so_on_a_page(client: TestClient, world: World) -> None:
    redirect_uri = answered(client, world, begun(client))
    client.cookies.clear()
    page = client.get(redirect_uri, headers={"Accept": "text/html,application/xhtml+xml"})
    assert (page.status_code, page.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert 'data-code="token_wrong"' in page.text
    assert "A1" not in page.text


def test_the_identity_step_needs_the_code_too(client: TestClient, world: World) -> None:
    asked = begun(client)
    code = code_of(answered(client, world, asked))
    address, headers = f"/v1/requests/{asked.offer['id']}/identity", bearer(asked.offer["read_token"])
    body = {"identity_compared": "yes"}
    assert client.post(address, json=body, headers=headers).status_code == 403
    assert client.post(address, json=body, headers=headers, params={"response_code": code}).status_code == 200


def test_a_wallet_that_declines_sends_the_browser_back_too(client: TestClient) -> None:
    asked = begun(client)
    answer = client.post(asked.response_path, data={"error": "access_denied", "state": asked.claims["state"]})
    page = client.get(answer.json()["redirect_uri"])
    assert page.status_code == 200


def test_a_refused_answer_sends_nobody_anywhere(client: TestClient, world: World) -> None:
    asked = begun(client)
    vp_token = present(world, asked, world.credential(SD_JWT), nonce="another")
    answer = client.post(asked.response_path, data=form(asked, vp_token))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request", "check": "holder.nonce"})
    assert read(client, asked).status_code == 403


def test_across_devices_nobody_is_sent_anywhere(client: TestClient, world: World) -> None:
    asked = ask(client, expected=EXPECTED)
    answer = client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT))))
    assert answer.json() == {}
    assert read(client, asked).status_code == 200
