"""A quick yes: whether a value plainly fits a JSON Schema (draft 2020-12), as nearly every document does.

True is sure. False says nothing: the value may fit all the same, and `claims_schema` asks the `jsonschema` package,
which takes its time and tells what is wrong. A schema with a keyword that is not in the table at the end, here or
further below, has no quick answer.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from jsonschema import FormatChecker

Fit = Callable[[Any], bool]

FORMATS = FormatChecker(formats=["date", "email", "uri"])
_CLASSES: dict[str, type] = {"string": str, "object": dict, "array": list, "boolean": bool}
_ANNOTATIONS = frozenset({"$schema", "$comment", "$defs", "title", "description"})


@lru_cache(maxsize=256)
def expression(pattern: str) -> re.Pattern[str]:
    """A pattern as ECMA-262 means it: `$` is the end of the text, not a place before a final line break; `\\d` is
    ASCII."""
    return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), re.ASCII)


def quick_fit(schema: Any) -> Fit | None:
    """The quick answer for a schema whose references are resolved; None if there is none."""
    if not isinstance(schema, Mapping):
        return _anything if schema is True else None
    fits: list[Fit] = []
    for keyword, value in schema.items():
        if keyword in _ANNOTATIONS:
            continue
        fit = _KEYWORDS[keyword](value, schema) if keyword in _KEYWORDS else None
        if fit is None:
            return None
        fits.append(fit)
    return _all(fits)


def _anything(_: object) -> bool:
    return True


def _all(fits: Sequence[Fit]) -> Fit:
    def fit(value: Any) -> bool:
        for one in fits:  # noqa: SIM110  a generator would take twice the time
            if not one(value):
                return False
        return True

    return fits[0] if len(fits) == 1 else fit


def _type(wanted: Any, _: object) -> Fit | None:
    kind = _CLASSES.get(wanted) if isinstance(wanted, str) else None
    return None if kind is None else lambda value: type(value) is kind


def _min_length(length: int, _: object) -> Fit:
    return lambda value: type(value) is str and len(value) >= length


def _max_length(length: int, _: object) -> Fit:
    return lambda value: type(value) is str and len(value) <= length


def _pattern(pattern: str, _: object) -> Fit:
    search = expression(pattern).search
    return lambda value: type(value) is str and search(value) is not None


def _format(name: str, _: object) -> Fit:
    return partial(FORMATS.conforms, format=name)


def _enum(values: Sequence[Any], _: object) -> Fit:
    texts = frozenset(value for value in values if isinstance(value, str))
    return lambda value: type(value) is str and value in texts


def _properties(properties: Mapping[str, Any], _: object) -> Fit | None:
    members: dict[str, Fit] = {}
    for name, schema in properties.items():
        member = quick_fit(schema)
        if member is None:
            return None
        members[name] = member

    def fit(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name, member in value.items():  # noqa: SIM110  as above
            if name in members and not members[name](member):
                return False
        return True

    return fit


def _additional(allowed: object, schema: Mapping[str, Any]) -> Fit | None:
    names = frozenset(schema.get("properties", ()))
    return (lambda value: type(value) is dict and value.keys() <= names) if allowed is False else None


def _required(names: Sequence[str], _: object) -> Fit:
    wanted = frozenset(names)
    return lambda value: type(value) is dict and value.keys() >= wanted


def _items(schema: Any, _: object) -> Fit | None:
    element = quick_fit(schema)
    return None if element is None else lambda value: type(value) is list and all(map(element, value))


def _min_items(count: int, _: object) -> Fit:
    return lambda value: type(value) is list and len(value) >= count


def _all_of(schemas: Sequence[Any], _: object) -> Fit | None:
    fits = [fit for fit in map(quick_fit, schemas) if fit is not None]
    return _all(fits) if len(fits) == len(schemas) else None


def _any_of(schemas: Sequence[Any], _: object) -> Fit:
    fits = [fit for fit in map(quick_fit, schemas) if fit is not None]
    return lambda value: any(fit(value) for fit in fits)


_KEYWORDS: dict[str, Callable[[Any, Mapping[str, Any]], Fit | None]] = {
    "type": _type,
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "format": _format,
    "enum": _enum,
    "properties": _properties,
    "additionalProperties": _additional,
    "required": _required,
    "items": _items,
    "minItems": _min_items,
    "allOf": _all_of,
    "anyOf": _any_of,
}
