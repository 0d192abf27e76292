"""Files at the back office in Chromium: handed in, followed until they are done, what was wrong (users.md, J2, J17)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, SIZES, Launch, accessible, keep, roomy
from tests.issuer.bulk import work
from tests.issuer.chrome import chrome_for, opened
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import CNAM, World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser-jobs") / "spool"


@pytest.fixture(scope="module")
def world(make_world: MakeWorld, spool: Path) -> World:
    """An issuer whose jobs wait until `work` is called."""
    return make_world(spool=spool, job_seconds=None)


@pytest.fixture(scope="module")
def chrome(launch: Launch, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chrome_for(world, launch, tmp_path_factory.mktemp("tls")) as running:
        yield running


def sign_in(page: Page, world: World) -> None:
    page.locator("#key").fill(world.api_keys[CNAM])
    page.locator("#key").press("Enter")
    expect(page.get_by_role("link", name="Files")).to_be_visible()


def look(page: Page, size: tuple[int, int], step: str) -> None:
    if size == PHONE:
        roomy(page, f"office-jobs-{step}")
    else:
        keep(page, f"office-jobs-{step}-{size[0]}x{size[1]}", whole=True)
    accessible(page)


def file_of(folder: Path, world: World) -> Path:
    first, faulty = world.ehic(), {**world.ehic(), "date_of_expiry": "2020-01-01"}
    file = folder / "cards.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in (first, faulty, first, world.ehic())))
    return file


@SIZES
def test_journey_2_an_officer_hands_in_a_file_and_follows_it(
    chrome: Browser, world: World, pilot: tuple[Path, Any], spool: Path, size: tuple[int, int], tmp_path: Path
) -> None:
    with opened(chrome, "/office", size) as page:
        sign_in(page, world)
        page.get_by_role("link", name="Files").click()
        page.set_input_files("#rows-file", file_of(tmp_path, world))
        page.get_by_role("button", name="Hand in the file").click()
        expect(page.get_by_role("alert")).to_contain_text("no such column")
        look(page, size, "1-refused")
        page.get_by_label("Form of the file").select_option("ndjson")
        page.set_input_files("#rows-file", file_of(tmp_path, world))
        page.get_by_role("button", name="Hand in the file").click()
        expect(page.get_by_role("status")).to_have_text("Waiting")
        look(page, size, "2-waiting")
        page.get_by_role("link", name="Follow it").click()
        expect(page.locator("#stop")).to_be_visible()
        look(page, size, "3-followed")
        work(world, pilot[0], spool)
        expect(page.get_by_role("status")).to_have_text("Finished", timeout=20_000)
        expect(page.locator("#issued")).to_have_text("2")
        look(page, size, "4-finished")
        with page.expect_download() as download:
            page.locator("#results").click()
        lines = Path(download.value.path()).read_text().splitlines()
        assert [json.loads(line)["row"] for line in lines] == [2, 3]
        with page.expect_navigation():
            page.get_by_role("link", name="To all files").click()
        look(page, size, "5-list")


def test_a_file_is_handed_in_without_script_and_by_keyboard(chrome: Browser, world: World, tmp_path: Path) -> None:
    with opened(chrome, "/office", script=False) as page:
        sign_in(page, world)
        page.goto(f"{page.url}/jobs")
        page.set_input_files("#rows-file", file_of(tmp_path, world))
        page.locator("#type").focus()
        page.keyboard.press("Tab")
        expect(page.locator("#form")).to_be_focused()
        page.keyboard.type("NDJSON")
        for place in ("#mode", "#rows-file", "#hand-in"):
            page.keyboard.press("Tab")
            expect(page.locator(place)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#progress")).to_be_visible()


@pytest.mark.parametrize("locale", ["fr-FR", "de-DE"])
def test_files_in_other_languages(chrome: Browser, world: World, locale: str) -> None:
    with opened(chrome, "/office", locale=locale) as page:
        page.locator("#key").fill(world.api_keys[CNAM])
        page.locator("#key").press("Enter")
        with page.expect_navigation():
            page.locator("nav a").nth(2).click()
        look(page, PHONE, f"list-{locale[:2]}")
