"""Whether the process lives, and whether the service can work. Neither answer holds anything but names and codes."""

from collections.abc import Callable, Sequence

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response

from issuer.http import answers
from issuer.http.schemas import HealthBody, ReadinessBody
from vc_core.readiness import Outcome, Probed

_AT_ONCE = 4
"""Who asks does so beside the threads that work on requests: it is answered also while all of them wait."""


def health_router(readiness: Callable[[], Sequence[Probed]]) -> APIRouter:
    router = APIRouter(tags=["health"])
    threads = CapacityLimiter(_AT_ONCE)

    @router.get("/healthz", operation_id="getHealth", summary="Whether the process lives", response_model=HealthBody)
    async def get_health() -> Response:
        return answers.json({"status": "ok"})

    @router.get(
        "/readyz",
        operation_id="getReadiness",
        summary="Whether the service can do its work, and what keeps it from it",
        response_model=ReadinessBody,
        responses={503: {"model": ReadinessBody, "description": "Not now"}},
    )
    async def get_readiness() -> Response:
        found = await to_thread.run_sync(readiness, limiter=threads)
        ready = all(one.outcome is Outcome.PASSED for one in found)
        body = {"status": "ready" if ready else "not_ready", "checks": [_check(one) for one in found]}
        return answers.json(body, status=200 if ready else 503)

    return router


def _check(found: Probed) -> dict[str, str]:
    reason = {"reason": found.reason} if found.reason else {}
    return {"name": found.name, "outcome": found.outcome.value, **reason}
