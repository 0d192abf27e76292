"""The application as its OpenAPI document describes it: with the claims of every type and examples of bodies, without
what the framework adds.

What a document of a type holds is the type's JSON Schema; it stands among the components as `TYPE.claims`, with what it
refers to beside it and the shortest of its valid examples.
"""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI

from issuer.http.body_examples import body_examples, shortest_claims
from issuer.http.schemas import CLAIMS
from vc_core.catalogue import Catalogue
from vc_core.openapi_document import drop_frameworks_refusals, named_examples

_LOCAL, _COMPONENTS = "#/$defs/", "#/components/schemas/"
_LEFT_OUT = ("$schema", "$id", "$defs")


class Interface(FastAPI):
    def __init__(self, *, catalogue: Catalogue, **settings: Any) -> None:
        super().__init__(**settings)
        self._catalogue = catalogue
        self._describing = threading.Lock()

    def openapi(self) -> dict[str, Any]:
        """Made when it is asked for first; the framework shows it as soon as it begins to be completed."""
        with self._describing:
            if self.openapi_schema is None:
                document = super().openapi()
                drop_frameworks_refusals(document)
                document["components"]["schemas"] |= dict(claims_components(self._catalogue))
                _show_examples(document, self._catalogue)
            return self.openapi_schema or {}


def _show_examples(document: Mapping[str, Any], catalogue: Catalogue) -> None:
    operations = {one["operationId"]: one for methods in document["paths"].values() for one in methods.values()}
    for operation_id, media_type, examples in body_examples(catalogue):
        if operation_id in operations:
            body = operations[operation_id]["requestBody"]["content"][media_type]
            body["examples"] = named_examples(examples)


def claims_components(catalogue: Catalogue) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """`Claims`, which is those of any type, and for each type `TYPE.claims` and what that refers to."""
    ids = list(catalogue.rulebooks)
    anything = [{"$ref": f"{_COMPONENTS}{type_id}.claims"} for type_id in ids]
    yield CLAIMS, {"description": "Canonical claims of a document, as its type has them", "anyOf": anything}
    for type_id in ids:
        schema = catalogue.type(type_id).schema.document
        examples = shortest_claims(catalogue, type_id)
        shown = {"examples": examples} if examples else {}
        whole = {name: value for name, value in schema.items() if name not in _LEFT_OUT}
        yield f"{type_id}.claims", {**_referring(whole, type_id), **shown}
        for name, part in schema.get("$defs", {}).items():
            yield f"{type_id}.{name}", _referring(part, type_id)


def _referring(node: Any, type_id: str) -> Any:
    """The same with references to what is among the components."""
    if isinstance(node, list):
        return [_referring(one, type_id) for one in node]
    if not isinstance(node, Mapping):
        return node
    if isinstance(node.get("$ref"), str):
        return {**node, "$ref": node["$ref"].replace(_LOCAL, f"{_COMPONENTS}{type_id}.")}
    return {name: _referring(value, type_id) for name, value in node.items()}
