"""J15 in Chromium: a hand scanner types into the focused field, the card is copied, and the network may fail."""

import csv
import statistics
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import DESK, accessible, keep, roomy
from tests.verifier.browsing import opened
from tests.verifier.world import World
from vc_core.verification import StatusUnavailable

pytestmark = pytest.mark.browser

VERDICT_SECONDS = 1.0


def at_the_desk(page: Page, day: str = "2026-02-15") -> None:
    page.locator("#context summary").click()
    page.get_by_label("Where").select_option("hospital_desk")
    page.get_by_label("State", exact=True).select_option("")
    page.get_by_role("button", name="Save").click()
    page.reload()
    expect(page.get_by_label("Code from a hand scanner")).to_be_focused()


def scanned(page: Page, code: str) -> float:
    """As a keyboard wedge does: the code as keys, then Enter. Seconds from Enter to the verdict."""
    page.keyboard.insert_text(code)
    before = time.monotonic()
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    return time.monotonic() - before


def on_to_the_next(page: Page) -> None:
    page.get_by_role("button", name="Same person", exact=True).click()
    page.get_by_role("link", name="Start page").click()
    expect(page.get_by_label("Code from a hand scanner")).to_be_focused()


def test_a_hand_scanner_gives_the_verdict_and_the_card(
    browser: Browser, address: str, world: World, tmp_path: Path
) -> None:
    """AC1, AC2."""
    with opened(browser, address, DESK) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        at_the_desk(page)
        accessible(page)
        keep(page, "hospital-start-1280x800")
        taken = []
        for _ in range(2):
            taken.append(scanned(page, world.code(type_id="ehic")))
            on_to_the_next(page)
        taken.append(scanned(page, world.code(type_id="ehic")))
        assert statistics.median(taken) < VERDICT_SECONDS
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED")
        accessible(page)
        keep(page, "hospital-confirmed-1280x800", whole=True)
        page.get_by_role("button", name="Copy card data").click()
        expect(page.locator("#card-status")).to_have_text("Copied.")
        lines = page.evaluate("navigator.clipboard.readText()").split("\n")
        assert [line.split("\t")[0] for line in lines] == ["2", "3", "4", "5", "6", "7", "8", "9"]
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save as a file").click()
        saving.value.save_as(tmp_path / "card.csv")
        with (tmp_path / "card.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows == [["box", "name", "value"], *(line.split("\t") for line in lines)]


def test_on_a_phone_there_is_room(browser: Browser, address: str, world: World) -> None:
    world.lists.down = StatusUnavailable(reason="timeout")
    with opened(browser, address) as page:
        at_the_desk(page)
        roomy(page, "hospital-start")
        scanned(page, world.code(type_id="ehic"))
        expect(page.locator(".next")).to_contain_text("Do not refuse care; entitlement to be confirmed.")
        expect(page.get_by_text("Request for a provisional replacement certificate")).to_be_visible()
        accessible(page)
        roomy(page, "hospital-unknown")
        keep(page, "hospital-unknown-360x640-whole", whole=True)


def test_without_network_care_is_not_refused(browser: Browser, address: str, world: World) -> None:
    """AC3."""
    with opened(browser, address) as page:
        at_the_desk(page)
        page.context.set_offline(True)
        page.keyboard.insert_text(world.code(type_id="ehic"))
        page.keyboard.press("Enter")
        expect(page.locator("#trouble-meanwhile")).to_have_text("Do not refuse care; entitlement to be confirmed.")
        accessible(page)


def test_elsewhere_there_is_no_such_field(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        expect(page.locator("#typed-form")).to_be_hidden()
