"""JSON from a peer, read strictly, and JSON for a peer, written compactly (RFC 8259; RFC 7515, section 4).

A repeated member, NaN or Infinity, a lone surrogate, trailing data, a byte order mark, an integer that fits no 64 bits
and nesting beyond a bound are refused: two readers must not see two different claims in one signed text. Left out:
canonical JSON (RFC 8785), which nothing here signs.

How it is quick: the fast parser does not notice repeated members or integers that lose digits, but a text that its
writer gives back byte for byte can hold neither. Any other text (spaces, escapes) is read a second time with a hook.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson

from vc_core.rejection import Rejection

MAX_DEPTH = 32

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_BRACES_TO_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_INTEGERS = range(-(2**63), 2**64)
_SECTION = "RFC 8259"


def parse(data: bytes | str, *, max_bytes: int, max_depth: int = MAX_DEPTH, where: str = "") -> Any:
    """The value of one JSON text; sizes in bytes of UTF-8, depth counted in arrays and objects.

    Rejects with `json_too_large`, `json_too_deep`, `json_malformed`, `json_member_repeated` or
    `json_number_out_of_range`.
    """
    octets = data if type(data) is bytes else _octets(data, where)
    if len(octets) > max_bytes:
        raise Rejection("json_too_large", where=where, evidence={"bytes": len(octets), "limit": max_bytes})
    try:
        value = orjson.loads(octets)  # has its own bound of 1024 levels and does not recurse beyond it
    except orjson.JSONDecodeError:
        raise Rejection("json_malformed", where=where, section=_SECTION) from None
    if octets.count(b"[") + octets.count(b"{") > max_depth and _deeper(octets, max_depth):
        raise Rejection("json_too_deep", where=where, evidence={"limit": max_depth})
    if orjson.dumps(value) == octets:
        return value
    return _parse_with_care(octets, where)


def parse_object(data: bytes | str, *, max_bytes: int, max_depth: int = MAX_DEPTH, where: str = "") -> dict[str, Any]:
    """As `parse`; anything but an object is refused with `json_not_object`."""
    value = parse(data, max_bytes=max_bytes, max_depth=max_depth, where=where)
    if type(value) is not dict:
        raise Rejection("json_not_object", where=where)
    return value


def dump(value: object) -> bytes:
    """Compact UTF-8 JSON, members in the order given. Any mapping becomes an object, any tuple an array."""
    return orjson.dumps(value, default=_plain)


def _octets(data: bytes | str, where: str) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return data.encode("utf-8")
    except UnicodeEncodeError:
        raise Rejection("json_malformed", where=where, section=_SECTION) from None


def _deeper(octets: bytes, limit: int) -> bool:
    """Whether valid JSON nests deeper than `limit`: innermost pairs of brackets are peeled off, one level a round."""
    brackets = _STRING.sub(b"", octets).translate(_BRACES_TO_BRACKETS, _NO_BRACKETS)
    for _ in range(limit):
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return False
    return True


def _parse_with_care(octets: bytes, where: str) -> Any:
    try:
        return _CAREFUL.decode(octets.decode("utf-8"))
    except _Refused as refused:
        raise Rejection(refused.args[0], where=where, section="RFC 8259, section 4 and 6") from None


class _Refused(Exception):  # noqa: N818  carries a reason code out of the standard library's decoder
    pass


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused("json_member_repeated")
    return members


def _integer(digits: str) -> int:
    if len(digits) > 20 or (value := int(digits)) not in _INTEGERS:
        raise _Refused("json_number_out_of_range")
    return value


def _constant(_: str) -> NoReturn:
    raise _Refused("json_malformed")


_CAREFUL = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer, parse_constant=_constant)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
