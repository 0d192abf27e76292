"""J8 over HTTP: a directory manager changes competences; nobody else does."""

from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Any

import httpx2
import pytest

from issuer.http.schemas import DirectoryEntryBody, DirectoryHistoryBody
from tests.issuer.adapters.test_authorization_servers import ENTRY, write_keys, write_servers
from tests.issuer.conftest import MakeWorld
from tests.issuer.http.test_access_tokens import OTHER_ISSUER, token_headers
from tests.issuer.test_races import MANY, at_once, statuses
from tests.issuer.world import BASE_URL, URSSAF, World

MANAGER = {"roles": ["directory_manager"]}
CONTACT = {"street_address": "1 rue Neuve", "email": "a1@sud.example", "website": "https://sud.example/"}
NEW = {
    "names": {"fr": "Caisse du Sud"},
    "contact": CONTACT,
    "competence": {"type": "a1", "from": "2024-06-03", "postcodes": ["13", "06"]},
}
_ids = count(2000)


@pytest.fixture(scope="module")
def world(make_world: MakeWorld, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Trusts one server for directory managers, and another that may give all other roles."""
    folder = tmp_path_factory.mktemp("servers")
    write_keys(folder / "keys.json", "1")
    keeping = {**ENTRY, "audience": BASE_URL, "roles": ["directory_manager"]}
    other = {**ENTRY, "audience": BASE_URL, "name": "other", "issuer": OTHER_ISSUER}
    return make_world(authorization_servers=write_servers(folder / "servers.toml", keeping, other))


@pytest.fixture
def new_id() -> str:
    return f"FR:{next(_ids)}"


def _set(world: World, id_: str, body: Any, headers: Mapping[str, str] | None = None) -> httpx2.Response:
    return world.client().post(f"/v1/directory/{id_}", json=body, headers=headers or token_headers(world, MANAGER))


def _get(world: World, path: str) -> httpx2.Response:
    return world.client().get(f"/v1/directory/{path}", headers=token_headers(world, MANAGER))


def _found(world: World, **query: str) -> list[str]:
    answer = world.client().get("/directory/lookup", params={"country": "FR", "competence": "a1", **query})
    return [one["id"] for one in answer.json()["institutions"]]


def test_a_new_institution_is_found_and_has_the_anchors_of_its_country(world: World, new_id: str) -> None:
    made = _set(world, new_id, NEW)
    assert made.status_code == 200, made.text
    entry = made.json()
    DirectoryEntryBody.model_validate(entry)
    assert (entry["id"], entry["names"], entry["country"]) == (new_id, {"fr": "Caisse du Sud"}, "FR")
    assert entry["contact"] == CONTACT
    assert entry["competences"] == [
        {"competence": "a1", "from": "2024-06-03", "to": None, "postcodes": ["13", "06"]}
    ]  # fmt: skip
    assert entry["anchors"] == _get(world, URSSAF).json()["anchors"]
    assert _get(world, new_id).json() == entry
    assert new_id in _found(world, postcode="13001")
    assert new_id not in _found(world, postcode="75001")


def test_what_is_left_out_stays_and_history_is_kept(world: World, new_id: str) -> None:
    before = _set(world, new_id, NEW).json()
    after = _set(world, new_id, {"names": {"en": "Southern Fund"}}).json()
    assert after == {**before, "names": {"en": "Southern Fund", "fr": "Caisse du Sud"}}
    ended = {"type": "a1", "from": "2024-06-03", "to": "2026-01-31"}
    assert _set(world, new_id, {"competence": ended}).json()["competences"][0]["to"] == "2026-01-31"
    assert new_id not in _found(world)
    answer = _get(world, f"{new_id}/history").json()
    DirectoryHistoryBody.model_validate(answer)
    changes = answer["changes"]
    assert [one["number"] for one in changes] == [1, 2, 3]
    assert {one["by"] for one in changes} == {f"{URSSAF} login|o-17"}
    assert changes[1]["changed"] == {
        "names": {"before": before["names"], "after": {"en": "Southern Fund", "fr": "Caisse du Sud"}}
    }


def test_an_order_that_changes_nothing_is_no_change(world: World, new_id: str) -> None:
    first = _set(world, new_id, NEW)
    assert _set(world, new_id, NEW).json() == first.json()
    assert len(_get(world, f"{new_id}/history").json()["changes"]) == 1


def test_managers_who_add_one_institution_at_once_change_it_one_after_the_other(world: World, new_id: str) -> None:
    names = [{"fr": "Caisse du Sud", language: language} for language in ("bg", "cs", "da", "de", "el", "es")]
    answers = at_once([partial(_set, world, new_id, {**NEW, "names": one}) for one in names])
    assert statuses(answers) == {200: MANY}
    entry = _get(world, new_id).json()
    assert entry["names"] == {name: text for one in names for name, text in one.items()}
    assert len(entry["competences"]) == 1
    changes = _get(world, f"{new_id}/history").json()["changes"]
    assert [one["number"] for one in changes] == [1, 2, 3, 4, 5, 6]
    assert [one["changed"]["names"]["before"] for one in changes[1:]] == [
        one["changed"]["names"]["after"] for one in changes[:-1]
    ]


def test_one_order_sent_many_times_at_once_is_one_change(world: World, new_id: str) -> None:
    answers = at_once([partial(_set, world, new_id, NEW) for _ in range(MANY)])
    assert statuses(answers) == {200: MANY}
    assert len({answer.content for answer in answers}) == 1
    assert len(_get(world, f"{new_id}/history").json()["changes"]) == 1


def test_of_competences_at_once_that_overlap_one_is_kept(world: World, new_id: str) -> None:
    days = [f"2024-06-{day:02}" for day in range(1, MANY + 1)]
    orders = [{**NEW, "competence": {"type": "a1", "from": day}} for day in days]
    answers = at_once([partial(_set, world, new_id, order) for order in orders])
    assert statuses(answers) == {200: 1, 409: MANY - 1}
    assert {one.json()["error"] for one in answers if one.status_code == 409} == {"competences_overlap"}
    (kept,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert _get(world, new_id).json() == kept
    assert len(_get(world, f"{new_id}/history").json()["changes"]) == 1


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "new_without_a_name": ({"names": {}}, 422, "directory_entry_refused"),
    "new_without_a_contact": ({"contact": None}, 422, "directory_entry_refused"),
    "new_without_a_competence": ({"competence": None}, 422, "directory_entry_refused"),
    "type_unknown": ({"competence": {"type": "x", "from": "2024-06-03"}}, 404, "competence_unknown"),
    "ends_before_it_begins": (
        {"competence": {"type": "a1", "from": "2024-06-03", "to": "2024-06-02"}}, 422, "directory_entry_refused",
    ),
    "postcode_malformed": (
        {"competence": {"type": "a1", "from": "2024-06-03", "postcodes": ["ä"]}}, 422, "directory_entry_refused",
    ),
    "day_as_a_number": ({"competence": {"type": "a1", "from": 19876}}, 422, "order_malformed"),
    "language_malformed": ({"names": {"french": "x"}}, 422, "order_malformed"),
    "name_with_a_line_break": ({"names": {"fr": "a\nb"}}, 422, "order_malformed"),
    "website_of_a_script": ({"contact": {**CONTACT, "website": "javascript:x"}}, 422, "directory_entry_refused"),
    "email_malformed": ({"contact": {**CONTACT, "email": "x"}}, 422, "order_malformed"),
    "certificates": ({"anchors": ["x"]}, 422, "order_malformed"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_refused_and_nothing_changed(world: World, new_id: str, change: dict[str, Any], status: int, code: str) -> None:
    before = world.rows()
    refused = _set(world, new_id, {**NEW, **change})
    assert (refused.status_code, refused.json()["error"]) == (status, code)
    assert world.rows() == before


def test_periods_that_overlap(world: World, new_id: str) -> None:
    _set(world, new_id, NEW)
    before = world.rows()
    refused = _set(world, new_id, {"competence": {"type": "a1", "from": "2025-01-01"}})
    assert (refused.status_code, refused.json()["error"]) == (409, "competences_overlap")
    assert world.rows() == before


def test_an_id_that_is_none(world: World) -> None:
    before = world.rows()
    assert _set(world, "FR", NEW).json()["error"] == "directory_entry_refused"
    assert world.rows() == before


@pytest.mark.parametrize("path", ["FR:9999", "FR:9999/history"])
def test_not_in_the_directory(world: World, path: str) -> None:
    answer = _get(world, path)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_in_directory")


def test_nobody_else_reads_or_changes_it(world: World, new_id: str) -> None:
    all_others = {"iss": OTHER_ISSUER, "roles": ["clerk", "approver", "auditor"]}
    before = world.rows()
    for headers in (world.auth(), token_headers(world, all_others)):
        answers = [
            _set(world, new_id, NEW, headers),
            *(world.client().get(f"/v1/directory/{URSSAF}{rest}", headers=headers) for rest in ("", "/history")),
        ]
        assert {(one.status_code, one.json()["error"]) for one in answers} == {(403, "role_missing")}
    assert world.rows() == before


def test_a_server_gives_the_role_only_where_it_is_said(world: World, new_id: str) -> None:
    """Else every institution's own server could make itself keeper of the directory."""
    before = world.rows()
    refused = _set(world, new_id, NEW, token_headers(world, {"iss": OTHER_ISSUER, **MANAGER}))
    assert (refused.status_code, refused.json()["reason"]) == (401, "role_not_of_server")
    assert world.rows() == before


def test_a_manager_changes_no_documents(world: World) -> None:
    before = world.rows()
    headers = {**token_headers(world, MANAGER), "Idempotency-Key": "manager"}
    refused = world.client().post("/v1/a1", json=world.a1(), headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (403, "role_missing")
    assert world.rows() == before
