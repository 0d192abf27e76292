"""J6: an employer collects the A1 certificates of 40 workers with one link; a worker has a copy of their own.

The documents are bound to nothing, so that whoever shows one has to be compared with an identity document.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.issuer.authorization.test_wallet_sim import Wire
from tests.issuer.http.test_binding import MDOC, UNBOUND, registered
from tests.issuer.office import Officer
from tests.issuer.world import CNAM, DRV, Registered, Wallet, World
from tests.reading_pdf import ReadPdf
from vc_core.addresses import LoopbackHttp
from vc_core.checks import CheckId, Outcome
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.verdict import IdentityCompared, Word
from wallet_sim.app import build_wallet
from wallet_sim.evidence import judge
from wallet_sim.settings import WalletSettings
from wallet_sim.wallet import Wallet as SimulatedWallet

WORKERS = 40
BOUND = UNBOUND.removesuffix("_unbound")


def bundle(
    world: World, ids: Any, *, type_id: str = "a1", institution_id: str = "FR:117000", **more: Any
) -> httpx2.Response:
    body = {"document_ids": ids, **more}
    return world.client().post(f"/v1/{type_id}/offers", json=body, headers=world.auth(institution_id))


def id_of(one: Registered) -> str:
    document_id: str = one.answer["document_id"]
    return document_id


def team(world: World, size: int, **terms: Any) -> list[Registered]:
    return [registered(world, **{"binding": "none", **terms}) for _ in range(size)]


def offered(world: World, documents: list[Registered]) -> Registered:
    """The documents in one offer."""
    response = bundle(world, [id_of(one) for one in documents])
    assert response.status_code == 201, response.text
    return Registered({**documents[0].answer, "offer": response.json()}, documents[0].institution_id)


def ask(wallet: Wallet, identifier: str, **more: Any) -> httpx2.Response:
    body = {"credential_identifier": identifier, **more}
    return wallet.world.client().post("/credential", json=body, headers=wallet.headers())


@pytest.fixture
def employer(world: World, pilot: tuple[Path, Mapping[str, str]], tmp_path: Path) -> SimulatedWallet:
    settings = WalletSettings(data=pilot[0], store=tmp_path / "wallet", loopback_http=LoopbackHttp.REFUSED)
    return build_wallet(settings, clock=world.clock, transport=Wire(world), catalogue=world.catalogue)


# --- AC1: one link, one code, forty certificates


def test_forty_with_one_link(world: World, employer: SimulatedWallet) -> None:
    documents = team(world, WORKERS)
    offer = offered(world, documents)
    stored = employer.receive(offer.answer["offer"]["url"], offer.tx_code)
    assert len(stored) == WORKERS
    assert {one.document_number for one in stored} == {one.answer["document_number"] for one in documents}
    assert {(one.configuration_id, one.bound) for one in stored} == {(UNBOUND, False)}
    for one in documents:
        kept = {entry["configuration_id"] for entry in world.document(one)["credentials"]}
        assert kept == {None, UNBOUND}


def test_each_worker_is_given_their_own_link(world: World) -> None:
    """The link for all, with its code, would give the first of them the documents of the others."""
    documents = team(world, 2)
    world.clock.advance(seconds=1)
    offer = offered(world, documents)
    officer = Officer.of(world)
    officer.sign_in()
    for one in documents:
        letter = world.client().get(f"{one.path}/letter", headers=world.auth())
        assert one.answer["offer"]["url"] in ReadPdf(letter.content).codes(0)
        assert offer.answer["offer"]["url"] not in ReadPdf(letter.content).codes(0)
        page = officer.open(f"/office/documents/a1/{id_of(one)}").text
        assert one.offer_id in page
        assert offer.offer_id not in page
        claims = world.document(one)["claims"]
        again = world.client().post(f"{one.path}/correct", json=claims, headers=world.auth()).json()
        assert again["offer"] == one.answer["offer"]


def test_what_the_wallet_is_told(world: World, wallet: Wallet) -> None:
    """OpenID4VCI 1.0, section 6.2: an identifier for each document, one entry for each configuration."""
    documents = team(world, 3)
    offer = offered(world, documents)
    response = world.client().get(f"/credential-offer/{offer.offer_id}").json()
    assert response["credential_configuration_ids"] == [UNBOUND]
    assert set(response["grants"]) == {"urn:ietf:params:oauth:grant-type:pre-authorized_code"}
    answer = wallet.redeem(offer).json()
    (detail,) = answer["authorization_details"]
    assert (detail["type"], detail["credential_configuration_id"]) == ("openid_credential", UNBOUND)
    assert len(set(detail["credential_identifiers"])) == 3
    assert "refresh_token" not in answer


def test_two_kinds_of_binding_in_one_offer(world: World, wallet: Wallet) -> None:
    """Who has a key of their own can be given a bound one all the same."""
    offer = offered(world, [*team(world, 2), *team(world, 1, binding="key")])
    details = wallet.redeem(offer).json()["authorization_details"]
    named = {one["credential_configuration_id"]: one["credential_identifiers"] for one in details}
    assert {id_: len(identifiers) for id_, identifiers in named.items()} == {UNBOUND: 2, BOUND: 1, MDOC: 1}
    (identifier,) = named[BOUND]
    assert ask(wallet, identifier, proofs={"jwt": [wallet.key_proof()]}).status_code == 200
    assert ask(wallet, named[UNBOUND][1]).status_code == 200


def test_each_once(world: World, wallet: Wallet) -> None:
    offer = offered(world, team(world, 2))
    first, second = wallet.redeem(offer).json()["authorization_details"][0]["credential_identifiers"]
    assert [ask(wallet, one).status_code for one in (first, second)] == [200, 200]
    headers = wallet.headers()
    before = world.rows()
    again = world.client().post("/credential", json={"credential_identifier": first}, headers=headers)
    assert again.json() == {
        "error": "credential_request_denied", "error_description": "configuration_collected_already"
    }  # fmt: skip
    assert world.rows() == before


def test_worker_has_a_copy_of_their_own(world: World, wallet: Wallet) -> None:
    """The employer's copy does not use the worker's offer up."""
    (document,) = documents = team(world, 1)
    employer = Wallet(world)
    (detail,) = employer.redeem(offered(world, documents)).json()["authorization_details"]
    assert ask(employer, detail["credential_identifiers"][0]).status_code == 200
    assert wallet.redeem(document).status_code == 200
    response = world.client().post(
        "/credential", json={"credential_configuration_id": UNBOUND}, headers=wallet.headers()
    )
    assert response.status_code == 200


def test_code_is_drawn_as_an_image(world: World) -> None:
    answer = offered(world, team(world, 2)).answer["offer"]
    for image in ("qr_svg", "qr_png"):
        path = answer[image].removeprefix("https://issuer.example")
        assert world.client().get(path, headers=world.auth()).status_code == 200


# --- AC2: whoever shows one has to be compared


def test_verdict_asks_for_an_identity(world: World, employer: SimulatedWallet) -> None:
    offer = offered(world, team(world, 1))
    (stored,) = employer.receive(offer.answer["offer"]["url"], offer.tx_code)
    now = world.clock()
    parsed = WALLET_FORMATS[stored.format].parse(UnverifiedPresentation(text=employer.store.text(stored)))
    verdict = judge(parsed, employer._trust(now), employer.exchange, now=now, catalogue=world.catalogue)
    checks = {check.id: check for check in verdict.checks}
    assert verdict.word is Word.CONFIRMED
    assert checks[CheckId("holder.binding")].outcome is Outcome.NOT_APPLICABLE
    assert (verdict.holder_proof, verdict.identity_compared) == (False, IdentityCompared.NO)


# --- refused

BAD_ORDERS: dict[str, tuple[Any, int, str, str]] = {
    "none": ([], 422, "order_malformed", "/document_ids"),
    "no_array": ("a", 422, "order_malformed", "/document_ids"),
    "numbers": ([1], 422, "order_malformed", "/document_ids/0"),
    "one_twice": (["a", "a"], 422, "order_malformed", "/document_ids"),
    "too_many": ([str(number) for number in range(201)], 422, "order_malformed", "/document_ids"),
}


@pytest.mark.parametrize(("ids", "status", "error", "pointer"), BAD_ORDERS.values(), ids=BAD_ORDERS)
def test_bad_order(world: World, ids: Any, status: int, error: str, pointer: str) -> None:
    before = world.rows()
    response = bundle(world, ids)
    assert (response.status_code, response.json()["error"], response.json()["pointer"]) == (status, error, pointer)
    assert world.rows() == before


def test_order_with_something_else(world: World) -> None:
    (document,) = team(world, 1)
    before = world.rows()
    response = bundle(world, [id_of(document)], documents=[])
    assert (response.json()["error"], response.json()["reason"]) == ("order_malformed", "member_unknown")
    assert world.rows() == before


def test_unknown_document_among_others(world: World) -> None:
    (document,) = team(world, 1)
    before = world.rows()
    response = bundle(world, [id_of(document), "no-such-document"])
    assert (response.status_code, response.json()["error"]) == (404, "document_unknown")
    assert response.json()["pointer"] == "/document_ids/1"
    assert world.rows() == before


@pytest.mark.parametrize("institution_id", [DRV, CNAM])
def test_document_of_another_institution(world: World, institution_id: str) -> None:
    """As if there were none."""
    (document,) = team(world, 1)
    before = world.rows()
    response = bundle(world, [id_of(document)], institution_id=institution_id)
    assert (response.status_code, response.json()["error"]) == (404, "document_unknown")
    assert world.rows() == before


def test_document_of_another_type(world: World) -> None:
    (document,) = team(world, 1)
    assert bundle(world, [id_of(document)], type_id="ehic").json()["error"] == "document_unknown"


def test_withdrawn_and_held_documents(world: World) -> None:
    withdrawn, good = team(world, 2)
    world.withdraw(withdrawn)
    assert bundle(world, [id_of(good), id_of(withdrawn)]).json()["error"] == "document_withdrawn"
    (held,) = team(world, 1, hold="true")
    before = world.rows()
    assert bundle(world, [id_of(good), id_of(held)]).json()["error"] == "document_on_hold"
    assert world.rows() == before


def test_withdrawn_meanwhile(world: World, wallet: Wallet) -> None:
    """The others are collected; after the token, that one is refused."""
    gone, late, good = team(world, 3)
    offer = offered(world, [gone, late, good])
    world.withdraw(gone)
    named = wallet.redeem(offer).json()["authorization_details"][0]["credential_identifiers"]
    assert len(named) == 2
    world.withdraw(late)
    assert ask(wallet, named[0]).json()["error_description"] == "document_withdrawn"
    assert ask(wallet, named[1]).status_code == 200


def test_all_withdrawn(world: World, wallet: Wallet) -> None:
    documents = team(world, 2)
    offer = offered(world, documents)
    form = wallet.form(offer)
    for one in documents:
        world.withdraw(one)
    assert world.client().get(f"/credential-offer/{offer.offer_id}").status_code == 404
    refused = world.client().post("/token", data=form, headers={"DPoP": wallet.proof("/token")})
    assert refused.json()["error"] == "invalid_grant"


def test_identifier_of_another_bundle(world: World, wallet: Wallet) -> None:
    other = Wallet(world)
    foreign = other.redeem(offered(world, team(world, 2))).json()["authorization_details"][0]["credential_identifiers"]
    wallet.redeem(offered(world, team(world, 2)))
    headers = wallet.headers()
    before = world.rows()
    response = world.client().post("/credential", json={"credential_identifier": foreign[0]}, headers=headers)
    assert response.json() == {"error": "unknown_credential_identifier", "error_description": "identifier_unknown"}
    assert world.rows() == before


def test_configuration_in_place_of_an_identifier(world: World, wallet: Wallet) -> None:
    wallet.redeem(offered(world, team(world, 2)))
    response = world.client().post(
        "/credential", json={"credential_configuration_id": UNBOUND}, headers=wallet.headers()
    )
    assert response.json()["error_description"] == "identifier_needed"


def test_code_is_good_once(world: World, wallet: Wallet) -> None:
    offer = offered(world, team(world, 2))
    form = wallet.form(offer)
    assert wallet.redeem(offer).status_code == 200
    other = Wallet(world)
    again = world.client().post("/token", data=form, headers={"DPoP": other.proof("/token")})
    assert again.json()["error"] == "invalid_grant"


def test_nobody_redeems_the_offer_behind_an_identifier(world: World, wallet: Wallet) -> None:
    (detail,) = wallet.redeem(offered(world, team(world, 2))).json()["authorization_details"]
    behind = detail["credential_identifiers"][0].rpartition("/")[2]
    assert world.client().get(f"/credential-offer/{behind}").status_code == 404


def test_asked_for_by_authorization_details(world: World, wallet: Wallet) -> None:
    offer = offered(world, team(world, 2))
    wrong = json.dumps([{"type": "openid_credential", "credential_configuration_id": BOUND}])
    refused = wallet.redeem(offer, authorization_details=wrong)
    assert refused.json()["error"] == "invalid_authorization_details"
    right = json.dumps([{"type": "openid_credential", "credential_configuration_id": UNBOUND}])
    (detail,) = wallet.redeem(offer, authorization_details=right).json()["authorization_details"]
    assert len(detail["credential_identifiers"]) == 2
