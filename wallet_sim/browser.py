"""A browser as small as can be, for the page on which a holder identifies themselves and agrees.

It keeps cookies for one visit, follows the link that opens a wallet, comes back to where the wallet was told to send
it, and presses the button that agrees. It runs no script and stays on the server where it began. A holder with a real
wallet has a real browser; this one always agrees, since its holder asked for the document.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import httpx2

from vc_core.addresses import LoopbackHttp, require_url
from vc_core.authorization_request.link import SCHEMES
from vc_core.rejection import Rejection
from wallet_sim.refusals import ConsentMissing, PeerUnavailable

AGREE = "allow"
MAX_PAGE = 1024 * 1024

Show = Callable[[str], str | None]
"""Answers a presentation request behind a link; where the browser is wanted then."""


@dataclass(slots=True)
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    button: tuple[str, str] | None = None


class _Page(HTMLParser):
    """Links and forms of a page, and the reason that it names, if nothing more can be done on it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[_Form] = []
        self.reason = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.reason = given.get("data-reason", self.reason)
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(_Form(given.get("action", "")))
        elif self.forms and tag == "input" and given.get("type") == "hidden":
            self.forms[-1].fields[given.get("name", "")] = given.get("value", "")
        elif self.forms and tag == "button" and given.get("value") == AGREE:
            self.forms[-1].button = given.get("name", ""), AGREE

    @property
    def wallet_link(self) -> str | None:
        schemes = frozenset(SCHEMES) - {"https"}
        return next((link for link in self.links if link.partition(":")[0] in schemes), None)

    @property
    def agreement(self) -> _Form | None:
        return next((form for form in self.forms if form.button is not None), None)


@dataclass(slots=True, kw_only=True)
class Browser:
    """policy: for http to this machine. client: whose redirects are not followed."""

    client: httpx2.Client
    policy: LoopbackHttp
    _cookies: dict[str, str] = field(default_factory=dict)

    def authorize(self, address: str, *, back: str, show: Show) -> str:
        """From an authorization request to the address of the wallet that begins with `back`.

        Raises `ConsentMissing`, `PeerUnavailable`, a `Rejection` (`page_left`, `redirect_wrong`, as `require_url`), and
        what `show` raises.
        """
        self._cookies, origin = {}, _origin(address)
        page = self._page("GET", address, origin)
        if page.wallet_link is not None:
            onward = show(page.wallet_link)
            if onward is None:
                raise ConsentMissing("identity_leads_nowhere")
            page = self._page("GET", onward, origin)
        form = page.agreement
        if form is None or form.button is None:
            raise ConsentMissing(page.reason or "nothing_to_agree_to")
        name, value = form.button
        answer = self._send("POST", urljoin(address, form.action), origin, {**form.fields, name: value})
        location = answer.headers.get("Location", "")
        if answer.status_code != 303 or not location.startswith(f"{back}?"):
            raise Rejection("redirect_wrong", section="RFC 6749, section 4.1.2")
        return location

    def _page(self, method: str, address: str, origin: str) -> _Page:
        answer = self._send(method, address, origin, {})
        if answer.status_code != 200:
            raise ConsentMissing(f"http_{answer.status_code}")
        page = _Page()
        page.feed(answer.text)
        return page

    def _send(self, method: str, address: str, origin: str, form: dict[str, str]) -> httpx2.Response:
        require_url(address, policy=self.policy)
        if _origin(address) != origin:
            raise Rejection("page_left", evidence={"url": address})
        headers = {"Accept": "text/html", "Accept-Encoding": "identity"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        content = urlencode(form).encode()
        try:
            answer = self.client.request(method, address, headers=headers, content=content, follow_redirects=False)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise PeerUnavailable("unreachable", address) from None
        finally:
            self.client.cookies.clear()
        if len(answer.content) > MAX_PAGE:
            raise Rejection("answer_too_large", evidence={"url": address, "limit": MAX_PAGE})
        self._keep(answer)
        return answer

    def _keep(self, answer: httpx2.Response) -> None:
        for header in answer.headers.get_list("Set-Cookie"):
            try:
                self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(header).items()})
            except CookieError:
                continue


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
