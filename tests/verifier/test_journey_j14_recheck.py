"""J14: verdicts given on old withdrawal data are queued, asked about again, and told first where they changed."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.wallet import ask, bearer, form, present
from tests.verifier.world import BASE_URL, World, rows
from vc_core import status_token
from vc_core.status_list import StatusList
from vc_core.verification import StatusUnavailable
from verifier.adapters import tables

DESK = "d" * 48
OTHER_DESK = "e" * 48
EXPECTED = {"day": "2026-02-15", "host_state": "DE"}
OTHER_DOCUMENT = 1000
"""Index of a document that nobody asks about; its withdrawal renews the list."""

DOWN = StatusUnavailable(reason="timeout")


@pytest.fixture
def client(make_app: MakeApp) -> Any:
    """Lists are asked for at every check."""
    with TestClient(make_app(status_reuse_seconds=0), base_url=BASE_URL) as client:
        yield client


def handed(
    client: TestClient, world: World, *, text: str | None = None, desk: str | None = DESK, place: str = ""
) -> Any:
    headers = {} if desk is None else {"Recheck-Desk": desk}
    body = {"text": text or world.code(), "expected": EXPECTED}
    answer = client.post("/v1/verify", json=body, headers=headers, params={"place": place})
    assert answer.status_code == 200, answer.text
    return answer.json()


def on_old_data(client: TestClient, world: World, **how: Any) -> Any:
    """A verdict on a list an hour old, whose server cannot be reached now."""
    code = world.code()
    client.post("/v1/verify", json={"text": code})
    world.clock.forward(hours=1)
    world.lists.down = DOWN
    answer = handed(client, world, text=code, **how)
    assert answer["verdict"] == "CONFIRMED_STATUS_OLD"
    return answer


def listed(client: TestClient, desk: str = DESK, *, run: bool = False) -> list[Mapping[str, Any]]:
    headers = bearer(desk)
    answer = client.post("/v1/rechecks/run", headers=headers) if run else client.get("/v1/rechecks", headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[Mapping[str, Any]] = answer.json()["rechecks"]
    return found


def test_a_verdict_on_old_data_is_queued(client: TestClient, world: World) -> None:
    answer = on_old_data(client, world)
    assert listed(client) == [
        {
            "id": answer["id"],
            "at": "2026-02-15T11:00:00Z",
            "given": "CONFIRMED_STATUS_OLD",
            "verdict": "CONFIRMED_STATUS_OLD",
            "changed": False,
            "open": True,
            "deciding": ["status.freshness"],
            "document": answer["document"],
            "rechecked_at": None,
        }
    ]


def test_a_status_that_could_not_be_known_is_queued(client: TestClient, world: World) -> None:
    world.lists.down = DOWN
    assert handed(client, world)["verdict"] == "CANNOT_CONFIRM"
    assert [(one["given"], one["open"]) for one in listed(client)] == [("CANNOT_CONFIRM", True)]


def test_what_is_settled_or_fails_otherwise_is_not_queued(client: TestClient, world: World) -> None:
    handed(client, world)
    world.lists.down = DOWN
    handed(client, world, text=world.tampered_code())
    handed(client, world, text="no code at all")
    assert listed(client) == []


@pytest.mark.parametrize(("withdraw", "word"), [(True, "WITHDRAWN"), (False, "CONFIRMED")])
def test_it_is_checked_again_when_the_list_can_be_had(
    client: TestClient, world: World, withdraw: bool, word: str
) -> None:
    on_old_data(client, world)
    world.lists.withdrawn.add(world.issued if withdraw else OTHER_DOCUMENT)
    world.lists.down = None
    world.clock.forward(minutes=20)
    [found] = listed(client, run=True)
    assert (found["verdict"], found["given"], found["changed"]) == (word, "CONFIRMED_STATUS_OLD", True)
    assert (found["open"], found["rechecked_at"]) == (False, "2026-02-15T11:20:00Z")


def test_no_list_again_changes_nothing(client: TestClient, world: World) -> None:
    """Not reachable is not withdrawn; and it takes nothing away from what an older list said."""
    on_old_data(client, world)
    world.clock.forward(days=6, hours=23, minutes=59)
    [found] = listed(client, run=True)
    assert (found["verdict"], found["changed"], found["open"]) == ("CONFIRMED_STATUS_OLD", False, True)
    assert found["rechecked_at"] == "2026-02-22T10:59:00Z"


def test_the_list_that_settles_it_is_judged_like_any_other(client: TestClient, world: World) -> None:
    """Signed by another institution, it says nothing."""
    on_old_data(client, world)
    world.withdraw_last()
    world.lists.down = None
    world.lists.body = lambda _: forged(world).encode()
    [found] = listed(client, run=True)
    assert (found["verdict"], found["open"]) == ("CONFIRMED_STATUS_OLD", True)


def forged(world: World) -> str:
    a1, ehic = list(world.lists.signers)[:2]
    packed = StatusList.of({world.issued: 1}, bits=1, size=1024).deflate()
    return status_token.encode_jwt(
        packed, subject=a1, issued_at=world.clock.now, signer=world.lists.signers[ehic],
        expires=world.clock.now + timedelta(days=7), ttl=timedelta(minutes=15),
    )  # fmt: skip


def test_what_changed_comes_first(client: TestClient, world: World) -> None:
    on_old_data(client, world)
    world.withdraw_last()
    world.lists.down = None
    listed(client, run=True)
    world.lists.down = DOWN
    world.clock.forward(hours=1)
    on_second = handed(client, world)
    assert [(one["verdict"], one["changed"]) for one in listed(client)] == [
        ("WITHDRAWN", True),
        (on_second["verdict"], False),
    ]


def test_a_list_is_fetched_once_for_all_that_need_it(client: TestClient, world: World) -> None:
    world.lists.down = DOWN
    for _ in range(3):
        handed(client, world)
    world.lists.down = None
    world.lists.calls.clear()
    assert {one["verdict"] for one in listed(client, run=True)} == {"CONFIRMED"}
    assert len(world.lists.calls) == 1


def test_the_answer_of_a_wallet_is_queued_for_the_desk_that_asked(client: TestClient, world: World) -> None:
    world.lists.down = DOWN
    client.headers["Recheck-Desk"] = DESK
    asked = ask(client, expected=EXPECTED)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential("dc+sd-jwt"))))
    assert [one["given"] for one in listed(client)] == ["CANNOT_CONFIRM"]
    assert listed(client, asked.offer["read_token"]) == []


def test_without_a_desk_the_token_of_the_verdict_reads_it(client: TestClient, world: World) -> None:
    world.lists.down = DOWN
    token = handed(client, world, desk=None)["identity_token"]
    asked = ask(client, expected=EXPECTED)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential("dc+sd-jwt"))))
    assert len(listed(client, token)) == len(listed(client, asked.offer["read_token"])) == 1


def test_no_desk_sees_the_queue_of_another(client: TestClient, world: World) -> None:
    world.lists.down = DOWN
    handed(client, world)
    assert client.get("/v1/rechecks").status_code == 401
    assert listed(client, OTHER_DESK) == []
    world.lists.down = None
    assert listed(client, OTHER_DESK, run=True) == []
    assert listed(client)[0]["rechecked_at"] is None


@pytest.mark.parametrize("desk", ["x" * 21, "x" * 201])
def test_a_secret_that_can_be_guessed_is_refused(client: TestClient, world: World, desk: str) -> None:
    answer = client.post("/v1/verify", json={"text": world.code()}, headers={"Recheck-Desk": desk})
    assert (answer.status_code, answer.json()["where"]) == (400, "Recheck-Desk")


def test_at_the_gate_no_number_is_kept(client: TestClient, world: World) -> None:
    world.lists.down = DOWN
    handed(client, world, place="gate")
    assert listed(client)[0]["document"].keys() == {"type_id", "title"}


def test_the_queue_is_sealed(client: TestClient, world: World, database_url: str) -> None:
    """Neither number, name, institution nor the index in the list is in the database in clear."""
    answer = on_old_data(client, world)
    [row] = rows(database_url, tables.recheck)
    assert set(row) == {"id", "desk", "given_at", "pending", "rechecked_at", "sealed"}
    said = (answer["document"]["document_number"], "Moreau", "FR:117000", "status_list", "CONFIRMED", DESK)
    assert not [text for text in said if text.encode() in row["sealed"] or text.encode() in row["desk"]]


def test_another_secret_opens_nothing(client: TestClient, world: World, make_app: MakeApp, tmp_path: Any) -> None:
    world.lists.down = DOWN
    handed(client, world)
    with TestClient(make_app(secret_file=tmp_path / "another"), base_url=BASE_URL) as other:
        assert listed(other) == []
    assert len(listed(client)) == 1


def test_the_repeating_task_rechecks_and_wipes(world: World, make_app: MakeApp, database_url: str) -> None:
    """At the start of a worker, and then every `recheck_seconds`; after seven days nothing is left."""
    with TestClient(make_app(), base_url=BASE_URL) as client:
        world.lists.down = DOWN
        handed(client, world)
    world.lists.down = None
    world.clock.forward(hours=1)
    with TestClient(make_app(), base_url=BASE_URL) as client:
        assert eventually(lambda: listed(client)[0]["verdict"] == "CONFIRMED")
    world.clock.forward(days=7)
    with TestClient(make_app(), base_url=BASE_URL):
        assert eventually(lambda: rows(database_url, tables.recheck) == [])


def eventually(true: Any, seconds: float = 5) -> bool:
    for _ in range(int(seconds / 0.05)):
        if true():
            return True
        time.sleep(0.05)
    return False
