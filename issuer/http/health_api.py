"""Whether the service can work."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from issuer.http import answers
from issuer.http.schemas import HealthBody


def health_router(ping: Callable[[], None]) -> APIRouter:
    """ping: raises if the database does not answer."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", operation_id="getHealth", summary="Whether the service can work", response_model=HealthBody)
    def get_health() -> Response:
        ping()
        return answers.json({"status": "ok"})

    return router
