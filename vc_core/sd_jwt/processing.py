"""From signed digests to claims (RFC 9901, section 7.1, steps 3 to 5).

`process` puts every disclosure where its digest stands, takes the digests out, and says which claims had been
disclosed selectively and where something was withheld; the holder selects from it, the verifier judges by it. Step 2
(signature) and step 6 (validity) are separate functions, so that each is one named check.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vc_core.claims import ClaimPath, json_pointer
from vc_core.rejection import Rejection
from vc_core.sd_jwt.compact import SdJwt
from vc_core.sd_jwt.disclosure import ELLIPSIS, RESERVED_NAMES, SD, SD_ALG, Disclosure, digest_algorithm, digest_each

MAX_DEPTH = 32
"""Levels of arrays and objects in the processed payload; a chain of recursive disclosures counts each of its levels."""

_SECTION = "RFC 9901, section 7.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """The processed payload, and what selective disclosure did to it. Paths count elements as in `claims`.

    disclosed: path of each claim that came by a disclosure of its own, with that disclosure, outer ones first.
    hidden_members: objects with a digest that no disclosure matches: a claim withheld, or a decoy.
    hidden_elements: array -> positions, counted in the array as issued, of elements withheld, or decoys.
    """

    claims: Mapping[str, Any]
    disclosed: Mapping[ClaimPath, Disclosure]
    hidden_members: frozenset[ClaimPath]
    hidden_elements: Mapping[ClaimPath, tuple[int, ...]]

    @property
    def has_digests(self) -> bool:
        return bool(self.disclosed or self.hidden_members or self.hidden_elements)


def process(sd_jwt: SdJwt) -> Processed:
    """Steps 3 to 5 of section 7.1. The issuer's signature is not looked at.

    Rejects with `sd_alg_unknown`, `sd_alg_nested`, `disclosure_repeated`, `digests_not_array`, `digest_not_string`,
    `ellipsis_misplaced`, `ellipsis_not_alone`, `digest_repeated`, `disclosure_not_member`, `disclosure_not_element`,
    `claim_name_reserved`, `claim_name_taken`, `disclosure_unreferenced` or `nesting_too_deep`.
    """
    # 3.1 a digest for each disclosure
    digests = digest_each([disclosure.text for disclosure in sd_jwt.disclosures], digest_algorithm(sd_jwt.payload))
    unplaced = dict(zip(digests, sd_jwt.disclosures, strict=False))
    if len(unplaced) != len(sd_jwt.disclosures):
        raise Rejection("disclosure_repeated", section="RFC 9901, section 4")
    # 3.2 to 3.6 and 4: every digest met, wherever it stands
    reader = _Reader(unplaced)
    claims = reader.members(sd_jwt.payload, ())
    # 5 nothing left over
    if unplaced:
        raise Rejection("disclosure_unreferenced", section=_SECTION, evidence={"digest": next(iter(unplaced))})
    return Processed(
        claims=claims,
        disclosed=reader.disclosed,
        hidden_members=frozenset(reader.hidden_members),
        hidden_elements=reader.hidden_elements,
    )


class _Reader:
    """One walk through the payload: takes each disclosure out of `unplaced` where its digest is met."""

    def __init__(self, unplaced: dict[str, Disclosure]) -> None:
        self._unplaced = unplaced
        self._met: set[str] = set()
        self.disclosed: dict[ClaimPath, Disclosure] = {}
        self.hidden_members: set[ClaimPath] = set()
        self.hidden_elements: dict[ClaimPath, tuple[int, ...]] = {}

    def value(self, value: Any, path: ClaimPath) -> Any:
        if isinstance(value, dict):
            return self.members(value, path)
        if isinstance(value, list):
            return self.elements(value, path)
        return value

    def members(self, members: Mapping[str, Any], path: ClaimPath) -> dict[str, Any]:
        _require_depth(path)
        if ELLIPSIS in members:
            raise _fault("ellipsis_misplaced", path)
        if path and SD_ALG in members:
            raise _fault("sd_alg_nested", path)
        shown = {
            name: self.value(value, (*path, name)) if isinstance(value, (dict, list)) else value
            for name, value in members.items()
            if name not in RESERVED_NAMES
        }
        for digest_ in _digests(members, path):
            disclosure = self._take(digest_, path)
            if disclosure is None:
                self.hidden_members.add(path)
            else:
                self._insert(disclosure, shown, path)
        return shown

    def _insert(self, disclosure: Disclosure, members: dict[str, Any], path: ClaimPath) -> None:
        """Step 3.3.2: at the level of the `_sd` key."""
        name = disclosure.name
        if name is None:
            raise _fault("disclosure_not_member", path)
        if name in RESERVED_NAMES:
            raise _fault("claim_name_reserved", path)
        if name in members:
            raise _fault("claim_name_taken", (*path, name))
        here = (*path, name)
        self.disclosed[here] = disclosure
        value = disclosure.value
        members[name] = self.value(value, here) if isinstance(value, (dict, list)) else value

    def elements(self, elements: list[Any], path: ClaimPath) -> list[Any]:
        """Steps 3.3.3 and 3.4."""
        _require_depth(path)
        shown: list[Any] = []
        hidden: list[int] = []
        for position, element in enumerate(elements):
            here = (*path, len(shown))
            if not (isinstance(element, dict) and ELLIPSIS in element):
                shown.append(self.value(element, here))
                continue
            disclosure = self._take(_element_digest(element, path), path)
            if disclosure is None:
                hidden.append(position)
                continue
            if disclosure.name is not None:
                raise _fault("disclosure_not_element", here)
            self.disclosed[here] = disclosure
            shown.append(self.value(disclosure.value, here))
        if hidden:
            self.hidden_elements[path] = tuple(hidden)
        return shown

    def _take(self, digest_: str, path: ClaimPath) -> Disclosure | None:
        if digest_ in self._met:
            raise _fault("digest_repeated", path, digest=digest_)
        self._met.add(digest_)
        return self._unplaced.pop(digest_, None)


def _digests(members: Mapping[str, Any], path: ClaimPath) -> list[str]:
    digests = members.get(SD, [])
    if not isinstance(digests, list):
        raise _fault("digests_not_array", path)
    for digest_ in digests:
        if type(digest_) is not str:
            raise _fault("digest_not_string", path)
    return digests


def _element_digest(element: dict[str, Any], path: ClaimPath) -> str:
    if len(element) != 1:
        raise _fault("ellipsis_not_alone", path)
    digest_ = element[ELLIPSIS]
    if type(digest_) is not str:
        raise _fault("digest_not_string", path)
    return digest_


def _require_depth(path: ClaimPath) -> None:
    if len(path) >= MAX_DEPTH:
        raise Rejection("nesting_too_deep", section=_SECTION, evidence={"limit": MAX_DEPTH})


def _fault(reason: str, path: ClaimPath, **evidence: str) -> Rejection:
    return Rejection(reason, where=json_pointer(path), section=_SECTION, evidence=evidence)
