"""The issuer's pages in Chromium, which knows the service by the address that its wallets use, over TLS."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.browser import PHONE, Launch, visited
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


def opened(
    chrome: Browser, path: str, size: tuple[int, int] = PHONE, *, script: bool = True, **how: Any
) -> AbstractContextManager[Page]:
    """A page of the service, whose content security policy nothing may break. how: as `visited`.

    script: the pages have none of their own; axe-core and measuring need it.
    """
    return visited(chrome, f"{BASE_URL}{path}", size, ignore_https_errors=True, java_script_enabled=script, **how)
