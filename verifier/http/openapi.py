"""Parts of the OpenAPI document that the framework cannot derive: bodies, which are read by us within bounds, refusals
each with its code, headers and parameters that are read from the request, and the bearer token.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from vc_core.openapi_document import Examples, drop_frameworks_refusals, named_examples
from verifier import refusals
from verifier.http.models import ProblemAnswer, WalletProblemAnswer
from verifier.http.refusal_table import TABLE
from verifier.refusals import Refusal, WalletRefusal

PAGE: Mapping[str, Any] = {"content": {"text/html": {"schema": {"type": "string"}}}}
"""Beside the JSON, to whoever accepts it."""

_BEARER = "bearer_token"

ASKING = (refusals.BodyMalformed, refusals.BodyTooLarge, refusals.MediaTypeNotSupported)
"""What every body can be refused for."""
CREATING = (
    refusals.TypeUnknown,
    refusals.ProfileUnknown,
    refusals.ExpectationMissing,
    refusals.FormatNotOffered,
    refusals.TransactionTypeUnknown,
)
"""What making a request to a wallet can be refused for, whichever way it goes out."""
ANSWERING: tuple[type[Refusal], ...] = tuple(
    one for one in TABLE if issubclass(one, WalletRefusal) and one is not refusals.ResponseTooLarge
)
"""What an answer of a wallet can be refused for, whichever way it comes."""


def refused(*kinds: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """`responses` for an endpoint that refuses with these: each status with the codes that it may carry."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status, code = TABLE[kind]
        model = WalletProblemAnswer if issubclass(kind, WalletRefusal) else ProblemAnswer
        response = found.setdefault(status, {"model": model, "content": {"application/json": {"examples": {}}}})
        response["model"] |= model
        name, example = _example(kind, code)
        examples = response["content"]["application/json"]["examples"]
        examples.setdefault(name, example)
        response["description"] = ", ".join(examples)
    return found


def _example(kind: type[Refusal], code: str) -> tuple[str, dict[str, Any]]:
    """Its name, and what it is about with an answer."""
    about = " ".join((kind.__doc__ or "").split())
    if not issubclass(kind, WalletRefusal):
        return code, {"summary": about, "value": {"error": code, "detail": about}}
    check = kind.check or "holder.nonce"
    return check, {"summary": about, "value": {"error": code, "check": check}}


def request_body(content: Mapping[str, Any], examples: Mapping[str, Examples]) -> dict[str, Any]:
    """`openapi_extra` for an endpoint; content: media type to JSON schema; examples: by media type."""
    described = {name: {"schema": schema} for name, schema in content.items()}
    for name, shown in examples.items():
        described[name]["examples"] = named_examples(shown)
    return {"requestBody": {"required": True, "content": described}}


def parameters(*names: str) -> dict[str, Any]:
    """`openapi_extra` for an endpoint that reads these, all optional, from the request itself."""
    return {"parameters": [_PARAMETERS[name] for name in names]}


def _parameter(name: str, place: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


_PARAMETERS: Mapping[str, Any] = {
    one["name"]: one
    for one in (
        _parameter("place", "query", "Profile of inspection: what is shown, and in which words"),
        _parameter("lang", "query", "Language of the page and of what is in words; by `Accept-Language` if left out"),
        _parameter(
            "Recheck-Desk",
            "header",
            "Secret of the desk that asks: with it as bearer token `/v1/rechecks` tells what became of a verdict on "
            "old withdrawal data",
            minLength=22,
            maxLength=200,
        ),
        _parameter("Last-Event-ID", "header", "The number of the last event that arrived"),
    )
}


def complete(document: dict[str, Any]) -> None:
    """Adds to the document that the framework made what it does not know, and takes out what never happens."""
    components = document["components"]
    bearer = {"type": "http", "scheme": "bearer", "description": "The token that came with what is asked about"}
    components.setdefault("securitySchemes", {})[_BEARER] = bearer
    drop_frameworks_refusals(document)
    for methods in document["paths"].values():
        for operation in methods.values():
            if "401" in operation["responses"]:
                operation.setdefault("security", [{_BEARER: []}])


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model with its parts in place of references to them."""
    schema = _schema(model)
    shape = {name: item for name, item in schema.items() if name != "$defs"}
    inlined: dict[str, Any] = _inlined(shape, schema.get("$defs", {}))
    return inlined


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema()


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
