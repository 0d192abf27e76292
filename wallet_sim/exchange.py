"""One HTTP exchange, as a wallet may have it: to a permitted address, without redirects, with a bounded answer.

OpenID4VP 1.0, section 14.8, and OpenID4VCI 1.0, section 12.2.4: https, or http to this machine where policy says so;
what the peer sends is believed in size only up to a limit. What the bytes mean is for the callers; a peer that gives no
answer is a `PeerUnavailable`, an answer that breaks these bounds a `Rejection`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx2

from vc_core import strict_json
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection
from wallet_sim.refusals import PeerDeclined, PeerUnavailable

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MAX_BYTES = 1024 * 1024

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; header names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDraft:
    """A POST that is decided and not yet sent.

    access_token: sent with a proof of possession; None at the token endpoint. headers: besides.
    """

    url: str
    media_type: str
    content: bytes
    access_token: str | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The wallet's way out; policy: for http to this machine."""

    client: httpx2.Client
    policy: LoopbackHttp

    def get(self, url: str, *, accept: str, max_bytes: int = MAX_BYTES) -> Answer:
        return self._send("GET", url, (("Accept", accept),), b"", max_bytes)

    def post(
        self, url: str, content: bytes, *, media_type: str, accept: str = JSON, headers: Headers = (),
        max_bytes: int = MAX_BYTES,
    ) -> Answer:  # fmt: skip
        sent = (("Accept", accept), *((("Content-Type", media_type),) if content else ()), *headers)
        return self._send("POST", url, sent, content, max_bytes)

    def _send(self, method: str, url: str, headers: Headers, content: bytes, max_bytes: int) -> Answer:
        require_url(url, policy=self.policy)
        sent = [("Accept-Encoding", "identity"), *headers]
        try:
            with self.client.stream(method, url, headers=sent, content=content, follow_redirects=False) as response:
                return _read(response, url, max_bytes)
        except httpx2.TimeoutException:
            raise PeerUnavailable("timeout", url) from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise PeerUnavailable("unreachable", url) from None


def _read(response: httpx2.Response, url: str, max_bytes: int) -> Answer:
    if response.has_redirect_location:
        raise Rejection("redirect_refused", section="OpenID4VP 1.0, section 14.8", evidence={"url": url})
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise Rejection("content_encoding_not_asked_for", evidence={"url": url})
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > max_bytes:
            raise Rejection("answer_too_large", evidence={"url": url, "limit": max_bytes})
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(url=url, status=response.status_code, headers=headers, body=bytes(body))


def require_ok(answer: Answer, media_type: str) -> bytes:
    """The body of a 200 of this media type. Raises `PeerUnavailable`, or a `Rejection` with `media_type_wrong`."""
    if answer.status != 200:
        raise PeerUnavailable(f"http_{answer.status}", answer.url)
    if answer.media_type != media_type:
        raise Rejection("media_type_wrong", evidence={"url": answer.url, "expected": media_type})
    return answer.body


def declined(answer: Answer) -> PeerDeclined | PeerUnavailable:
    """What an answer that is no 200 says, as OAuth and OpenID write errors; texts of the peer are cut short."""
    try:
        members = strict_json.parse_object(answer.body, max_bytes=MAX_BYTES)
    except Rejection:
        return PeerUnavailable(f"http_{answer.status}", answer.url)
    texts = {name: text[:200] for name, text in members.items() if isinstance(text, str) and text.isprintable()}
    if "error" not in texts:
        return PeerUnavailable(f"http_{answer.status}", answer.url)
    return PeerDeclined(
        status=answer.status,
        error=texts["error"],
        description=texts.get("error_description", ""),
        check=texts.get("check", ""),
    )
