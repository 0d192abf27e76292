"""Documents written in another system's model, turned into canonical claims of a type.

Which place becomes which claim is data: `schemas/<type>/imports/<model>.toml` (`rulebook_file.import_tables` gives its
form). Nothing is guessed. What no line of the file takes is reported by its JSON pointer (RFC 6901), so that whoever
imports knows what was lost; what the model does not have, the type's rules ask for afterwards.

A source is a path in the foreign document. None in it stands for every element of an array and, other than in claims,
for every member of an object.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vc_core.claims import ClaimPath, find, json_pointer, put
from vc_core.code_list import Texts
from vc_core.rejection import Rejection
from vc_core.rulebook import Rulebook
from vc_core.wire_profile import MAX_ELEMENTS

_SECTION = "schemas/README.md, Imports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Holds for a match whose neighbour at `place` is `equal`; None in `place` is the match's own element or member."""

    place: ClaimPath
    equal: str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The first match of `source` becomes the claim at `target`.

    where: which matches count. leave_out: texts that say "nothing" in that model. name_of_empty: an empty array or
    object counts, and the name of its member is the value.
    """

    source: ClaimPath
    target: ClaimPath
    where: Where | None = None
    leave_out: frozenset[str] = frozenset()
    name_of_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Every match of `source` becomes an element of the array at `target`.

    members: member of the element to its place in the foreign document; None there is the match's own.
    """

    source: ClaimPath
    target: ClaimPath
    members: Mapping[str, ClaimPath]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportModel:
    """One model that can be read."""

    id: str
    titles: Texts
    moves: tuple[Move, ...]
    listings: tuple[Listing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """claims: canonical, codes in the lists' own spelling. unmapped: JSON pointers of what was not taken over."""

    claims: dict[str, Any]
    unmapped: tuple[str, ...]


def import_document(model: ImportModel, rulebook: Rulebook, document: Mapping[str, Any]) -> Imported:
    """Reads a foreign document. Raises `array_too_long` where an array or object has more than `MAX_ELEMENTS`."""
    claims: dict[str, Any] = {}
    used: set[ClaimPath] = set()
    for move in model.moves:
        claims = _move(move, claims, document, used)
    for listing in model.listings:
        claims = _list(listing, claims, document, used)
    return Imported(
        claims=_own_codes(rulebook, claims),
        unmapped=tuple(json_pointer(path) for path in _leaves(document, ()) if path not in used),
    )


def _move(move: Move, claims: dict[str, Any], document: Any, used: set[ClaimPath]) -> dict[str, Any]:
    for path, value in _matches(document, move.source):
        if move.where is not None:
            asked = _bound(move.where.place, path, move.source)
            used.add(asked)
            if [found.value for found in find(document, asked)] != [move.where.equal]:
                continue
        if move.name_of_empty and value not in ([], {}):
            continue
        used.add(path)
        taken = path[-1] if move.name_of_empty else value
        return claims if str(taken) in move.leave_out else put(claims, move.target, taken)
    return claims


def _list(listing: Listing, claims: dict[str, Any], document: Any, used: set[ClaimPath]) -> dict[str, Any]:
    elements = []
    for path, _ in _matches(document, listing.source):
        element = {}
        for member, place in listing.members.items():
            for found in find(document, _bound(place, path, listing.source)):
                element[member] = found.value
                used.add(found.path)
        if element:
            elements.append(element)
    return put(claims, listing.target, elements) if elements else claims


def _matches(value: Any, source: ClaimPath, path: ClaimPath = ()) -> Iterator[tuple[ClaimPath, Any]]:
    """Every place that a source leads to, in document order."""
    if not source:
        yield path, value
        return
    for part, child in _children(value, path):
        if source[0] in (None, part):
            yield from _matches(child, source[1:], (*path, part))


def _children(value: Any, path: ClaimPath) -> Sequence[tuple[str | int, Any]]:
    if not isinstance(value, Mapping | list | tuple):
        return ()
    if len(value) > MAX_ELEMENTS:
        raise Rejection("array_too_long", where=json_pointer(path), section=_SECTION)
    return list(value.items() if isinstance(value, Mapping) else enumerate(value))


def _bound(place: ClaimPath, match: ClaimPath, source: ClaimPath) -> ClaimPath:
    """`place` with each None replaced, in order, by what the source's None was for this match."""
    own = iter([part for part, wanted in zip(match, source, strict=True) if wanted is None])
    return tuple(next(own) if part is None else part for part in place)


def _leaves(value: Any, path: ClaimPath) -> Iterator[ClaimPath]:
    """Everything that has a value of its own; an empty array or object is one."""
    children = _children(value, path)
    if not children:
        yield path
    for part, child in children:
        yield from _leaves(child, (*path, part))


def _own_codes(rulebook: Rulebook, claims: dict[str, Any]) -> dict[str, Any]:
    for entry in rulebook.claims:
        for found in find(claims, entry.path) if entry.code_list else ():
            if entry.code_list and isinstance(found.value, str):
                claims = put(claims, found.path, entry.code_list.canonical(found.value))
    return claims
