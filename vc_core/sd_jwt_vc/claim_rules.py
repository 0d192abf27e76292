"""Holds a credential against the claim metadata of its type: `mandatory` and `sd` (SD-JWT VC, draft -24, section 5.6).

A path is followed through the payload as issued: array positions count elements that are not shown, and it is known
where a member may be hidden behind a digest, so that what is absent can be told from what is not shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from vc_core.claims import ClaimPath, json_pointer
from vc_core.rejection import Rejection
from vc_core.sd_jwt.processing import Processed
from vc_core.sd_jwt_vc.type_metadata import ClaimMetadata, Disclosability, TypeMetadata

_SECTION = "SD-JWT VC, section 5.6"


class Shown(Enum):
    """How much of a credential lies here: a holder has every disclosure, a verifier what was presented."""

    ALL = "all"
    SOME = "some"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """What a path leads to.

    shown: concrete paths in the processed claims. hidden_elements: array elements selected but not shown.
    perhaps_more: more may be selected, behind a digest or within a hidden element.
    """

    shown: tuple[ClaimPath, ...]
    hidden_elements: int
    perhaps_more: bool


def require_claims(metadata: TypeMetadata, processed: Processed, shown: Shown) -> None:
    """Every claim of the type is there where it must be, and disclosable as it must be.

    Rejects with `claims_path_type_mismatch`, `claim_mandatory_missing`, `claim_not_disclosable` or `claim_disclosable`.
    """
    for claim in metadata.claims:
        located = locate(processed, claim.path)
        _require_present(claim, located, shown)
        _require_disclosable(claim, located, processed)


def locate(processed: Processed, path: ClaimPath) -> Located:
    """Follows a path by the steps of 5.6.1; rejects with `claims_path_type_mismatch`."""
    current: list[tuple[ClaimPath, Any]] = [((), processed.claims)]
    hidden, perhaps_more = 0, False
    for part in path:
        perhaps_more = perhaps_more or hidden > 0 or (isinstance(part, str) and _hides(processed, current, part))
        children = [child for at, value in current for child in _children(processed, at, value, part)]
        current = [child for child in children if child is not None]
        hidden = len(children) - len(current)
    return Located(shown=tuple(at for at, _ in current), hidden_elements=hidden, perhaps_more=perhaps_more)


def _hides(processed: Processed, current: list[tuple[ClaimPath, Any]], name: str) -> bool:
    return any(at in processed.hidden_members and name not in value for at, value in current)


def _children(
    processed: Processed, at: ClaimPath, value: Any, part: str | int | None
) -> Iterator[tuple[ClaimPath, Any] | None]:
    """None stands for an element that is not shown."""
    expected: type[Any] = dict if isinstance(part, str) else list
    if not isinstance(value, expected):
        raise Rejection("claims_path_type_mismatch", where=json_pointer(at), section=f"{_SECTION}.1")
    if isinstance(part, str):
        if part in value:
            yield (*at, part), value[part]
        return
    hidden = processed.hidden_elements.get(at, ())
    indices = iter(range(len(value)))
    as_issued = [None if position in hidden else next(indices) for position in range(len(value) + len(hidden))]
    for index in as_issued if part is None else as_issued[part : part + 1]:
        yield None if index is None else ((*at, index), value[index])


def _require_present(claim: ClaimMetadata, located: Located, shown: Shown) -> None:
    """What may be withheld is not missing, unless every disclosure is here (5.6)."""
    there = located.shown or located.hidden_elements
    if claim.mandatory and not there and not (shown is Shown.SOME and located.perhaps_more):
        raise Rejection("claim_mandatory_missing", where=json_pointer(claim.path), section=f"{_SECTION}.3")


def _require_disclosable(claim: ClaimMetadata, located: Located, processed: Processed) -> None:
    """A claim is disclosable by a disclosure of its own, not by that of a claim it lies in."""
    disclosed = [at in processed.disclosed for at in located.shown] + [True] * located.hidden_elements
    if claim.sd is Disclosability.ALWAYS and not all(disclosed):
        raise Rejection("claim_not_disclosable", where=json_pointer(claim.path), section=f"{_SECTION}.4")
    if claim.sd is Disclosability.NEVER and any(disclosed):
        raise Rejection("claim_disclosable", where=json_pointer(claim.path), section=f"{_SECTION}.4")
