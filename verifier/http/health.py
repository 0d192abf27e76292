"""Whether the service can work: it answers, and so does its database."""

from collections.abc import Callable

from fastapi import APIRouter
from pydantic import BaseModel


class Health(BaseModel):
    status: str


def health_router(ping: Callable[[], None]) -> APIRouter:
    """ping: raises if the database does not answer."""
    router = APIRouter(tags=["Operation"])

    @router.get("/healthz", operation_id="health")
    def health() -> Health:
        ping()
        return Health(status="ok")

    return router
