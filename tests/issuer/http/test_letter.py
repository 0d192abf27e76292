"""The letter for people without a phone: what it says, that its codes work, and who gets it."""

import httpx2
import pytest

from tests.issuer.office import Officer
from tests.issuer.world import CNAM, DRV, URSSAF, Registered, World
from tests.reading_pdf import ReadPdf

CONTENT = {"en": "What the document says", "fr": "Contenu du document", "de": "Inhalt des Dokuments"}


def letter(world: World, registered: Registered, *, institution_id: str = URSSAF, **query: str) -> httpx2.Response:
    return world.client().get(f"{registered.path}/letter", params=query, headers=world.auth(institution_id))


@pytest.mark.parametrize("language", CONTENT)
def test_says_what_the_document_says_by_box(world: World, language: str) -> None:
    claims = world.a1()
    response = letter(world, world.register(claims), lang=language)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    assert response.headers["cache-control"] == "no-store"
    read = ReadPdf(response.content)
    said = read.all_text
    assert (read.language, read.title) == (language, world.catalogue.type("a1").title(language))
    assert CONTENT[language] in said
    for claim in (claims["document_number"], claims["credential_holder"]["family_name"], claims["ending_date"]):
        assert claim in said
    entry = next(one for one in world.catalogue.type("a1").claims if one.path == ("ending_date",))
    assert f"{entry.box} {entry.label(language)}" in said
    assert "Urssaf (FR:117000)" in said


def test_its_codes_are_the_offer_and_the_inspection_code(world: World, registered: Registered) -> None:
    codes = ReadPdf(letter(world, registered).content).codes(0)
    assert set(codes) == {registered.answer["offer"]["url"], registered.answer["inspection_code"]["text"]}


def test_transaction_code_is_not_in_it(world: World, registered: Registered) -> None:
    assert registered.tx_code not in ReadPdf(letter(world, registered).content).all_text


def test_without_an_open_offer_it_has_the_inspection_code_only(world: World, registered: Registered) -> None:
    world.clock.advance(days=2)
    try:
        read = ReadPdf(letter(world, registered, lang="en").content)
    finally:
        world.clock.advance(days=-2)
    assert read.codes(0) == [registered.answer["inspection_code"]["text"]]
    assert "ask your institution for an offer" in read.all_text


def test_every_example_of_every_type_makes_a_letter(world: World) -> None:
    made = 0
    for type_id, institution_id in (("a1", URSSAF), ("ehic", CNAM)):
        for name in world.catalogue.examples(type_id):
            if not name.startswith("valid_"):
                continue
            response = world.post(world.example(type_id, name), type_id=type_id, institution_id=institution_id)
            if response.status_code == 201:
                registered = Registered(response.json(), institution_id)
                read = ReadPdf(letter(world, registered, institution_id=institution_id).content)
                code = registered.answer["inspection_code"]
                assert len(read.codes(0)) == (1 if code is None else 2)
                made += 1
    assert made > 3


def test_language_of_the_reader(world: World, registered: Registered) -> None:
    headers = {**world.auth(), "Accept-Language": "de"}
    read = ReadPdf(world.client().get(f"{registered.path}/letter", headers=headers).content)
    assert read.language == "de"


def test_language_unknown(world: World, registered: Registered) -> None:
    response = letter(world, registered, lang="xx")
    assert (response.status_code, response.json()["error"]) == (400, "language_unknown")


def test_withdrawn_document_has_no_letter(world: World, registered: Registered) -> None:
    world.withdraw(registered)
    response = letter(world, registered)
    assert (response.status_code, response.json()["error"]) == (409, "document_withdrawn")


def test_document_on_hold_has_no_letter_yet(world: World) -> None:
    headers = world.auth(**{"Idempotency-Key": "letter-on-hold"})
    answer = world.client().post("/v1/a1", params={"hold": "true"}, json=world.a1(), headers=headers)
    held = Registered(answer.json(), URSSAF)
    response = letter(world, held)
    assert (response.status_code, response.json()["error"]) == (409, "document_on_hold")
    officer = Officer.of(world)
    officer.sign_in()
    assert "letter.pdf" not in officer.open(f"/office/documents/a1/{held.answer['document_id']}").text
    assert world.client().post(f"{held.path}/release", headers=world.auth()).status_code == 200
    assert letter(world, held).status_code == 200


def test_erased_document_has_no_letter(world: World, registered: Registered) -> None:
    world.erase(registered)
    response = letter(world, registered)
    assert (response.status_code, response.json()["error"]) == (410, "document_erased")


def test_no_institution_gets_anothers(world: World, registered: Registered) -> None:
    response = letter(world, registered, institution_id=DRV)
    assert (response.status_code, response.json()["error"]) == (404, "document_unknown")


def test_needs_a_key(world: World, registered: Registered) -> None:
    assert world.client().get(f"{registered.path}/letter").json()["error"] == "api_key_missing"


def test_officer_prints_it_from_the_document_page(world: World, registered: Registered) -> None:
    officer = Officer.of(world)
    officer.sign_in()
    path = f"/office/documents/a1/{registered.answer['document_id']}"
    page = officer.client.get(path, headers={"Accept-Language": "fr"})
    assert f'href="{path}/letter.pdf"' in page.text
    response = officer.client.get(f"{path}/letter.pdf", headers={"Accept-Language": "fr"})
    assert ReadPdf(response.content).language == "fr"
    assert world.client().get(f"{path}/letter.pdf", follow_redirects=False).status_code == 303
