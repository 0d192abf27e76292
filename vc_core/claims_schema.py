"""The JSON Schema of a type's claims (draft 2020-12), whole for an institution's document, partial for a presentation.

At issue everything required must be there. A presentation shows only part, so there nothing is required, but what is
shown must have its form. The `jsonschema` package judges, with two repairs: `pattern` is matched as ECMA-262 means it
(`$` is the end of the text, not a place before a final line break; `\\d` is ASCII), and a fault names the member that
is missing or too many. It is only asked where there is no quick yes (`claims_fit`). Local references are put in place
beforehand, and each subschema below `properties` and `items` has one validator for good, where the package makes one
for every value it meets. Only the part of the language that the types use is walked for paths: `properties`, `items`,
local `$ref`, `allOf`/`anyOf`/`oneOf`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError, validators

from vc_core.claims import ClaimPath, Claims, json_pointer
from vc_core.claims_fit import FORMATS, Fit, expression, quick_fit

_PARTIAL_OMITS = frozenset({"required", "dependentRequired", "minProperties", "minItems", "minContains"})
_NAMED_SCHEMAS = ("properties", "patternProperties", "$defs")
_TELLING = frozenset(
    {
        "type",
        "enum",
        "const",
        "pattern",
        "format",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
    }
)
"""Keywords whose value says what to change."""
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFault:
    """One place where claims break their schema. `keyword` is the schema keyword, as `required` or `pattern`; `wanted`
    what the schema says there, as JSON, where that is a limit or a form."""

    path: ClaimPath
    keyword: str
    wanted: str | None = field(default=None, compare=False)

    @property
    def pointer(self) -> str:
        return json_pointer(self.path)


def _pattern(_: Any, pattern: str, instance: object, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not expression(pattern).search(instance):
        yield ValidationError("pattern")


def _unique(_: Any, wanted: object, instance: object, __: Any) -> Iterator[ValidationError]:
    """In linear time: the package compares every element with every other."""
    if wanted and isinstance(instance, list):
        written = {json.dumps(element, sort_keys=True) for element in instance}
        if len(written) < len(instance):
            yield ValidationError("uniqueItems")


class _Subschema(dict[str, Any]):
    """A schema within a schema, its quick answer, and the validator that is made for it when it is first needed."""

    fit: Fit | None = None
    validator: Any = None


def _descend(validator: Any, schema: Any, instance: object, *part: str | int) -> Iterator[ValidationError]:
    """The faults of one value by one subschema; part: where the value stands in what surrounds it."""
    if not isinstance(schema, _Subschema):  # `true` or `false`
        yield from validator.descend(instance, schema, *part)
        return
    if schema.fit is not None and schema.fit(instance):
        return
    if schema.validator is None:
        schema.validator = validator.evolve(schema=schema)
    for error in schema.validator.iter_errors(instance):
        error.relative_path.extendleft(part)
        yield error


def _properties(
    validator: Any, properties: Mapping[str, Any], instance: object, __: object
) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for name, schema in properties.items():
            if name in instance:
                yield from _descend(validator, schema, instance[name], name)


def _items(validator: Any, schema: Any, instance: object, around: Mapping[str, Any]) -> Iterator[ValidationError]:
    if isinstance(instance, list):
        first = len(around.get("prefixItems", ()))
        for index, element in enumerate(instance[first:], first):
            yield from _descend(validator, schema, element, index)


def _all_of(validator: Any, schemas: Sequence[Any], instance: object, _: object) -> Iterator[ValidationError]:
    for schema in schemas:
        yield from _descend(validator, schema, instance)


_KEYWORDS = {
    "pattern": _pattern,
    "uniqueItems": _unique,
    "properties": _properties,
    "items": _items,
    "allOf": _all_of,
}
_Validator: Any = validators.extend(Draft202012Validator, _KEYWORDS)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class ClaimsSchema:
    """A compiled schema. Raises `jsonschema.SchemaError` when made from something that is no schema."""

    document: Mapping[str, Any]
    paths: Mapping[ClaimPath, bool] = field(init=False, repr=False)
    """Every claim as a pattern, to whether it and all its parents are required."""
    date_paths: frozenset[ClaimPath] = field(init=False, repr=False)
    leaves: Mapping[ClaimPath, str] = field(init=False, repr=False)
    """Every claim that is neither object nor array, as a pattern, to its JSON type; in the order of the schema."""
    nodes: Mapping[ClaimPath, Mapping[str, Any]] = field(init=False, repr=False)
    """What the schema says of every claim, and of the elements of every array, by pattern; references resolved."""
    _whole: Any = field(init=False, repr=False, compare=False)
    _partial: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _Validator.check_schema(self.document)
        found = dict(_walk(self.document, self.document, (), required=True))
        place = object.__setattr__
        place(self, "paths", {path: required for path, (_, required) in found.items()})
        place(self, "date_paths", frozenset(path for path, (node, _) in found.items() if node.get("format") == "date"))
        place(self, "leaves", dict(_leaves(self.document, found)))
        place(self, "nodes", dict(_nodes(self.document, found)))
        for name, omitted in (("_whole", frozenset[str]()), ("_partial", _PARTIAL_OMITS)):
            place(self, name, _Validator(_compiled(self.document, self.document, omitted), format_checker=FORMATS))

    def faults(self, claims: Claims, *, partial: bool) -> tuple[SchemaFault, ...]:
        """Every fault, in the order of the document; `partial`: what is missing is no fault."""
        validator = self._partial if partial else self._whole
        fit = validator.schema.fit
        if fit is not None and fit(claims):
            return ()
        found = {fault: None for error in validator.iter_errors(claims) for fault in _faults(error)}
        return tuple(sorted(found, key=lambda fault: [_rank(part) for part in fault.path]))

    def knows(self, path: ClaimPath) -> bool:
        """Whether the pattern selects a claim, or the elements of an array claim."""
        return path in self.paths or (path[-1:] == (None,) and path[:-1] in self.paths)


def _rank(part: str | int | None) -> tuple[int, str]:
    return (part, "") if isinstance(part, int) else (-1, str(part))


def _faults(error: ValidationError) -> Iterator[SchemaFault]:
    path: ClaimPath = tuple(error.absolute_path)
    keyword = str(error.validator)
    instance, schema, required = cast("Any", (error.instance, error.schema, error.validator_value))
    members: list[str] = []
    if keyword == "required":
        members = [name for name in required if name not in instance]
    elif keyword == "additionalProperties":
        members = [name for name in instance if name not in schema.get("properties", {})]
    for member in members:
        yield SchemaFault(path=(*path, member), keyword=keyword)
    if not members:
        wanted = json.dumps(required, ensure_ascii=False) if keyword in _TELLING else None
        yield SchemaFault(path=path, keyword=keyword, wanted=wanted)


def _walk(
    root: Mapping[str, Any], node: Mapping[str, Any], path: ClaimPath, *, required: bool
) -> Iterator[tuple[ClaimPath, tuple[Mapping[str, Any], bool]]]:
    """Each property below a schema node with its resolved node and whether it must be there."""
    node = _resolved(root, node)
    for name, child in node.get("properties", {}).items():
        inner = required and name in node.get("required", ())
        yield (*path, name), (_resolved(root, child), inner)
        yield from _walk(root, child, (*path, name), required=inner)
    if isinstance(node.get("items"), Mapping):
        element = _resolved(root, node["items"])
        if element.get("format") == "date":
            yield (*path, None), (element, False)
        yield from _walk(root, element, (*path, None), required=required)
    for keyword in _ALTERNATIVES:
        for branch in node.get(keyword, ()):
            yield from _walk(root, branch, path, required=False)


def _leaves(
    root: Mapping[str, Any], found: Mapping[ClaimPath, tuple[Mapping[str, Any], bool]]
) -> Iterator[tuple[ClaimPath, str]]:
    for path, (node, _) in found.items():
        if isinstance(node.get("items"), Mapping):
            element = _resolved(root, node["items"])
            if "properties" not in element:
                yield (*path, None), str(element.get("type", "string"))
        elif "properties" not in node and path[-1] is not None:
            yield path, str(node.get("type", "string"))


def _nodes(
    root: Mapping[str, Any], found: Mapping[ClaimPath, tuple[Mapping[str, Any], bool]]
) -> Iterator[tuple[ClaimPath, Mapping[str, Any]]]:
    for path, (node, _) in found.items():
        yield path, node
        if isinstance(node.get("items"), Mapping):
            yield (*path, None), _resolved(root, node["items"])


def _resolved(root: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node with what its local reference names merged in (`#/$defs/country`)."""
    if "$ref" not in node:
        return node
    target = _resolved(root, _named(root, node["$ref"]))
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def _named(root: Mapping[str, Any], reference: str) -> Any:
    target: Any = root
    for token in reference.removeprefix("#/").split("/"):
        target = target[token]
    return target


def _compiled(root: Mapping[str, Any], node: Any, omitted: frozenset[str]) -> Any:
    """The same schema without the keywords `omitted`, and with what local references name in their place."""
    if not isinstance(node, Mapping):
        return node
    result = _Subschema()
    for keyword, value in node.items():
        if keyword in _NAMED_SCHEMAS:
            result[keyword] = {name: _compiled(root, child, omitted) for name, child in value.items()}
        elif keyword in _ALTERNATIVES:
            result[keyword] = [_compiled(root, child, omitted) for child in value]
        elif keyword == "items":
            result[keyword] = _compiled(root, value, omitted)
        elif keyword not in omitted and keyword != "$ref":
            result[keyword] = value
    if "$ref" in node:
        result["allOf"] = [*result.get("allOf", ()), _compiled(root, _named(root, node["$ref"]), omitted)]
    result.fit = quick_fit(result)
    return result
