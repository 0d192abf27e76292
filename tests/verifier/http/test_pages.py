"""The inspector's pages as HTML: the order of what is said, its words, and the policy under which it is shown."""

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.test_identity_match import identity, vp_token
from tests.verifier.wallet import ask, bearer, form, present
from tests.verifier.world import BASE_URL, World
from vc_core.person_match import Agreement
from vc_core.verification import StatusUnavailable
from vc_core.verification.identity import NO_PROOF, NOT_CONFIRMED, SAME_NUMBER, UNREADABLE
from verifier.http.words import load_languages

PAGE = {"Accept": "text/html,application/xhtml+xml"}


def page(client: TestClient, text: str, *, lang: str = "en", place: str = "", **expected: Any) -> str:
    answer = client.post(
        "/v1/verify",
        params={"lang": lang, "place": place},
        json={"text": text, "expected": {"day": "2026-02-15", **expected}},
        headers=PAGE,
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer.text


def said(markup: str) -> str:
    """The text of the page as it is read."""
    body = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def in_order(text: str, *parts: str) -> bool:
    position = 0
    for part in parts:
        found = text.find(part, position)
        assert found >= 0, f"{part!r} is missing, or not after what comes before it"
        position = found + len(part)
    return True


@pytest.fixture
def checking(make_app: MakeApp) -> Any:
    with TestClient(make_app(state="DE"), base_url=BASE_URL) as client:
        yield client


def test_the_start_page_offers_the_ways_to_check(client: TestClient) -> None:
    text = said(client.get("/", headers={"Accept-Language": "en"}).text)
    assert in_order(text, "Check a certificate", "Scan a code", "Ask a wallet", "Use a photo or file")


@pytest.mark.parametrize(
    ("accepted", "title"),
    [("fr", "Contrôler un certificat"), ("de", "Bescheinigung prüfen"), ("pl", "Check a certificate")],
)
def test_the_page_speaks_the_readers_language(client: TestClient, accepted: str, title: str) -> None:
    assert title in client.get("/", headers={"Accept-Language": accepted}).text


def test_the_state_of_the_installation_is_chosen_beforehand(checking: TestClient) -> None:
    assert '<option value="DE" selected>' in checking.get("/").text


def test_every_document_can_be_asked_for_where_it_is_inspected(client: TestClient, world: World) -> None:
    offers = re.findall(r'data-type="(\w+)" data-place="(\w+)"(?: data-identified-by="(\w+)")?', client.get("/").text)
    assert set(offers) >= {(one.type_id, place, "") for one in world.catalogue.types() for place in one.queries}
    assert ("a1", "roadside", "") in offers
    assert len(offers) == len(set(offers))


def test_a_document_is_asked_for_with_its_holders_identity_first(client: TestClient) -> None:
    """It may carry no name."""
    text = client.get("/", headers={"Accept-Language": "en"}).text
    at_the_roadside = re.findall(r'data-type="(\w+)" data-place="roadside"(?: data-identified-by="(\w+)")?', text)
    assert at_the_roadside == [("a1", "pid"), ("a1", ""), ("pid", "")]
    assert in_order(said(text), "A1 certificate and identity", "A1 certificate", "Person identification data")


def test_a_confirmed_code_says_the_answer_first_and_everything_in_order(client: TestClient, world: World) -> None:
    """users.md, J11: verdict, what to do, the identity step, then the facts in their order, then the checks."""
    text = said(page(client, world.code(), host_state="DE"))
    assert in_order(
        text,
        *("A1 certificate", "Confirmed", "15 February 2026, Germany", "What to do now"),
        *(
            "Compare with an identity document",
            "Moreau, Camille Élodie",
            "born 12 April 1988",
            "Is it the same person?",
        ),
        *("What the document says", "Holder", "Employer", "Ateliers Durance SAS", "State and place of work", "Germany"),
        *("Period", "Day 15 of 365", "Legal basis", "Posted employed person", "Reg. 883/2004 Art. 12(1)"),
        *("Issued by", "Urssaf", "FR:117000 · France", "Withdrawal data", "just now", "All checks"),
    )


def test_box_numbers_are_shown(client: TestClient, world: World) -> None:
    """users.md, J17."""
    text = said(page(client, world.code()))
    for box in ("box 1.2, 1.5", "box 2.2, 2.3", "box 3", "box 4", "box 5", "box 6"):
        assert box in text


WORDS = [
    pytest.param(
        "", {"host_state": "FR"}, "NOT_COVERED", "Does not cover this", "It is not for France.", id="not_covered"
    ),
    pytest.param("withdraw", {}, "WITHDRAWN", "Withdrawn", "has withdrawn it", id="withdrawn"),
    pytest.param("age", {}, "CONFIRMED_STATUS_OLD", "Confirmed on older data", "older than its issuer", id="old"),
    pytest.param("down", {}, "CANNOT_CONFIRM", "Could not be confirmed", "did not arrive in time", id="no_list"),
]


@pytest.mark.parametrize(("first", "expected", "word", "headline", "why"), WORDS)
def test_each_answer_has_its_own_words_and_look(
    client: TestClient, world: World, first: str, expected: dict[str, str], word: str, headline: str, why: str
) -> None:
    code = world.code()
    prepare(client, world, code)[first]()
    markup = page(client, code, **expected)
    assert f'class="answer answer-{word}" role="status"' in markup
    assert f'<h1 tabindex="-1">{headline}</h1>' in markup
    assert why in said(markup)


def prepare(client: TestClient, world: World, code: str) -> dict[str, Any]:
    def age() -> None:
        page(client, code)
        world.lists.down = StatusUnavailable(reason="unreachable")
        world.clock.forward(hours=3)

    def down() -> None:
        world.lists.down = StatusUnavailable(reason="timeout")

    return {"": lambda: None, "withdraw": world.withdraw_last, "age": age, "down": down}


def test_old_data_say_how_old_they_are(client: TestClient, world: World) -> None:
    code = world.code()
    prepare(client, world, code)["age"]()
    assert in_order(said(page(client, code)), "Withdrawal data", "3 h old")


def test_data_that_are_not_there_are_said_not_to_be_there(client: TestClient, world: World) -> None:
    world.lists.down = StatusUnavailable(reason="timeout")
    assert in_order(said(page(client, world.code())), "Withdrawal data", "not available")


def test_a_tampered_code_says_that_nothing_of_it_is_confirmed(client: TestClient, world: World) -> None:
    text = said(page(client, world.tampered_code()))
    assert in_order(text, "Could not be confirmed", "The signature does not match", "Dupont", "not confirmed")


def test_what_is_no_certificate_is_said_not_to_be_one(client: TestClient) -> None:
    markup = page(client, "https://example.org/")
    assert in_order(said(markup), "Not a certificate", "This code or file is not a certificate.", "All checks")
    assert 'id="identity"' not in markup, "there is nothing to compare"
    assert "document number" not in said(markup).split("All checks")[0].split("paper")[0]


@pytest.mark.parametrize(
    ("type_id", "place", "advice"),
    [
        ("a1", "building_site", "ask the institution named below what applies now"),
        ("a1", "gate", "call your office"),
        ("a1", "hospital_desk", "ask the institution named below what applies now"),
        ("ehic", "hospital_desk", "Do not refuse care; entitlement to be confirmed."),
        ("ehic", "building_site", "Do not refuse care; entitlement to be confirmed."),
        ("ehic", "", "Do not refuse care; entitlement to be confirmed."),
    ],
)
def test_what_to_do_depends_on_the_place_and_fits_the_document(
    client: TestClient, world: World, type_id: str, place: str, advice: str
) -> None:
    """A place at which the type is not inspected does not count."""
    code = world.code(type_id=type_id)
    world.withdraw_last()
    assert in_order(said(page(client, code, place=place)), "What to do now", advice)


def test_a_card_shows_its_fields(client: TestClient, world: World) -> None:
    text = said(page(client, world.code(type_id="ehic")))
    for part in ("box 2", "box 6", "288041300512345", "80250000019123456780", "until 4 January 2028"):
        assert part in text, part


def test_names_cannot_carry_markup(client: TestClient, world: World) -> None:
    claims = world.claims("a1", "valid_posted_worker")
    claims["credential_holder"] = {**claims["credential_holder"], "family_name": "<b>O'Neil"}
    markup = page(client, world.code(claims=claims))
    assert "<b>O" not in markup
    assert "&lt;b&gt;O&#39;Neil" in markup


EXAMPLES = ["valid_multi_state_no_fixed_place", "valid_twelve_employers", "valid_greek_script", "valid_provisional"]


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("lang", ["en", "fr", "de"])
def test_every_document_can_be_shown_in_every_language(
    client: TestClient, world: World, example: str, lang: str
) -> None:
    """Undefined words and values fail the rendering."""
    code = world.code(claims=world.claims("a1", example))
    assert 'class="facts"' in page(client, code, lang=lang)


def test_a_wallets_answer_is_shown_with_its_identity_step(client: TestClient, world: World) -> None:
    asked = ask(client)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential("dc+sd-jwt"))))
    address = f"/v1/requests/{asked.offer['id']}"
    markup = client.get(address, headers={**bearer(asked.offer["read_token"]), **PAGE}).text
    assert f'data-address="{address}/identity" data-token="{asked.offer["read_token"]}"' in markup
    assert in_order(said(markup), "Confirmed", "This document carries no name", "Is it the same person?", "Employer")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"error": "access_denied"}, "The wallet did not share the document."),
        ({"vp_token": '{"other": ["x"]}'}, "The wallet’s answer could not be accepted."),
    ],
    ids=["declined", "refused"],
)
def test_an_answer_without_a_verdict_is_shown_as_not_confirmed(
    client: TestClient, data: dict[str, str], why: str
) -> None:
    asked = ask(client, response_mode="direct_post")
    client.post(asked.response_path, data={**data, "state": asked.claims["state"]})
    answer = client.get(f"/v1/requests/{asked.offer['id']}", headers={**bearer(asked.offer["read_token"]), **PAGE})
    text = said(answer.text)
    assert in_order(text, "Could not be confirmed", why, "What to do now")
    assert "access_denied" not in text, "a code is for programs"


def test_whoever_declines_is_asked_for_something_else(client: TestClient) -> None:
    asked = ask(client, response_mode="direct_post")
    client.post(asked.response_path, data={"error": "access_denied", "state": asked.claims["state"]})
    address = f"/v1/requests/{asked.offer['id']}?lang=en"
    text = said(client.get(address, headers={**bearer(asked.offer["read_token"]), **PAGE}).text)
    assert "Scan the code" in text
    assert "note the document number and ask" not in text, "no document was shown"


def test_at_the_gate_nobody_is_told_to_compare_what_is_not_shown(client: TestClient, world: World) -> None:
    text = said(page(client, world.code(), place="gate"))
    assert "Compare the name with a passport" in text
    assert "date of birth" not in text


@pytest.mark.parametrize("path", ["/", "/static/inspector.js", "/static/inspector.css", "/static/icon.svg"])
def test_what_the_page_is_made_of_comes_from_here(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.findall(r"""(?:src|href|url)\W{1,3}(?:https?:)?//""", answer.text.replace("http://www.w3.org/", "")) == []


def test_a_strict_policy_holds_for_the_pages(client: TestClient, world: World) -> None:
    policies = [
        client.get("/").headers["content-security-policy"],
        client.post("/v1/verify", json={"text": world.code()}, headers=PAGE).headers["content-security-policy"],
    ]
    for policy in policies:
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    markup = client.get("/").text + page(client, world.code())
    assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", markup) == []


def test_pages_are_not_kept(client: TestClient, world: World) -> None:
    answer = client.post("/v1/verify", json={"text": world.code()}, headers=PAGE)
    assert answer.headers["cache-control"] == "no-store"


def shown_with_identity(client: TestClient, world: World, **changes: Any) -> str:
    """The page after a wallet has shown a certificate without a name, and an identity beside it."""
    asked = ask(client, identified_by="pid", expected={"day": "2026-02-15", "host_state": "DE"})
    shown = vp_token(world, asked, world.credential("dc+sd-jwt"), identity(world, **changes))
    assert client.post(asked.response_path, data=form(asked, shown)).status_code == 200
    headers = {**bearer(asked.offer["read_token"]), **PAGE}
    return client.get(f"/v1/requests/{asked.offer['id']}", params={"lang": "en"}, headers=headers).text


def test_an_identity_shown_beside_a_document_answers_who_it_is_about(client: TestClient, world: World) -> None:
    markup = shown_with_identity(client, world)
    assert 'data-settled="yes"' in markup
    assert in_order(
        said(markup),
        "Compare with an identity document",
        "Moreau, Camille Élodie",
        "Check that it is the person in front of you.",
        "The personal number is the same in the identity and in the document.",
        "Is it the same person?",
    )


def test_an_identity_that_does_not_settle_it_leaves_the_question_to_the_inspector(
    client: TestClient, world: World
) -> None:
    markup = shown_with_identity(client, world, personal_administrative_number="FR880412M0417")
    assert 'data-settled=""' in markup
    assert "its personal number is not that of the identity" in said(markup)


@pytest.mark.parametrize("lang", ["en", "fr", "de"])
def test_every_outcome_of_the_comparison_has_its_words(lang: str) -> None:
    reasons = {*Agreement, NOT_CONFIRMED, NO_PROOF, UNREADABLE, SAME_NUMBER}
    assert set(load_languages().by_tag[lang].texts["match"]) == reasons


def mark(client: TestClient, text: str, place: str, desk: str) -> str:
    headers = {**PAGE, **({"Recheck-Desk": desk} if desk else {})}
    markup = client.post("/v1/verify", params={"place": place}, json={"text": text}, headers=headers).text
    found = re.search(r'data-mark="(\w+)"', markup)
    return "" if found is None else found[1]


def test_a_document_is_known_again_by_the_same_desk_only(client: TestClient, world: World) -> None:
    """users.md, J11, AC5; at every place, also where its number is not shown."""
    code, desk = world.code(), "d" * 22
    known = mark(client, code, "building_site", desk)
    assert len(known) == 64
    assert mark(client, code, "gate", desk) == known
    assert mark(client, code, "building_site", "e" * 22) != known
    assert mark(client, code, "building_site", "") == ""
    assert mark(client, "https://example.com/", "building_site", desk) == ""
