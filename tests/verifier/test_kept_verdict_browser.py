"""J11 in Chromium: a verdict on what was handed in is shown again by a page that is loaded anew.

In its tab alone, and not for long.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.verifier.browsing import answer_code, choose_file, opened
from tests.verifier.world import NOW, World

pytestmark = pytest.mark.browser

KEPT = "sessionStorage.getItem('socsec.verdict')"
SD_JWT = "dc+sd-jwt"


def at_the_start(page: Page) -> None:
    """The start page, and nothing of a verdict is left."""
    expect(page.get_by_role("button", name="Scan a code")).to_be_visible()
    page.wait_for_function(f"{KEPT} === null")


def test_a_page_loaded_anew_shows_its_verdict(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        page.reload()
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED")
        expect(page.locator(".answer h1")).to_be_focused()
        expect(page.locator("#shown-before")).to_be_hidden()
        expect(page.get_by_role("link", name="Start page")).to_have_attribute("aria-disabled", "true")
        page.get_by_role("button", name="Same person", exact=True).click()
        expect(page.locator("#identity-status")).to_contain_text("Recorded")


def test_with_what_was_answered_about_the_person(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        page.get_by_role("button", name="Not the same person").click()
        expect(page.locator("#identity-status")).to_contain_text("Recorded")
        page.reload()
        expect(page.get_by_role("button", name="Not the same person")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".answer")).to_have_attribute("data-compared", "mismatch")
        expect(page.locator("#shown-before")).to_be_hidden()
        page.get_by_role("link", name="Start page").click()
        at_the_start(page)
        page.reload()
        at_the_start(page)


def test_the_newest_alone_is_kept(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        page.goto(f"{address}/?lang=en")
        choose_file(page, world.tampered_code())
        page.reload()
        expect(page.locator(".answer")).to_have_class("answer answer-CANNOT_CONFIRM")


def test_whoever_goes_back_is_done_with_it(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        page.go_back()
        at_the_start(page)


def test_whoever_comes_by_the_address_is_done_with_it(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        page.goto(f"{address}/?lang=en")
        at_the_start(page)


@pytest.mark.parametrize(("minutes", "left"), [(14, 1), (15, 0)])
def test_it_is_kept_for_a_quarter_of_an_hour(
    browser: Browser, address: str, world: World, minutes: int, left: int
) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        page.clock.set_fixed_time(NOW + timedelta(minutes=minutes))
        page.reload()
        page.wait_for_function(f"{KEPT} {'!==' if left else '==='} null")
        expect(page.locator(".answer")).to_have_count(left)


def test_another_tab_knows_nothing_of_it(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        other = page.context.new_page()
        other.goto(address)
        at_the_start(other)


def test_the_answer_of_a_wallet_is_not_kept_here(browser: Browser, address: str, world: World) -> None:
    """The service keeps it, for whoever has the request's token."""
    with opened(browser, address) as page:
        page.get_by_role("button", name="Ask a wallet").click()
        page.locator("[data-type='a1']:visible").last.click()
        answer_code(page, world, SD_JWT)
        expect(page.locator(".answer")).to_be_visible()
        assert page.evaluate(KEPT) is None
