"""J14 in Chromium: the start page tells what became of a verdict given on old data."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import accessible, keep, roomy
from tests.verifier.browsing import choose_file, opened
from tests.verifier.world import World
from vc_core.verification import StatusUnavailable

pytestmark = pytest.mark.browser


def test_a_changed_verdict_is_on_top_of_the_start_page(browser: Browser, address: str, world: World) -> None:
    code = world.code()
    with opened(browser, address) as page:
        expect(page.locator("#rechecks")).to_be_hidden()
        choose_file(page, code)
        world.clock.forward(hours=1)
        world.lists.down = StatusUnavailable(reason="timeout")
        page.go_back()
        choose_file(page, code)
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED_STATUS_OLD")
        page.go_back()
        section = page.locator("#rechecks")
        expect(section).to_contain_text("Still open: Confirmed on older data")
        expect(section).to_contain_text("FR-A1-2026")
        accessible(page)
        keep(page, "recheck-open-360x640")
        world.withdraw_last()
        world.lists.down = None
        page.get_by_role("button", name="Check again now").click()
        expect(section.locator("li").first).to_contain_text("Now: Withdrawn")
        expect(page.get_by_role("button", name="Check again now")).to_have_count(0)
        accessible(page)
        roomy(page, "recheck-withdrawn")


def test_the_queue_is_this_devices(browser: Browser, address: str, world: World) -> None:
    world.lists.down = StatusUnavailable(reason="timeout")
    with opened(browser, address) as page:
        choose_file(page, world.code())
        page.go_back()
        expect(page.locator("#rechecks")).to_contain_text("Still open")
    with opened(browser, address) as other:
        expect(other.locator("#rechecks")).to_be_hidden()
