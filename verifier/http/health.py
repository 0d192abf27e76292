"""Whether the process lives, and whether the service can work. Neither answer holds anything but names and codes."""

from collections.abc import Callable, Sequence
from typing import Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel

from vc_core.readiness import Outcome, Probed
from verifier.http.answers import json_answer

_AT_ONCE = 4
"""Who asks does so beside the threads that work on requests: it is answered also while all of them wait."""


class Health(BaseModel):
    status: Literal["ok"]


class ReadinessCheck(BaseModel):
    """reason: a code, or the check that has to pass first; absent if it passed."""

    name: str
    outcome: Outcome
    reason: str | None = None


class ReadinessAnswer(BaseModel):
    status: Literal["ready", "not_ready"]
    checks: list[ReadinessCheck]


def health_router(readiness: Callable[[], Sequence[Probed]]) -> APIRouter:
    router = APIRouter(tags=["Operation"])
    threads = CapacityLimiter(_AT_ONCE)

    @router.get("/healthz", operation_id="health")
    async def health() -> Health:
        """Whether the process lives."""
        return Health(status="ok")

    @router.get("/readyz", operation_id="readiness", response_model=ReadinessAnswer,
                responses={503: {"model": ReadinessAnswer, "description": "Not now"}})  # fmt: skip
    async def get_readiness() -> Response:
        """Whether the service can do its work, and what keeps it from it."""
        found = await to_thread.run_sync(readiness, limiter=threads)
        ready = all(one.outcome is Outcome.PASSED for one in found)
        body = {"status": "ready" if ready else "not_ready", "checks": [_check(one) for one in found]}
        return json_answer(body, status=200 if ready else 503)

    return router


def _check(found: Probed) -> dict[str, str]:
    reason = {"reason": found.reason} if found.reason else {}
    return {"name": found.name, "outcome": found.outcome.value, **reason}
