"""Status list tokens of other services: every failure is a value with a reason."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx2
import pytest

from issuer.adapters.status_fetcher import MAX_BYTES, StatusFetcher
from vc_core.addresses import LoopbackHttp
from vc_core.verification import StatusFetched, StatusUnavailable

NOW = datetime(2026, 2, 15, 10, 0, tzinfo=UTC)
URI = "https://status.example/1"
Reply = Callable[[httpx2.Request], httpx2.Response]


def fetch(reply: Reply, uri: str = URI) -> StatusFetched | StatusUnavailable:
    transport = httpx2.MockTransport(reply)
    return StatusFetcher(policy=LoopbackHttp.REFUSED, timeout=5.0, transport=transport)(uri, NOW)


def _timeout(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadTimeout("late", request=request)


def _unreachable(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route", request=request)


def test_fetched() -> None:
    headers = {"Content-Type": "application/statuslist+jwt"}
    found = fetch(lambda _: httpx2.Response(200, content=b"a.b.c", headers=headers))
    assert found == StatusFetched(body=b"a.b.c", content_type="application/statuslist+jwt", fetched_at=NOW)


FAILURES: dict[str, tuple[Reply, str, str]] = {
    "http": (lambda _: httpx2.Response(200), "http://status.example/1", "url_not_https"),
    "not_found": (lambda _: httpx2.Response(404), URI, "http_404"),
    "redirect": (lambda _: httpx2.Response(302, headers={"Location": "https://x.example"}), URI, "redirect_refused"),
    "too_large": (lambda _: httpx2.Response(200, content=bytes(MAX_BYTES + 1)), URI, "too_large"),
    "timeout": (_timeout, URI, "timeout"),
    "unreachable": (_unreachable, URI, "unreachable"),
}


@pytest.mark.parametrize(("reply", "uri", "reason"), FAILURES.values(), ids=FAILURES)
def test_failure(reply: Reply, uri: str, reason: str) -> None:
    assert fetch(reply, uri) == StatusUnavailable(reason=reason)
