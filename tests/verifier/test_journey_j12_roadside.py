"""J12 in Chromium: a driver's wallet is asked at the roadside, and the network fails for half a minute (users.md)."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import accessible, keep
from tests.verifier.browsing import answer_code, fetch_code, opened, post_answer
from tests.verifier.test_identity_match import identity, vp_token
from tests.verifier.wallet import form
from tests.verifier.world import World

pytestmark = pytest.mark.browser

LOST_MS = 30_000
LIVE_SECONDS = 1.0


def ask_a_wallet(page: Page, document: str = "A1 certificate") -> None:
    page.locator("#context summary").click()
    page.get_by_label("Where").select_option("roadside")
    page.get_by_role("button", name="Ask a wallet").click()
    page.get_by_role("button", name=document, exact=True).click()
    expect(page.locator("#wallet-status")).to_have_text("Waiting for the wallet …")


def test_the_page_is_told_at_once(browser: Browser, address: str, world: World) -> None:
    """AC1: the result is there within a second of the wallet's answer, and the page has not asked all the time."""
    with opened(browser, address) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        ask_a_wallet(page)
        page.wait_for_timeout(4000)
        polls = [url for url in asked if url.rpartition("/")[0].endswith("/v1/requests")]
        assert len(polls) <= 2, "the stream of events takes the place of polling"
        answer_code(page, world, "dc+sd-jwt")
        posted = time.monotonic()
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED")
        assert time.monotonic() - posted < LIVE_SECONDS


def test_the_session_resumes_after_half_a_minute_without_network(browser: Browser, address: str, world: World) -> None:
    """AC1. The wallet answers meanwhile; its own network is good."""
    with opened(browser, address) as page:
        ask_a_wallet(page)
        page.context.set_offline(True)
        page.wait_for_timeout(LOST_MS / 2)
        post_answer(page, world, fetch_code(page), "mso_mdoc")
        page.wait_for_timeout(LOST_MS / 2)
        expect(page.locator("#wallet-code")).to_be_visible()
        keep(page, "wallet-offline-360x640")
        page.context.set_offline(False)
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED")


def test_without_the_stream_the_page_asks_by_itself(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        page.route("**/events", lambda route: route.abort())
        ask_a_wallet(page)
        answer_code(page, world, "dc+sd-jwt")
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED")


def test_the_identity_is_asked_beside_the_document(browser: Browser, address: str, world: World) -> None:
    """The certificate travels without a name; the identity settles whose it is, and the way on is open."""
    with opened(browser, address) as page:
        ask_a_wallet(page, "A1 certificate and identity")
        asked = fetch_code(page)
        shown = vp_token(world, asked, world.credential("dc+sd-jwt"), identity(world))
        posted = page.request.post(asked.claims["response_uri"], form={**form(asked, shown)})
        assert posted.status == 200, posted.text()
        expect(page.locator(".answer")).to_have_class(["answer answer-CONFIRMED"] * 2)
        expect(page.locator(".person")).to_contain_text("Moreau, Camille Élodie")
        expect(page.locator("#identity-status")).to_have_text("Recorded: same person.")
        keep(page, "journey-12-with-identity-360x640", whole=True)
        accessible(page)
        page.get_by_role("link", name="Start page").click()
        expect(page.get_by_role("button", name="Ask a wallet")).to_be_visible()


def test_a_page_loaded_anew_goes_on_waiting(browser: Browser, address: str, world: World) -> None:
    """As on a phone that was locked meanwhile; the verdict stays until the question about the person is answered."""
    with opened(browser, address) as page:
        ask_a_wallet(page)
        asked = fetch_code(page)
        page.reload()
        expect(page.locator("#wallet-status")).to_have_text(
            "The wallet has opened the request. The person is being asked."
        )
        expect(page.locator("#wallet-remaining")).to_contain_text("Valid for")
        post_answer(page, world, asked, "dc+sd-jwt")
        for leave in (page.reload, page.go_back):
            expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED")
            leave()
        expect(page.locator(".answer")).to_be_visible()
        page.get_by_role("button", name="Same person", exact=True).click()
        expect(page.locator("#identity-status")).to_contain_text("Recorded")
        page.reload()
        expect(page.get_by_role("button", name="Ask a wallet")).to_be_visible()


def test_a_request_that_was_given_up_is_not_waited_on(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        ask_a_wallet(page)
        page.get_by_role("button", name="Cancel").click()
        page.reload()
        expect(page.get_by_role("button", name="Ask a wallet")).to_be_visible()
        expect(page.locator("#wallet-code")).to_be_hidden()
