"""Downloads status list tokens of other services, within bounds (Token Status List, sections 8.1 and 11.4).

https, or http to this machine where policy allows it; only addresses that the trust list permits are asked for by the
caller, so no redirect is followed. What goes wrong is a value with a reason.
"""

import ssl
import time
from datetime import datetime
from functools import cache

import httpx2

from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection
from vc_core.verification import StatusFetched, StatusUnavailable

ACCEPT = "application/statuslist+jwt, application/statuslist+cwt"
MAX_BYTES = 4 * 1024 * 1024


class StatusFetcher:
    """`issuer.use_cases.gather_evidence.FetchStatus`. timeout: seconds, for the whole answer."""

    def __init__(self, *, policy: LoopbackHttp, timeout: float, transport: httpx2.BaseTransport | None = None) -> None:
        self._policy, self._timeout = policy, timeout
        self._client = httpx2.Client(
            verify=_authorities(), timeout=timeout, transport=transport, trust_env=False, follow_redirects=False
        )

    def __call__(self, uri: str, now: datetime) -> StatusFetched | StatusUnavailable:
        try:
            require_url(uri, policy=self._policy)
        except Rejection as rejection:
            return StatusUnavailable(reason=rejection.reason)
        deadline = time.monotonic() + self._timeout
        try:
            headers = {"Accept": ACCEPT, "Accept-Encoding": "identity"}
            with self._client.stream("GET", uri, headers=headers) as response:
                return _read(response, now, deadline)
        except httpx2.TimeoutException:
            return StatusUnavailable(reason="timeout")
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return StatusUnavailable(reason="unreachable")

    def close(self) -> None:
        self._client.close()


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities of the web; reading them takes longer than a download."""
    return httpx2.create_ssl_context(trust_env=False)


def _read(response: httpx2.Response, now: datetime, deadline: float) -> StatusFetched | StatusUnavailable:
    """The body up to the bound; the deadline holds for a server that sends a little at a time as well."""
    if response.has_redirect_location:
        return StatusUnavailable(reason="redirect_refused")
    if response.status_code != 200:
        return StatusUnavailable(reason=f"http_{response.status_code}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return StatusUnavailable(reason="content_encoding_not_asked_for")
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > MAX_BYTES:
            return StatusUnavailable(reason="too_large")
        if time.monotonic() > deadline:
            return StatusUnavailable(reason="timeout")
    content_type = response.headers.get("Content-Type", "")
    return StatusFetched(body=bytes(body), content_type=content_type, fetched_at=now)
