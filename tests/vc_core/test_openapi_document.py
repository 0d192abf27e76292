"""What the framework writes into an OpenAPI document and never answers; examples of bodies."""

from typing import Any

from vc_core.openapi_document import drop_frameworks_refusals, named_examples

OWN = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}}}
OURS = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}}


def test_only_the_frameworks_own_refusals_are_dropped() -> None:
    document: dict[str, Any] = {
        "paths": {
            "/a": {"get": {"responses": {"200": {}, "422": OWN}}},
            "/b": {"post": {"responses": {"422": OURS}}},
            "/c": {"get": {"responses": {"200": {}}}},
        },
        "components": {"schemas": {"HTTPValidationError": {}, "ValidationError": {}, "ProblemBody": {}}},
    }
    drop_frameworks_refusals(document)
    assert document == {
        "paths": {
            "/a": {"get": {"responses": {"200": {}}}},
            "/b": {"post": {"responses": {"422": OURS}}},
            "/c": {"get": {"responses": {"200": {}}}},
        },
        "components": {"schemas": {"ProblemBody": {}}},
    }


def test_examples_are_numbered_and_say_what_they_are() -> None:
    assert named_examples({"One thing": {"a": 1}, "Another": "x"}) == {
        "example_1": {"summary": "One thing", "value": {"a": 1}},
        "example_2": {"summary": "Another", "value": "x"},
    }
