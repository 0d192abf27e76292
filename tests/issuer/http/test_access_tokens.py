"""Officers with access tokens of their institution's authorization server (RFC 9068; RFC 6750, section 3)."""

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from issuer.use_cases.identify_officer import MAX_OFFICER_ID
from tests.issuer.adapters.test_authorization_servers import ENTRY, ISSUER, write_keys, write_servers
from tests.issuer.conftest import MakeWorld
from tests.issuer.http.test_journey_j03_withdrawal import ORDER, register
from tests.issuer.office import Officer
from tests.issuer.world import BASE_URL, CNAM, DRV, URSSAF, World
from tests.vc_core.forged_jws import ABSENT, changed, forge, software_key

OTHER_ISSUER = "https://login.other.example"
KEY = software_key(7)
HEADER = {"typ": "at+jwt", "alg": "ES256", "kid": "1"}
NOTHING: Mapping[str, Any] = {}


@pytest.fixture(scope="module")
def world(make_world: MakeWorld, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Trusts one server for Urssaf and DRV, and another for DRV alone."""
    folder = tmp_path_factory.mktemp("servers")
    write_keys(folder / "keys.json", "1")
    first = {**ENTRY, "audience": BASE_URL, "institutions": [URSSAF, DRV]}
    other = {**ENTRY, "audience": BASE_URL, "name": "other", "issuer": OTHER_ISSUER, "institutions": [DRV]}
    return make_world(authorization_servers=write_servers(folder / "servers.toml", first, other))


def token_headers(
    world: World, claims: Mapping[str, Any] = NOTHING, header: Mapping[str, Any] = NOTHING
) -> dict[str, str]:
    """Headers with a token of a clerk of Urssaf, but for the changes."""
    seconds = int(world.clock().timestamp())
    standard = {
        "iss": ISSUER,
        "aud": BASE_URL,
        "sub": "o-17",
        "client_id": "registry",
        "jti": "t-1",
        "iat": seconds,
        "exp": seconds + 300,
        "institution_id": URSSAF,
        "roles": ["clerk"],
    }
    return {"Authorization": f"Bearer {forge(changed(HEADER, header), changed(standard, claims), KEY)}"}


def _post(world: World, headers: Mapping[str, str], key: str = "with a token") -> httpx2.Response:
    return world.client().post("/v1/a1", json=world.a1(), headers={**headers, "Idempotency-Key": key.replace(" ", "-")})


def _refused(response: httpx2.Response, reason: str) -> None:
    assert (response.status_code, response.json()["error"], response.json()["reason"]) == (401, "invalid_token", reason)
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert response.headers["Cache-Control"] == "no-store"


def test_a_clerk_with_a_token_registers_for_the_institution(world: World) -> None:
    made = _post(world, token_headers(world))
    assert made.status_code == 201
    path = f"/v1/a1/{made.json()['document_id']}"
    assert world.client().get(path, headers=world.auth(URSSAF)).status_code == 200
    assert world.client().get(path, headers=token_headers(world)).status_code == 200


def test_keys_are_good_beside_tokens(world: World) -> None:
    world.register()


REFUSED: dict[str, tuple[Mapping[str, Any], Mapping[str, Any], str]] = {
    "expired": ({"exp": 1}, {}, "exp_passed"),
    "not_yet_in_force": ({"nbf": 2**33}, {}, "nbf_in_future"),
    "issued_in_the_future": ({"iat": 2**33}, {}, "iat_in_future"),
    "other_audience": ({"aud": "https://verifier.example"}, {}, "aud_wrong"),
    "issuer_not_trusted": ({"iss": "https://login.nobody.example"}, {}, "iss_unknown"),
    "id_token": ({}, {"typ": "JWT"}, "type_wrong"),
    "algorithm_none": ({}, {"alg": "none"}, "algorithm_not_allowed"),
    "algorithm_hs256": ({}, {"alg": "HS256"}, "algorithm_not_allowed"),
    "algorithm_that_the_server_does_not_use": ({}, {"alg": "RS256"}, "algorithm_not_allowed"),
    "kid_of_no_key": ({}, {"kid": "2"}, "kid_unknown"),
    "no_subject": ({"sub": ABSENT}, {}, "sub_missing"),
    "no_client": ({"client_id": ABSENT}, {}, "client_id_missing"),
    "subject_with_a_null": ({"sub": "o-17\0"}, {}, "sub_malformed"),
    "subject_not_ascii": ({"sub": "é"}, {}, "sub_malformed"),
    "subject_too_long": ({"sub": "x" * (MAX_OFFICER_ID - len("login|") + 1)}, {}, "sub_too_long"),
    "no_institution": ({"institution_id": ABSENT}, {}, "institution_id_missing"),
    "institution_that_the_server_may_not_speak_for": ({"institution_id": CNAM}, {}, "institution_not_of_server"),
    "institution_of_the_other_server": ({"iss": OTHER_ISSUER}, {}, "institution_not_of_server"),
    "institution_that_is_none": ({"institution_id": "FR:0"}, {}, "institution_not_of_server"),
    "no_roles": ({"roles": ABSENT}, {}, "roles_missing"),
    "roles_empty": ({"roles": []}, {}, "roles_empty"),
    "roles_no_array": ({"roles": "clerk"}, {}, "roles_malformed"),
    "role_unknown": ({"roles": ["clerk", "admin"]}, {}, "role_unknown"),
    "bound_to_a_key": ({"cnf": {"jkt": "x"}}, {}, "token_bound"),
}


@pytest.mark.parametrize(("claims", "header", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused_and_nothing_changed(
    world: World, claims: Mapping[str, Any], header: Mapping[str, Any], reason: str
) -> None:
    before = world.rows()
    _refused(_post(world, token_headers(world, claims, header)), reason)
    assert world.rows() == before


def test_signed_by_another_key(world: World) -> None:
    text = token_headers(world)["Authorization"]
    other = "." + forge(HEADER, {}, software_key(99)).rpartition(".")[2]
    _refused(_post(world, {"Authorization": text.rpartition(".")[0] + other}), "signature_invalid")


def test_a_subject_as_long_as_it_may_be(world: World) -> None:
    claims = {"sub": "x" * (MAX_OFFICER_ID - len("login|"))}
    assert world.client().get("/v1/events", headers=token_headers(world, claims)).status_code == 200


def test_a_token_is_over_with_its_time(make_world: MakeWorld, world: World) -> None:
    headers = token_headers(world, {"exp": int(world.clock().timestamp()) + 1})
    assert world.client().get("/v1/events", headers=headers).status_code == 200
    world.clock.advance(seconds=31)
    _refused(world.client().get("/v1/events", headers=headers), "exp_passed")


def test_challenges(world: World) -> None:
    """RFC 6750, section 3.1: no error code where nothing was sent."""
    unknown = world.client().get("/v1/events", headers={"Authorization": "Bearer nobody"})
    assert (unknown.json()["error"], unknown.headers["WWW-Authenticate"]) == (
        "api_key_unknown", 'Bearer error="invalid_token"'
    )  # fmt: skip
    missing = world.client().get("/v1/events")
    assert (missing.json()["error"], missing.headers["WWW-Authenticate"]) == ("api_key_missing", "Bearer")


def test_without_servers_no_token_is_taken(make_world: MakeWorld, world: World) -> None:
    _refused(make_world().client().get("/v1/events", headers=token_headers(world)), "iss_unknown")


# --- roles


@pytest.mark.parametrize("role", ["auditor", "approver"])
def test_who_is_no_clerk_reads_only(world: World, role: str) -> None:
    headers = token_headers(world, {"roles": [role]})
    assert world.client().get("/v1/events", headers=headers).status_code == 200
    before = world.rows()
    refused = _post(world, headers)
    assert (refused.status_code, refused.json()["error"]) == (403, "role_missing")
    assert world.rows() == before


def test_no_institution_sees_documents_of_another(world: World) -> None:
    """The same server speaks for both; the token says for which."""
    path = world.register().path
    assert world.client().get(path, headers=token_headers(world)).status_code == 200
    refused = world.client().get(path, headers=token_headers(world, {"institution_id": DRV}))
    assert (refused.status_code, refused.json()["error"]) == (404, "document_unknown")


def test_four_eyes_are_two_subjects(world: World) -> None:
    both = {"institution_id": DRV, "roles": ["clerk", "approver"]}
    asked = world.client().post(f"{register(world).path}/withdraw", json=ORDER, headers=token_headers(world, both))
    assert (asked.status_code, asked.json()["asked_by"]) == (202, "login|o-17")
    approve = f"/v1/withdrawals/{asked.json()['id']}/approve"
    before = world.rows()
    again = world.client().post(approve, headers=token_headers(world, {**both, "jti": "t-2", "client_id": "other"}))
    assert (again.status_code, again.json()["error"]) == (403, "second_officer_needed")
    assert world.rows() == before
    approved = world.client().post(approve, headers=token_headers(world, {**both, "sub": "o-18"}))
    assert (approved.status_code, approved.json()["decided_by"]) == (200, "login|o-18")


def test_the_same_subject_of_another_server_is_another_officer(world: World) -> None:
    both = {"institution_id": DRV, "roles": ["clerk", "approver"]}
    asked = world.client().post(f"{register(world).path}/withdraw", json=ORDER, headers=token_headers(world, both))
    approve = f"/v1/withdrawals/{asked.json()['id']}/approve"
    approved = world.client().post(approve, headers=token_headers(world, {**both, "iss": OTHER_ISSUER}))
    assert (approved.status_code, approved.json()["decided_by"]) == (200, "other|o-17")


# --- elsewhere


def test_the_back_office_takes_keys_only(world: World) -> None:
    """A session would outlive the token and what it says."""
    officer = Officer.of(world)
    token = token_headers(world)["Authorization"].removeprefix("Bearer ")
    assert officer.send(officer.open(), "sign-in", key=token).status_code == 403


def test_tokens_that_do_not_hold_are_counted(make_world: MakeWorld, world: World) -> None:
    limited = make_world(clock=world.clock, wrong_keys_per_minute=1)
    world.clock.advance(minutes=1)
    _refused(limited.client().get("/v1/events", headers=token_headers(world)), "iss_unknown")
    refused = limited.client().get("/v1/events", headers=token_headers(world))
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_wrong_keys")
    world.clock.advance(minutes=1)


def test_the_scheme_is_described(world: World) -> None:
    document = world.client().get("/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["officer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "RFC 9068" in scheme["description"]
    assert document["paths"]["/v1/events"]["get"]["security"] == [{"officer": []}]
    assert "`invalid_token`" in document["paths"]["/v1/events"]["get"]["responses"]["401"]["description"]
