"""Requests to wallets: what the inspector's interface answers, and the request object as a wallet fetches it."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.wallet import ask, offered
from tests.verifier.world import BASE_URL, NOW, World
from vc_core import jose, qr
from vc_core.authorization_request import RequestProfile, check_request_object, parse_authorization_link
from vc_core.dcql import parse_query
from vc_core.formats.registry import QUERY_FORMATS
from vc_core.x509 import san_dns
from verifier.adapters.keys import load_certificate

URL_SAFE = re.compile(r"[A-Za-z0-9_-]{22,}")


def fetch(client: TestClient, offer: dict[str, Any]) -> str:
    answer = client.get(f"/request/{offer['id']}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/oauth-authz-req+jwt")
    return answer.text


def test_an_offer_has_all_that_is_needed_to_show_it(client: TestClient) -> None:
    offer = offered(client)
    assert set(offer) == {
        *("id", "authorization_url", "request_uri", "qr_svg", "qr_png", "expires_at", "expires_in", "read_token"),
    }
    assert offer["request_uri"] == f"{BASE_URL}/request/{offer['id']}"
    assert offer["expires_at"] == "2026-02-15T10:05:00Z"
    assert offer["expires_in"] == 300


def test_the_link_names_client_and_request(client: TestClient) -> None:
    offer = offered(client)
    link = parse_authorization_link(offer["authorization_url"])
    assert (link.client_id, getattr(link, "request_uri", None)) == (
        jose.parse_jws(fetch(client, offer)).claims()["client_id"],
        offer["request_uri"],
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_code_holds_the_link_in_version_9_at_most(client: TestClient, method: str) -> None:
    """design.md 8."""
    offer = offered(client, request_uri_method=method)
    png = client.get(f"/v1/requests/{offer['id']}/qr.png")
    assert png.headers["content-type"] == "image/png"
    assert qr.read(png.content) == (offer["authorization_url"],)
    assert qr.symbol(offer["authorization_url"]).version <= 9
    svg = client.get(f"/v1/requests/{offer['id']}/qr.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert svg.text == qr.svg(offer["authorization_url"])


@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
@pytest.mark.parametrize("response_mode", ["direct_post", "direct_post.jwt"])
def test_a_wallet_accepts_the_request_object(make_app: MakeApp, world: World, prefix: str, response_mode: str) -> None:
    """All that the core's wallet side checks: signature, chain, prefix, audience, nonce, query, metadata."""
    with TestClient(make_app(client_id_prefix=prefix), base_url=BASE_URL) as client:
        offer = offered(client, response_mode=response_mode)
        text = fetch(client, offer)
        link = parse_authorization_link(offer["authorization_url"])
        accepted = check_request_object(
            text,
            client_id=link.client_id,
            anchors=[load_certificate(world.folder / "pki" / "access-ca.pem")],
            now=NOW,
            formats=QUERY_FORMATS,
        )
    assert link.client_id.startswith(f"{prefix}:")
    assert accepted.request.response_mode == response_mode
    assert accepted.request.response_uri == f"{BASE_URL}/response/{offer['id']}"
    assert (accepted.encryption is not None) == (response_mode == "direct_post.jwt")


def test_the_default_request_is_one_of_the_high_assurance_profile(client: TestClient, world: World) -> None:
    """HAIP 1.0, sections 5 and 5.1."""
    offer = offered(client)
    link = parse_authorization_link(offer["authorization_url"])
    accepted = check_request_object(
        fetch(client, offer),
        client_id=link.client_id,
        anchors=[load_certificate(world.folder / "pki" / "access-ca.pem")],
        now=NOW,
        formats=QUERY_FORMATS,
        profile=RequestProfile.HAIP,
    )
    metadata = accepted.request.client_metadata
    assert sorted(metadata["encrypted_response_enc_values_supported"]) == ["A128GCM", "A256GCM"]
    assert set(metadata["vp_formats_supported"]) == {"dc+sd-jwt", "mso_mdoc"}
    [key] = metadata["jwks"]["keys"]
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "enc", "ECDH-ES")


def test_the_request_object_carries_the_chain_without_its_anchor(client: TestClient, world: World) -> None:
    header = jose.parse_jws(fetch(client, offered(client))).header
    assert header["typ"] == "oauth-authz-req+jwt"
    [leaf] = jose.parse_x5c(header)
    assert leaf != load_certificate(world.folder / "pki" / "access-ca.pem")
    assert "localhost" in san_dns(leaf)


def test_nonce_state_and_key_are_fresh_for_each_request(client: TestClient) -> None:
    """OpenID4VP 1.0, section 5.2: 128 bits and URL-safe; HAIP 1.0, section 5: a key for each request."""
    first, second = ask(client).claims, ask(client).claims
    for name in ("nonce", "state"):
        assert URL_SAFE.fullmatch(first[name])
        assert first[name] != second[name]
    assert first["client_metadata"]["jwks"] != second["client_metadata"]["jwks"]


def test_a_request_object_may_be_fetched_twice(client: TestClient) -> None:
    """OpenID4VP 1.0, section 5.10; OIDF `request-uri-fetched-twice`."""
    offer = offered(client)
    first, second = (jose.parse_jws(fetch(client, offer)).claims() for _ in range(2))
    assert first == second


def test_a_request_fetched_by_post_carries_the_wallets_nonce(client: TestClient) -> None:
    """OpenID4VP 1.0, section 5.10; what is not known is ignored."""
    offer = offered(client, request_uri_method="post")
    assert "request_uri_method=post" in offer["authorization_url"]
    answer = client.post(
        f"/request/{offer['id']}",
        data={"wallet_nonce": "n-0S6_WzA2Mj", "wallet_metadata": "{}", "something_else": "1"},
        headers={"Accept": "application/oauth-authz-req+jwt"},
    )
    assert answer.headers["content-type"].startswith("application/oauth-authz-req+jwt")
    assert jose.parse_jws(answer.text).claims()["wallet_nonce"] == "n-0S6_WzA2Mj"


@pytest.mark.parametrize(
    ("headers", "body", "detail"),
    [
        pytest.param({"Content-Type": "application/json"}, b"{}", "not a form", id="not_a_form"),
        pytest.param({}, b"wallet_nonce=a&wallet_nonce=b", "parameter_repeated", id="parameter_repeated"),
        pytest.param({}, b"wallet_nonce=", "wallet_nonce_malformed", id="nonce_empty"),
        pytest.param({}, b"wallet_nonce=%zz%ff", "the form is malformed", id="form_malformed"),
        pytest.param({}, b"wallet_nonce=a&wallet_metadata=%7B", "json_malformed", id="metadata_malformed"),
    ],
)
def test_a_bad_fetch_by_post_is_refused(client: TestClient, headers: dict[str, str], body: bytes, detail: str) -> None:
    offer = offered(client)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post(f"/request/{offer['id']}", content=body, headers={**form, **headers})
    assert (answer.status_code, answer.json()["error"]) == (400, "body_malformed")
    assert answer.json()["detail"] == detail


@pytest.mark.parametrize("path", ["/request/{id}", "/v1/requests/{id}/qr.svg", "/v1/requests/{id}/qr.png"])
def test_an_expired_request_is_no_longer_offered(client: TestClient, world: World, path: str) -> None:
    offer = offered(client)
    world.clock.forward(minutes=5)
    answer = client.get(path.format(id=offer["id"]))
    assert (answer.status_code, answer.json()["error"]) == (410, "request_not_offered")


@pytest.mark.parametrize("unknown", ["AAAAAAAAAAAAAAAAAAAAAA", "x", "%00", "a" * 500])
@pytest.mark.parametrize("path", ["/request/{id}", "/v1/requests/{id}/qr.svg"])
def test_an_unknown_request_is_not_found(client: TestClient, path: str, unknown: str) -> None:
    answer = client.get(path.format(id=unknown))
    assert (answer.status_code, answer.json()["error"]) == (404, "request_unknown")


def test_the_query_asks_for_what_the_profile_names_in_every_format(client: TestClient, world: World) -> None:
    """The claims of the rulebook's profile and nothing else; either format answers."""
    claims = ask(client).claims
    query = parse_query(claims["dcql_query"], QUERY_FORMATS)
    assert [credential.format for credential in query.credentials] == ["dc+sd-jwt", "mso_mdoc"]
    [wish] = query.credential_sets
    assert [set(option) for option in wish.options] == [{one.id} for one in query.credentials]
    asked = {claim.path[-1] for claim in query.credentials[0].options[0]}
    profile = {path[0] for path in world.catalogue.type("a1").queries["building_site"]}
    assert asked <= profile
    assert "personal_administrative_number" not in asked
    assert all(credential.holder_binding_required for credential in query.credentials)


def test_a_format_can_be_chosen(client: TestClient) -> None:
    query = ask(client, formats=["mso_mdoc"]).claims["dcql_query"]
    assert [credential["format"] for credential in query["credentials"]] == ["mso_mdoc"]
    assert "credential_sets" not in query


def test_a_claim_that_the_type_does_not_require_is_only_wished_for(client: TestClient) -> None:
    """A document without it still answers."""
    [credential] = ask(client, formats=["dc+sd-jwt"]).claims["dcql_query"]["credentials"]
    fullest, without = credential["claim_sets"]
    ids = {claim["id"]: claim["path"] for claim in credential["claims"]}
    assert [ids[id_] for id_ in fullest if id_ not in without] == [["date_of_expiry"]]


BAD_BODIES = [
    pytest.param({"type": "x1"}, 422, "type_unknown", id="type_unknown"),
    pytest.param({"profile": "x1"}, 422, "profile_unknown", id="profile_unknown"),
    pytest.param({"formats": ["jwt_vc_json"]}, 422, "format_not_offered", id="format_unknown"),
    pytest.param({"formats": []}, 400, "body_malformed", id="formats_empty"),
    pytest.param({"response_mode": "fragment"}, 400, "body_malformed", id="response_mode_unknown"),
    pytest.param({"request_uri_method": "POST"}, 400, "body_malformed", id="method_in_capitals"),
    pytest.param({"expected": {"day": "15.02.2026"}}, 400, "body_malformed", id="day_malformed"),
    pytest.param({"expected": {"host_state": "Germany"}}, 400, "body_malformed", id="state_malformed"),
    pytest.param({"expected": {"hoststate": "DE"}}, 400, "body_malformed", id="expectation_misspelt"),
    pytest.param({"expectation": {}}, 400, "body_malformed", id="member_unknown"),
]


@pytest.mark.parametrize(("change", "status", "error"), BAD_BODIES)
def test_a_bad_wish_is_refused(client: TestClient, change: dict[str, Any], status: int, error: str) -> None:
    answer = client.post("/v1/requests", json={"type": "a1", "profile": "building_site", **change})
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("content", "media_type", "status", "error"),
    [
        pytest.param(b"{", "application/json", 400, "body_malformed", id="not_json"),
        pytest.param(b'{"type":"a1","type":"a1"}', "application/json", 400, "body_malformed", id="member_repeated"),
        pytest.param(b"type=a1", "application/x-www-form-urlencoded", 415, "media_type_not_supported", id="a_form"),
        pytest.param(b" " * (2 * 1024 * 1024), "application/json", 413, "body_too_large", id="too_large"),
    ],
)
def test_a_bad_body_is_refused(client: TestClient, content: bytes, media_type: str, status: int, error: str) -> None:
    answer = client.post("/v1/requests", content=content, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic abc"}],
    ids=["missing", "empty", "wrong", "other_scheme"],
)
def test_a_result_is_read_with_its_token_only(client: TestClient, headers: dict[str, str]) -> None:
    offer = offered(client)
    answer = client.get(f"/v1/requests/{offer['id']}", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "token_wrong")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_the_token_of_another_request_reads_nothing(client: TestClient) -> None:
    mine, other = offered(client), offered(client)
    answer = client.get(f"/v1/requests/{mine['id']}", headers={"Authorization": f"Bearer {other['read_token']}"})
    assert answer.status_code == 401


def test_a_host_that_the_certificate_does_not_name_cannot_be_used(make_app: MakeApp) -> None:
    with pytest.raises(ValueError, match="does not name the host"):
        make_app(client_id_prefix="x509_san_dns", base_url="https://elsewhere.example")


def test_a_base_address_too_long_for_the_code_is_found_at_the_start(make_app: MakeApp) -> None:
    with pytest.raises(ValueError, match="9-M is the limit"):
        make_app(base_url=f"https://{'a' * 60}.example/verifier")


@pytest.mark.parametrize("base_url", ["http://verifier.example", "verifier.example", "https://user@verifier.example"])
def test_a_base_address_without_https_is_found_at_the_start(make_app: MakeApp, base_url: str) -> None:
    """http to this machine alone, and only where policy allows it."""
    with pytest.raises(ValueError, match="url_"):
        make_app(base_url=base_url)


def test_http_to_this_machine_may_be_refused(make_app: MakeApp) -> None:
    make_app(base_url="http://localhost:8001")
    with pytest.raises(ValueError, match="url_not_https"):
        make_app(base_url="http://localhost:8001", loopback_http="refused")
