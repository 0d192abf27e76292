"""An OpenAPI document that the framework made, without what is never answered.

The services read every value of a request themselves, so the framework refuses none with its own 422.
"""

from typing import Any

_NEVER_ANSWERED = ("HTTPValidationError", "ValidationError")


def drop_frameworks_refusals(document: dict[str, Any]) -> None:
    """Takes the framework's own validation errors out, from the answers and the components."""
    for name in _NEVER_ANSWERED:
        document["components"]["schemas"].pop(name, None)
    for methods in document["paths"].values():
        for operation in methods.values():
            responses = operation["responses"]
            if any(name in str(responses.get("422")) for name in _NEVER_ANSWERED):
                del responses["422"]
