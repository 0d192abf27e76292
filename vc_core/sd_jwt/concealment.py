"""Takes planned claims out of a claim set and puts digests in their place (RFC 9901, sections 4.2.4 to 4.2.6).

Two steps, so that all salts come from one draw: `prepare` copies the claims and notes every place to be replaced,
inner ones first; `seal` puts a digest into each. `_sd` arrays are kept sorted, which hides the order of the claims
(section 4.2.4.1). Decoys fill an array up to a multiple of a number, since a fixed number of decoys hides nothing
(section 4.2.5). What is signed around the result is the matter of `issuance`.
"""

from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vc_core import base64url, strict_json
from vc_core.claims import ClaimPath, json_pointer
from vc_core.rejection import Rejection
from vc_core.sd_jwt.disclosure import ELLIPSIS, HASHES, RESERVED_NAMES, SD, Disclosure
from vc_core.sd_jwt.plan import DisclosurePlan, PlanNode
from vc_core.signer import RandomBytes

SALT_BYTES = 18
"""144 bits (section 9.3 asks for 128); 18 bytes are 24 signs without remainder, so all salts are encoded at once."""

_SALT_SIGNS = 24
_SCALARS = frozenset({str, int, float, bool, type(None)})


Place = tuple[Any, Any]
"""A container and the name or index in it that becomes a digest; a name of None is a decoy."""

_DECOY = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A copy of the claims, still in the clear, and the places in it to be replaced, inner ones first."""

    payload: dict[str, Any]
    places: Sequence[Place]


def prepare(claims: Mapping[str, Any], plan: DisclosurePlan, *, pad_to: int = 1) -> Prepared:
    """Rejects with `claim_name_reserved` where a claim is named as digests are (section 4.1, rule 7)."""
    copier = _Copier(pad_to)
    return Prepared(payload=copier.object(claims, plan.root, ()), places=copier.places)


def seal(
    prepared: Prepared, *, random: RandomBytes, algorithm: str, encode: Callable[[object], bytes] = strict_json.dump
) -> tuple[Disclosure, ...]:
    """Replaces every place by a digest, in `prepared.payload` itself, and returns the disclosures in that order.

    encode: JSON text of a disclosure's contents; its form is free, as the text itself is hashed (section 4.2.1).
    """
    hash_, to_text = HASHES[algorithm], base64url.encode
    salts = to_text(random(SALT_BYTES * len(prepared.places)))
    disclosures = []
    for number, (container, key) in enumerate(prepared.places):
        salt = text = salts[number * _SALT_SIGNS : (number + 1) * _SALT_SIGNS]
        is_array = type(container) is list
        value = container[key] if is_array else container.pop(key, _DECOY)
        if value is not _DECOY:
            text = to_text(encode([salt, value] if is_array else [salt, key, value]))
            disclosures.append(Disclosure(text, salt, None if is_array else key, value))
        digest = to_text(hash_(text.encode("ascii")).digest())
        if is_array:
            container[key] = {ELLIPSIS: digest}
        else:
            insort(container.setdefault(SD, []), digest)
    return tuple(disclosures)


class _Copier:
    """One walk through the claims beside the plan."""

    def __init__(self, pad_to: int) -> None:
        self._pad_to = pad_to
        self.places: list[Place] = []

    def object(self, members: Mapping[str, Any], node: PlanNode, path: ClaimPath) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        concealed: list[Place] = []
        for name, value in members.items():
            if name in RESERVED_NAMES:
                raise _reserved((*path, name))
            child = node.child(name, value)
            copy[name] = value if type(value) in _SCALARS else self._value(value, child, (*path, name))
            if child.conceal:
                concealed.append((copy, name))
        self.places += concealed
        self.places += [(copy, None)] * (-len(concealed) % self._pad_to)
        return copy

    def _array(self, elements: Sequence[Any], node: PlanNode, path: ClaimPath) -> list[Any]:
        copy: list[Any] = []
        concealed: list[Place] = []
        every = None in node.children
        for index, value in enumerate(elements):
            child = node.child(None if every else index, value)
            copy.append(self._value(value, child, (*path, index)))
            if child.conceal:
                concealed.append((copy, index))
        decoys = -len(concealed) % self._pad_to
        self.places += concealed
        self.places += [(copy, len(copy) + index) for index in range(decoys)]
        copy += [_DECOY] * decoys
        return copy

    def _value(self, value: Any, node: PlanNode, path: ClaimPath) -> Any:
        if isinstance(value, Mapping):
            return self.object(value, node, path)
        if isinstance(value, list | tuple):
            return self._array(value, node, path)
        return value


def _reserved(path: ClaimPath) -> Rejection:
    return Rejection("claim_name_reserved", where=json_pointer(path), section="RFC 9901, section 4.1")
