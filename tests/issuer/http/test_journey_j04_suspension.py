"""J4: an institution withdraws a document provisionally and lifts that again; the status list, the log and wallets."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from issuer.app.service import build_app
from issuer.http.answers import instant
from issuer.settings import IssuerSettings
from tests.issuer.bulk import bulk_beside
from tests.issuer.http.test_search_api import found
from tests.issuer.office import Officer, forms
from tests.issuer.world import BASE_URL, CNAM, CNPP, DRV, URSSAF, Clock, Registered, Wallet, World
from vc_core.catalogue import Catalogue
from vc_core.status_list import Status
from vc_core.status_token import parse_token

SD_JWT, MDOC = "eu.europa.ec.eudi.pda1_sd_jwt_vc", "eu.europa.ec.eudi.pda1_mdoc"
ORDER = {"reason_code": "facts_in_doubt", "case_ref": "K-21"}

MakeWorldOfBits = Callable[[int], World]


@pytest.fixture(scope="module")
def world_of_bits(pilot: tuple[Path, Mapping[str, str]], catalogue: Catalogue, database_url: str) -> MakeWorldOfBits:
    """A running issuer whose A1s have status lists of so many bits an entry."""

    def make(bits: int) -> World:
        folder, api_keys = pilot
        book = catalogue.type("a1")
        changed = replace(book, status=replace(book.status, bits=bits))
        books = replace(catalogue, rulebooks={**catalogue.rulebooks, "a1": changed})
        settings = IssuerSettings(data=folder, base_url=BASE_URL, database_url=database_url, shard_bits=12)
        clock = Clock()
        return World(build_app(settings, clock=clock, catalogue=books), clock, books, api_keys, database_url)

    return make


def statuses(world: World, registered: Registered) -> list[int]:
    """What the published lists say of a document's copies, in the order in which these were made."""
    values = []
    for one in world.document(registered)["credentials"]:
        response = world.client().get(one["status"]["uri"])
        token = parse_token(response.content, response.headers["Content-Type"])
        values.append(token.list.value(one["status"]["idx"]))
    return values


def error(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


def correct(world: World, registered: Registered) -> httpx2.Response:
    claims = world.document(registered)["claims"]
    claims["credential_holder"]["family_name"] = "Moreau-Petit"
    return world.client().post(f"{registered.path}/correct", json=claims, headers=world.auth())


# ---------------------------------------------------------------------------------------------- suspended and in force
@pytest.mark.parametrize(("bits", "published"), [(1, Status.INVALID), (2, Status.SUSPENDED)])
def test_ac1_suspended_on_the_list_and_valid_again(
    world_of_bits: MakeWorldOfBits, bits: int, published: Status
) -> None:
    world = world_of_bits(bits)
    registered, wallet = world.register(), Wallet(world)
    wallet.redeem(registered)
    assert wallet.collect(SD_JWT).status_code == 200
    assert statuses(world, registered) == [Status.VALID] * 2
    assert world.suspend(registered).status_code == 200
    assert statuses(world, registered) == [published] * 2
    assert world.lift(registered).status_code == 200
    assert statuses(world, registered) == [Status.VALID] * 2


def test_ac1_both_are_answered_shown_logged_and_told(world: World, registered: Registered) -> None:
    answer = world.suspend(registered, **ORDER).json()
    suspension = {**ORDER, "suspended_by": "clerk", "suspended_at": instant(world.clock())}
    assert answer == {
        "document_id": registered.answer["document_id"], "state": "suspended", "suspension": suspension
    }  # fmt: skip
    shown = world.document(registered)
    assert (shown["state"], shown["suspension"], shown["withdrawal"]) == ("suspended", suspension, None)
    assert world.lift(registered).json() == {"document_id": registered.answer["document_id"], "state": "in_force"}
    shown = world.document(registered)
    assert (shown["state"], shown["suspension"]) == ("in_force", None)
    log = world.client().get(f"{registered.path}/audit", headers=world.auth()).json()["entries"]
    contents = [json.loads(entry["content"]) for entry in log[-2:]]
    assert [(one["event"], one["actor"], one["details"]) for one in contents] == [
        ("document.suspended", "officer:clerk", {"reason": "facts_in_doubt"}),
        ("document.reinstated", "officer:clerk", {}),
    ]
    events = world.client().get("/v1/events?limit=1000", headers=world.auth()).json()["events"]
    told = {one["type"] for one in events if one["document"].endswith(registered.answer["document_id"])}
    assert told == {"document.issued", "document.suspended", "document.reinstated"}


def test_lifting_does_not_revive_what_was_ended_for_good(world: World, registered: Registered) -> None:
    """The copies of the version before a correction."""
    world.clock.advance(minutes=1)
    assert correct(world, registered).status_code == 200
    assert statuses(world, registered) == [Status.INVALID, Status.VALID]
    world.suspend(registered)
    assert statuses(world, registered) == [Status.INVALID] * 2
    world.lift(registered)
    assert statuses(world, registered) == [Status.INVALID, Status.VALID]


def test_the_list_of_others_is_left_alone(world: World, registered: Registered) -> None:
    other = world.register()
    world.suspend(registered)
    assert (statuses(world, registered), statuses(world, other)) == ([Status.INVALID], [Status.VALID])
    assert world.document(other)["state"] == "in_force"


def test_a_document_registered_with_many_others(world: World, pilot: tuple[Path, Any], tmp_path: Path) -> None:
    claims = [world.a1() for _ in range(4)]
    with bulk_beside(world, pilot[0], tmp_path) as bulk:
        bulk.register(claims, URSSAF, "a1")
    numbers = [one["document_number"] for one in claims]
    registered, other = (
        Registered({"type": "a1", "document_id": found(world, document_number=one)[0]}, URSSAF) for one in numbers[:2]
    )
    assert world.suspend(registered).status_code == 200
    assert (statuses(world, registered), statuses(world, other)) == ([Status.INVALID], [Status.VALID])
    assert world.lift(registered).status_code == 200
    assert statuses(world, registered) == [Status.VALID]


# -------------------------------------------------------------------------------------------------------- in what order
def test_the_same_order_again_changes_nothing(world: World, registered: Registered) -> None:
    first = world.suspend(registered, **ORDER)
    before = world.rows()
    world.clock.advance(minutes=1)
    assert world.suspend(registered, **ORDER).json() == first.json()
    assert world.rows() == before


def test_another_order_is_refused_until_the_first_is_lifted(world: World, registered: Registered) -> None:
    world.suspend(registered, **ORDER)
    before = world.rows()
    assert error(world.suspend(registered, reason_code="fraud_suspected", case_ref="K-21")) == (
        409, "suspended_otherwise"
    )  # fmt: skip
    assert world.rows() == before
    world.lift(registered)
    world.clock.advance(minutes=1)
    assert world.suspend(registered, reason_code="fraud_suspected").status_code == 200


@pytest.mark.parametrize("lifted", [False, True])
def test_what_is_not_suspended_is_not_lifted(world: World, registered: Registered, lifted: bool) -> None:
    for do in (world.suspend, world.lift) if lifted else ():
        do(registered)
    before = world.rows()
    assert error(world.lift(registered)) == (409, "document_not_suspended")
    assert world.rows() == before


def test_suspended_and_withdrawn_for_good(world: World, registered: Registered) -> None:
    world.suspend(registered, **ORDER)
    assert world.withdraw(registered).status_code == 200
    shown = world.document(registered)
    assert (shown["state"], shown["suspension"]) == ("withdrawn", None)
    before = world.rows()
    assert error(world.lift(registered)) == (409, "document_withdrawn")
    assert error(world.suspend(registered, **ORDER)) == (409, "document_withdrawn")
    assert statuses(world, registered) == [Status.INVALID]
    assert world.rows() == before


def test_suspended_and_withdrawn_with_others(world: World, registered: Registered) -> None:
    world.suspend(registered)
    ids = [registered.answer["document_id"], world.register().answer["document_id"]]
    body = {"type": "a1", "document_ids": ids, "reason_code": "fraud"}
    assert world.client().post("/v1/withdrawals", json=body, headers=world.auth()).status_code == 200
    assert world.document(registered)["state"] == "withdrawn"


def test_what_is_on_hold_is_not_suspended(world: World) -> None:
    headers = world.auth(**{"Idempotency-Key": "suspend-on-hold"})
    answer = world.client().post("/v1/a1", params={"hold": "true"}, json=world.a1(), headers=headers).json()
    before = world.rows()
    assert error(world.suspend(Registered(answer, URSSAF))) == (409, "document_on_hold")
    assert world.rows() == before


def test_what_is_erased_is_neither_suspended_nor_lifted(world: World, registered: Registered) -> None:
    other = world.register()
    world.suspend(other)
    for one in (registered, other):
        world.erase(one)
    before = world.rows()
    assert error(world.suspend(registered)) == (410, "document_erased")
    assert error(world.lift(other)) == (410, "document_erased")
    assert world.rows() == before


def test_a_type_whose_rulebook_does_not_allow_it(world: World) -> None:
    card = world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    before = world.rows()
    assert error(world.suspend(card)) == (403, "suspension_not_allowed")
    assert error(world.lift(card)) == (409, "document_not_suspended")
    assert world.rows() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/reason_code"),
        ({"reason_code": "No Code"}, "/reason_code"),
        ({"reason_code": "fraud", "case_ref": ""}, "/case_ref"),
        ({"reason_code": "fraud", "case_ref": "LA_BUC\u202e"}, "/case_ref"),
        ({"reason_code": "fraud", "effective_from": "2026-02-01"}, "/effective_from"),
    ],
    ids=["reason_missing", "reason_no_code", "case_empty", "case_turned_round", "day_given"],
)
def test_an_order_that_is_none(world: World, registered: Registered, body: dict[str, Any], pointer: str) -> None:
    before = world.rows()
    response = world.client().post(f"{registered.path}/suspend", json=body, headers=world.auth())
    assert (*error(response), response.json()["pointer"]) == (422, "order_malformed", pointer)
    assert world.rows() == before


# ------------------------------------------------------------------------------------ nothing is made of it meanwhile
def test_institution_makes_nothing_of_it_meanwhile(world: World, registered: Registered) -> None:
    world.suspend(registered)
    before = world.rows()
    client, auth = world.client(), world.auth()
    bundle = {"document_ids": [registered.answer["document_id"]]}
    for response in (
        correct(world, registered),
        client.post(f"{registered.path}/release", headers=auth),
        client.post(f"{registered.path}/offers", headers=auth),
        client.post("/v1/a1/offers", json=bundle, headers=auth),
        client.get(f"{registered.path}/letter", headers=auth),
    ):
        assert error(response) == (409, "document_suspended")
    assert world.rows() == before


def test_offer_opens_again(world: World, wallet: Wallet, registered: Registered) -> None:
    form = wallet.form(registered)
    world.suspend(registered)
    assert world.client().get(f"/credential-offer/{registered.offer_id}").status_code == 404
    refused = world.client().post("/token", data=form, headers={"DPoP": wallet.proof("/token")})
    assert error(refused) == (400, "invalid_grant")
    world.lift(registered)
    assert wallet.redeem(registered).status_code == 200
    assert wallet.collect(MDOC).status_code == 200


def test_wallet_with_a_token_gets_no_copy_until_it_is_lifted(
    world: World, wallet: Wallet, registered: Registered
) -> None:
    refresh = {"grant_type": "refresh_token", "refresh_token": wallet.redeem(registered).json()["refresh_token"]}
    world.suspend(registered)
    before = world.rows()
    denied = wallet.collect(SD_JWT).json()
    assert denied == {"error": "credential_request_denied", "error_description": "document_suspended"}
    token, wallet.access_token = wallet.access_token, ""
    answer = world.client().post("/token", data=refresh, headers={"DPoP": wallet.proof("/token")}).json()
    assert answer == {"error": "invalid_grant", "error_description": "document_suspended"}
    assert world.rows() == before
    world.lift(registered)
    assert world.client().post("/token", data=refresh, headers={"DPoP": wallet.proof("/token")}).status_code == 200
    wallet.access_token = token
    assert wallet.collect(SD_JWT).status_code == 200


def test_one_of_a_bundle(world: World, wallet: Wallet, registered: Registered) -> None:
    """The others are collected; that one once it is in force again."""
    ids = [registered.answer["document_id"], world.register().answer["document_id"]]
    offer = world.client().post("/v1/a1/offers", json={"document_ids": ids}, headers=world.auth()).json()
    (named, _) = wallet.redeem(Registered({"offer": offer}, URSSAF)).json()["authorization_details"]
    first, second = named["credential_identifiers"]
    world.suspend(registered)

    def ask(identifier: str) -> httpx2.Response:
        body = {"credential_identifier": identifier, "proofs": {"jwt": [wallet.key_proof()]}}
        return world.client().post("/credential", json=body, headers=wallet.headers())

    assert ask(first).json()["error_description"] == "document_suspended"
    assert ask(second).status_code == 200
    world.lift(registered)
    assert ask(first).status_code == 200


def test_a_suspended_document_counts_among_the_persons_others(world: World) -> None:
    """A1-11: it may be lifted, and then there are both."""
    claims = {**world.a1(), "starting_date": "2024-03-01", "ending_date": "2026-02-28"}
    world.suspend(world.register(claims))
    next_posting = {**world.a1(), "personal_administrative_number": claims["personal_administrative_number"]}
    next_posting |= {"starting_date": "2026-03-01", "ending_date": "2026-06-30"}
    assert [note["rule"] for note in world.register(next_posting).answer["notes"]] == ["A1-11"]


# ------------------------------------------------------------------------------------------------------------------ who
@pytest.mark.parametrize("institution_id", [CNPP, CNAM])
def test_another_institution_finds_nothing(world: World, registered: Registered, institution_id: str) -> None:
    other = replace(registered, institution_id=institution_id)
    before = world.rows()
    assert error(world.suspend(other)) == (404, "document_unknown")
    assert world.rows() == before
    world.suspend(registered)
    before = world.rows()
    assert error(world.lift(other)) == (404, "document_unknown")
    assert world.rows() == before


@pytest.mark.parametrize("what", ["suspend", "lift"])
def test_nobody_without_a_key(world: World, registered: Registered, what: str) -> None:
    before = world.rows()
    response = world.client().post(f"{registered.path}/{what}", json=ORDER)
    assert error(response) == (401, "api_key_missing")
    assert world.rows() == before


def german(world: World) -> Registered:
    """A document of the institution at which two officers decide."""
    return world.register(world.a1("valid_posted_self_employed"), institution_id=DRV)


def test_one_officer_suspends_and_another_lifts(world: World, approving: dict[str, str]) -> None:
    registered = german(world)
    assert world.suspend(registered).status_code == 200
    before = world.rows()
    refused = world.lift(registered)
    assert (*error(refused), refused.json()["role"]) == (403, "role_missing", "approver")
    assert world.rows() == before
    assert world.client().post(f"{registered.path}/lift", headers=approving).status_code == 200
    assert world.document(registered)["state"] == "in_force"


def test_an_approver_does_not_suspend(world: World, approving: dict[str, str]) -> None:
    registered = german(world)
    before = world.rows()
    refused = world.client().post(f"{registered.path}/suspend", json=ORDER, headers=approving)
    assert (*error(refused), refused.json()["role"]) == (403, "role_missing", "clerk")
    assert world.rows() == before


def test_an_officer_with_both_roles_does_not_lift_what_they_suspended(one_for_both: World) -> None:
    world = one_for_both
    registered = german(world)
    world.suspend(registered)
    before = world.rows()
    assert error(world.lift(registered)) == (403, "second_officer_needed")
    assert world.rows() == before
    clerk = Officer.of(world, DRV)
    clerk.sign_in()
    assert "lift" not in forms(clerk.open(registered.path.replace("/v1", "/office/documents")))


def test_suspended_while_its_withdrawal_waits_for_a_second_officer(world: World, approving: dict[str, str]) -> None:
    registered = german(world)
    request_id = world.withdraw(registered).json()["id"]
    assert world.suspend(registered).status_code == 200
    approved = world.client().post(f"/v1/withdrawals/{request_id}/approve", headers=approving)
    assert approved.status_code == 200
    assert world.document(registered)["state"] == "withdrawn"


def test_the_same_on_the_pages(world: World, registered: Registered) -> None:
    clerk = Officer.of(world, URSSAF)
    clerk.sign_in()
    path = registered.path.replace("/v1", "/office/documents")
    page = clerk.open(path)
    assert "lift" not in forms(page)
    assert f'href="{path}/suspend"' in page.text
    asked = clerk.send(clerk.open(f"{path}/suspend"), "suspend", case_ref="K-21")
    assert (asked.status_code, "A reason is needed." in asked.text) == (422, True)
    assert world.document(registered)["state"] == "in_force"
    page = clerk.send(asked, "suspend", reason_code="facts_in_doubt")
    assert "The facts are being looked into" in page.text
    assert world.document(registered)["suspension"]["case_ref"] == "K-21"
    assert f'href="{path}/suspend"' not in page.text
    page = clerk.send(page, "lift")
    assert '<dd id="state">In force</dd>' in page.text
    assert world.document(registered)["state"] == "in_force"


@pytest.mark.parametrize("what", ["suspend", "lift"])
def test_a_form_of_another_session_changes_nothing(world: World, registered: Registered, what: str) -> None:
    if what == "lift":
        world.suspend(registered)
    clerk = Officer.of(world, URSSAF)
    clerk.sign_in()
    before = world.rows()
    form = {"token": "x", **({"reason_code": "facts_in_doubt"} if what == "suspend" else {})}
    address = registered.path.replace("/v1", "/office/documents") + f"/{what}"
    assert clerk.client.post(address, data=form).status_code == 403
    assert world.rows() == before


def test_where_two_decide_the_page_lets_an_approver_lift(world: World, approver_keys: dict[str, str]) -> None:
    registered = german(world)
    world.suspend(registered)
    path = registered.path.replace("/v1", "/office/documents")
    clerk = Officer.of(world, DRV)
    second = Officer(Officer.of(world, DRV).client, approver_keys[DRV])
    for one in (clerk, second):
        one.sign_in()
    assert "lift" not in forms(clerk.open(path))
    second.send(second.open(path), "lift")
    assert world.document(registered)["state"] == "in_force"


def test_a_type_that_allows_it_not_has_no_link(world: World) -> None:
    card = world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    clerk = Officer.of(world, CNAM)
    clerk.sign_in()
    path = card.path.replace("/v1", "/office/documents")
    assert f"{path}/suspend" not in clerk.open(path).text


def test_the_pages_say_so_and_still_withdraw_it(world: World, registered: Registered) -> None:
    world.suspend(registered, **ORDER)
    clerk = Officer.of(world, URSSAF)
    clerk.sign_in()
    path = registered.path.replace("/v1", "/office/documents")
    page = clerk.open(path)
    assert '<dd id="state">Suspended</dd>' in page.text
    assert "K-21" in page.text
    assert 'id="new-offer"' not in page.text
    review = clerk.send(clerk.open(f"{path}/withdraw"), "review", reason_code="facts_changed")
    clerk.send(review, "withdraw")
    assert world.document(registered)["state"] == "withdrawn"
