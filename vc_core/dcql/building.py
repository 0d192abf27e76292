"""DCQL queries as a verifier writes them: OpenID4VP 1.0, section 6; HAIP 1.0, section 5.

The results are plain JSON objects for `dcql_query`. What is the default is not written, and nothing is written that the
specification does not define.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from vc_core import base64url
from vc_core.claims import ClaimPath
from vc_core.dcql.query import AUTHORITY_KEY_IDENTIFIER, Value


class HolderBinding(Enum):
    """Whether a proof of the holder is asked for."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"


class Presentations(Enum):
    """How many credentials may answer one credential query."""

    ONE = "one"
    SEVERAL = "several"


def build_credential_query(
    query_id: str,
    *,
    format: str,
    meta: Mapping[str, Any],
    claims: Sequence[ClaimPath] = (),
    values: Mapping[ClaimPath, Sequence[Value]] | None = None,
    claim_sets: Sequence[Sequence[ClaimPath]] = (),
    authority_key_ids: Iterable[bytes] = (),
    presentations: Presentations = Presentations.ONE,
    holder_binding: HolderBinding = HolderBinding.REQUIRED,
) -> dict[str, Any]:
    """One entry of `credentials`.

    claims: no path asks for no selectively disclosable claim. values: claim -> values that it may have. claim_sets:
    combinations of `claims`, the preferred one first. authority_key_ids: key identifiers of acceptable authorities.
    """
    query: dict[str, Any] = {"id": query_id, "format": format, "meta": dict(meta)}
    if presentations is Presentations.SEVERAL:
        query["multiple"] = True
    if holder_binding is HolderBinding.NOT_REQUIRED:
        query["require_cryptographic_holder_binding"] = False
    if key_ids := [base64url.encode(key_id) for key_id in authority_key_ids]:
        query["trusted_authorities"] = [{"type": AUTHORITY_KEY_IDENTIFIER, "values": key_ids}]
    named = {path: f"c{number}" for number, path in enumerate(claims)} if claim_sets else {}
    if claims:
        query["claims"] = [_claim(path, named.get(path), (values or {}).get(path)) for path in claims]
    if claim_sets:
        query["claim_sets"] = [[named[path] for path in chosen] for chosen in claim_sets]
    return query


def _claim(path: ClaimPath, claim_id: str | None, values: Sequence[Value] | None) -> dict[str, Any]:
    claim: dict[str, Any] = {"path": list(path)}
    if claim_id is not None:
        claim = {"id": claim_id, **claim}
    if values:
        claim["values"] = list(values)
    return claim


def build_credential_set(*options: Sequence[str], required: bool = True) -> dict[str, Any]:
    """One entry of `credential_sets`: options of credential query ids, the preferred one first."""
    built: dict[str, Any] = {"options": [list(option) for option in options]}
    return built if required else {**built, "required": False}


def build_query(
    credentials: Sequence[Mapping[str, Any]], credential_sets: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The value of `dcql_query`; without credential sets every credential is required."""
    query: dict[str, Any] = {"credentials": [dict(credential) for credential in credentials]}
    if credential_sets:
        query["credential_sets"] = [dict(chosen) for chosen in credential_sets]
    return query
