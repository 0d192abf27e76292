"""J5: a document is corrected: version 2 under the same id, a new status index, old copies INVALID, and who is told."""

from typing import Any

import httpx2
import pytest

from tests.issuer.world import CNAM, DRV, URSSAF, Registered, Wallet, World
from vc_core.status_list import Status
from vc_core.status_token import parse_token

SD_JWT = "eu.europa.ec.eudi.pda1_sd_jwt_vc"


def correct(
    world: World, registered: Registered, claims: Any, *, institution_id: str = URSSAF, if_match: str | None = None
) -> httpx2.Response:
    headers = world.auth(institution_id) | ({} if if_match is None else {"If-Match": if_match})
    return world.client().post(f"{registered.path}/correct", json=claims, headers=headers)


def named(claims: dict[str, Any], family_name: str) -> dict[str, Any]:
    return {**claims, "credential_holder": {**claims["credential_holder"], "family_name": family_name}}


def status_of(world: World, credential: dict[str, Any]) -> Status:
    response = world.client().get(credential["status"]["uri"])
    token = parse_token(response.content, response.headers["Content-Type"])
    return Status(token.list.value(credential["status"]["idx"]))


@pytest.fixture
def claims(world: World) -> dict[str, Any]:
    return world.a1()


@pytest.fixture
def registered(world: World, claims: dict[str, Any]) -> Registered:
    return world.register(claims)


def test_next_version_under_the_same_id(world: World, claims: dict[str, Any], registered: Registered) -> None:
    response = correct(world, registered, named(claims, "Moreau-Petit"))
    assert response.status_code == 200, response.text
    answer = response.json()
    assert (answer["document_id"], answer["version"]) == (registered.answer["document_id"], 2)
    assert answer["document_number"] == claims["document_number"]
    shown = world.document(registered)
    assert (shown["version"], shown["claims"]["credential_holder"]["family_name"]) == (2, "Moreau-Petit")
    assert shown["state"] == "in_force"


def test_old_copies_are_invalid_and_the_new_code_is_not(
    world: World, claims: dict[str, Any], registered: Registered
) -> None:
    wallet = Wallet(world)
    wallet.redeem(registered)
    assert wallet.collect(SD_JWT).status_code == 200
    world.clock.advance(seconds=1)
    answer = correct(world, registered, named(claims, "Moreau-Petit")).json()
    *old, new = world.document(registered)["credentials"]
    assert [status_of(world, one) for one in old] == [Status.INVALID] * 2
    assert status_of(world, new) is Status.VALID
    assert new["status"] not in [one["status"] for one in old]
    code = world.client().get(f"{registered.path}/inspection-code", headers=world.auth()).json()
    assert code["text"] == answer["inspection_code"]["text"] != registered.answer["inspection_code"]["text"]


def test_wallet_collects_the_new_version(world: World, claims: dict[str, Any], registered: Registered) -> None:
    answer = correct(world, registered, named(claims, "Moreau-Petit")).json()
    world.clock.advance(seconds=1)
    wallet = Wallet(world)
    assert wallet.redeem(Registered(answer, URSSAF)).status_code == 200
    assert wallet.collect(SD_JWT).status_code == 200
    assert status_of(world, world.document(registered)["credentials"][-1]) is Status.VALID


def test_same_correction_again_changes_nothing(world: World, claims: dict[str, Any], registered: Registered) -> None:
    corrected = named(claims, "Moreau-Petit")
    world.clock.advance(seconds=1)
    first = correct(world, registered, corrected)
    before = world.rows()
    again = correct(world, registered, corrected)
    assert (again.status_code, again.json()) == (200, first.json())
    assert world.rows() == before


def test_institution_is_told_and_the_log_knows(world: World, claims: dict[str, Any], registered: Registered) -> None:
    world.clock.advance(seconds=1)
    correct(world, registered, named(claims, "Moreau-Petit"))
    listed = world.client().get("/v1/events", params={"limit": 1000}, headers=world.auth()).json()["events"]
    told = [one["type"] for one in listed if one["document"].endswith(registered.answer["document_id"])]
    assert told == ["document.issued", "document.corrected"]
    logged = [row for row in world.rows()["audit_entry"] if registered.answer["document_id"] in repr(row)]
    assert any("document.corrected" in repr(row) for row in logged)
    assert "Moreau" not in repr(logged)


def test_corrected_document_is_found_by_the_new_birth_date(
    world: World, claims: dict[str, Any], registered: Registered
) -> None:
    subjects = set(world.rows()["subject"])
    person = {**claims["credential_holder"], "birth_date": "1988-04-13"}
    assert correct(world, registered, {**claims, "credential_holder": person}).status_code == 200
    (gone,) = subjects - set(world.rows()["subject"])
    (new,) = set(world.rows()["subject"]) - subjects
    assert (gone[0], new[0]) == (registered.answer["document_id"],) * 2


def test_corrected_period_is_not_compared_with_itself(
    world: World, claims: dict[str, Any], registered: Registered
) -> None:
    response = correct(world, registered, {**claims, "ending_date": "2026-12-31"})
    assert (response.status_code, response.json()["version"]) == (200, 2)


def test_fault_is_found_as_in_a_new_document(world: World, claims: dict[str, Any], registered: Registered) -> None:
    before = world.rows()
    response = correct(world, registered, {**claims, "ending_date": "2025-01-31"})
    assert (response.status_code, response.json()["error"]) == (422, "document_faulty")
    assert world.rows() == before


def test_number_stays(world: World, claims: dict[str, Any], registered: Registered) -> None:
    before = world.rows()
    response = correct(world, registered, {**claims, "document_number": f"{claims['document_number']}9"})
    assert (response.status_code, response.json()["error"]) == (409, "correction_renumbers")
    assert world.rows() == before


# ------------------------------------------------------------------------------------------------ of which version
def test_every_answer_says_the_version(world: World, claims: dict[str, Any], registered: Registered) -> None:
    def shown() -> httpx2.Response:
        return world.client().get(registered.path, headers=world.auth())

    again = {"Idempotency-Key": "version", **world.auth()}
    assert world.client().post("/v1/a1", json=world.a1(), headers=again).headers["ETag"] == '"1"'
    assert shown().headers["ETag"] == '"1"'
    response = correct(world, registered, named(claims, "Moreau-Petit"), if_match=shown().headers["ETag"])
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert (shown().headers["ETag"], shown().headers["Cache-Control"]) == ('"2"', "no-store")


@pytest.mark.parametrize("if_match", ['"1"', 'W/"2"', '"two"', '"3"', '"02"'])
def test_a_correction_of_another_version_is_refused(
    world: World, claims: dict[str, Any], registered: Registered, if_match: str
) -> None:
    assert correct(world, registered, named(claims, "Petit")).json()["version"] == 2
    before = world.rows()
    response = correct(world, registered, named(claims, "Moreau-Petit"), if_match=if_match)
    assert (response.status_code, response.json()["error"]) == (412, "correction_outdated")
    assert world.rows() == before


@pytest.mark.parametrize("if_match", ['"2"', "*"])
def test_a_correction_of_the_newest_version_is_made(
    world: World, claims: dict[str, Any], registered: Registered, if_match: str
) -> None:
    assert correct(world, registered, named(claims, "Petit")).json()["version"] == 2
    assert correct(world, registered, named(claims, "Moreau-Petit"), if_match=if_match).json()["version"] == 3


@pytest.mark.parametrize("if_match", ["2", '"2", "3"', '"2', ""])
def test_what_is_no_entity_tag_is_refused(
    world: World, claims: dict[str, Any], registered: Registered, if_match: str
) -> None:
    before = world.rows()
    response = correct(world, registered, named(claims, "Moreau-Petit"), if_match=if_match)
    assert (response.status_code, response.json()["error"]) == (400, "precondition_malformed")
    assert world.rows() == before


def test_a_correction_whose_answer_was_lost_may_be_sent_again(
    world: World, claims: dict[str, Any], registered: Registered
) -> None:
    """RFC 9110, section 13.1.1: what was asked for is so already."""
    world.clock.advance(seconds=1)
    first = correct(world, registered, named(claims, "Moreau-Petit"), if_match='"1"')
    again = correct(world, registered, named(claims, "Moreau-Petit"), if_match='"1"')
    assert again.json() == first.json()
    assert (again.status_code, again.headers["ETag"]) == (200, '"2"')


def test_withdrawn_document_is_not_corrected(world: World, claims: dict[str, Any], registered: Registered) -> None:
    world.withdraw(registered)
    before = world.rows()
    response = correct(world, registered, named(claims, "Moreau-Petit"))
    assert (response.status_code, response.json()["error"]) == (409, "document_withdrawn")
    assert world.rows() == before


def test_document_on_hold_is_not_corrected(world: World, claims: dict[str, Any]) -> None:
    headers = world.auth(**{"Idempotency-Key": "correct-on-hold"})
    answer = world.client().post("/v1/a1", params={"hold": "true"}, json=claims, headers=headers).json()
    response = correct(world, Registered(answer, URSSAF), named(claims, "Moreau-Petit"))
    assert (response.status_code, response.json()["error"]) == (409, "document_on_hold")


def test_no_institution_corrects_anothers(world: World, claims: dict[str, Any], registered: Registered) -> None:
    before = world.rows()
    response = correct(world, registered, named(claims, "Moreau-Petit"), institution_id=DRV)
    assert (response.status_code, response.json()["error"]) == (404, "document_unknown")
    assert correct(world, registered, claims, institution_id=CNAM).json()["error"] == "type_not_entitled"
    assert world.rows() == before


def test_needs_a_key(world: World, claims: dict[str, Any], registered: Registered) -> None:
    assert world.client().post(f"{registered.path}/correct", json=claims).json()["error"] == "api_key_missing"
