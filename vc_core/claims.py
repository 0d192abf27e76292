"""Claims and the paths that point into them.

A claims path pointer (OpenID4VP 1.0, section 7; SD-JWT VC, section 5.6.1) is a tuple: a string selects a member, an
integer an array element, None every element. `select` follows it with that section's errors; `find` is the same walk
for our own questions, where "nothing there" is an answer. A concrete path holds no None and can be written as a JSON
pointer (RFC 6901). Rulebooks write a path as a JSON pointer whose token `*` stands for None and whose decimal tokens
are indices, as `/employer/*/name`.

Changes are made on copies: what is passed in stays as it was. Claims are JSON values as parsed; nothing here knows
what a claim means (see `rulebook`) or how it travels (see `wire_profile` and the formats).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vc_core.rejection import Rejection

ClaimPath = tuple[str | int | None, ...]
Claims = Mapping[str, Any]

_SECTION = "OpenID4VP 1.0, section 7.1"
_NOTHING: Any = object()


class Selection(NamedTuple):
    """One value that a path selected; `path` is concrete."""

    value: Any
    path: ClaimPath

    @property
    def pointer(self) -> str:
        return json_pointer(self.path)


def parse_pointer(value: object, *, where: str = "") -> ClaimPath:
    """A claims path pointer as it stands in JSON: a non-empty array of strings, nulls and non-negative integers.

    Raises `claims_path_invalid` (OpenID4VP 1.0, section 7).
    """
    if not isinstance(value, list | tuple) or not value:
        raise Rejection("claims_path_invalid", where=where, section=_SECTION)
    for part in value:
        if not _is_component(part):
            raise Rejection("claims_path_invalid", where=where, section=_SECTION)
    return tuple(value)


def _is_component(part: object) -> bool:
    if isinstance(part, bool):
        return False
    return part is None or isinstance(part, str) or (isinstance(part, int) and part >= 0)


def select(claims: Any, path: ClaimPath) -> tuple[Selection, ...]:
    """What `path` selects, in document order; never empty (OpenID4VP 1.0, section 7.1).

    Raises `claims_path_invalid` for a component of another type, `claims_path_type_mismatch` where a member is asked
    of something that is no object or an element of something that is no array, and `claims_path_selects_nothing`.
    """
    parse_pointer(path)
    selected = [Selection(value=claims, path=())]
    for part in path:
        for current in selected:
            if not isinstance(current.value, Mapping if isinstance(part, str) else list | tuple):
                raise Rejection("claims_path_type_mismatch", where=current.pointer, section=_SECTION)
        selected = [child for current in selected for child in _children(current, part)]
    if not selected:
        raise Rejection("claims_path_selects_nothing", where=_written(path), section=_SECTION)
    return tuple(selected)


def find(claims: Any, path: ClaimPath) -> tuple[Selection, ...]:
    """What `path` selects, in document order; empty where there is nothing, or something of another type."""
    if None not in path:
        value = _walk(claims, path)
        return () if value is _NOTHING else (Selection(value, path),)
    depth = path.index(None)
    array, before, below = _walk(claims, path[:depth]), path[:depth], path[depth + 1 :]
    if not isinstance(array, (list, tuple)):
        return ()
    return tuple(
        [
            Selection(found.value, (*before, index, *found.path))
            for index, element in enumerate(array)
            for found in find(element, below)
        ]
    )


def _walk(claims: Any, path: ClaimPath) -> Any:
    """What stands at a path that can lead to one place only, as most do; or nothing."""
    value = claims
    for part in path:
        if isinstance(part, str):
            if type(value) is not dict and not isinstance(value, Mapping):
                return _NOTHING
            value = value.get(part, _NOTHING)
            if value is _NOTHING:
                return _NOTHING
        elif part is None or not isinstance(value, (list, tuple)) or part >= len(value):
            return _NOTHING
        else:
            value = value[part]
    return value


def _children(current: Selection, part: str | int | None) -> Iterator[Selection]:
    value = current.value
    if isinstance(part, str):
        if isinstance(value, Mapping) and part in value:
            yield Selection(value=value[part], path=(*current.path, part))
    elif isinstance(value, list | tuple):
        indices = range(len(value)) if part is None else range(part, part + 1) if part < len(value) else ()
        for index in indices:
            yield Selection(value=value[index], path=(*current.path, index))


def first(claims: Any, paths: Iterable[ClaimPath]) -> Selection | None:
    """The first thing that the first of `paths` with anything there selects."""
    for path in paths:
        if found := find(claims, path):
            return found[0]
    return None


def matches(pattern: ClaimPath, concrete: ClaimPath) -> bool:
    """Whether `concrete` is one of the places `pattern` can select: None stands for any index."""
    return len(pattern) == len(concrete) and covers(pattern, concrete)


def covers(pattern: ClaimPath, path: ClaimPath) -> bool:
    """Whether `path` is `pattern` or lies below it: what selects `pattern` carries `path` along."""
    return len(pattern) <= len(path) and all(
        ours == theirs or (ours is None and isinstance(theirs, int))
        for ours, theirs in zip(pattern, path, strict=False)
    )


def pattern_of(concrete: ClaimPath) -> ClaimPath:
    """The path with every index replaced by None: the place in a schema or rulebook."""
    return tuple(None if isinstance(part, int) else part for part in concrete)


def json_pointer(path: ClaimPath) -> str:
    """The path as a JSON pointer (RFC 6901); None is written `*`, so a pattern reads as rulebooks write it."""
    return "".join(f"/{_token(part)}" for part in path)


def _token(part: str | int | None) -> str:
    return "*" if part is None else str(part).replace("~", "~0").replace("/", "~1")


def read_path(text: str) -> ClaimPath:
    """The path that a rulebook writes as `/employer/*/name`. Raises `claims_path_invalid`."""
    if not text.startswith("/"):
        raise Rejection("claims_path_invalid", where=text, section="RFC 6901, section 3")
    return tuple(_part(token) for token in text[1:].split("/"))


def _part(token: str) -> str | int | None:
    if token == "*":  # noqa: S105  a JSON pointer token, not a secret
        return None
    if token.isascii() and token.isdecimal():
        return int(token)
    return token.replace("~1", "/").replace("~0", "~")


def _written(path: Sequence[object]) -> str:
    return "".join(f"/{'*' if part is None else part}" for part in path)


def put(claims: Any, path: ClaimPath, value: Any) -> Any:
    """A copy with `value` at a concrete path. Missing objects and arrays are made; an index may be one past the end.

    Raises `claims_path_type_mismatch` where the path leads through a value of another type or past the end.
    """
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(part, str) and (claims is None or isinstance(claims, Mapping)):
        members = dict(claims or {})
        members[part] = put(members.get(part), rest, value)
        return members
    if isinstance(part, int) and (claims is None or isinstance(claims, list | tuple)):
        elements = list(claims or ())
        if part <= len(elements):
            current = elements[part] if part < len(elements) else None
            elements[part : part + 1] = [put(current, rest, value)]
            return elements
    raise Rejection("claims_path_type_mismatch", where=_written(path), section=_SECTION)


def remove(claims: Any, path: ClaimPath) -> Any:
    """A copy without what `path` selects; removed array elements close up; what is not there is no error."""
    part, rest = path[0], path[1:]
    if isinstance(part, str):
        if not isinstance(claims, Mapping) or part not in claims:
            return claims
        if rest:
            return {**claims, part: remove(claims[part], rest)}
        return {name: value for name, value in claims.items() if name != part}
    if not isinstance(claims, list | tuple):
        return claims
    chosen = range(len(claims)) if part is None else (part,)
    if not rest:
        return [value for index, value in enumerate(claims) if index not in chosen]
    return [remove(value, rest) if index in chosen else value for index, value in enumerate(claims)]


def project(claims: Claims, paths: Iterable[ClaimPath]) -> dict[str, Any]:
    """A copy with only what `paths` select, inside its parents; unselected array elements close up."""
    kept = _project(claims, tuple(paths))
    return {} if kept is _NOTHING else dict(kept)


def _project(value: Any, paths: Sequence[ClaimPath]) -> Any:
    if () in paths:
        return value
    kept: Any = _NOTHING
    if isinstance(value, Mapping):
        kept = {name: part for name in value if (part := _member(value[name], paths, name)) is not _NOTHING}
    elif isinstance(value, list | tuple):
        parts = (_member(element, paths, index) for index, element in enumerate(value))
        kept = [part for part in parts if part is not _NOTHING]
    return kept or _NOTHING


def _member(value: Any, paths: Sequence[ClaimPath], part: str | int) -> Any:
    below = tuple(path[1:] for path in paths if path[0] == part or (path[0] is None and isinstance(part, int)))
    return _project(value, below) if below else _NOTHING
