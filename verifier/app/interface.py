"""The application as its OpenAPI document describes it, completed by what the framework cannot derive."""

from typing import Any

from fastapi import FastAPI

from verifier.http.openapi import complete


class Interface(FastAPI):
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            complete(super().openapi())
        return self.openapi_schema or {}
