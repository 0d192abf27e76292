"""The application as its OpenAPI document describes it, completed by what the framework cannot derive."""

from typing import Any

from fastapi import APIRouter, FastAPI

from verifier.http.openapi import complete


class Interface(FastAPI):
    def add(self, router: APIRouter) -> None:
        """The routes of a router as the application's own; `include_router` asks each router again for each request."""
        self.router.routes.extend(router.routes)

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            complete(super().openapi())
        return self.openapi_schema or {}
