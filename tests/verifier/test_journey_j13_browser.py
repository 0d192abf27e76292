"""J13 in Chromium: from the verdict to the printed case file."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import accessible, keep, roomy
from tests.verifier.browsing import choose_file, opened
from tests.verifier.world import World

pytestmark = pytest.mark.browser


def test_a_case_file_is_opened_printed_and_saved(browser: Browser, address: str, world: World, tmp_path: Path) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        dialogue = page.locator(".dialogue")
        dialogue.locator("summary").click()
        expect(dialogue).to_contain_text("A genuine certificate stays binding")
        dialogue.scroll_into_view_if_needed()
        keep(page, "case-file-asked-360x640")
        accessible(page)
        dialogue.get_by_label("What you want to ask or add").fill("No staff at this address.")
        with page.context.expect_page() as opening:
            dialogue.get_by_role("button", name="Open for printing").click()
        case = opening.value
        expect(case.get_by_role("heading", level=1)).to_have_text("Case file: doubt about a certificate")
        expect(case.locator("main")).to_contain_text("No staff at this address.")
        expect(case.locator("main")).to_contain_text("FR:117000")
        accessible(case)
        roomy(case, "case-file")
        keep(case, "case-file-360x640-whole", whole=True)
        case.evaluate("window.print = () => { document.title = 'printed'; }")
        case.get_by_role("button", name="Open for printing").click()
        expect(case).to_have_title("printed")
        with page.expect_download() as printing:
            dialogue.get_by_role("button", name="Save as PDF").click()
        assert printing.value.suggested_filename.endswith(".pdf")
        with page.expect_download() as saving:
            dialogue.get_by_role("button", name="Save as a file").click()
        saving.value.save_as(tmp_path / "case.json")
        saved = json.loads((tmp_path / "case.json").read_text())
        assert (saved["remark"], saved["addressee"]["institution_id"]) == ("No staff at this address.", "FR:117000")
