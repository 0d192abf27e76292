"""The inspector's page in Chromium: opened on the day of the tests, a film before its camera, a wallet that answers.

The camera's picture is a Y4M film made here from the code's PNG.
"""

import io
from contextlib import AbstractContextManager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, visited
from tests.verifier.wallet import Asked, form, present
from tests.verifier.world import NOW, World
from vc_core import jose, qr

FILM = (1280, 720)


def opened(browser: Browser, address: str, size: tuple[int, int] = PHONE, **how: str) -> AbstractContextManager[Page]:
    """The start page, on the day of the tests. Nothing on it may fail or break the content security policy.

    how: as `visited`.
    """
    return visited(browser, f"{address}/", size, at=NOW, timezone_id="Europe/Berlin", **how)


def film_of(text: str, folder: Path) -> Path:
    """A film of one frame: the code on a grey desk, as YUV4MPEG2 with 4:2:0 planes."""
    code = Image.open(io.BytesIO(qr.png(text, scale=6))).convert("L")
    frame = Image.new("L", FILM, 90)
    code.thumbnail((FILM[1] - 80, FILM[1] - 80))
    frame.paste(code, ((FILM[0] - code.width) // 2, (FILM[1] - code.height) // 2))
    colour = b"\x80" * (FILM[0] * FILM[1] // 4)
    path = folder / "film.y4m"
    header = f"YUV4MPEG2 W{FILM[0]} H{FILM[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + b"FRAME\n" + frame.tobytes() + colour + colour)
    return path


def choose_file(page: Page, text: str) -> None:
    page.set_input_files("#file", {"name": "code.png", "mimeType": "image/png", "buffer": qr.png(text)})
    expect(page.locator(".answer")).to_be_visible()


def answer_code(page: Page, world: World, format_id: str) -> None:
    """A wallet reads the code on the screen and answers; the page says how far it is."""
    asked = fetch_code(page)
    expect(page.locator("#wallet-status")).to_contain_text("The wallet has opened the request.")
    post_answer(page, world, asked, format_id)


def fetch_code(page: Page) -> Asked:
    """A wallet reads the code on the screen and fetches the request."""
    symbol = page.locator("#wallet-symbol")
    expect(symbol).to_have_js_property("complete", True)
    shown = qr.read(symbol.screenshot())
    assert len(shown) == 1
    request_uri = shown[0].partition("request_uri=")[2]
    claims = jose.parse_jws(page.request.get(request_uri).text()).claims()
    return Asked({"id": request_uri.rpartition("/")[2]}, claims)


def post_answer(page: Page, world: World, asked: Asked, format_id: str) -> None:
    answer = form(asked, present(world, asked, world.credential(format_id)))
    posted = page.request.post(asked.claims["response_uri"], form={**answer})
    assert posted.status == 200, posted.text()
