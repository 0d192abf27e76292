"""The application as its OpenAPI document describes it: what the framework adds of its own is taken out."""

from typing import Any

from fastapi import FastAPI

_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


class Interface(FastAPI):
    """Every value of a request is read by the endpoints themselves, so the framework refuses none with its 422."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            for methods in document["paths"].values():
                for operation in methods.values():
                    if _is_frameworks_own(operation["responses"].get("422")):
                        del operation["responses"]["422"]
            for name in _FRAMEWORKS_OWN:
                document["components"]["schemas"].pop(name, None)
        return self.openapi_schema or {}


def _is_frameworks_own(answer: Any) -> bool:
    return answer is not None and answer["description"] == "Validation Error"
