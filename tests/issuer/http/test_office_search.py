"""An officer searches at the back office, without JavaScript; nothing of a person comes into an address."""

from typing import Any

import pytest

from issuer.http.consent_pages import TEMPLATES, WORDS
from tests.issuer.office import Officer, forms
from tests.issuer.test_journey_j05_correction import named
from tests.issuer.world import CNAM, Registered, World


def search(officer: Officer, **terms: str) -> Any:
    return officer.send(officer.open("/office/search"), "search", **{"type": "a1", **terms})


def address(registered: Registered) -> str:
    return f'href="/office{registered.path.replace("/v1", "/documents")}"'


def test_the_first_page_leads_to_it(officer: Officer) -> None:
    assert 'href="/office/search"' in officer.open().text
    page = officer.open("/office/search")
    assert page.status_code == 200
    assert 'id="found"' not in page.text


def test_found_by_what_the_fields_say(officer: Officer, world: World) -> None:
    claims = named(world.a1(), "Wörner-Officer")
    one, other = world.register(claims), world.register(named(world.a1(), "Worm"))
    for terms in (
        {"family_name": "woerner"},
        {"personal_number": claims["personal_administrative_number"]},
        {"document_number": claims["document_number"]},
        {"family_name": "WÖRN", "day": "2026-03-01", "state": "in_force"},
    ):
        page = search(officer, **terms)
        assert page.status_code == 200
        assert page.url.query == b""
        assert address(one) in page.text
        assert "Wörner-Officer" in page.text
        assert address(other) not in page.text
    assert 'id="none"' in search(officer, family_name="woerner", state="withdrawn").text


def test_page_after_page(officer: Officer, world: World) -> None:
    registered = [world.register(named(world.a1(), f"Vv{letter}")) for letter in "abcdefghijklmnopqrstuv"]
    first = search(officer, family_name="vv")
    second = officer.send(first, "search")
    assert [address(one) in first.text for one in registered] == [True] * 20 + [False] * 2
    assert [address(one) in second.text for one in registered] == [False] * 20 + [True] * 2
    assert 'id="next"' not in second.text


@pytest.mark.parametrize(("following", "said"), [(None, "All have been searched."), ("x", "go on to the next page.")])
def test_a_page_without_documents_says_whether_more_are_to_be_searched(following: str | None, said: str) -> None:
    facts: dict[str, Any] = {
        "found": [],
        "next": following,
        "complete": True,
        "types": {},
        "states": [],
        "sent": {},
        "problem": "",
    }
    shown = {"words": WORDS["en"]["office"], "tag": "en", "home": "/office", "institution": None, "form_token": "t"}
    page = TEMPLATES.get_template("office/search.html").render(**facts, **shown)
    assert said in page


def test_another_institutions_documents_are_not_found(officer: Officer, world: World) -> None:
    claims = world.ehic()
    foreign = world.register(claims, type_id="ehic", institution_id=CNAM)
    page = search(officer, type="ehic", document_number=claims["document_number"])
    assert page.status_code == 200
    assert address(foreign) not in page.text


@pytest.mark.parametrize(
    ("terms", "field"), [({"family_name": "w"}, "family_name"), ({"personal_number": "-"}, "personal_number"),
                         ({"day": "1.3.2026"}, "day")],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_said_at_its_field(officer: Officer, terms: dict[str, str], field: str) -> None:
    page = search(officer, **terms)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert f'aria-describedby="{field}-hint problem" aria-invalid="true"' in page.text
    assert forms(page)["search"].fields[field] == terms[field]


def test_a_type_that_is_none(officer: Officer) -> None:
    assert search(officer, type="x").status_code == 404


def test_a_form_from_elsewhere_finds_nothing(officer: Officer, world: World) -> None:
    world.register(named(world.a1(), "Uuforeign"))
    page = officer.client.post("/office/search", data={"type": "a1", "family_name": "uuforeign", "token": "x"})
    assert page.status_code == 403
    assert "Uuforeign" not in page.text


def test_nobody_searches_without_signing_in(world: World) -> None:
    assert "Sign in" in Officer.of(world).open("/office/search").text
