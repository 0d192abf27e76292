"""The issuer's pages in Chromium, which knows the service by the address that its wallets use, over TLS."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.browser import PHONE, Launch
from tests.issuer.world import BASE_URL, World
from tests.served import free_port, self_signed, served


@contextmanager
def chrome_for(world: World, launch: Launch, folder: Path) -> Iterator[Browser]:
    """A browser for which the service's address leads to a server of these tests."""
    host, port = urlsplit(BASE_URL).hostname or "", free_port()
    with (
        served(world.app, port, certificate=self_signed(folder, host)),
        closing(launch(flags=(f"--host-resolver-rules=MAP {host}:443 127.0.0.1:{port}",))) as running,
    ):
        yield running


@contextmanager
def opened(
    chrome: Browser,
    path: str,
    size: tuple[int, int] = PHONE,
    *,
    locale: str = "en-GB",
    script: bool = True,
    scheme: str = "light",
) -> Iterator[Page]:
    """A page of the service, whose content security policy nothing may break.

    script: the pages have none of their own; axe-core and measuring need it.
    """
    context = chrome.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=locale,
        ignore_https_errors=True,
        java_script_enabled=script,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    try:
        page.goto(f"{BASE_URL}{path}")
        yield page
        assert faults == []
    finally:
        context.close()
