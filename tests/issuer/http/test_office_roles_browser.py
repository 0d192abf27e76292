"""What a clerk is told and an auditor is shown, in Chromium (users.md, J3, J4, J9, J17)."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, SIZES, Launch, accessible, keep, roomy
from tests.issuer.chrome import chrome_for, opened
from tests.issuer.http.test_journey_j03_withdrawal import register
from tests.issuer.http.test_office_documents import office_path
from tests.issuer.world import BASE_URL, DRV, URSSAF, World

pytestmark = pytest.mark.browser


def sign_in(page: Page, key: str) -> None:
    page.locator("#key").fill(key)
    page.locator("form button[type=submit]").click()
    expect(page.locator("#sign-out")).to_be_visible()


def look(page: Page, size: tuple[int, int], step: str) -> None:
    if size == PHONE:
        roomy(page, f"office-{step}")
    else:
        keep(page, f"office-{step}-{size[0]}x{size[1]}", whole=True)
    accessible(page)


def told(page: Page, words: str) -> None:
    """Where the officer looks."""
    expect(page.get_by_role("status")).to_have_text(words)
    expect(page.get_by_role("status")).to_be_in_viewport()


@SIZES
def test_journey_4_a_clerk_is_told_what_was_done(chrome: Browser, world: World, size: tuple[int, int]) -> None:
    path = office_path(world.register())
    with opened(chrome, "/office", size) as page:
        sign_in(page, world.api_keys[URSSAF])
        page.goto(f"{BASE_URL}{path}/suspend")
        page.locator("#reason_code").select_option("facts_in_doubt")
        page.get_by_role("button", name="Suspend it").click()
        told(page, "The document is suspended.")
        look(page, size, "suspended")
        page.locator("#lift").click()
        told(page, "The suspension is lifted. The document is in force again.")
        look(page, size, "lifted")
        page.locator("#new-offer").click()
        told(page, "The new offer is made.")
        look(page, size, "offered")


@SIZES
def test_journey_3_two_officers_are_told_what_was_done(
    chrome: Browser, world: World, approver_keys: dict[str, str], size: tuple[int, int]
) -> None:
    path = office_path(register(world))
    with opened(chrome, "/office", size) as page:
        sign_in(page, world.api_keys[DRV])
        page.goto(f"{BASE_URL}{path}/withdraw")
        page.locator("#reason_code").select_option("facts_changed")
        page.locator("main button").click()
        page.locator("#confirm").click()
        told(page, "The withdrawal is asked for. Until a second officer approves it, nothing changes.")
        expect(page.locator("main button")).to_have_count(0)
        look(page, size, "withdrawal-asked-for")
    with opened(chrome, "/office", size) as page:
        sign_in(page, approver_keys[DRV])
        page.goto(f"{BASE_URL}/office/withdrawals")
        page.get_by_role("button", name="Approve: withdraw").click()
        told(page, "The withdrawal is approved and in effect.")
        look(page, size, "withdrawal-approved")


@SIZES
def test_an_auditor_sees_documents_and_nothing_to_send(
    launch: Launch, world: World, read_only: World, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = office_path(world.register())
    tls = tmp_path / "tls"
    tls.mkdir()
    with chrome_for(read_only, launch, tls) as chrome, opened(chrome, "/office", size) as page:
        sign_in(page, read_only.api_keys[URSSAF])
        look(page, size, "auditor-start")
        page.goto(f"{BASE_URL}{path}")
        look(page, size, "auditor-document")
        expect(page.locator("main button")).to_have_count(0)
