"""J16 in Chromium: what is in the page's document at the gate."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import accessible, keep
from tests.verifier.browsing import choose_file, opened
from tests.verifier.test_journey_j16_gate import require_nothing_personal
from tests.verifier.world import World

pytestmark = pytest.mark.browser


def test_nothing_but_level_and_name_is_in_the_document(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        page.locator("#context summary").click()
        page.get_by_label("Where").select_option("gate")
        page.get_by_label("State", exact=True).select_option("DE")
        page.get_by_role("button", name="Save").click()
        choose_file(page, world.code())
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED")
        expect(page.locator(".person")).to_contain_text("Moreau")
        require_nothing_personal(page.locator("main").evaluate("(main) => main.outerHTML"))
        accessible(page)
        keep(page, "gate-confirmed-360x640", whole=True)
