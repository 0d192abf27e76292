"""The form of a document at the back office, without JavaScript: made, mended, corrected, entries added and removed."""

import json
import re
from typing import Any

import httpx2
import pytest

from issuer.claim_entries import sent_from, typed_from
from issuer.claim_fields import MAX_ENTRIES, MAX_FIELDS
from tests.issuer.office import Officer, forms
from tests.issuer.world import CNAM, URSSAF, World
from vc_core.claims import find

NEW = "/office/documents/a1/new"


@pytest.fixture
def blank(officer: Officer) -> httpx2.Response:
    return officer.open(NEW)


def filled(claims: Any) -> dict[str, str]:
    return sent_from(typed_from(claims))


def fields(page: httpx2.Response, name: str = "a1") -> dict[str, str]:
    """What stands in the fields of claims."""
    return {field: text for field, text in forms(page)[name].fields.items() if field.startswith("/")}


def given(page: httpx2.Response, name: str = "a1") -> dict[str, str]:
    return {field: text for field, text in fields(page, name).items() if text}


def code_of(page: httpx2.Response) -> tuple[int, str]:
    return page.status_code, page.text.partition('data-code="')[2].partition('"')[0]


def part(page: httpx2.Response, id_: str) -> str:
    """The tag with this id."""
    found = re.search(f'<[^<>]* id="{re.escape(id_)}"[^<>]*>', page.text)
    assert found is not None, id_
    return found[0]


def claims_of(officer: Officer, world: World, page: httpx2.Response) -> Any:
    path = page.url.path.replace("/office/documents", "/v1")
    return world.client().get(path, headers={"Authorization": f"Bearer {officer.key}"}).json()["claims"]


# -------------------------------------------------------------------------------------------------------------- making
def test_a_document_is_made_by_filling_in_the_form(officer: Officer, world: World, blank: httpx2.Response) -> None:
    claims = world.a1()
    page = officer.send(blank, "a1", **filled(claims))
    assert (page.status_code, "The document is registered." in page.text) == (200, True)
    assert claims_of(officer, world, page) == claims


def test_every_claim_has_a_field_with_its_label_and_box(blank: httpx2.Response, world: World) -> None:
    rulebook = world.catalogue.type("a1")
    names = {re.sub(r"/\d+", "/*", name) for name in fields(blank)}
    assert names == {"".join(f"/{token or '*'}" for token in path) for path in rulebook.schema.leaves}
    assert "textarea" not in part(blank, "/credential_holder/family_name")
    assert re.search(
        r'<label for="/credential_holder/family_name"><span class="box-number">Box 1.2</span> Surname '
        r'<span class="required">\(required\)</span></label>',
        blank.text,
    )
    assert [int(number) for number in re.findall(r'section-number">(\d)<', blank.text)] == [1, 2, 3, 4, 5, 6]


def test_what_the_institution_knows_is_filled_in(blank: httpx2.Response) -> None:
    stands = given(blank)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", stands.pop("/date_of_issuance"))
    assert stands == {
        "/authentic_source/id": URSSAF,
        "/authentic_source/name": "Urssaf",
        "/issuing_authority/id": URSSAF,
        "/issuing_authority/name": "Urssaf",
        "/issuing_authority/country": "FR",
    }


def test_kinds_of_fields(blank: httpx2.Response) -> None:
    assert 'type="date"' in part(blank, "/starting_date")
    assert 'aria-required="true"' in part(blank, "/starting_date")
    assert "aria-required" not in part(blank, "/date_of_expiry")
    assert part(blank, "/legislation_country").startswith("<select")
    assert '<option value="DE">Germany (DE)</option>' in blank.text
    assert '<option value="01">Posted employed person (01, Reg. 883/2004 Art. 12(1))</option>' in blank.text
    assert '<option value="true">Yes</option>' in blank.text
    assert part(blank, "/exception_description").startswith("<textarea")


def test_a_form_sent_twice_makes_one_document(officer: Officer, world: World, blank: httpx2.Response) -> None:
    claims = filled(world.a1())
    first, second = (officer.send(blank, "a1", **claims) for _ in range(2))
    assert first.url == second.url


def test_another_type_has_its_form_too(world: World) -> None:
    officer = Officer.of(world, CNAM)
    officer.sign_in()
    claims = world.ehic()
    page = officer.send(officer.open("/office/documents/ehic/new"), "ehic", **filled(claims))
    assert page.status_code == 200
    assert claims_of(officer, world, page) == claims


@pytest.mark.parametrize(("locale", "said"), [("fr", "Allemagne (DE)"), ("de", "Deutschland (DE)")])
def test_the_form_in_other_languages(officer: Officer, locale: str, said: str) -> None:
    page = officer.client.get(NEW, headers={"Accept-Language": locale})
    assert f">{said}</option>" in page.text


# -------------------------------------------------------------------------------------------------------------- faults
def test_faults_stand_at_their_fields_and_the_list_leads_there(
    officer: Officer, world: World, blank: httpx2.Response
) -> None:
    claims = {**world.a1(), "ending_date": "2019-01-01"}
    claims["employer"][0] = {**claims["employer"][0], "name": ""}
    before = world.rows()
    page = officer.send(blank, "a1", **filled(claims))
    assert page.status_code == 422
    assert '<a class="target" href="#/ending_date">' in page.text
    assert '<a class="target" href="#/employer/0/name">' in page.text
    for id_ in ("/ending_date", "/employer/0/name"):
        assert 'aria-invalid="true"' in part(page, id_)
        assert f"fault-1-{id_}" in part(page, id_)
        assert part(page, f"fault-1-{id_}").startswith("<p")
    assert "aria-invalid" not in part(page, "/starting_date")
    assert 'data-rule="A1-01"' in page.text
    assert world.rows() == before


def test_what_was_typed_comes_back(officer: Officer, world: World, blank: httpx2.Response) -> None:
    typed = {
        **filled(world.a1()),
        "/starting_date": "1 March",
        "/legislation_country": "XX",
        "/provisional_determination": "perhaps",
        "/exception_description": "<b>one</b>\ntwo & three",
    }
    page = officer.send(blank, "a1", **typed, binding="none", timing="on_release")
    assert page.status_code == 422
    assert given(page) == typed
    chosen = forms(page)["a1"].fields
    assert (chosen["binding"], chosen["timing"]) == ("none", "on_release")
    assert 'type="text"' in part(page, "/starting_date")
    assert "<b>" not in page.text


def test_a_fault_of_something_that_no_field_shows_leads_to_what_is_around_it(
    officer: Officer, world: World, blank: httpx2.Response
) -> None:
    claims = {name: value for name, value in world.a1().items() if name != "employer"}
    typed = {**filled(claims), "/employer/0/name": "", "/employer/0/id": ""}
    page = officer.send(blank, "a1", **typed)
    assert '<a class="target" href="#/employer">' in page.text
    assert part(page, "/employer").startswith("<fieldset")


def test_a_number_that_is_taken(officer: Officer, world: World, blank: httpx2.Response) -> None:
    claims = world.a1()
    officer.send(blank, "a1", **filled(claims))
    page = officer.send(officer.open(NEW), "a1", **filled(claims))
    assert (page.status_code, "A document of this number is registered already." in page.text) == (409, True)
    assert given(page) == filled(claims)


# ------------------------------------------------------------------------------------------------------------- entries
def test_an_entry_is_added_and_nothing_is_lost(officer: Officer, world: World, blank: httpx2.Response) -> None:
    typed = {**filled(world.a1()), "/starting_date": "1 March"}
    before = world.rows()
    page = officer.send(blank, "a1", **typed, add="/employer", binding="none")
    assert page.status_code == 200
    assert given(page) == typed
    assert {name for name in fields(page) if name.startswith("/employer/1/")} == {
        f"/employer/1/{name}" for name in ("type", "name", "id", "country")
    }
    assert re.findall(r' id="([^"]*)"[^<>]* autofocus', page.text) == ["/employer/1/type"]
    assert forms(page)["a1"].fields["binding"] == "none"
    assert world.rows() == before
    again = officer.send(page, "a1", add="/employer")
    assert "/employer/2/name" in fields(again)


def test_an_entry_is_removed_and_the_others_close_up(officer: Officer, world: World, blank: httpx2.Response) -> None:
    typed = {**filled(world.a1()), "/employer/1/name": "Second", "/employer/2/name": "Third"}
    page = officer.send(blank, "a1", **typed, remove="/employer/1")
    assert page.status_code == 200
    assert given(page) == {
        **{name: text for name, text in typed.items() if not name.startswith(("/employer/1", "/employer/2"))},
        "/employer/1/name": "Third",
    }
    assert re.findall(r'name="(\w+)" value="([^"]*)" autofocus', page.text) == [("add", "/employer")]


def test_a_document_is_made_of_entries_that_were_added(officer: Officer, world: World, blank: httpx2.Response) -> None:
    claims = world.a1("valid_twelve_employers")
    page = officer.send(blank, "a1", add="/employer")
    page = officer.send(page, "a1", **filled(claims))
    assert claims_of(officer, world, page) == claims


def test_entries_left_empty_are_none(officer: Officer, world: World, blank: httpx2.Response) -> None:
    claims = world.a1()
    page = officer.send(officer.send(blank, "a1", **filled(claims), add="/employer"), "a1")
    assert claims_of(officer, world, page) == claims


def test_a_full_list_takes_no_more(officer: Officer, blank: httpx2.Response) -> None:
    typed = {f"/employer/{number}/name": str(number) for number in range(MAX_ENTRIES - 1)}
    page = officer.send(blank, "a1", **typed, add="/employer")
    assert 'name="add" value="/employer"' not in page.text
    assert code_of(officer.send(page, "a1", add="/employer")) == (400, "office_form_malformed")


# ---------------------------------------------------------------------------------------------------- what is no form
NO_FORMS: dict[str, dict[str, str]] = {
    "unknown_field": {"/surname": "x"},
    "too_many_entries": {f"/employer/{MAX_ENTRIES}/name": "x"},
    "too_many_fields": {f"x{number}": "x" for number in range(MAX_FIELDS + 1)},
    "fields_and_json": {"claims": "{}"},
    "adds_to_no_list": {"add": "/credential_holder"},
    "removes_no_entry": {"remove": "/employer"},
}


@pytest.mark.parametrize("sent", NO_FORMS.values(), ids=NO_FORMS)
def test_what_no_page_sends_is_refused(
    officer: Officer, world: World, blank: httpx2.Response, sent: dict[str, str]
) -> None:
    before = world.rows()
    assert code_of(officer.send(blank, "a1", **filled(world.a1()), **sent)) == (400, "office_form_malformed")
    assert world.rows() == before


def test_a_field_that_stands_twice_is_refused(officer: Officer, world: World, blank: httpx2.Response) -> None:
    form = {**forms(blank)["a1"].fields, **filled(world.a1())}
    sent: dict[str, Any] = {**form, "/starting_date": ["2026-02-01", "2026-02-02"]}
    assert code_of(officer.client.post("/office/documents/a1", data=sent)) == (400, "office_form_malformed")


@pytest.mark.parametrize("button", [{}, {"add": "/employer"}, {"remove": "/employer/0"}])
@pytest.mark.parametrize("token", ["", "AAAA"])
def test_a_form_from_elsewhere_changes_and_shows_nothing(
    officer: Officer, world: World, button: dict[str, str], token: str
) -> None:
    before = world.rows()
    sent = {**filled(world.a1()), **button, "key": "k", "token": token}
    assert code_of(officer.client.post("/office/documents/a1", data=sent)) == (403, "office_form_foreign")
    assert world.rows() == before


# ---------------------------------------------------------------------------------------------------------------- JSON
def test_the_form_and_json_lead_to_one_another(officer: Officer, blank: httpx2.Response) -> None:
    assert f'href="{NEW}?as=json"' in blank.text
    assert 'name="claims"' not in blank.text
    page = officer.open(f"{NEW}?as=json")
    assert set(forms(page)["a1"].fields) == {"token", "key", "claims", "binding", "timing"}
    assert f'href="{NEW}"' in page.text


# ---------------------------------------------------------------------------------------------------------- correcting
def corrected(officer: Officer, claims: Any) -> httpx2.Response:
    """The page on which a document that is made now is corrected."""
    return officer.open(f"{officer.make(json.dumps(claims)).url.path}/correct")


def test_a_document_is_corrected_in_its_form(officer: Officer, world: World) -> None:
    claims = world.a1()
    form = corrected(officer, claims)
    assert given(form, "correct") == filled(claims)
    page = officer.send(form, "correct", **{"/credential_holder/family_name": "Moreau-Petit"})
    assert "The document is corrected." in page.text
    holder = {**claims["credential_holder"], "family_name": "Moreau-Petit"}
    assert claims_of(officer, world, page) == {**claims, "credential_holder": holder}


def test_entries_are_added_to_a_correction(officer: Officer, world: World) -> None:
    claims = world.a1()
    page = officer.send(corrected(officer, claims), "correct", add="/work_information/work_address")
    assert page.status_code == 200
    assert forms(page)["correct"].fields["version"] == "1"
    second = {"/work_information/work_address/1/locality": "Augsburg", "/work_information/work_address/1/country": "DE"}
    page = officer.send(page, "correct", **second)
    found = find(claims_of(officer, world, page), ("work_information", "work_address", 1, "locality"))
    assert [one.value for one in found] == ["Augsburg"]


def test_a_faulty_correction_comes_back_in_its_form(officer: Officer, world: World) -> None:
    form = corrected(officer, world.a1())
    before = world.rows()
    page = officer.send(form, "correct", **{"/ending_date": "2019-01-01"})
    assert page.status_code == 422
    assert '<a class="target" href="#/ending_date">' in page.text
    assert fields(page, "correct")["/ending_date"] == "2019-01-01"
    assert world.rows() == before


def test_what_a_form_would_change_is_corrected_as_json(officer: Officer, world: World) -> None:
    claims = world.a1()
    claims["credential_holder"] = {**claims["credential_holder"], "family_name": " Moreau"}
    page = corrected(officer, claims)
    assert "more than the form has room for" in page.text
    assert json.loads(forms(page)["correct"].fields["claims"]) == claims
