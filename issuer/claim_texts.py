"""Claims as people write them, a text for each: in the cells of a table, in the fields of a form.

What is not of its kind is kept as text, so that the schema reports it.
"""

import re
from collections.abc import Iterable
from typing import Any

from vc_core.claims import ClaimPath

_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
_TRUTH = {"true": True, "false": False}


def read_text(json_type: str, text: str) -> str | int | float | bool:
    """json_type: what the schema says the claim is."""
    if json_type == "boolean":
        return _TRUTH.get(text.lower(), text)
    if json_type == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if json_type == "number" and _NUMBER.fullmatch(text):
        return float(text)
    return text


def write_text(value: str | int | float | bool) -> str:
    """The way back."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def gather(written: Iterable[tuple[ClaimPath, Any]]) -> dict[str, Any]:
    """One whole of values at concrete paths; the entries of an array close up."""
    gathered: dict[Any, Any] = {}
    for path, value in written:
        around = gathered
        for part in path[:-1]:
            around = around.setdefault(part, {})
        around[path[-1]] = value
    return {name: _closed(value) for name, value in gathered.items()}


def _closed(value: Any) -> Any:
    """Objects whose members are numbers become arrays in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    if all(isinstance(key, int) for key in value):
        return [_closed(value[key]) for key in sorted(value)]
    return {name: _closed(part) for name, part in value.items()}
