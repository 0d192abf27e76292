"""A document's controls at the back office in Chromium: held back, released, corrected (users.md, J5, J17)."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, SIZES, accessible, keep, roomy
from tests.issuer.chrome import opened
from tests.issuer.world import URSSAF, World

pytestmark = pytest.mark.browser


def look(page: Page, size: tuple[int, int], step: str) -> None:
    if size == PHONE:
        roomy(page, f"office-controls-{step}")
    keep(page, f"office-controls-{step}-{size[0]}x{size[1]}-whole", whole=True)
    accessible(page)


@SIZES
def test_journey_5_a_document_is_held_released_and_corrected(
    chrome: Browser, world: World, size: tuple[int, int]
) -> None:
    claims = world.a1()
    with opened(chrome, "/office", size) as page:
        page.locator("#key").fill(world.api_keys[URSSAF])
        page.locator("#key").press("Enter")
        page.get_by_role("link", name="A1 certificate").click()
        page.locator("#as-json").click()
        page.locator("textarea").fill(json.dumps(claims))
        page.get_by_label("Tied to").select_option("none")
        page.get_by_label("Takes effect").select_option("on_release")
        look(page, size, "1-make")
        page.get_by_role("button", name="Register the document").click()
        expect(page.locator("#state")).to_have_text("On hold")
        look(page, size, "2-held")
        page.get_by_role("button", name="Release it").press("Enter")
        expect(page.get_by_role("status")).to_have_text("The document is released.")
        look(page, size, "3-released")
        page.locator("#correct").press("Enter")
        page.locator("#as-json").click()
        page.locator("textarea").fill(json.dumps({**claims, "ending_date": "2019-01-01"}))
        page.get_by_role("button", name="Correct it").click()
        expect(page.get_by_role("alert")).to_contain_text("Faults to correct")
        look(page, size, "4-faults")
        holder = {**claims["credential_holder"], "family_name": "Moreau-Petit"}
        page.locator("textarea").fill(json.dumps({**claims, "credential_holder": holder}))
        page.get_by_role("button", name="Correct it").click()
        expect(page.get_by_role("status")).to_have_text("The document is corrected.")
        accessible(page)
