"""Chromium for the tests of pages: fixtures, pictures kept in `artifacts/`, and what axe-core finds (users.md, J17)."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
PHONE, DESK = (360, 640), (1280, 800)
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["360x640", "1280x800"])
ALLOWED = "--use-fake-ui-for-media-stream"
DENIED = "--deny-permission-prompts"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream"),
]

Launch = Callable[..., Browser]


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium")
    if path is None:
        message = "no Chromium on this machine"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def launch(playwright: Playwright, chromium: str) -> Launch:
    """Starts a browser, with a film for its camera to show or with further flags."""

    def start(film: Path | None = None, permission: str = ALLOWED, flags: tuple[str, ...] = ()) -> Browser:
        shown = [f"--use-file-for-fake-video-capture={film}"] if film else []
        return playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, permission, *flags, *shown])

    return start


@contextmanager
def visited(
    browser: Browser,
    url: str,
    size: tuple[int, int] = PHONE,
    *,
    scheme: str = "light",
    locale: str = "en-GB",
    at: datetime | None = None,
    **context: Any,
) -> Iterator[Page]:
    """A page in a context of its own. Nothing on it may fail or break the content security policy.

    at: what its clock shows; context: further options of `Browser.new_context`.
    """
    own = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale=locale,
        **context,
    )
    if at is not None:
        own.clock.set_fixed_time(at)
    page = own.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    try:
        page.goto(url)
        yield page
        assert faults == []
    finally:
        own.close()


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """A picture of the page for the eye."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=whole)


def accessible(page: Page) -> None:
    """axe-core has nothing serious or critical to say about the page as it stands."""
    found = Axe().run(page).response
    assert found["passes"], "axe-core has seen a page"
    heavy = [one for one in found["violations"] if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in heavy] == []


SMALL = """() => [...document.querySelectorAll('button, a, select, summary, input:not([type=file]), label[for=file]')]
  .filter((one) => one.checkVisibility() && one.type !== 'hidden')
  .filter((one) => { const box = one.getBoundingClientRect(); return box.height < 44 || box.width < 44; })
  .map((one) => one.outerHTML)"""
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"


def roomy(page: Page, name: str) -> None:
    """Targets of 44 px or more, nothing cut off, and readable at 200 % (users.md, J11, AC7)."""
    assert page.evaluate(SMALL) == []
    assert page.evaluate(WIDE) <= 0
    keep(page, f"{name}-360x640")
    page.evaluate("document.documentElement.style.fontSize = '225%'")
    assert page.evaluate(WIDE) <= 0
    keep(page, f"{name}-360x640-doubled", whole=True)
    page.evaluate("document.documentElement.style.fontSize = ''")
