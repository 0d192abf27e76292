"""Wire profiles: how the canonical claims of a type are written in one format of one published model.

Several models of the same certificate are in use. A profile says per format which identifier (`vct` or docType) and
configuration id the credential has, which canonical claims it leaves out, under which names the others travel, how
codes are spelled and which constant claims the envelope carries. `to_wire` and `from_wire` are inverse on what is
carried. Formats appear as keys of the rulebook file and as `WireType.format_id`, never as branches here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vc_core.claims import ClaimPath, Claims, covers, find, json_pointer, put, remove
from vc_core.code_list import CodeList
from vc_core.rejection import Rejection

MAX_ELEMENTS = 1000
"""Elements of one array of claims that is read: more than any document of the field has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """A canonical place and the place on the wire, with None for the same array indices in both."""

    canonical: ClaimPath
    wire: ClaimPath


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedClaim:
    """A claim that holds codes of a list."""

    path: ClaimPath
    code_list: CodeList


@dataclass(frozen=True, slots=True, kw_only=True)
class WireType:
    """One format of one profile.

    identifier: `vct` or docType. namespace: mdoc namespace of the claims, None for a format without namespaces.
    names: top-level canonical claims of the type; `from_wire` lets nothing else through.
    envelope: constant claims beside the business claims (as `category`), never selectively disclosed; they stand in
    `envelope_namespace` where the format has namespaces. spelling: which spelling of coded claims is emitted; None for
    the lists' own. Every spelling is accepted.
    """

    format_id: str
    identifier: str
    configuration_id: str
    names: frozenset[str]
    namespace: str | None = None
    omit: tuple[ClaimPath, ...] = ()
    rename: tuple[Renaming, ...] = ()
    envelope: Mapping[str, Any] = field(default_factory=dict)
    envelope_namespace: str | None = None
    spelling: str | None = None
    coded: tuple[CodedClaim, ...] = ()
    _wire_names: frozenset[str | int | None] = field(init=False, repr=False, compare=False)
    _wire_paths: dict[ClaimPath, ClaimPath | None] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        kept = {path[0] for name in self.names if (path := self.wire_path((name,)))}
        object.__setattr__(self, "_wire_names", frozenset(kept | {renaming.wire[0] for renaming in self.rename}))

    def to_wire(self, claims: Claims) -> dict[str, Any]:
        """Canonical claims as this format carries them, without the envelope. For mdoc: element identifier to value."""
        result = dict(claims)
        for path in self.omit:
            result = remove(result, path)
        if self.spelling is not None:
            for claim in self.coded:
                result = _respell(result, claim, self.spelling)
        for renaming in self.rename:
            result = _move(result, renaming.canonical, renaming.wire)
        return result

    def from_wire(self, claims: Claims) -> dict[str, Any]:
        """The canonical claims among what this format carried; envelope and unknown members are left behind.

        Raises `Rejection` where a renamed claim would have to stand inside a value that is no object or array, and
        `array_too_long` for one longer than `MAX_ELEMENTS`.
        """
        result = {name: value for name, value in claims.items() if name in self._wire_names}
        _require_bounded(result, ())
        for renaming in self.rename:
            result = _move(result, renaming.wire, renaming.canonical)
        result = {name: value for name, value in result.items() if name in self.names}
        for claim in self.coded:
            result = _respell(result, claim, None)
        return result

    def wire_path(self, canonical: ClaimPath) -> ClaimPath | None:
        """Where `to_wire` puts a canonical claim; None if this format does not carry it, or only takes it apart.

        Asked for the paths of the rulebook, again for every credential, and so kept.
        """
        if canonical not in self._wire_paths:
            self._wire_paths[canonical] = self._find_wire_path(canonical)
        return self._wire_paths[canonical]

    def _find_wire_path(self, canonical: ClaimPath) -> ClaimPath | None:
        if any(covers(path, canonical) for path in self.omit):
            return None
        for renaming in self.rename:
            depth = len(renaming.canonical)
            if covers(renaming.canonical, canonical):
                return _with_indices(renaming.wire, _indices(canonical[:depth])) + canonical[depth:]
            if covers(canonical, renaming.canonical) and not covers(canonical, renaming.wire):
                return None
        return canonical

    def request_path(self, canonical: ClaimPath) -> ClaimPath | None:
        """The path a query or issuer metadata uses (OpenID4VP 1.0, section 7): namespace and element for mdoc.

        A claim inside an mdoc element is asked for by its element. None if this format does not carry the claim.
        """
        path = self.wire_path(canonical)
        if path is None or self.namespace is None:
            return path
        return (self.namespace, path[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class WireProfile:
    """A published model of the type: format id to how that format carries it."""

    id: str
    wires: Mapping[str, WireType]


def _require_bounded(value: Any, path: ClaimPath) -> None:
    """Before anything is moved, respelled or judged element by element, of a document that nobody may have signed."""
    if isinstance(value, str):  # as most are
        return
    if isinstance(value, Mapping):
        for name, member in value.items():
            _require_bounded(member, (*path, name))
    elif isinstance(value, list | tuple):
        if len(value) > MAX_ELEMENTS:
            raise Rejection("array_too_long", where=json_pointer(path), evidence={"limit": MAX_ELEMENTS})
        for index, element in enumerate(value):
            _require_bounded(element, (*path, index))


def _respell(claims: dict[str, Any], claim: CodedClaim, spelling: str | None) -> dict[str, Any]:
    for found in find(claims, claim.path):
        if not isinstance(found.value, str):
            continue
        code = claim.code_list.canonical(found.value)
        written = code if spelling is None else claim.code_list.spelled(code, spelling)
        if written != found.value:
            claims = put(claims, found.path, written)
    return claims


def _move(claims: dict[str, Any], source: ClaimPath, target: ClaimPath) -> dict[str, Any]:
    found = find(claims, source)
    if not found:
        return claims
    rest = _without_empty(remove(claims, source), source[:-1])
    for selection in found:
        rest = _place(rest, _with_indices(target, _indices(selection.path)), selection.value)
    return rest


def _place(claims: dict[str, Any], path: ClaimPath, value: Any) -> dict[str, Any]:
    """Puts a value; earlier elements of an array, of which nothing was shown, become empty objects."""
    for depth, part in enumerate(path):
        if isinstance(part, int):
            there = len(find(claims, (*path[:depth], None)))
            for index in range(there, part):
                claims = put(claims, (*path[:depth], index), {})
    placed: dict[str, Any] = put(claims, path, value)
    return placed


def _without_empty(claims: dict[str, Any], parent: ClaimPath) -> dict[str, Any]:
    """Removes the objects and arrays that a move has left empty, from the inside out."""
    while parent and all(not found.value for found in find(claims, parent)):
        claims = remove(claims, parent)
        parent = parent[:-1]
    return claims


def _indices(path: ClaimPath) -> tuple[int | None, ...]:
    return tuple(part for part in path if not isinstance(part, str))


def _with_indices(pattern: ClaimPath, indices: tuple[int | None, ...]) -> ClaimPath:
    remaining = iter(indices)
    return tuple(part if part is not None else next(remaining, None) for part in pattern)
