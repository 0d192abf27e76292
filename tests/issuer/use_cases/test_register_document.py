"""Registering where the register has rules: the person's other documents refuse, warn, or are replaced."""

from functools import partial

import pytest

from tests.issuer.conftest import MakeWorld
from tests.issuer.test_races import at_once, statuses
from tests.issuer.world import CNAM, World


@pytest.fixture(scope="module")
def ruled(make_world: MakeWorld) -> World:
    return make_world()


def test_new_card_replaces_the_former(ruled: World) -> None:
    """EH-09: the former card is withdrawn as the new one is registered."""
    claims = ruled.ehic()
    register = partial(ruled.register, type_id="ehic", institution_id=CNAM)
    former, of_another = register(claims), register(ruled.ehic())
    newer = register({**claims, "document_number": ruled.ehic()["document_number"]})
    file = ruled.document(former)
    assert (file["state"], file["withdrawal"]["reason_code"]) == ("withdrawn", "replaced")
    assert file["withdrawal"]["effective_from"] == "2026-02-15"
    assert ruled.document(newer)["state"] == ruled.document(of_another)["state"] == "in_force"


def test_replacement_certificate_leaves_the_card_in_force(ruled: World) -> None:
    claims = ruled.ehic()
    card = ruled.register(claims, type_id="ehic", institution_id=CNAM)
    certificate = {
        **ruled.ehic("valid_replacement_certificate"),
        **{name: claims[name] for name in ("personal_administrative_number", "issuing_authority", "authentic_source")},
    }
    ruled.register(certificate, type_id="ehic", institution_id=CNAM)
    assert ruled.document(card)["state"] == "in_force"


def test_of_cards_registered_at_once_one_stays(ruled: World) -> None:
    claims = ruled.ehic()
    cards = [{**claims, "document_number": ruled.ehic()["document_number"]} for _ in range(4)]
    answers = at_once([partial(ruled.post, card, type_id="ehic", institution_id=CNAM) for card in cards])
    assert statuses(answers) == {201: 4}
    headers = ruled.auth(CNAM)
    states = [ruled.client().get(f"/v1/ehic/{one.json()['document_id']}", headers=headers).json() for one in answers]
    assert sorted(state["state"] for state in states) == ["in_force", "withdrawn", "withdrawn", "withdrawn"]


def test_posting_after_posting_is_warned_of(ruled: World) -> None:
    """A1-11."""
    claims = {**ruled.a1(), "starting_date": "2024-03-01", "ending_date": "2026-02-28"}
    ruled.register(claims)
    next_posting = {**ruled.a1(), "personal_administrative_number": claims["personal_administrative_number"]}
    next_posting |= {"starting_date": "2026-03-01", "ending_date": "2026-06-30"}
    answer = ruled.register(next_posting).answer
    assert [(note["rule"], note["severity"]) for note in answer["notes"]] == [("A1-11", "warn")]
    assert answer["notes"][0]["citation"] == "Decision A2 of the Administrative Commission"


def test_posting_after_a_withdrawn_one_is_not(ruled: World) -> None:
    claims = {**ruled.a1(), "starting_date": "2024-03-01", "ending_date": "2026-02-28"}
    ruled.withdraw(ruled.register(claims))
    next_posting = {**ruled.a1(), "personal_administrative_number": claims["personal_administrative_number"]}
    next_posting |= {"starting_date": "2026-03-01", "ending_date": "2026-06-30"}
    assert ruled.register(next_posting).answer["notes"] == []


def test_personal_number_does_not_stand_in_the_index(ruled: World) -> None:
    claims = ruled.ehic()
    ruled.register(claims, type_id="ehic", institution_id=CNAM)
    number = claims["personal_administrative_number"].encode()
    assert all(number not in row[0] for row in ruled.rows()["person"])
