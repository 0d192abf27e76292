"""J11 in Chromium: the same certificate is shown a second time within a shift (users.md, AC5)."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import accessible, keep
from tests.verifier.browsing import choose_file, opened
from tests.verifier.world import NOW, World

pytestmark = pytest.mark.browser

PLAIN = ("FR-A1-2026", "Moreau")


def check(page: Page, code: str, answer: str) -> None:
    """One inspection from the start page back to it."""
    choose_file(page, code)
    expect(page.locator("#shown-before")).to_be_hidden()
    page.get_by_role("button", name=answer, exact=True).click()
    expect(page.locator("#identity-status")).to_contain_text("Recorded")
    page.get_by_role("link", name="Start page").click()
    expect(page.get_by_role("button", name="Scan a code")).to_be_visible()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("Same person", "Already shown here at 11:00. If that was another person, one of the two is not its holder."),
        ("Not the same person", "Already shown here at 11:00, by another person."),
    ],
)
def test_a_second_time_in_the_shift_is_told(
    browser: Browser, address: str, world: World, answer: str, told: str
) -> None:
    code = world.code()
    with opened(browser, address) as page:
        check(page, code, answer)
        page.clock.set_fixed_time(NOW + timedelta(minutes=32))
        choose_file(page, code)
        expect(page.locator("#shown-before")).to_have_text(told)
        keep(page, "shown-before-360x640")
        accessible(page)
        kept = page.evaluate("localStorage.getItem('socsec.shown')")
        assert not [plain for plain in PLAIN if plain in kept], "what is kept tells nothing by itself"


def test_another_document_is_not_taken_for_it(browser: Browser, address: str, world: World) -> None:
    claims = {**world.claims("a1", "valid_posted_worker"), "document_number": "FR-A1-2026-000999"}
    with opened(browser, address) as page:
        check(page, world.code(), "Same person")
        choose_file(page, world.code(claims=claims))
        expect(page.locator("#shown-before")).to_be_hidden()


def test_it_is_forgotten_when_the_shift_is_over(browser: Browser, address: str, world: World) -> None:
    code = world.code()
    with opened(browser, address) as page:
        check(page, code, "Same person")
        page.clock.set_fixed_time(NOW + timedelta(hours=12))
        page.reload()
        assert page.evaluate("localStorage.getItem('socsec.shown')") == "[]"
        choose_file(page, code)
        expect(page.locator("#shown-before")).to_be_hidden()


def test_another_device_knows_nothing_of_it(browser: Browser, address: str, world: World) -> None:
    code = world.code()
    with opened(browser, address) as page:
        check(page, code, "Same person")
    with opened(browser, address) as page:
        choose_file(page, code)
        expect(page.locator("#shown-before")).to_be_hidden()
