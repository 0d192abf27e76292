"""Posts webhooks within bounds: to the address given and no other, no redirect followed, the whole exchange within so
many seconds however slowly the other side answers, and nothing of the answer read but its status."""

import asyncio
from collections.abc import Mapping

import httpx2

from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection


class WebhookSender:
    """`issuer.ports.SendWebhook`. timeout: seconds."""

    def __init__(
        self, *, policy: LoopbackHttp, timeout: float, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._policy, self._timeout, self._transport = policy, timeout, transport

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> str | None:
        try:
            require_url(url, policy=self._policy)
        except Rejection as rejection:
            return rejection.reason
        try:
            return asyncio.run(self._within_time(url, headers, body))
        except (TimeoutError, httpx2.TimeoutException):
            return "timeout"
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return "unreachable"

    async def _within_time(self, url: str, headers: Mapping[str, str], body: bytes) -> str | None:
        client = httpx2.AsyncClient(
            timeout=self._timeout, transport=self._transport, trust_env=False, follow_redirects=False
        )
        async with (
            asyncio.timeout(self._timeout),
            client,
            client.stream("POST", url, content=body, headers=headers) as response,
        ):
            if response.has_redirect_location:
                return "redirect_refused"
            return None if response.is_success else f"http_{response.status_code}"
