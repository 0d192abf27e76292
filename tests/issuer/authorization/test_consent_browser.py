"""The consent page in Chromium, at phone size: who the holder is, what the wallet gets, and back to the wallet."""

from urllib.parse import urlencode

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import accessible, roomy
from tests.issuer.authorization.flow import CLIENT_ID, REDIRECT_URI, AttestedWallet, Holder, worker
from tests.issuer.authorization.flow import Browser as Client
from tests.issuer.chrome import opened
from tests.issuer.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(params=["en-GB", "fr-FR", "de-DE"])
def locale(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def consent(attested: AttestedWallet) -> str:
    return "/authorize?" + urlencode({"client_id": CLIENT_ID, "request_uri": attested.pushed()})


def present(page: Page, world: World, holder: Holder) -> None:
    """The wallet follows the link on the page, answers, and sends the browser back."""
    wallet = Client(world.client(), httpx2.Response(200, text=page.content()))
    answer = wallet.answer(holder)
    assert answer.status_code == 200, answer.text
    page.goto(answer.json()["redirect_uri"])


def test_a_holder_agrees(chrome: Browser, world: World, attested: AttestedWallet, locale: str) -> None:
    holder, registered = worker(world)
    with opened(chrome, consent(attested), locale=locale) as page:
        expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        roomy(page, f"consent-identify-{locale[:2]}")
        accessible(page)
        present(page, world, holder)
        expect(page.get_by_role("status")).to_be_visible()
        expect(page.locator("main")).to_contain_text(world.document(registered)["claims"]["document_number"])
        roomy(page, f"consent-agree-{locale[:2]}")
        accessible(page)
        page.route(f"{REDIRECT_URI}?*", lambda route: route.fulfill(body="back in the wallet"))
        page.locator("#allow button").click()
        page.wait_for_url(lambda url: url.startswith(f"{REDIRECT_URI}?") and "code=" in url)


def test_a_holder_without_a_document_is_told(
    chrome: Browser, world: World, attested: AttestedWallet, locale: str
) -> None:
    with opened(chrome, consent(attested), locale=locale) as page:
        present(page, world, Holder.of(world, family_name="Nobody", birthdate="1951-01-01"))
        expect(page.locator("#allow")).to_have_count(0)
        roomy(page, f"consent-nothing-{locale[:2]}")
        accessible(page)


def test_a_link_that_is_not_known_is_explained(chrome: Browser, locale: str) -> None:
    with opened(chrome, "/authorize?client_id=x&request_uri=y", locale=locale) as page:
        roomy(page, f"consent-refused-{locale[:2]}")
        accessible(page)
