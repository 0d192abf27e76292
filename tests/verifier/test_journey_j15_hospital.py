"""J15: the admission desk of a hospital. Care is never put in question, and a missing card can be asked for."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.test_identity_match import identity, vp_token
from tests.verifier.wallet import ask, bearer, form
from tests.verifier.world import World
from vc_core.verification import StatusUnavailable

DAY = {"day": "2026-02-15"}
NOT_REFUSED = {
    "en": "Do not refuse care; entitlement to be confirmed.",
    "fr": "Ne refusez pas les soins ; les droits restent à confirmer.",
    "de": "Behandlung nicht ablehnen; der Anspruch wird noch bestätigt.",
}
BOXES = ["2", "3", "4", "5", "6", "7", "8", "9"]


def page(client: TestClient, code: str, language: str = "en") -> str:
    """What the clerk sees; typed by the hand scanner, so posted as a field of a form."""
    answer = client.post(
        "/v1/verify",
        files={"text": (None, code), "day": (None, DAY["day"])},
        params={"place": "hospital_desk", "lang": language},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def boxes(text: str) -> list[tuple[str, str]]:
    """Box and value, as the page would copy them."""
    return [(box, value) for value, box in re.findall(r'data-copied="([^"]*)" data-box="([^"]*)"', text)]


def unknown(world: World) -> str:
    world.lists.down = StatusUnavailable(reason="timeout")
    return world.code(type_id="ehic")


def withdrawn(world: World) -> str:
    code = world.code(type_id="ehic")
    world.withdraw_last()
    return code


def expired(world: World) -> str:
    claims = world.claims("ehic", "valid_card")
    return world.code(
        type_id="ehic", claims={**claims, "date_of_issuance": "2024-01-05", "date_of_expiry": "2026-02-14"}
    )


CASES = pytest.mark.parametrize(
    ("make", "word"),
    [(unknown, "CANNOT_CONFIRM"), (withdrawn, "WITHDRAWN"), (expired, "NOT_COVERED")],
    ids=["status_unknown", "withdrawn", "expired"],
)


# ------------------------------------------------------------------------------------------------------------- valid
def test_the_boxes_of_the_card_in_their_order(client: TestClient, world: World) -> None:
    """AC2: eight boxes, their values as a claim wants them."""
    claims = world.claims("ehic", "valid_card")
    found = boxes(page(client, world.code(type_id="ehic")))
    assert [box for box, _ in found] == BOXES
    values = dict(found)
    holder = claims["credential_holder"]
    assert (values["3"], values["4"], values["5"]) == (
        holder["family_name"], holder["given_name"], holder["birth_date"],
    )  # fmt: skip
    assert (values["6"], values["8"], values["9"]) == (
        claims["personal_administrative_number"], claims["document_number"], claims["date_of_expiry"],
    )  # fmt: skip
    assert values["2"] == claims["issuing_authority"]["country"]
    assert claims["authentic_source"]["id"] in values["7"]


def test_of_a_child_the_card_is_the_childs(client: TestClient, world: World) -> None:
    """The subject is the person covered, not the parent who holds the card."""
    claims = world.claims("ehic", "valid_child_with_subject")
    values = dict(boxes(page(client, world.code(type_id="ehic", claims=claims))))
    assert values["3"] == claims["subject"]["familynames"]
    assert values["5"] == claims["subject"]["date_of_birth"]


def test_names_come_from_the_identity_document_beside_it(client: TestClient, world: World) -> None:
    """A card in a wallet may carry none."""
    asked = ask(client, type="ehic", profile="hospital_desk", identified_by="pid", expected=DAY)
    shown = vp_token(world, asked, world.credential("dc+sd-jwt", type_id="ehic"), identity(world))
    assert client.post(asked.response_path, data=form(asked, shown)).status_code == 200
    answer = client.get(
        f"/v1/requests/{asked.offer['id']}",
        headers={**bearer(asked.offer["read_token"]), "Accept": "text/html"},
        params={"place": "hospital_desk"},
    )
    values = dict(boxes(answer.text))
    assert (values["3"], values["4"], values["5"]) == ("Moreau", "Camille Élodie", "1988-04-12")


def test_a_valid_card_needs_no_request(client: TestClient, world: World) -> None:
    assert "/case-file" not in page(client, world.code(type_id="ehic"))


# --------------------------------------------------------------------------------------------------------- not valid
@CASES
@pytest.mark.parametrize("language", NOT_REFUSED)
def test_care_is_not_refused(client: TestClient, world: World, make: Any, word: str, language: str) -> None:
    """AC3, AC4."""
    text = page(client, make(world), language)
    assert f"answer-{word}" in text
    assert NOT_REFUSED[language] in text
    assert "/case-file" in text
    assert 'id="card-copy"' not in text, "nothing to bill on"


@CASES
def test_a_replacement_is_asked_of_the_competent_institution(
    client: TestClient, world: World, make: Any, word: str
) -> None:
    """AC3, AC4: S_BUC_05, message S044, to the institution on the card."""
    code = make(world)
    body = {"text": code, "expected": DAY}
    verdict = client.post("/v1/verify", json=body, params={"place": "hospital_desk"}).json()
    assert verdict["verdict"] == word
    answer = client.post(
        f"/v1/verdicts/{verdict['id']}/case-file",
        json={"purpose": "replacement", "sealed": verdict["sealed"], "since": "2026-02-15", "until": "2026-02-28"},
        headers=bearer(verdict["identity_token"]),
    )
    assert answer.status_code == 200, answer.text
    case, claims = answer.json(), world.claims("ehic", "valid_card")
    assert (case["eessi"]["process"], case["eessi"]["message"]) == ("S_BUC_05", "S044")
    assert case["addressee"]["institution_id"] == verdict["document"]["institution_id"] == "FR:910000"
    assert case["addressee"]["established"] is True
    assert case["person"] == {
        "family_name": claims["credential_holder"]["family_name"],
        "given_name": claims["credential_holder"]["given_name"],
        "birth_date": claims["credential_holder"]["birth_date"],
        "personal_number": claims["personal_administrative_number"],
    }
    assert case["document"]["document_number"] == claims["document_number"]
    assert case["period"] == {"since": "2026-02-15", "until": "2026-02-28"}
    assert case["statement"].startswith(NOT_REFUSED["en"])


def test_a_valid_card_leads_to_no_replacement(client: TestClient, world: World) -> None:
    body = {"text": world.code(type_id="ehic"), "expected": DAY}
    verdict = client.post("/v1/verify", json=body, params={"place": "hospital_desk"}).json()
    assert verdict["verdict"] == "CONFIRMED"
    assert "sealed" not in verdict


def test_nobody_is_asked_to_pay(client: TestClient, world: World) -> None:
    """AC5."""
    start = client.get("/", headers={"Accept": "text/html"}).text
    for text in (start, page(client, world.code(type_id="ehic")), page(client, withdrawn(world))):
        assert not re.search(r"\bpay|payment|credit card|travel insurance|deposit", text, re.IGNORECASE)
