"""An OpenAPI document (version 3.1) that the framework made: without what is never answered, with examples of bodies.

The services read every value of a request themselves, so the framework refuses none with its own 422.
"""

from collections.abc import Mapping
from typing import Any

Examples = Mapping[str, Any]
"""Bodies of one media type, by what each of them is."""

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


def named_examples(examples: Examples) -> dict[str, Any]:
    """As the document has them, numbered: `summary` says what each is."""
    return {
        f"example_{number}": {"summary": about, "value": value}
        for number, (about, value) in enumerate(examples.items(), start=1)
    }
