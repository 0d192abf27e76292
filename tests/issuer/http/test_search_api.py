"""Officers find documents: by number, person, days covered, state and day of registration; their institution's only."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.issuer.bulk import bulk_beside
from tests.issuer.test_journey_j05_correction import correct, named
from tests.issuer.world import CNAM, CNPP, DRV, NOW, URSSAF, Registered, World


@pytest.fixture
def world(world: World) -> World:
    """The clock stands at its beginning for each test."""
    world.clock.now = NOW
    return world


def ask(world: World, institution_id: str = URSSAF, *, type_id: str = "a1", **terms: Any) -> httpx2.Response:
    return world.client().post(f"/v1/{type_id}/search", json=terms, headers=world.auth(institution_id))


def found(world: World, institution_id: str = URSSAF, *, type_id: str = "a1", **terms: Any) -> list[str]:
    answer = ask(world, institution_id, type_id=type_id, **terms)
    assert answer.status_code == 200, answer.text
    return ids(answer)


def ids(answer: httpx2.Response) -> list[str]:
    return [one["document_id"] for one in answer.json()["documents"]]


def listed(world: World, query: str, institution_id: str = URSSAF, type_id: str = "a1") -> httpx2.Response:
    return world.client().get(f"/v1/{type_id}{query}", headers=world.auth(institution_id))


def id_of(registered: Registered) -> str:
    document_id: str = registered.answer["document_id"]
    return document_id


def test_by_the_number_on_the_document(world: World) -> None:
    claims = world.a1()
    one = world.register(claims)
    world.register()
    assert found(world, document_number=claims["document_number"]) == [id_of(one)]
    assert found(world, document_number=claims["document_number"][:-1]) == []


def test_by_personal_number(world: World) -> None:
    claims = world.a1()
    one = world.register(claims)
    world.register()
    number = claims["personal_administrative_number"]
    spaced = f"{number[:3]} {number[3:6]}-{number[6:]}"
    assert found(world, personal_number=number) == found(world, personal_number=spaced) == [id_of(one)]
    assert found(world, personal_number=number[:-1]) == []


@pytest.mark.parametrize(
    ("name", "sought"),
    [
        ("Zwölfer", ["Zwölfer", "zwoelf", "ZWOLF", "Zwö", "zw"]),
        ("Zz-Αγγελόπουλος", ["Zz Angelopoulos", "zz αγγ"]),
        ("D’Zaoust", ["dzao", "D'Zaoust"]),
    ],
)
def test_by_the_beginning_of_the_family_name(world: World, name: str, sought: list[str]) -> None:
    one = world.register(named(world.a1(), name))
    for text in sought:
        assert id_of(one) in found(world, family_name=text), text
    assert id_of(one) not in found(world, family_name="xq")
    assert id_of(one) not in found(world, family_name=f"{name}x")


def test_what_is_found_says_whose_it_is_and_where(world: World) -> None:
    claims = world.a1()
    one = world.register(claims)
    holder = claims["credential_holder"]
    [told] = ask(world, document_number=claims["document_number"]).json()["documents"]
    assert told == {
        "document_id": id_of(one),
        "type": "a1",
        "document_number": claims["document_number"],
        "state": "in_force",
        "version": 1,
        "registered_at": "2026-02-15T10:00:00Z",
        "effective_from": None,
        "covers_from": "2026-02-01",
        "covers_until": "2027-01-31",
        "person": {name: holder[name] for name in ("family_name", "given_name", "birth_date")},
        "url": f"https://issuer.example{one.path}",
    }


@pytest.mark.parametrize(
    ("days", "is_found"),
    [
        ({"covers_from": "2026-02-01", "covers_until": "2026-02-01"}, True),
        ({"covers_from": "2027-01-31", "covers_until": "2027-01-31"}, True),
        ({"covers_from": "2026-01-31", "covers_until": "2026-01-31"}, False),
        ({"covers_from": "2027-02-01", "covers_until": "2027-02-01"}, False),
        ({"covers_from": "2025-01-01", "covers_until": "2028-01-01"}, True),
        ({"covers_from": "2027-02-01"}, False),
        ({"covers_until": "2026-01-31"}, False),
        ({"covers_until": "2026-02-01"}, True),
        ({"registered_from": "2026-02-15", "registered_until": "2026-02-15"}, True),
        ({"registered_until": "2026-02-14"}, False),
        ({"registered_from": "2026-02-16"}, False),
        ({"registered_from": "0001-01-01", "registered_until": "9999-12-31"}, True),
    ],
)
def test_by_days(world: World, days: dict[str, str], is_found: bool) -> None:
    claims = world.a1()
    one = world.register(claims)
    assert found(world, document_number=claims["document_number"], **days) == [id_of(one)] * is_found
    query = "&".join(f"{name}={day}" for name, day in days.items())
    assert (id_of(one) in ids(listed(world, f"?{query}&limit=200"))) is is_found


def test_by_state(world: World) -> None:
    headers = world.auth(**{"Idempotency-Key": "search-on-hold"})
    held = Registered(world.client().post("/v1/a1?hold=true", json=world.a1(), headers=headers).json(), URSSAF)
    gone, paused, stands = world.register(), world.register(), world.register()
    order = {"reason_code": "under_review"}
    assert world.client().post(f"{paused.path}/suspend", json=order, headers=world.auth()).status_code == 200
    assert world.withdraw(gone, effective_from="2026-02-10").status_code == 200
    for state, expected in (("in_force", stands), ("withdrawn", gone), ("suspended", paused), ("on_hold", held)):
        answer = listed(world, f"?state={state}&limit=200")
        assert set(ids(answer)) & {id_of(held), id_of(gone), id_of(paused), id_of(stands)} == {id_of(expected)}
        assert {one["state"] for one in answer.json()["documents"]} == {state}
    [told] = [one for one in listed(world, "?state=withdrawn").json()["documents"] if one["document_id"] == id_of(gone)]
    assert told["effective_from"] == "2026-02-10"


def test_page_by_page_newest_first_each_once(world: World) -> None:
    world.clock.advance(days=1)
    registered = []
    for _ in range(5):
        registered.append(id_of(world.register()))
        world.clock.advance(seconds=1)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = listed(world, f"?registered_from=2026-02-16&limit=2{cursor and '&cursor='}{cursor}")
        assert len(ids(answer)) <= 2
        seen += ids(answer)
        cursor = answer.json()["next"]
    assert seen == registered[::-1]


def test_page_by_page_by_name(world: World) -> None:
    registered = {name: id_of(world.register(named(world.a1(), name))) for name in ("Yya", "Yyc", "Yyb")}
    seen: list[str] = []
    terms: dict[str, Any] | None = {"family_name": "yy", "limit": 2, "covers_from": "2026-02-01"}
    while terms is not None:
        answer = ask(world, **terms)
        seen += ids(answer)
        terms = {**terms, "cursor": answer.json()["next"]} if answer.json()["next"] else None
    assert seen == [registered[name] for name in ("Yya", "Yyb", "Yyc")]


def test_a_document_of_a_bulk_job_is_found_like_another(
    world: World, pilot: tuple[Path, Mapping[str, str]], tmp_path: Path
) -> None:
    claims = world.ehic()
    with bulk_beside(world, pilot[0], tmp_path) as bulk:
        bulk.register([claims], CNAM, "ehic")
    [one] = found(world, CNAM, type_id="ehic", personal_number=claims["personal_administrative_number"])
    days = {"covers_from": claims["date_of_issuance"], "covers_until": claims["date_of_issuance"]}
    assert one in found(world, CNAM, type_id="ehic", family_name=claims["credential_holder"]["family_name"], **days)


def test_a_corrected_document_is_found_by_what_it_says_now(world: World) -> None:
    claims = world.a1()
    one = world.register(claims)
    assert correct(world, one, named(claims, "Qqcorrected")).status_code == 200
    number = claims["document_number"]
    assert found(world, family_name="qqcorr") == [id_of(one)]
    assert found(world, family_name=claims["credential_holder"]["family_name"], document_number=number) == []


def test_another_institutions_documents_are_not_found(world: World) -> None:
    claims = world.a1()
    world.register(claims)
    holder = claims["credential_holder"]
    for other in (CNPP, DRV):
        for terms in (
            {"document_number": claims["document_number"]},
            {"personal_number": claims["personal_administrative_number"]},
            {"family_name": holder["family_name"]},
            {},
        ):
            assert found(world, other, **terms) == []


def test_a_cursor_of_another_institution_shows_only_ones_own(world: World) -> None:
    foreign = world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    own = id_of(world.register())
    assert own not in ids(listed(world, f"?cursor={own}"))
    assert id_of(foreign) not in ids(listed(world, f"?cursor={id_of(foreign)}"))


def test_whoever_may_read_may_search(world: World, pilot: tuple[Path, Any]) -> None:
    approver = json.loads((pilot[0] / "approver-keys.json").read_text())[DRV]
    headers = {"Authorization": f"Bearer {approver}"}
    assert world.client().post("/v1/ehic/search", json={}, headers=headers).status_code == 200
    assert world.client().get("/v1/ehic", headers=headers).status_code == 200


def test_nobody_searches_without_a_key(world: World) -> None:
    for answer in (world.client().get("/v1/a1"), world.client().post("/v1/a1/search", json={})):
        assert (answer.status_code, answer.json()["error"]) == (401, "api_key_missing")


def test_a_type_that_is_none(world: World) -> None:
    for answer in (listed(world, "", type_id="x"), ask(world, type_id="x")):
        assert (answer.status_code, answer.json()["error"]) == (404, "type_unknown")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("state=gone", "/state"),
        ("state=in_force&state=in_force", "/state"),
        ("covers_from=2026-13-01", "/covers_from"),
        ("covers_from=20260301", "/covers_from"),
        ("covers_from=2026-03-02&covers_until=2026-03-01", "/covers_until"),
        ("registered_from=2026-03-02&registered_until=2026-03-01", "/registered_until"),
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=x", "/limit"),
        ("cursor=x", "/cursor"),
        ("cursor=", "/cursor"),
    ],
)
def test_a_list_that_is_asked_for_wrongly(world: World, query: str, pointer: str) -> None:
    answer = listed(world, f"?{query}")
    assert (answer.status_code, answer.json()["error"]) == (400, "document_query_malformed")
    assert answer.json()["pointer"] == pointer


@pytest.mark.parametrize("query", ["family_name=Moreau", "personal_number=1", "document_number=1"])
def test_a_list_is_not_asked_for_by_what_is_personal(world: World, query: str) -> None:
    answer = listed(world, f"?{query}")
    assert (answer.status_code, answer.json()["error"]) == (400, "query_parameter_unknown")
    assert query.partition("=")[0] not in answer.json()["known"]


@pytest.mark.parametrize(
    ("terms", "reason", "pointer"),
    [
        ({"family_name": "m"}, "member_malformed", "/family_name"),
        ({"family_name": "--"}, "member_malformed", "/family_name"),
        ({"family_name": "m" * 201}, "member_malformed", "/family_name"),
        ({"personal_number": " - "}, "member_malformed", "/personal_number"),
        ({"document_number": ""}, "member_malformed", "/document_number"),
        ({"given_name": "Anna"}, "member_unknown", "/given_name"),
        ({"limit": 201}, "member_malformed", "/limit"),
        ({"cursor": "' OR 1=1"}, "member_malformed", "/cursor"),
        ({"cursor": "019c60be-2500-7b21-b1b6-e23411d88d40.6d6"}, "member_malformed", "/cursor"),
    ],
)
def test_a_search_that_is_asked_for_wrongly(world: World, terms: dict[str, Any], reason: str, pointer: str) -> None:
    answer = ask(world, **terms)
    assert (answer.status_code, answer.json()["error"]) == (422, "order_malformed")
    assert (answer.json()["reason"], answer.json()["pointer"]) == (reason, pointer)


def test_a_body_that_is_too_large(world: World) -> None:
    answer = ask(world, family_name="m" * 20_000)
    assert (answer.status_code, answer.json()["error"], answer.json()["max_bytes"]) == (413, "body_too_large", 16384)


def test_searches_leave_nothing_of_a_person_in_the_log(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    claims = world.a1()
    world.register(claims)
    found(world, personal_number=claims["personal_administrative_number"], family_name="Moreau")
    listed(world, "?family_name=Moreau")
    logged = capsys.readouterr().out
    assert "/v1/{type_id}/search" in logged
    assert claims["personal_administrative_number"] not in logged
    assert "Moreau" not in logged
