"""The service's numbers for Prometheus, for whoever has the token that the operator has set."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST

from issuer import refusals
from issuer.http.problems import NO_STORE
from issuer.http.schemas import problem_responses

_AT_ONCE = 2
"""Scrapes, beside the threads that work on requests."""


def metrics_router(text: Callable[[], bytes], token: str) -> APIRouter:
    """text: the numbers as they are now."""
    router = APIRouter(tags=["health"])
    threads = CapacityLimiter(_AT_ONCE)
    bearer = HTTPBearer(auto_error=False, scheme_name="MetricsToken", description="The token set by the operator")
    digest = _digest(token)

    @router.get(
        "/metrics",
        operation_id="getMetrics",
        summary="The service's numbers in the text format of Prometheus",
        response_class=Response,
        responses={
            200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
            **problem_responses(refusals.MetricsTokenMissing, refusals.MetricsTokenWrong),
        },
    )
    async def get_metrics(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Response:
        if sent is None:
            raise refusals.MetricsTokenMissing
        if not hmac.compare_digest(_digest(sent.credentials), digest):
            raise refusals.MetricsTokenWrong
        numbers = await to_thread.run_sync(text, limiter=threads)
        return Response(numbers, headers=NO_STORE, media_type=CONTENT_TYPE_LATEST)

    return router


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
