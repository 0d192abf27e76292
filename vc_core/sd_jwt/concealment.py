"""Takes planned claims out of a claim set and puts digests in their place (RFC 9901, sections 4.2.4 to 4.2.6).

Two steps, so that all salts come from one draw: `prepare` copies the claims and notes what is to be replaced, inner
levels first; `seal` puts the digests in. `_sd` arrays are kept sorted, which hides the order of the claims
(section 4.2.4.1). Decoys fill an array up to a multiple of a number, since a fixed number of decoys hides nothing
(section 4.2.5). What is signed around the result is the matter of `issuance`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from vc_core import base64url, strict_json
from vc_core.claims import ClaimPath, json_pointer
from vc_core.rejection import Rejection
from vc_core.sd_jwt.disclosure import ELLIPSIS, RESERVED_NAMES, SD, Disclosure, digest_each
from vc_core.sd_jwt.plan import UNPLANNED, DisclosurePlan, PlanNode
from vc_core.signer import RandomBytes

SALT_BYTES = 18
"""144 bits (section 9.3 asks for 128); 18 bytes are 24 signs without remainder, so all salts are encoded at once."""

_SALT_SIGNS = 24
_SCALARS = frozenset({str, int, float, bool, type(None)})


class Level(NamedTuple):
    """One object or array: the names or indices in it that become digests, and the number of decoys beside them."""

    container: Any
    keys: Sequence[Any]
    decoys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A copy of the claims, still in the clear, and what is to be replaced in it, inner levels first."""

    payload: dict[str, Any]
    levels: Sequence[Level]


def prepare(claims: Mapping[str, Any], plan: DisclosurePlan, *, pad_to: int = 1) -> Prepared:
    """Rejects with `claim_name_reserved` where a claim is named as digests are (section 4.1, rule 7)."""
    copier = _Copier(pad_to)
    return Prepared(payload=copier.object(claims, plan.root, ()), levels=copier.levels)


def seal(
    prepared: Prepared, *, random: RandomBytes, algorithm: str, encode: Callable[[object], bytes] = strict_json.dump
) -> tuple[Disclosure, ...]:
    """Puts digests in place, in `prepared.payload` itself, and returns the disclosures, inner ones first.

    encode: JSON text of a disclosure's contents; its form is free, as the text itself is hashed (section 4.2.1).
    """
    salts = _salts(random, sum(len(level.keys) + level.decoys for level in prepared.levels))
    disclosures: list[Disclosure] = []
    for container, keys, decoys in prepared.levels:
        disclosed = _disclose(container, keys, list(islice(salts, len(keys))), encode)
        hashed = [*[disclosure.text for disclosure in disclosed], *islice(salts, decoys)]
        _put(container, keys, digest_each(hashed, algorithm))
        disclosures += disclosed
    return tuple(disclosures)


def _salts(random: RandomBytes, count: int) -> Iterator[str]:
    signs = base64url.encode(random(SALT_BYTES * count))
    return iter([signs[start : start + _SALT_SIGNS] for start in range(0, len(signs), _SALT_SIGNS)])


def _disclose(
    container: Any, keys: Sequence[Any], salts: Sequence[str], encode: Callable[[object], bytes]
) -> list[Disclosure]:
    contents: Iterable[tuple[Any, ...]]
    if isinstance(container, list):
        names, values = [None] * len(keys), [container[index] for index in keys]
        contents = zip(salts, values, strict=True)
    else:
        names, values = list(keys), [container.pop(name) for name in keys]
        contents = zip(salts, names, values, strict=True)
    texts = base64url.encode_each([encode([*content]) for content in contents])
    return list(map(Disclosure, texts, salts, names, values))


def _put(container: Any, keys: Sequence[Any], digests: list[str]) -> None:
    if isinstance(container, list):
        elements = [{ELLIPSIS: digest} for digest in digests]
        for index, element in zip(keys, elements, strict=False):
            container[index] = element
        container += elements[len(keys) :]
    else:
        container[SD] = sorted(digests)


class _Copier:
    """One walk through the claims beside the plan."""

    def __init__(self, pad_to: int) -> None:
        self._pad_to = pad_to
        self.levels: list[Level] = []

    def object(self, members: Mapping[str, Any], node: PlanNode, path: ClaimPath) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        concealed: list[str] = []
        if not RESERVED_NAMES.isdisjoint(members):
            raise _reserved((*path, next(name for name in members if name in RESERVED_NAMES)))
        planned = node.children.get
        for name, value in members.items():
            child = planned(name, UNPLANNED)
            if child.gathered:
                child = child.given(value)
            copy[name] = value if type(value) in _SCALARS else self._value(value, child, (*path, name))
            if child.conceal:
                concealed.append(name)
        self._note(copy, concealed)
        return copy

    def _array(self, elements: Sequence[Any], node: PlanNode, path: ClaimPath) -> list[Any]:
        copy: list[Any] = []
        concealed: list[int] = []
        every = None in node.children
        for index, value in enumerate(elements):
            child = node.children.get(None if every else index, UNPLANNED).given(value)
            copy.append(self._value(value, child, (*path, index)))
            if child.conceal:
                concealed.append(index)
        self._note(copy, concealed)
        return copy

    def _note(self, container: Any, concealed: Sequence[Any]) -> None:
        if concealed:
            self.levels.append(Level(container, concealed, -len(concealed) % self._pad_to))

    def _value(self, value: Any, node: PlanNode, path: ClaimPath) -> Any:
        if isinstance(value, Mapping):
            return self.object(value, node, path)
        if isinstance(value, list | tuple):
            return self._array(value, node, path)
        return value


def _reserved(path: ClaimPath) -> Rejection:
    return Rejection("claim_name_reserved", where=json_pointer(path), section="RFC 9901, section 4.1")
