"""The back office's pages, without JavaScript: sign in, make, find, offer, withdraw, sign out."""

import json
import re

import pytest

from issuer.http.office_pages import POLICY
from tests.issuer.conftest import MakeWorld
from tests.issuer.office import Officer, forms
from tests.issuer.world import CNAM, Clock, World


def text_of(world: World) -> str:
    return json.dumps(world.a1())


# ------------------------------------------------------------------------------------------------------------ sessions
def test_an_officer_signs_in_with_the_institutions_key(world: World) -> None:
    officer = Officer.of(world)
    page = officer.sign_in()
    assert page.url.path == "/office"
    assert "Urssaf" in page.text
    assert "A1 certificate" in page.text


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(world: World) -> None:
    officer = Officer.of(world)
    answer = officer.sign_in().history[0]
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("socsec_office="))
    assert {"HttpOnly", "SameSite=strict", "Secure", "Path=/office"} <= set(cookie.split("; "))


def test_another_key_is_refused(world: World) -> None:
    officer = Officer.of(world)
    officer.key = "x" * 43
    page = officer.sign_in()
    assert page.status_code == 403
    assert "No institution has this key." in page.text
    assert forms(officer.open())["sign-in"].action == "/office/sign-in"


def test_nobody_sees_anything_without_signing_in(world: World) -> None:
    registered = world.register()
    officer = Officer.of(world)
    for path in ("/office/documents/a1/new", f"/office{registered.path.replace('/v1', '/documents')}"):
        page = officer.open(path)
        assert page.url.path == "/office"
        assert "Sign in" in page.text


def test_signing_out_ends_the_session(officer: Officer) -> None:
    page = officer.send(officer.open(), "sign-out")
    assert "Sign in" in page.text
    assert "socsec_office" not in officer.client.cookies


def test_a_session_expires(make_world: MakeWorld) -> None:
    world = make_world(clock=Clock(), office_seconds=60)
    officer = Officer.of(world)
    officer.sign_in()
    assert "Urssaf" in officer.open().text
    world.clock.advance(seconds=60)
    assert "Urssaf" not in officer.open().text


def test_a_cookie_that_was_changed_signs_nobody_in(officer: Officer) -> None:
    cookie = officer.client.cookies["socsec_office"]
    name, rest = cookie.split(".", 1)
    other = "RlI6OTEwMDAw" if name != "RlI6OTEwMDAw" else "RlI6MTE3MDAw"
    officer.client.cookies.clear()
    officer.client.cookies.set("socsec_office", f"{other}.{rest}")
    assert "Sign in" in officer.open().text


def test_every_form_that_changes_something_has_the_sessions_token(officer: Officer, world: World) -> None:
    made = officer.make(text_of(world))
    pages = [officer.open(), officer.open("/office/documents/a1/new"), made, officer.open(f"{made.url.path}/withdraw")]
    posted = [form for page in pages for form in forms(page).values() if form.method == "post"]
    assert len(posted) >= 8
    assert len({form.fields["token"] for form in posted}) == 1


@pytest.mark.parametrize("token", ["", "AAAA", "é"])
def test_a_form_from_elsewhere_changes_nothing(officer: Officer, world: World, token: str) -> None:
    made = officer.make(text_of(world))
    before = world.rows()
    for path, fields in (
        ("/office/documents/a1", {"claims": text_of(world), "key": "k"}),
        (f"{made.url.path}/offers", {}),
        (f"{made.url.path}/withdraw", {"reason_code": "issued_in_error"}),
        ("/office/sign-out", {}),
    ):
        answer = officer.client.post(path, data={**fields, "token": token})
        assert answer.status_code == 403
        assert 'data-code="office_form_foreign"' in answer.text
    assert world.rows() == before
    assert "Urssaf" in officer.open().text


def test_the_token_of_another_session_is_foreign(officer: Officer, world: World) -> None:
    other = Officer.of(world)
    token = forms(other.sign_in())["sign-out"].fields["token"]
    assert officer.client.post("/office/sign-out", data={"token": token}).status_code == 403


def test_pages_have_a_strict_policy_and_no_script(officer: Officer, world: World) -> None:
    made = officer.make(text_of(world))
    for page in (
        officer.open(),
        made,
        officer.open("/office/documents/a1/new"),
        officer.open("/office/documents/x/new"),
    ):
        assert page.headers["content-security-policy"] == POLICY
        assert page.headers["cache-control"] == "no-store"
        assert "<script" not in page.text
        assert "style=" not in page.text


# ----------------------------------------------------------------------------------------------------------- documents
def test_a_document_is_made_and_shown_with_its_codes(officer: Officer, world: World) -> None:
    claims = world.a1()
    page = officer.make(json.dumps(claims))
    assert page.status_code == 200
    assert claims["document_number"] in page.text
    assert re.search(r'id="tx-code" class="number">\d{6}<', page.text)
    for image in re.findall(r'<img [^>]*src="([^"]+)"', page.text):
        answer = officer.open(image)
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.text.startswith(("<svg", "<?xml"))
    answer = world.client().get(page.url.path.replace("/office/documents", "/v1"), headers=world.auth())
    assert answer.json()["claims"] == claims


def test_a_form_sent_twice_makes_one_document(officer: Officer, world: World) -> None:
    blank, claims = officer.open("/office/documents/a1/new?as=json"), text_of(world)
    first, second = (officer.send(blank, "a1", claims=claims) for _ in range(2))
    assert first.url == second.url


def test_faults_are_listed_with_box_and_place(officer: Officer, world: World) -> None:
    claims = {**world.a1(), "ending_date": "2019-01-01"}
    expected = world.post(claims).json()["faults"]
    before = world.rows()
    page = officer.make(json.dumps(claims))
    assert page.status_code == 422
    assert len(expected) >= 1
    for fault in expected:
        assert f'data-rule="{fault["rule"]}"' in page.text
        assert f"<code>{fault['pointer']}</code>" in page.text
        assert f"Box {fault['box']}" in page.text
    assert json.loads(forms(page)["a1"].fields["claims"]) == claims
    assert world.rows() == before


@pytest.mark.parametrize("claims", ["", "{", "[]", '{"a": 1, "a": 2}'])
def test_what_is_no_json_object_is_refused(officer: Officer, claims: str) -> None:
    page = officer.make(claims)
    assert page.status_code == 400
    assert "not a JSON object" in page.text


def test_an_example_fills_the_form(officer: Officer, world: World) -> None:
    page = officer.open("/office/documents/a1/new?example=valid_posted_worker")
    assert json.loads(forms(page)["a1"].fields["claims"]) == world.catalogue.examples("a1")["valid_posted_worker"]


def test_a_type_that_the_institution_may_not_issue_is_refused(officer: Officer) -> None:
    page = officer.open("/office/documents/ehic/new")
    assert (page.status_code, "may not issue this type" in page.text) == (403, True)


def test_a_document_is_found_by_its_number(officer: Officer, world: World) -> None:
    registered = world.register()
    page = officer.send(officer.open(), "find", number=f" {registered.answer['document_number']} ")
    assert page.url.path == registered.path.replace("/v1", "/office/documents")
    page = officer.send(officer.open(), "find", number="nothing")
    assert (page.status_code, "no document of this number" in page.text) == (404, True)


def test_a_document_on_hold_is_not_printed(officer: Officer, world: World) -> None:
    headers = world.auth(**{"Idempotency-Key": "held"})
    held = world.client().post("/v1/a1?hold=true", json=world.a1(), headers=headers).json()
    page = officer.open(f"/office/documents/a1/{held['document_id']}/letter.pdf")
    assert (page.status_code, "on hold until it is released" in page.text) == (409, True)


def test_another_institutions_document_is_not_found(officer: Officer, world: World) -> None:
    other = world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    page = officer.open(other.path.replace("/v1", "/office/documents"))
    assert (page.status_code, 'data-code="document_unknown"' in page.text) == (404, True)
    page = officer.send(officer.open(), "find", number=other.answer["document_number"])
    assert page.status_code == 404


def test_an_expired_offer_is_made_anew(make_world: MakeWorld) -> None:
    world = make_world(clock=Clock(), offer_seconds=60)
    officer = Officer.of(world)
    officer.sign_in()
    made = officer.make(text_of(world))
    world.clock.advance(seconds=61)
    page = officer.open(made.url.path)
    assert "No offer is open." in page.text
    page = officer.send(page, "offers")
    assert 'id="offer-code"' in page.text


# ---------------------------------------------------------------------------------------------------------- withdrawal
def test_a_document_is_withdrawn_after_a_second_look(officer: Officer, world: World) -> None:
    registered = world.register()
    path = registered.path.replace("/v1", "/office/documents")
    asked = officer.open(f"{path}/withdraw")
    review = officer.send(asked, "review", reason_code="facts_changed", effective_from="2026-02-01", case_ref="K-17")
    assert "Withdraw this document?" in review.text
    assert world.document(registered)["state"] == "in_force"
    page = officer.send(review, "withdraw")
    assert page.url.path == path
    assert "Withdrawn" in page.text
    assert 'id="offer-code"' not in page.text
    withdrawal = world.document(registered)["withdrawal"]
    assert withdrawal["reason_code"] == "facts_changed"
    assert (withdrawal["effective_from"], withdrawal["case_ref"]) == ("2026-02-01", "K-17")
    assert officer.open(f"{path}/withdraw").status_code == 409


@pytest.mark.parametrize(
    "sent", [{"reason_code": ""}, {"reason_code": "x", "effective_from": "2026-02-16"}, {"effective_from": "soon"}]
)
def test_an_order_that_cannot_be_is_asked_for_again(officer: Officer, world: World, sent: dict[str, str]) -> None:
    registered = world.register()
    asked = officer.open(f"{registered.path.replace('/v1', '/office/documents')}/withdraw")
    page = officer.send(asked, "review", **sent)
    assert page.status_code == 422
    assert "A reason is needed" in page.text
    assert world.document(registered)["state"] == "in_force"


@pytest.mark.parametrize(("language", "heading"), [("fr", "Se connecter"), ("de-AT", "Anmelden"), ("pl", "Sign in")])
def test_pages_speak_the_readers_language(world: World, language: str, heading: str) -> None:
    page = world.client().get("/office", headers={"Accept-Language": language})
    assert f"<h1>{heading}</h1>" in page.text
