"""The service's numbers for Prometheus, for whoever has the token that the operator has set."""

import hashlib
import hmac
from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from verifier.http.asking import bearer_token
from verifier.http.openapi import refused
from verifier.refusals import TokenWrong

TEXT = {"text/plain": {"schema": {"type": "string"}}}
_AT_ONCE = 2
"""Scrapes, beside the threads that work on requests."""


def metrics_router(text: Callable[[], bytes], token: str) -> APIRouter:
    """text: the numbers as they are now."""
    router = APIRouter(tags=["Operation"])
    threads = CapacityLimiter(_AT_ONCE)
    digest = _digest(token)

    @router.get("/metrics", operation_id="metrics", response_class=Response,
                responses={200: {"content": TEXT}, **refused(TokenWrong)})  # fmt: skip
    async def metrics(request: Request) -> Response:
        """The service's numbers in the text format of Prometheus. Bearer: the token set by the operator."""
        if not hmac.compare_digest(_digest(bearer_token(request)), digest):
            raise TokenWrong("not the token that the operator has set")
        return Response(await to_thread.run_sync(text, limiter=threads), media_type=CONTENT_TYPE_LATEST)

    return router


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
