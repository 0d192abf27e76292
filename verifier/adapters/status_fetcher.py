"""Downloads over HTTP, for status list tokens and the trust list, within bounds (Token Status List, sections 8.1,
11.4).

https, or http to this machine where policy allows it; every address, also one that a redirect leads to, has to be
permitted by the caller. No more than three redirects, 4 MiB and five seconds. What goes wrong is a value with a reason;
whether a body is a good token is the core's question.
"""

import ssl
import time
from collections.abc import Callable
from functools import cache
from urllib.parse import urljoin

import httpx2

from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection
from vc_core.verification import StatusUnavailable
from verifier.ports import Downloaded, NotModified

MAX_BYTES = 4 * 1024 * 1024
MAX_REDIRECTS = 3
MAX_ETAG = 200
_NOT_MODIFIED = 304


class HttpFetcher:
    """`ports.Fetch` with one connection pool."""

    def __init__(self, *, policy: LoopbackHttp, timeout: float, transport: httpx2.BaseTransport | None = None) -> None:
        self._policy, self._timeout = policy, timeout
        self._client = httpx2.Client(verify=_authorities(), timeout=timeout, transport=transport, trust_env=False)

    def __call__(
        self, uri: str, *, accept: str, etag: str | None, permitted: Callable[[str], bool]
    ) -> Downloaded | NotModified | StatusUnavailable:
        headers = {"Accept": accept, "Accept-Encoding": "identity"} | ({"If-None-Match": etag} if etag else {})
        deadline = time.monotonic() + self._timeout
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._get(uri, headers, permitted, deadline)
                if not isinstance(answer, str):
                    return answer
                uri = urljoin(uri, answer)
        except ValueError:  # of `urljoin`: what a redirect names is no address
            return StatusUnavailable(reason="url_malformed")
        except httpx2.TimeoutException:
            return StatusUnavailable(reason="timeout")
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return StatusUnavailable(reason="unreachable")
        return StatusUnavailable(reason="too_many_redirects")

    def _get(
        self, uri: str, headers: dict[str, str], permitted: Callable[[str], bool], deadline: float
    ) -> Downloaded | NotModified | StatusUnavailable | str:
        """The answer, or the location that a redirect names."""
        try:
            require_url(uri, policy=self._policy)
        except Rejection as rejection:
            return StatusUnavailable(reason=rejection.reason)
        if time.monotonic() > deadline:
            return StatusUnavailable(reason="timeout")
        if not permitted(uri):
            return StatusUnavailable(reason="address_not_permitted")
        with self._client.stream("GET", uri, headers=headers) as response:
            if response.has_redirect_location:
                return response.headers["Location"]
            if response.status_code == _NOT_MODIFIED and "If-None-Match" in headers:
                return NotModified()
            if not response.is_success:
                return StatusUnavailable(reason=f"http_{response.status_code}")
            return _read(response, deadline)

    def close(self) -> None:
        self._client.close()


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities of the web; reading them takes longer than a download."""
    return httpx2.create_ssl_context(trust_env=False)


def _read(response: httpx2.Response, deadline: float) -> Downloaded | StatusUnavailable:
    """The body up to the bound; the deadline holds for a server that sends a little at a time as well."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return StatusUnavailable(reason="content_encoding_not_asked_for")
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > MAX_BYTES:
            return StatusUnavailable(reason="too_large")
        if time.monotonic() > deadline:
            return StatusUnavailable(reason="timeout")
    etag = response.headers.get("ETag", "")
    return Downloaded(
        body=bytes(body),
        content_type=response.headers.get("Content-Type", ""),
        etag=etag if 0 < len(etag) <= MAX_ETAG else None,
    )
