"""Parts of the OpenAPI document that the framework cannot derive, since bodies are read by us within bounds."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


def request_body(content: Mapping[str, Any]) -> dict[str, Any]:
    """`openapi_extra` for an endpoint; content: media type to JSON schema."""
    return {
        "requestBody": {"required": True, "content": {name: {"schema": schema} for name, schema in content.items()}}
    }


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model with its parts in place of references to them."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    inlined: dict[str, Any] = _inlined(schema, definitions)
    return inlined


def _inlined(value: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        target = definitions[value["$ref"].rpartition("/")[2]]
        beside = {name: item for name, item in value.items() if name != "$ref"}
        return {**_inlined(target, definitions), **_inlined(beside, definitions)}
    return {name: _inlined(item, definitions) for name, item in value.items()}
