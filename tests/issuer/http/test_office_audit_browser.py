"""The audit log at the back office in Chromium (users.md, J9, J17)."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import PHONE, SIZES, accessible, keep, roomy
from tests.issuer.chrome import opened
from tests.issuer.world import URSSAF, World

pytestmark = pytest.mark.browser


@SIZES
def test_journey_9_an_auditor_reads_the_log(chrome: Browser, world: World, size: tuple[int, int]) -> None:
    one = world.register()
    for _ in range(16):
        world.register()
    with opened(chrome, "/office", size) as page:
        page.locator("#key").fill(world.api_keys[URSSAF])
        page.locator("#key").press("Enter")
        page.get_by_role("link", name="Log", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("as they were written")
        if size == PHONE:
            roomy(page, "office-audit-1-log")
        keep(page, f"office-audit-1-log-{size[0]}x{size[1]}-whole", whole=True)
        accessible(page)
        page.get_by_role("link", name="Older entries").click()
        expect(page.get_by_role("link", name="Newest entries")).to_be_visible()
        accessible(page)
        page.goto(page.url.partition("/audit")[0] + one.path.replace("/v1", "/documents"))
        page.locator("#audit").click()
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("details dd").first).to_be_visible()
        if size == PHONE:
            roomy(page, "office-audit-2-document")
        keep(page, f"office-audit-2-document-{size[0]}x{size[1]}-whole", whole=True)
        accessible(page)
        with page.expect_download() as download:
            page.locator("#evidence").click()
        assert download.value.suggested_filename.startswith("audit-")
