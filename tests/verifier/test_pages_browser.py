"""The inspector's page in Chromium: a camera shows codes, a wallet answers, files are chosen (users.md, J11, J12)."""

import io
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import DENIED, DESK, SIZES, Launch, accessible, keep, roomy, visited
from tests.verifier.browsing import answer_code, choose_file, film_of, opened
from tests.verifier.world import NOW, World
from vc_core import qr

pytestmark = pytest.mark.browser


def good(world: World) -> str:
    return world.code()


def withdrawn(world: World) -> str:
    code = world.code()
    world.withdraw_last()
    return code


def tampered(world: World) -> str:
    return world.tampered_code()


# ---------------------------------------------------------------------------------------------------------- the camera
@pytest.mark.parametrize(
    ("make", "word", "headline"),
    [
        pytest.param(good, "CONFIRMED", "Confirmed", id="good"),
        pytest.param(withdrawn, "WITHDRAWN", "Withdrawn", id="withdrawn"),
        pytest.param(tampered, "CANNOT_CONFIRM", "Could not be confirmed", id="tampered"),
    ],
)
def test_a_code_before_the_camera(
    launch: Launch, address: str, world: World, tmp_path: Path, make: Callable[[World], str], word: str, headline: str
) -> None:
    with closing(launch(film_of(make(world), tmp_path))) as running, opened(running, address) as page:
        page.get_by_role("button", name="Scan a code").click()
        answer = page.locator(".answer")
        expect(answer).to_have_class(f"answer answer-{word}", timeout=15_000)
        expect(answer).to_have_attribute("role", "status")
        expect(answer.get_by_role("heading", level=1)).to_have_text(headline)
        expect(answer.get_by_role("heading", level=1)).to_be_focused()
        expect(page.get_by_role("heading", name="Compare with an identity document")).to_be_visible()
        keep(page, f"scan-{make.__name__}-360x640")
        keep(page, f"scan-{make.__name__}-360x640-whole", whole=True)
        accessible(page)


def test_the_camera_waits_for_a_code(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.get_by_role("button", name="Scan a code").click()
        expect(page.locator("#scan-status")).to_have_text("Looking for a code …")
        page.wait_for_function("() => document.getElementById('camera').videoWidth > 0")
        keep(page, "scan-looking-360x640")
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("button", name="Scan a code")).to_be_visible()
        assert page.evaluate("document.getElementById('camera').srcObject") is None, "the camera is off again"


def test_a_camera_that_is_not_allowed_is_explained(launch: Launch, address: str) -> None:
    with closing(launch(permission=DENIED)) as running, opened(running, address) as page:
        page.get_by_role("button", name="Scan a code").click()
        expect(page.locator("#scan-status")).to_contain_text("The camera is not allowed here.")


# ------------------------------------------------------------------------------------------------------- the identity
@pytest.mark.parametrize(
    ("button", "answer", "said"),
    [
        ("Same person", "yes", "Recorded: same person."),
        ("Not the same person", "mismatch", "not about the person in front of you"),
        ("Not compared", "no", "about the document only"),
    ],
)
def test_there_is_no_way_on_before_the_person_was_compared(
    browser: Browser, address: str, world: World, button: str, answer: str, said: str
) -> None:
    """users.md, J11, AC3."""
    with opened(browser, address) as page:
        choose_file(page, world.code())
        on = page.get_by_role("link", name="Start page")
        expect(on).to_have_attribute("aria-disabled", "true")
        on.click(force=True)
        expect(page.locator(".answer")).to_be_visible()
        expect(page.get_by_role("button", name="Same person", exact=True)).to_be_focused()
        with page.expect_response("**/identity") as recorded:
            page.get_by_role("button", name=button, exact=True).click()
        assert recorded.value.json()["identity_compared"] == answer
        expect(page.locator("#identity-status")).to_contain_text(said)
        warned = expect(page.locator("p.other-person"))
        warned.to_be_visible(visible=answer == "mismatch")
        expect(page.get_by_role("button", name=button, exact=True)).to_have_attribute("aria-pressed", "true")
        on.click()
        expect(page.get_by_role("button", name="Scan a code")).to_be_visible()


def test_the_next_one_is_scanned_at_once(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        choose_file(page, world.code())
        page.get_by_role("button", name="Same person", exact=True).click()
        page.get_by_role("link", name="Scan the next one").click()
        expect(page.locator("#scan-status")).to_have_text("Looking for a code …")


# ---------------------------------------------------------------------------------------------- what is asked about
def test_what_is_asked_about_is_shown_used_and_kept(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        expect(page.locator("#context-line")).to_have_text("Building site · Germany · Today")
        page.locator("#context summary").click()
        page.get_by_label("State", exact=True).select_option("FR")
        page.get_by_role("button", name="Save").click()
        page.reload()
        expect(page.locator("#context-line")).to_have_text("Building site · France · Today")
        choose_file(page, world.code())
        expect(page.locator(".answer")).to_contain_text("Genuine, but not for 15 February 2026, France.")
        keep(page, "file-not-covered-360x640")


def test_the_person_asked_about_is_in_no_address(browser: Browser, address: str, world: World) -> None:
    """Addresses are written down by servers and by what stands before them; bodies are not."""
    with opened(browser, address) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.locator("#context summary").click()
        page.get_by_label("Surname of the person").fill("Dupont")
        page.get_by_role("button", name="Save").click()
        choose_file(page, world.code())
        expect(page.locator(".answer")).to_have_class("answer answer-NOT_COVERED")
        assert [url for url in asked if "/v1/verify" in url]
        assert not [url for url in asked if "Dupont" in url]


def test_a_file_without_a_code_is_explained(browser: Browser, address: str) -> None:
    picture = io.BytesIO()
    Image.new("L", (300, 300), 255).save(picture, "PNG")
    with opened(browser, address) as page:
        page.set_input_files("#file", {"name": "x.png", "mimeType": "image/png", "buffer": picture.getvalue()})
        expect(page.locator("#file-status")).to_contain_text("No code was found in this picture.")


def test_a_credential_as_a_text_file(browser: Browser, address: str, world: World) -> None:
    held = world.credential("dc+sd-jwt")
    with opened(browser, address) as page:
        page.set_input_files("#file", {"name": "a1.txt", "mimeType": "text/plain", "buffer": held.text.encode()})
        expect(page.locator(".answer")).to_contain_text("Confirmed")


def test_a_service_that_is_gone_is_no_verdict(browser: Browser, address: str, world: World) -> None:
    """Not reachable is not withdrawn."""
    with opened(browser, address) as page:
        page.route("**/v1/**", lambda route: route.abort())
        page.set_input_files("#file", {"name": "c.png", "mimeType": "image/png", "buffer": qr.png(world.code())})
        expect(page.get_by_role("heading", name="Nothing was checked")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("This says nothing about the certificate.")
        expect(page.locator(".answer")).to_have_count(0)


# ---------------------------------------------------------------------------------------------------------- the wallet
@SIZES
def test_journey_12_a_wallet_is_asked(browser: Browser, address: str, world: World, size: tuple[int, int]) -> None:
    with opened(browser, address, size) as page:
        name = f"{size[0]}x{size[1]}"
        keep(page, f"journey-12-1-start-{name}")
        accessible(page)
        page.get_by_role("button", name="Ask a wallet").click()
        keep(page, f"journey-12-2-which-document-{name}")
        accessible(page)
        page.get_by_role("button", name="A1 certificate", exact=True).click()
        expect(page.locator("#wallet-status")).to_have_text("Waiting for the wallet …")
        expect(page.locator("#wallet-remaining")).to_contain_text("Valid for")
        expect(page.get_by_alt_text("QR code for the wallet")).to_be_visible()
        keep(page, f"journey-12-3-code-{name}")
        accessible(page)
        answer_code(page, world, "mso_mdoc")
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED")
        keep(page, f"journey-12-4-confirmed-{name}", whole=True)
        accessible(page)
        page.get_by_text("All checks").click()
        keep(page, f"journey-12-5-all-checks-{name}", whole=True)
        accessible(page)
        page.get_by_role("button", name="Same person", exact=True).click()
        expect(page.locator("#identity-status")).to_contain_text("Recorded")
        keep(page, f"journey-12-6-compared-{name}")
        accessible(page)


def test_a_place_with_one_document_asks_at_once(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        page.locator("#context summary").click()
        page.get_by_label("Where").select_option("gate")
        page.evaluate(
            "document.querySelectorAll('[data-type=pid], [data-identified-by]').forEach((button) => button.remove())"
        )
        page.get_by_role("button", name="Ask a wallet").click()
        expect(page.get_by_alt_text("QR code for the wallet")).to_be_visible()


def test_a_code_that_has_expired_renews_itself(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        page.get_by_role("button", name="Ask a wallet").click()
        page.get_by_role("button", name="A1 certificate", exact=True).click()
        expect(page.locator("#wallet-status")).to_have_text("Waiting for the wallet …")
        first = page.locator("#wallet-symbol").get_attribute("src") or ""
        world.clock.forward(minutes=3)
        expect(page.locator("#wallet-symbol")).not_to_have_attribute("src", first)
        expect(page.locator("#wallet-status")).to_have_text("Waiting for the wallet …")


def test_a_code_on_a_page_left_alone_is_renewed_by_hand(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        page.get_by_role("button", name="Ask a wallet").click()
        page.get_by_role("button", name="A1 certificate", exact=True).click()
        expect(page.locator("#wallet-status")).to_have_text("Waiting for the wallet …")
        page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
        world.clock.forward(minutes=3)
        expect(page.locator("#wallet-status")).to_have_text("This code has expired. Nothing was checked.")
        page.get_by_role("button", name="New code").click()
        expect(page.locator("#wallet-status")).to_have_text("Waiting for the wallet …")


def test_a_lost_network_is_sat_out(browser: Browser, address: str, world: World) -> None:
    """users.md, J12, AC1: the session resumes."""
    with opened(browser, address) as page:
        page.get_by_role("button", name="Ask a wallet").click()
        page.get_by_role("button", name="A1 certificate", exact=True).click()
        expect(page.locator("#wallet-status")).to_have_text("Waiting for the wallet …")
        down = threading.Event()
        down.set()
        page.route("**/v1/requests/*", lambda route: route.abort() if down.is_set() else route.continue_())
        page.wait_for_timeout(2500)
        expect(page.locator("#wallet-code")).to_be_visible()
        down.clear()
        answer_code(page, world, "dc+sd-jwt")
        expect(page.locator(".answer")).to_be_visible()


# ------------------------------------------------------------------------------------------------------ for everybody
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR", "de-DE"])
def test_targets_are_large_and_nothing_is_cut_off(browser: Browser, address: str, world: World, locale: str) -> None:
    """users.md, J11, AC7; J17: 44 px, and readable at 200 %."""
    with opened(browser, address, locale=locale) as page:
        roomy(page, f"start-{locale[:2]}")
        choose_file(page, world.code())
        roomy(page, f"verdict-{locale[:2]}")


def test_the_page_works_by_keyboard_alone(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        page.get_by_role("button", name="Ask a wallet").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Ask a wallet")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_alt_text("QR code for the wallet")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_kept_for_the_eye(browser: Browser, address: str, world: World, scheme: str) -> None:
    with opened(browser, address, DESK, scheme=scheme) as page:
        keep(page, f"start-{scheme}-1280x800")
        choose_file(page, world.code())
        page.get_by_text("All checks").click()
        keep(page, f"verdict-{scheme}-1280x800", whole=True)
        accessible(page)


# ---------------------------------------------------------------------------------------- what is asked about, and when
def test_a_check_that_needs_the_state_asks_for_it(browser: Browser, address: str) -> None:
    """Not a fault of the service."""
    with opened(browser, address) as page:
        page.locator("#context summary").click()
        page.get_by_label("Where").select_option("roadside")
        page.get_by_label("State", exact=True).select_option("")
        page.get_by_role("button", name="Save").click()
        for way in ("Ask a wallet", "Scan a code"):
            page.get_by_role("button", name=way).click()
            expect(page.get_by_role("alert")).to_have_text("First fill in: State")
            expect(page.get_by_label("State", exact=True)).to_be_focused()
        keep(page, "state-asked-360x640")
        page.get_by_label("State", exact=True).select_option("DE")
        page.get_by_role("button", name="Ask a wallet").click()
        expect(page.get_by_role("button", name="A1 certificate", exact=True)).to_be_visible()


def require_day(page: Page, world: World, day: str) -> None:
    """The day that a check is about."""
    page.set_input_files("#file", {"name": "c.txt", "mimeType": "text/plain", "buffer": world.code().encode()})
    expect(page.locator(".answer")).to_contain_text(f"it covers {day} February 2026")


def test_a_page_left_open_over_night_asks_about_the_new_day(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        page.clock.set_fixed_time(NOW + timedelta(days=1))
        require_day(page, world, "16")


def test_a_day_that_was_chosen_stays(browser: Browser, address: str, world: World) -> None:
    with opened(browser, address) as page:
        page.locator("#context summary").click()
        page.get_by_label("Day").fill("2026-02-10")
        page.clock.set_fixed_time(NOW + timedelta(days=1))
        require_day(page, world, "10")


@pytest.mark.parametrize("days", [-400, 3], ids=["years_behind", "days_ahead"])
def test_a_device_whose_clock_is_wrong_asks_about_the_services_day(
    browser: Browser, address: str, world: World, days: int
) -> None:
    with visited(browser, f"{address}/", at=NOW + timedelta(days=days)) as page:
        expect(page.locator("#context-line")).to_contain_text("Today")
        require_day(page, world, "15")


def test_a_large_photograph_is_read(browser: Browser, address: str, world: World) -> None:
    """As a phone takes it: more pixels than the service decodes."""
    code = Image.open(io.BytesIO(qr.png(world.code(), scale=12))).convert("L")
    photograph, grain = Image.new("L", (6000, 5000), 200), Image.effect_noise((1500, 1500), 60)
    photograph.paste(code, (2000, 1500))
    photograph.paste(grain, (0, 0))
    file = io.BytesIO()
    photograph.save(file, "PNG")
    assert file.tell() > 1024 * 1024
    with opened(browser, address) as page:
        page.set_input_files("#file", {"name": "p.png", "mimeType": "image/png", "buffer": file.getvalue()})
        expect(page.locator(".answer")).to_have_class("answer answer-CONFIRMED", timeout=20_000)
