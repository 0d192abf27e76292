"""J3, AC4: an institution asks what the status of its document was on a day, since when that is known, and what a
verifier could have learned then."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.issuer.http.test_journey_j03_withdrawal import decide, register
from tests.issuer.test_journey_j05_correction import SD_JWT, correct, named
from tests.issuer.world import CNPP, DRV, NOW, URSSAF, Registered, Wallet, World


@pytest.fixture
def world(world: World) -> World:
    """The clock stands at its beginning for each test."""
    world.clock.now = NOW
    return world


@pytest.fixture
def registered(world: World) -> Registered:
    """Covers 1 February 2026 to 31 January 2027; registered on 15 February."""
    return world.register()


def history(world: World, one: Registered, on: str | None = None) -> dict[str, Any]:
    answer = ask(world, one, "" if on is None else f"?on={on}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def ask(world: World, one: Registered, query: str, institution_id: str | None = None) -> httpx2.Response:
    headers = world.auth(institution_id or one.institution_id)
    return world.client().get(f"{one.path}/history{query}", headers=headers)


def told_on(world: World, one: Registered, day: str) -> tuple[str, str | None, str | None]:
    on = history(world, one, day)["on"]
    assert on["day"] == day
    return on["status"], on["known_since"] and on["known_since"][:10], on["published_then"]


def events(told: dict[str, Any]) -> list[str]:
    return [one["event"] for one in told["happenings"]]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-01-31", ("outside_period", "2026-02-15", "not_registered")),
        ("2026-02-01", ("valid", "2026-02-15", "not_registered")),
        ("2026-02-14", ("valid", "2026-02-15", "not_registered")),
        ("2026-02-15", ("valid", "2026-02-15", "valid")),
        ("2026-02-28", ("valid", "2026-02-15", "valid")),
        ("2026-03-01", ("withdrawn", "2026-05-10", "valid")),
        ("2026-04-01", ("withdrawn", "2026-05-10", "valid")),
        ("2026-05-09", ("withdrawn", "2026-05-10", "valid")),
        ("2026-05-10", ("withdrawn", "2026-05-10", "invalid")),
        ("2026-05-20", ("withdrawn", "2026-05-10", "invalid")),
        ("2026-05-21", ("withdrawn", "2026-05-10", None)),
        ("2027-02-01", ("withdrawn", "2026-05-10", None)),
    ],
)
def test_withdrawn_in_may_with_effect_from_march(
    world: World, registered: Registered, day: str, told: tuple[str, str, str | None]
) -> None:
    world.clock.advance(days=84)
    assert world.withdraw(registered, effective_from="2026-03-01").status_code == 200
    world.clock.advance(days=10)
    assert told_on(world, registered, day) == told


def test_what_happened_is_listed_in_order_with_who_did_it(world: World, registered: Registered) -> None:
    world.clock.advance(days=84)
    world.withdraw(registered, effective_from="2026-03-01", reason_code="facts_changed")
    told = history(world, registered)
    assert events(told) == ["document.registered", "document.offered", "credential.signed", "document.withdrawn"]
    assert told["on"] is None
    first, last = told["happenings"][0], told["happenings"][-1]
    assert (first["at"], first["by"], first["details"]) == ("2026-02-15T10:00:00Z", "officer:clerk", {"version": 1})
    assert (last["at"], last["by"]) == ("2026-05-10T10:00:00Z", "officer:clerk")
    assert last["details"] == {"reason": "facts_changed", "effective_from": "2026-03-01"}
    assert told["publications"] == [
        {"since": "2026-02-15T10:00:00Z", "published": "valid"},
        {"since": "2026-05-10T10:00:00Z", "published": "invalid"},
    ]


def test_who_asked_and_who_approved(world: World, pilot: tuple[Path, Any]) -> None:
    one = register(world)
    request_id = world.withdraw(one, effective_from="2026-02-01").json()["id"]
    world.clock.advance(days=2)
    assert told_on(world, one, "2026-02-16")[0] == "valid"
    approver = json.loads((pilot[0] / "approver-keys.json").read_text())[DRV]
    assert decide(world, request_id, "approve", {"Authorization": f"Bearer {approver}"}).status_code == 200
    told = {entry["event"]: entry for entry in history(world, one)["happenings"]}
    assert (told["request.made"]["by"], told["request.made"]["at"][:10]) == ("officer:clerk", "2026-02-15")
    assert (told["request.approved"]["by"], told["request.approved"]["at"][:10]) == ("officer:approver", "2026-02-17")
    assert told["request.approved"]["details"] == {"request": request_id, "reason": "issued_in_error"}
    assert told_on(world, one, "2026-02-16") == ("withdrawn", "2026-02-17", "valid")


def test_copies_are_counted_and_a_correction_is_a_version(world: World) -> None:
    claims = world.a1()
    one = world.register(claims)
    world.clock.advance(minutes=1)
    wallet = Wallet(world)
    wallet.redeem(one)
    assert wallet.collect(SD_JWT).status_code == 200
    world.clock.advance(days=1)
    assert correct(world, one, named(claims, "Moreau-Petit")).status_code == 200
    told = history(world, one, "2026-02-15")
    assert [(entry["event"], entry["count"]) for entry in told["happenings"]] == [
        ("document.registered", 1), ("document.offered", 1), ("credential.signed", 1),
        ("credential.signed", 1),
        ("document.corrected", 1), ("credential.signed", 1), ("document.offered", 1),
    ]  # fmt: skip
    assert told["happenings"][4]["details"] == {"version": 2}
    assert (told["version"], told["on"]["status"], told["on"]["published_then"]) == (2, "valid", "valid")
    assert told["on"]["known_since"] == "2026-02-16T10:01:00Z"  # version 1 may have said otherwise
    assert [change["published"] for change in told["publications"]] == ["valid"]
    for personal in ("Moreau", claims["personal_administrative_number"], claims["document_number"]):
        assert personal not in json.dumps(told)


def test_nothing_is_published_of_a_document_on_hold(world: World) -> None:
    headers = world.auth(**{"Idempotency-Key": "history-on-hold"})
    held = Registered(world.client().post("/v1/a1?hold=true", json=world.a1(), headers=headers).json(), URSSAF)
    assert told_on(world, held, "2026-02-15") == ("on_hold", "2026-02-15", "nothing")
    world.clock.advance(days=3)
    assert world.client().post(f"{held.path}/release", headers=world.auth()).status_code == 200
    assert told_on(world, held, "2026-02-15") == ("valid", "2026-02-18", "nothing")
    assert told_on(world, held, "2026-02-18") == ("valid", "2026-02-18", "valid")


def test_suspended_for_the_time_being(world: World, registered: Registered) -> None:
    world.clock.advance(days=5)
    order = {"reason_code": "under_review"}
    suspended = world.client().post(f"{registered.path}/suspend", json=order, headers=world.auth())
    assert suspended.status_code == 200, suspended.text
    world.clock.advance(days=5)
    assert told_on(world, registered, "2026-02-19") == ("valid", "2026-02-15", "valid")
    assert told_on(world, registered, "2026-02-22") == ("suspended", "2026-02-20", "suspended")
    lifted = world.client().post(f"{registered.path}/lift", headers=world.auth())
    assert lifted.status_code == 200, lifted.text
    assert told_on(world, registered, "2026-02-19") == ("valid", "2026-02-15", "valid")
    assert told_on(world, registered, "2026-02-22") == ("valid", "2026-02-25", "suspended")
    assert told_on(world, registered, "2026-02-25") == ("valid", "2026-02-25", "valid")
    told = history(world, registered)["happenings"]
    assert [(one["event"], one["details"]) for one in told[-2:]] == [
        ("document.suspended", {"reason": "under_review"}), ("document.reinstated", {})
    ]  # fmt: skip


def test_of_a_document_whose_claims_are_erased_a_withdrawal_is_still_known(
    world: World, registered: Registered
) -> None:
    world.clock.advance(days=84)
    world.withdraw(registered, effective_from="2026-03-01")
    world.erase(registered)
    assert told_on(world, registered, "2026-04-01") == ("withdrawn", "2026-05-10", "valid")
    assert told_on(world, registered, "2026-02-28") == ("unknown", None, "valid")


def test_another_institutions_document_is_unknown(world: World, registered: Registered) -> None:
    for institution_id in (CNPP, DRV):
        answer = ask(world, registered, "?on=2026-03-01", institution_id)
        assert (answer.status_code, answer.json()["error"]) == (404, "document_unknown")


def test_nobody_sees_it_without_a_key(world: World, registered: Registered) -> None:
    answer = world.client().get(f"{registered.path}/history")
    assert (answer.status_code, answer.json()["error"]) == (401, "api_key_missing")


@pytest.mark.parametrize(
    "query", ["on=", "on=2026-13-01", "on=20260301", "on=2026-W09-7", "on=2026-03-01&on=2026-03-02", "on=2026-03-01T00"]
)
def test_a_day_that_is_none(world: World, registered: Registered, query: str) -> None:
    answer = ask(world, registered, f"?{query}")
    assert (answer.status_code, answer.json()["error"], answer.json()["pointer"]) == (
        400,
        "document_query_malformed",
        "/on",
    )
