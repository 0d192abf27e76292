"""The back office in Chromium: an officer's way from signing in to a withdrawal (users.md, J1, J3, J17)."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, SIZES, accessible, keep, roomy
from tests.issuer.chrome import opened
from tests.issuer.world import URSSAF, World
from vc_core import qr

pytestmark = pytest.mark.browser

Look = Callable[[str], None]
OFFER_VERSION = 9


def sign_in(page: Page, world: World) -> None:
    page.locator("#key").fill(world.api_keys[URSSAF])
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("link", name="A1 certificate")).to_be_visible()


def looking(page: Page, size: tuple[int, int]) -> Look:
    def look(step: str) -> None:
        if size == PHONE:
            roomy(page, f"office-{step}")
        else:
            keep(page, f"office-{step}-{size[0]}x{size[1]}", whole=True)
        accessible(page)

    return look


@SIZES
def test_journey_1_an_officer_makes_and_offers_a_document(chrome: Browser, world: World, size: tuple[int, int]) -> None:
    wrong = world.a1("valid_posted_worker")
    wrong["ending_date"] = "2026-01-01"
    with opened(chrome, "/office", size) as page:
        look = looking(page, size)
        look("1-sign-in")
        sign_in(page, world)
        look("2-start")
        page.get_by_role("link", name="A1 certificate").click()
        page.locator("#as-json").click()
        page.locator("textarea").fill(json.dumps(wrong))
        look("3-make")
        page.get_by_role("button", name="Register the document").click()
        expect(page.get_by_role("alert")).to_contain_text("A1-01")
        look("4-faults")
        page.locator("textarea").fill(json.dumps(world.a1()))
        page.get_by_role("button", name="Register the document").click()
        expect(page.get_by_role("status")).to_be_visible()
        look("5-document")
        shown = qr.read(page.locator("#offer-code").screenshot())
        assert shown[0].startswith("openid-credential-offer://")
        assert len(qr.read(page.locator("#inspection-code").screenshot())) == 1


def test_the_back_office_works_without_script_and_by_keyboard(chrome: Browser, world: World) -> None:
    with opened(chrome, "/office", script=False) as page:
        page.locator("#key").focus()
        page.keyboard.insert_text(world.api_keys[URSSAF])
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="A1 certificate")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()


@pytest.mark.parametrize("locale", ["fr-FR", "de-DE"])
def test_the_back_office_in_other_languages(chrome: Browser, world: World, locale: str) -> None:
    with opened(chrome, "/office", locale=locale) as page:
        roomy(page, f"office-sign-in-{locale[:2]}")
        page.locator("#key").fill(world.api_keys[URSSAF])
        with page.expect_navigation():
            page.locator("form button[type=submit]").click()
        roomy(page, f"office-start-{locale[:2]}")
        accessible(page)


def test_the_back_office_in_the_dark(chrome: Browser, world: World) -> None:
    with opened(chrome, "/office", scheme="dark") as page:
        accessible(page)
        sign_in(page, world)
        accessible(page)
