"""An officer searches and asks in Chromium, on a phone and at a desk, with nothing that a reader of screens misses."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import SIZES
from tests.issuer.chrome import opened
from tests.issuer.http.test_office_browser import looking, sign_in
from tests.issuer.test_journey_j05_correction import named
from tests.issuer.world import World

pytestmark = pytest.mark.browser


@SIZES
def test_an_officer_finds_a_document_by_name_and_asks_for_its_status(
    chrome: Browser, world: World, size: tuple[int, int]
) -> None:
    for letter in "abcdefghijklmnopqrstuv":
        world.register(named(world.a1(), f"Vv{letter}"))
    with opened(chrome, "/office", size) as page:
        look = looking(page, size)
        sign_in(page, world)
        page.locator("#search").click()
        page.locator("#family_name").fill("v")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("two letters")
        look("search-1-problem")
        page.locator("#family_name").fill("vv")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Found")).to_be_visible()
        look("search-2-found")
        page.get_by_role("button", name="Next page").click()
        expect(page.locator("ol.list a").last).to_be_visible()
        page.locator("ol.list a").last.click()
        expect(page.locator("#state")).to_contain_text("In force")
        page.locator("#history").click()
        page.locator("#on").fill("2026-02-01")
        page.keyboard.press("Enter")
        expect(page.locator("#status-then")).to_have_text("In force")
        look("search-3-status-of-a-day")
