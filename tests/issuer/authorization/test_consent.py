"""The page in the browser and the holder's identity: who the holder is decides, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.issuer.authorization.flow import (
    IDENTITY,
    AttestedWallet,
    Browser,
    Holder,
    answer_of,
    document_about,
    response_form,
    worker,
)
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import BASE_URL, URSSAF, Clock, Registered, World
from tests.vc_core.forged_jws import ABSENT
from vc_core import authorization_response
from vc_core.authorization_request import ErrorCode
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS

Someone = tuple[Holder, Registered]

# --- the page


def test_page_asks_who_the_holder_is(attested: AttestedWallet, browser: Browser) -> None:
    browser.open(attested.pushed())
    assert browser.page is not None
    assert browser.page.headers["Content-Type"].startswith("text/html")
    assert "A1 certificate" in browser.text
    policy = browser.page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://wallet.example;" in policy
    assert "<script" not in browser.text
    assert browser.page.headers["Cache-Control"] == "no-store"
    assert browser.page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr-BE,fr;q=0.9", "fr"), ("de", "de"), ("en;q=0.1,de;q=0.9", "de"), ("xx", "en"), ("", "en"), (";;q=x", "en")],
)
def test_page_speaks_the_reader_s_language(
    world: World, attested: AttestedWallet, accepted: str, language: str
) -> None:
    params = {"client_id": attested.client_id, "request_uri": attested.pushed()}
    response = world.client().get("/authorize", params=params, headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in response.text


def test_style_is_served(world: World) -> None:
    response = world.client().get("/authorize/consent.css")
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, "text/css")


def test_cookie_is_for_this_visit_and_this_site(attested: AttestedWallet, browser: Browser) -> None:
    browser.open(attested.pushed())
    assert browser.page is not None
    cookie = browser.page.headers["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/authorize"} <= {part.strip() for part in cookie.split(";")}


def test_request_asks_for_least(attested: AttestedWallet, browser: Browser) -> None:
    asked = browser.open(attested.pushed()).asked()
    assert asked["response_mode"] == "direct_post.jwt"
    assert asked["client_id"].startswith("x509_hash:")
    first = asked["dcql_query"]["credentials"][0]
    assert [claim["path"][-1] for claim in first["claims"]] == [
        "family_name",
        "given_name",
        "birthdate",
        "personal_administrative_number",
    ]
    assert len(first["claim_sets"]) == 2


def test_each_visit_asks_anew(attested: AttestedWallet, browser: Browser) -> None:
    request_uri = attested.pushed()
    first, second = browser.open(request_uri).asked(), browser.open(request_uri).asked()
    for member in ("nonce", "state", "response_uri"):
        assert first[member] != second[member]
    assert first["client_metadata"]["jwks"] != second["client_metadata"]["jwks"]


def test_wallet_brings_a_nonce_of_its_own(world: World, attested: AttestedWallet, browser: Browser) -> None:
    visit = browser.open(attested.pushed()).asked()["response_uri"].rpartition("/")[2]
    response = world.client().post(f"/authorize/request/{visit}", data={"wallet_nonce": "n" * 22})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/oauth-authz-req+jwt"


# --- requests that a browser cannot open

BAD_VISITS: dict[str, tuple[Callable[[AttestedWallet], dict[str, str]], str]] = {
    "not_pushed": (
        lambda w: {"client_id": w.client_id, "response_type": "code", "redirect_uri": "https://wallet.example"},
        "request_uri_missing",
    ),
    "without_client_id": (lambda w: {"request_uri": w.pushed()}, "client_id_missing"),
    "of_another_client": (
        lambda w: {"client_id": "https://other.example", "request_uri": w.pushed()},
        "request_uri_of_another_client",
    ),
    "unknown": (
        lambda w: {"client_id": w.client_id, "request_uri": "urn:ietf:params:oauth:request_uri:x"},
        "request_uri_unknown",
    ),
}


@pytest.mark.parametrize(("params", "reason"), BAD_VISITS.values(), ids=BAD_VISITS)
def test_bad_visit(world: World, attested: AttestedWallet, params: Any, reason: str) -> None:
    """PAR-1 and FAPI-1: a page, and no redirect anywhere."""
    asked = params(attested)
    before = world.rows()
    response = world.client().get("/authorize", params=asked, follow_redirects=False)
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (400, "text/html")
    assert reason in response.text
    assert world.rows() == before


def test_expired_request(make_world: MakeWorld, attested: AttestedWallet) -> None:
    clock = Clock()
    world = make_world(clock=clock)
    wallet = AttestedWallet(world, provider=attested.provider)
    response = wallet.push()
    assert response.json()["expires_in"] < 600
    clock.advance(seconds=response.json()["expires_in"])
    assert "request_uri_expired" in Browser.new(world).open(response.json()["request_uri"]).text


def test_request_is_used_once_but_opened_often(world: World, attested: AttestedWallet) -> None:
    """PAR-1: consumed when it is decided, not at the first visit."""
    holder, _ = worker(world)
    request_uri = attested.pushed()
    first, second = Browser.new(world).open(request_uri), Browser.new(world).open(request_uri)
    first.present(holder)
    second.present(holder)
    second.agree()
    assert first.submit("allow").status_code == 400
    assert "request_uri_used" in Browser.new(world).open(request_uri).text


# --- the holder's decision


@pytest.mark.parametrize("identified", [True, False])
def test_holder_denies(world: World, attested: AttestedWallet, someone: Someone, identified: bool) -> None:
    request_uri = attested.pushed()
    browser = Browser.new(world).open(request_uri)
    pages = [browser] if not identified else [browser.present(someone[0])]
    answer = answer_of(pages[-1].submit("deny"))
    assert answer == {"error": "access_denied", "state": "s1", "iss": BASE_URL}
    assert "request_uri_used" in Browser.new(world).open(request_uri).text


def test_nobody_agrees_before_they_are_identified(world: World, attested: AttestedWallet, browser: Browser) -> None:
    browser.open(attested.pushed())
    before = world.rows()
    response = browser.submit("deny", decision="allow")
    assert (response.status_code, "holder_not_identified" in response.text) == (400, True)
    assert world.rows() == before


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"token": "x"}, "token_wrong"), ({"decision": "perhaps"}, "decision_unknown")],
    ids=["token_wrong", "decision_unknown"],
)
def test_changed_form(
    world: World, attested: AttestedWallet, browser: Browser, someone: Someone, fields: dict[str, str], reason: str
) -> None:
    browser.open(attested.pushed()).present(someone[0])
    before = world.rows()
    response = browser.submit("allow", **fields)
    assert (response.status_code, reason in response.text) == (400, True)
    assert world.rows() == before


def test_another_browser_finishes_nothing(
    world: World, attested: AttestedWallet, browser: Browser, someone: Someone
) -> None:
    """HAIP 5.1: what one browser began, another does not go on with, whoever showed an identity."""
    browser.open(attested.pushed())
    back = browser.answer(someone[0]).json()["redirect_uri"]
    before = world.rows()
    other = Browser.new(world)
    other.page = other.client.get(back)
    assert (other.page.status_code, "browser_wrong" in other.text) == (400, True)
    assert world.rows() == before


def test_return_needs_the_code_of_the_wallet(attested: AttestedWallet, browser: Browser, someone: Someone) -> None:
    browser.open(attested.pushed())
    back = browser.answer(someone[0]).json()["redirect_uri"]
    address = back.partition("?")[0]
    response = browser.client.get(f"{address}?response_code=x")
    assert (response.status_code, "response_code_wrong" in response.text) == (400, True)


# --- presentations that are refused


def test_presentation_for_another_nonce(
    world: World, attested: AttestedWallet, browser: Browser, someone: Someone
) -> None:
    browser.open(attested.pushed())
    before = world.rows()
    response = browser.answer(someone[0], nonce="another")
    assert (response.status_code, response.json()) == (400, {"error": "invalid_request", "check": "holder.nonce"})
    assert world.rows() == before


def test_presentation_for_another_verifier(attested: AttestedWallet, browser: Browser, someone: Someone) -> None:
    response = browser.open(attested.pushed()).answer(someone[0], client_id="x509_hash:other")
    assert response.json()["check"] == "holder.audience"


def test_presentation_to_another_visit(world: World, attested: AttestedWallet, someone: Someone) -> None:
    first, second = (Browser.new(world).open(attested.pushed()).asked() for _ in range(2))
    form = response_form(second, someone[0].vp_token(second), state=first["state"])
    response = world.client().post(second["response_uri"].removeprefix(BASE_URL), data=form)
    assert response.json()["check"] == "state_mismatch"


def test_presentation_in_the_clear(world: World, attested: AttestedWallet, browser: Browser, someone: Someone) -> None:
    asked = browser.open(attested.pushed()).asked()
    form = authorization_response.encode_response(someone[0].vp_token(asked), state=asked["state"])
    response = world.client().post(asked["response_uri"].removeprefix(BASE_URL), data=form)
    assert (response.status_code, response.json()["check"]) == (400, "response_not_encrypted")


def test_presentation_is_taken_once(world: World, attested: AttestedWallet, browser: Browser, someone: Someone) -> None:
    asked = browser.open(attested.pushed()).asked()
    form = response_form(asked, someone[0].vp_token(asked))
    path = asked["response_uri"].removeprefix(BASE_URL)
    assert world.client().post(path, data=form).status_code == 200
    before = world.rows()
    response = world.client().post(path, data=form)
    assert (response.status_code, response.json()["error"]) == (404, "request_gone")
    assert world.client().get(path.replace("/response/", "/request/")).status_code == 404
    assert world.rows() == before


def test_visit_ends(make_world: MakeWorld, attested: AttestedWallet) -> None:
    clock = Clock()
    world = make_world(clock=clock)
    holder, _ = worker(world)
    browser = Browser.new(world).open(AttestedWallet(world, provider=attested.provider).pushed())
    asked = browser.asked()
    clock.advance(seconds=600)
    response = world.client().post(
        asked["response_uri"].removeprefix(BASE_URL), data=response_form(asked, holder.vp_token(asked))
    )
    assert response.status_code == 404


def test_wallet_that_declines(world: World, attested: AttestedWallet, browser: Browser) -> None:
    asked = browser.open(attested.pushed()).asked()
    form = authorization_response.encode_error(ErrorCode.ACCESS_DENIED, state=asked["state"])
    response = world.client().post(asked["response_uri"].removeprefix(BASE_URL), data=form)
    browser.page = browser.client.get(response.json()["redirect_uri"])
    assert 'data-reason="declined"' in browser.text
    assert answer_of(browser.submit("deny"))["error"] == "access_denied"


# --- who the holder is

MakeHolder = Callable[[World], Holder]


def _birth_date_differs(world: World) -> Holder:
    _, registered = worker(world)
    known = world.document(registered)["claims"]
    return Holder.of(
        world,
        family_name=known["credential_holder"]["family_name"],
        birthdate="1959-01-01",
        personal_administrative_number=known["personal_administrative_number"],
    )


def _forename_left_out(world: World) -> Holder:
    _, registered = worker(world)
    known = world.document(registered)["claims"]
    return Holder.of(
        world,
        family_name=known["credential_holder"]["family_name"],
        given_name="Camille",
        birthdate=known["credential_holder"]["birth_date"],
        personal_administrative_number=known["personal_administrative_number"],
    )


def _number_differs(world: World) -> Holder:
    _, registered = worker(world)
    known = world.document(registered)["claims"]
    return Holder.of(
        world,
        family_name=known["credential_holder"]["family_name"],
        birthdate=known["credential_holder"]["birth_date"],
        personal_administrative_number="ANOTHER1",
    )


def _two_documents(world: World) -> Holder:
    holder, registered = worker(world)
    known = world.document(registered)["claims"]
    person = known["credential_holder"]
    document_about(
        world,
        known["personal_administrative_number"],
        family_name=person["family_name"],
        birthdate=person["birth_date"],
    )
    return holder


def _document_withdrawn(world: World) -> Holder:
    holder, registered = worker(world)
    world.withdraw(registered)
    return holder


def _document_suspended(world: World) -> Holder:
    holder, registered = worker(world)
    world.suspend(registered)
    return holder


UNMATCHED: dict[str, tuple[MakeHolder, str]] = {
    "birth_date_differs": (_birth_date_differs, "no_document_of_this_person"),
    "forename_left_out": (_forename_left_out, "name_agrees_in_part"),
    "number_differs": (_number_differs, "personal_number_differs"),
    "two_documents": (_two_documents, "several_documents"),
    "document_withdrawn": (_document_withdrawn, "no_document_of_this_person"),
    "document_suspended": (_document_suspended, "no_document_of_this_person"),
}


@pytest.mark.parametrize(("made", "reason"), UNMATCHED.values(), ids=UNMATCHED)
def test_unmatched(world: World, attested: AttestedWallet, browser: Browser, made: MakeHolder, reason: str) -> None:
    """Refused with a reason, and no code for anybody."""
    browser.open(attested.pushed()).present(made(world))
    assert f'data-reason="{reason}"' in browser.text
    before = world.rows()
    assert browser.submit("deny", decision="allow").status_code == 400
    assert world.rows() == before


def test_number_that_the_holder_does_not_have_is_not_needed(
    world: World, attested: AttestedWallet, browser: Browser
) -> None:
    _, registered = worker(world)
    known = world.document(registered)["claims"]["credential_holder"]
    holder = _holder_without_number(world, known)
    browser.open(attested.pushed()).present(holder)
    assert browser.submit("allow").status_code == 303


def _holder_without_number(world: World, known: dict[str, str]) -> Holder:
    """Also spelt otherwise: capitals, no accents, another order."""
    return Holder.of(
        world,
        family_name=known["family_name"].upper(),
        given_name="Elodie Camille",
        birthdate=known["birth_date"],
        personal_administrative_number=ABSENT,
    )


def test_document_of_somebody_else_s_offer(world: World, attested: AttestedWallet, someone: Someone) -> None:
    """VCI-6: an offer that was injected leads nowhere, since it is about another person."""
    other = world.register()
    browser = Browser.new(world).open(attested.pushed(issuer_state=other.offer_id)).present(someone[0])
    assert 'data-reason="no_document_of_this_person"' in browser.text


def test_identity_that_is_withdrawn(world: World, attested: AttestedWallet, browser: Browser) -> None:
    """Authentic, so the wallet is thanked; but it identifies nobody."""
    holder, _ = worker(world)
    (pid,) = [
        Registered({"type": "pid", "document_id": row[0]}, IDENTITY)
        for row in world.rows()["document"]
        if row[2] == "pid" and _is_about(row, holder)
    ]
    assert world.withdraw(pid).status_code == 200
    browser.open(attested.pushed()).present(holder)
    assert 'data-reason="identity_not_confirmed"' in browser.text


def _is_about(row: tuple[Any, ...], holder: Holder) -> bool:
    parsed = WALLET_FORMATS[holder.format_id].parse(UnverifiedPresentation(text=holder.credential))
    shown = parsed.query_facts().claims
    return any(isinstance(value, dict) and value.get("family_name") == shown["family_name"] for value in row)


def test_documents_of_two_institutions(world: World, attested: AttestedWallet, browser: Browser) -> None:
    """Never decided across institutions."""
    holder, registered = worker(world)
    known = world.document(registered)["claims"]
    claims = world.a1()
    claims["credential_holder"] = known["credential_holder"]
    claims["personal_administrative_number"] = known["personal_administrative_number"]
    claims["issuing_authority"] = {"id": "DE:DRV001", "name": "DRV", "country": "DE"}
    claims["authentic_source"] = {"id": "DE:DRV001", "name": "DRV"}
    claims["legislation_country"] = "DE"
    claims["employer"][0]["country"] = "DE"
    claims["work_information"]["work_address"][0]["country"] = "FR"
    world.register(claims, institution_id="DE:DRV001")
    browser.open(attested.pushed()).present(holder)
    assert 'data-reason="several_institutions"' in browser.text
    assert registered.institution_id == URSSAF
