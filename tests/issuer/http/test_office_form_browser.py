"""The form of a document in Chromium, which has no script of its own, and by keyboard (users.md, J1, J5, J17)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from issuer.claim_entries import sent_from, typed_from
from tests.browser import PHONE, SIZES, accessible, keep, roomy
from tests.issuer.chrome import opened
from tests.issuer.world import URSSAF, World

pytestmark = pytest.mark.browser


def at(page: Page, name: str) -> Locator:
    return page.locator(f'[name="{name}"]')


def fill(page: Page, claims: Any) -> None:
    for name, text in sent_from(typed_from(claims)).items():
        if at(page, name).evaluate("one => one.tagName") == "SELECT":
            at(page, name).select_option(text)
        else:
            at(page, name).fill(text)


def look(page: Page, size: tuple[int, int], step: str) -> None:
    if size == PHONE:
        roomy(page, f"office-form-{step}")
    keep(page, f"office-form-{step}-{size[0]}x{size[1]}-whole", whole=True)
    accessible(page)


def begin(page: Page, world: World) -> None:
    page.locator("#key").fill(world.api_keys[URSSAF])
    page.locator("#key").press("Enter")
    page.get_by_role("link", name="A1 certificate").click()


@SIZES
def test_journey_1_a_clerk_fills_in_the_form(chrome: Browser, world: World, size: tuple[int, int]) -> None:
    claims = world.a1()
    with opened(chrome, "/office", size) as page:
        begin(page, world)
        look(page, size, "1-blank")
        fill(page, {**claims, "ending_date": "2019-01-01"})
        page.get_by_role("button", name="Add another: Employers or self-employment").click()
        expect(at(page, "/employer/1/type")).to_be_focused()
        expect(at(page, "/credential_holder/family_name")).to_have_value(claims["credential_holder"]["family_name"])
        look(page, size, "2-added")
        page.get_by_role("button", name="Remove: Employers or self-employment: 2").click()
        expect(page.get_by_role("button", name="Add another: Employers or self-employment")).to_be_focused()
        page.get_by_role("button", name="Register the document").click()
        expect(page.get_by_role("alert")).to_contain_text("A1-01")
        look(page, size, "3-faults")
        page.locator('a[href="#/ending_date"]').first.press("Enter")
        page.keyboard.press("Tab")
        at(page, "/ending_date").fill(claims["ending_date"])
        at(page, "/document_number").press("Enter")
        expect(page.get_by_role("status")).to_have_text("The document is registered.")
        page.locator("#correct").press("Enter")
        expect(at(page, "/ending_date")).to_have_value(claims["ending_date"])
        look(page, size, "4-correct")
        at(page, "/credential_holder/family_name").fill("Moreau-Petit")
        page.get_by_role("button", name="Correct it").click()
        expect(page.get_by_role("status")).to_have_text("The document is corrected.")


@pytest.mark.parametrize("locale", ["fr-FR", "de-DE"])
def test_the_form_in_other_languages(chrome: Browser, world: World, locale: str) -> None:
    with opened(chrome, "/office", locale=locale) as page:
        page.locator("#key").fill(world.api_keys[URSSAF])
        page.locator("#key").press("Enter")
        with page.expect_navigation():
            page.locator('a[href$="/a1/new"]').click()
        roomy(page, f"office-form-{locale[:2]}")
        accessible(page)


def test_the_form_in_the_dark(chrome: Browser, world: World) -> None:
    with opened(chrome, "/office", scheme="dark") as page:
        begin(page, world)
        page.get_by_role("button", name="Register the document").click()
        expect(page.get_by_role("alert")).to_be_visible()
        accessible(page)
