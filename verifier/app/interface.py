"""The application as its OpenAPI document describes it, completed by what the framework cannot derive."""

import threading
from typing import Any

from fastapi import APIRouter, FastAPI

from verifier.http.openapi import complete


class Interface(FastAPI):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._describing = threading.Lock()

    def add(self, router: APIRouter) -> None:
        """The routes of a router as the application's own; `include_router` asks each router again for each request."""
        self.router.routes.extend(router.routes)

    def openapi(self) -> dict[str, Any]:
        """Made when it is asked for first; the framework shows it as soon as it begins to be completed."""
        with self._describing:
            if self.openapi_schema is None:
                complete(super().openapi())
            return self.openapi_schema or {}
