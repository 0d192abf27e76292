"""The back office's controls of a document, without JavaScript: what it is tied to, held back, released, corrected."""

import json
from typing import Any

import httpx2
import pytest

from tests.issuer.conftest import MakeWorld
from tests.issuer.http.test_journey_j03_withdrawal import register
from tests.issuer.office import Officer, forms
from tests.issuer.world import CNAM, Clock, Registered, World

NEW = "/office/documents/a1/new?as=json"


def make(officer: Officer, claims: Any, **chosen: str) -> httpx2.Response:
    return officer.send(officer.open(NEW), "a1", claims=json.dumps(claims), **chosen)


def interface(officer: Officer, world: World, page: httpx2.Response) -> dict[str, Any]:
    """The same document over the interface."""
    path = page.url.path.replace("/office/documents", "/v1")
    answer = world.client().get(path, headers={"Authorization": f"Bearer {officer.key}"})
    body: dict[str, Any] = answer.json()
    return body


def office_path(registered: Registered) -> str:
    return registered.path.replace("/v1", "/office/documents")


def code_of(page: httpx2.Response) -> tuple[int, str]:
    return page.status_code, page.text.partition('data-code="')[2].partition('"')[0]


# ------------------------------------------------------------------------------------------------- registering, held
def test_a_document_is_tied_to_a_key_and_in_force_unless_chosen_otherwise(officer: Officer, world: World) -> None:
    page = make(officer, world.a1())
    assert interface(officer, world, page)["binding"] == "key"
    assert '<dd id="state">In force</dd>' in page.text
    assert '<dd id="binding">The wallet’s key</dd>' in page.text


@pytest.mark.parametrize(("binding", "said"), [("claim", "The person’s data"), ("none", "Nothing")])
def test_what_a_document_is_tied_to_is_chosen(officer: Officer, world: World, binding: str, said: str) -> None:
    page = make(officer, world.a1(), binding=binding)
    assert interface(officer, world, page)["binding"] == binding
    assert f'<dd id="binding">{said}' in page.text


@pytest.mark.parametrize("chosen", [{"binding": "did"}, {"binding": ""}, {"timing": "later"}, {"timing": ""}])
def test_a_choice_that_is_none_registers_nothing(officer: Officer, world: World, chosen: dict[str, str]) -> None:
    before = world.rows()
    assert code_of(make(officer, world.a1(), **chosen)) == (400, "office_form_malformed")
    assert world.rows() == before


def test_choices_are_kept_beside_faults(officer: Officer, world: World) -> None:
    claims = {**world.a1(), "ending_date": "2019-01-01"}
    page = make(officer, claims, binding="none", timing="on_release")
    assert page.status_code == 422
    fields = forms(page)["a1"].fields
    assert (fields["binding"], fields["timing"]) == ("none", "on_release")


def test_a_document_is_held_back_and_released(officer: Officer, world: World) -> None:
    held = make(officer, world.a1(), timing="on_release")
    assert '<dd id="state">On hold</dd>' in held.text
    assert 'id="inspection-code"' not in held.text
    assert 'id="letter"' not in held.text
    assert 'id="correct"' not in held.text
    page = officer.send(held, "release")
    assert page.status_code == 200
    assert "The document is released." in page.text
    assert '<dd id="state">In force</dd>' in page.text
    assert 'id="inspection-code"' in page.text
    assert "release" not in forms(page)


def test_what_is_faulty_by_now_is_not_released(make_world: MakeWorld) -> None:
    world = make_world(clock=Clock())
    officer = Officer.of(world)
    officer.sign_in()
    held = make(officer, world.a1(), timing="on_release")
    world.clock.advance(days=-400)
    before = world.rows()["document"]
    page = officer.send(officer.open(held.url.path), "release")
    assert page.status_code == 422
    assert "Faults to correct" in page.text
    assert "data-rule=" in page.text
    assert '<dd id="state">On hold</dd>' in page.text
    assert world.rows()["document"] == before


def test_what_is_not_on_hold_is_not_released(officer: Officer, world: World) -> None:
    page = make(officer, world.a1())
    token = forms(page)["offers"].fields["token"]
    again = officer.client.post(f"{page.url.path}/release", data={"token": token})
    assert code_of(again) == (409, "document_not_on_hold")


# ------------------------------------------------------------------------------------------------------- correcting
def named(claims: dict[str, Any], family_name: str) -> dict[str, Any]:
    return {**claims, "credential_holder": {**claims["credential_holder"], "family_name": family_name}}


def test_a_document_is_corrected_from_what_is_registered(officer: Officer, world: World) -> None:
    claims = world.a1()
    page = make(officer, claims)
    form = officer.open(f"{page.url.path}/correct?as=json")
    assert json.loads(forms(form)["correct"].fields["claims"]) == claims
    page = officer.send(form, "correct", claims=json.dumps(named(claims, "Moreau-Petit")))
    assert page.status_code == 200
    assert "The document is corrected." in page.text
    assert "Moreau-Petit" in page.text
    told = interface(officer, world, page)
    assert (told["version"], told["claims"]) == (2, named(claims, "Moreau-Petit"))


def test_a_correction_sent_twice_is_one(officer: Officer, world: World) -> None:
    claims = world.a1()
    form = officer.open(f"{make(officer, claims).url.path}/correct?as=json")
    pages = [officer.send(form, "correct", claims=json.dumps(named(claims, "Petit"))) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert interface(officer, world, pages[1])["version"] == 2


def test_nobody_undoes_unseen_what_another_corrected(officer: Officer, world: World) -> None:
    claims = world.a1()
    form = officer.open(f"{make(officer, claims).url.path}/correct?as=json")
    officer.send(form, "correct", claims=json.dumps(named(claims, "Petit")))
    before = world.rows()
    late = officer.send(form, "correct", claims=json.dumps(named(claims, "Grand")))
    assert late.status_code == 412
    assert "Somebody else has corrected this document meanwhile." in late.text
    assert "Grand" in forms(late)["correct"].fields["claims"]
    assert forms(late)["correct"].fields["version"] == "1"
    assert world.rows() == before


def test_a_faulty_correction_is_listed_with_box_and_place(officer: Officer, world: World) -> None:
    claims = world.a1()
    form = officer.open(f"{make(officer, claims).url.path}/correct?as=json")
    before = world.rows()
    page = officer.send(form, "correct", claims=json.dumps({**claims, "ending_date": "2019-01-01"}))
    assert page.status_code == 422
    assert "data-rule=" in page.text
    assert 'aria-describedby="claims-hint problem" aria-invalid="true"' in page.text
    assert json.loads(forms(page)["correct"].fields["claims"])["ending_date"] == "2019-01-01"
    assert world.rows() == before


def test_a_correction_keeps_the_number(officer: Officer, world: World) -> None:
    claims = world.a1()
    form = officer.open(f"{make(officer, claims).url.path}/correct?as=json")
    other = {**claims, "document_number": world.a1()["document_number"]}
    page = officer.send(form, "correct", claims=json.dumps(other))
    assert (page.status_code, "A corrected document keeps its number." in page.text) == (409, True)


@pytest.mark.parametrize("claims", ["", "{", "[]"])
def test_a_correction_that_is_no_json_object(officer: Officer, world: World, claims: str) -> None:
    form = officer.open(f"{make(officer, world.a1()).url.path}/correct?as=json")
    page = officer.send(form, "correct", claims=claims)
    assert (page.status_code, "not a JSON object" in page.text) == (400, True)


@pytest.mark.parametrize("version", ["", "-1", "x", "²", "1" * 10])
def test_a_version_that_is_none(officer: Officer, world: World, version: str) -> None:
    form = officer.open(f"{make(officer, world.a1()).url.path}/correct?as=json")
    assert code_of(officer.send(form, "correct", version=version)) == (400, "office_form_malformed")


def test_what_does_not_stand_is_not_corrected(officer: Officer, world: World) -> None:
    held = make(officer, world.a1(), timing="on_release")
    withdrawn, erased = world.register(), world.register()
    world.withdraw(withdrawn)
    world.erase(erased)
    for path, expected in (
        (held.url.path, (409, "document_on_hold")),
        (office_path(withdrawn), (409, "document_withdrawn")),
        (office_path(erased), (410, "document_erased")),
    ):
        assert 'id="correct"' not in officer.open(path).text
        assert code_of(officer.open(f"{path}/correct")) == expected


# ------------------------------------------------------------------------------------------------------ who may do it
@pytest.mark.parametrize("action", ["correct", "release"])
@pytest.mark.parametrize("token", ["", "AAAA"])
def test_a_form_from_elsewhere_changes_nothing(officer: Officer, world: World, action: str, token: str) -> None:
    page = make(officer, world.a1(), timing="on_release" if action == "release" else "at_once")
    sent = {"claims": "{}", "version": "1"} if action == "correct" else {}
    before = world.rows()
    answer = officer.client.post(f"{page.url.path}/{action}", data={**sent, "token": token})
    assert code_of(answer) == (403, "office_form_foreign")
    assert world.rows() == before


@pytest.mark.parametrize("action", ["correct", "release"])
def test_whoever_is_no_clerk_changes_nothing(world: World, approver: Officer, action: str) -> None:
    page = approver.open(office_path(register(world)))
    assert 'id="correct"' not in page.text
    token = forms(page)["sign-out"].fields["token"]
    sent = {"claims": "{}", "version": "1"} if action == "correct" else {}
    answer = approver.client.post(f"{page.url.path}/{action}", data={**sent, "token": token})
    assert code_of(answer) == (403, "role_missing")


@pytest.mark.parametrize("action", ["correct", "release"])
def test_another_institutions_document_is_unknown(officer: Officer, world: World, action: str) -> None:
    path = office_path(world.register(world.ehic(), type_id="ehic", institution_id=CNAM))
    token = forms(officer.open())["sign-out"].fields["token"]
    sent = {"claims": "{}", "version": "1"} if action == "correct" else {}
    answer = officer.client.post(f"{path}/{action}", data={**sent, "token": token})
    assert code_of(answer) == (404, "document_unknown")
