"""J1: a case worker's system registers one A1, as often as it has to, and is told where it is collected."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.issuer.world import Wallet, World
from vc_core import qr

LARGEST = 9
"""Version of the code of an offer, at level M: what a phone reads from a letter or a screen."""


def image(world: World, address: str) -> bytes:
    response = world.client().get(address.removeprefix("https://issuer.example"), headers=world.auth())
    assert response.status_code == 200
    return response.content


def test_the_code_of_the_offer_leads_a_wallet_to_the_document(world: World) -> None:
    """AC1: created, with an offer by reference that fits a small code."""
    registered = world.register()
    offer = registered.answer["offer"]
    (shown,) = qr.read(image(world, offer["qr_png"]))
    assert shown == offer["url"]
    assert "credential_offer_uri=" in shown
    assert qr.symbol(shown).version <= LARGEST
    assert Wallet(world).redeem(registered).status_code == 200
    assert world.document(registered)["document_number"] == registered.answer["document_number"]


def test_the_same_call_from_four_places_at_once_is_one_document(world: World) -> None:
    """AC2: one is told 201 and the others 200, all the same."""
    claims = world.a1()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: world.post(claims, key="j1-at-once"), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.content for answer in answers}) == 1
    numbers = [row for row in world.rows()["document"] if claims["document_number"] in row]
    assert len(numbers) == 1


def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    """AC2."""
    claims = world.a1()
    world.post(claims, key="j1-other")
    before = world.rows()
    answer = world.post({**claims, "ending_date": "2027-01-30"}, key="j1-other")
    assert (answer.status_code, answer.json()["error"]) == (409, "idempotency_key_reused")
    assert world.rows() == before


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "end_before_start": ({"ending_date": "2025-01-31"}, "/ending_date", "2.3"),
    "longer_than_24_months": ({"ending_date": "2028-03-01"}, "/ending_date", "2.3"),
    "no_such_situation": ({"status_confirmation": "13"}, "/status_confirmation", "3"),
}


@pytest.mark.parametrize(("change", "pointer", "box"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_place_and_its_box(
    world: World, change: dict[str, Any], pointer: str, box: str
) -> None:
    """AC3."""
    before = world.rows()
    answer = world.post({**world.a1(), **change})
    faults = answer.json()["faults"]
    assert answer.status_code == 422
    assert (pointer, box) in {(fault["pointer"], fault["box"]) for fault in faults}
    assert world.rows() == before


def test_a_start_before_today_is_accepted_and_marked(world: World) -> None:
    """AC4."""
    answer = world.post({**world.a1(), "starting_date": "2026-02-14"})
    assert answer.status_code == 201
    assert answer.json()["retroactive"] is True
