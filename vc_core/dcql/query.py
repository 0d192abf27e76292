"""A DCQL query read into values: OpenID4VP 1.0, sections 6.1 to 6.4, with every rule for a well-formed query.

What is absent is made explicit here, so that `evaluation` and `judgement` know one form only: a credential query has
options (sets of claims, of which one is wanted), a query has credential sets. Unknown properties are ignored, as are
those of one format only (`intent_to_retain`, B.2.4). Which type identifiers `meta` names and which paths are allowed is
asked of the formats, which are handed in (`QueryFormat`). Queries are written by `building`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vc_core import base64url
from vc_core.claims import ClaimPath, parse_pointer
from vc_core.members import Members
from vc_core.rejection import Rejection

Value = str | int | bool

SECTION = "OpenID4VP 1.0, section 6"
AUTHORITY_KEY_IDENTIFIER = "aki"

_CREDENTIAL = f"{SECTION}.1"
_AUTHORITY = f"{SECTION}.1.1"
_SET = f"{SECTION}.2"
_CLAIM = f"{SECTION}.3"
_ID = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFormat:
    """What one credential format says about queries for it (OpenID4VP 1.0, appendix B).

    identifiers: `meta` -> the type identifiers allowed. check_path: refuses a path that the format does not have. Both
    raise `Rejection` with `where` relative to what they were given.
    """

    identifiers: Callable[[Mapping[str, Any]], tuple[str, ...]]
    check_path: Callable[[ClaimPath], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQuery:
    """One claim wanted. where: its JSON pointer in the query. values: None when any value will do."""

    where: str
    id: str | None
    path: ClaimPath
    values: tuple[Value, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialQuery:
    """One credential wanted, or several if `multiple`.

    identifiers: type identifiers allowed; none at all for a format that is not known here, so that nothing matches.
    authority_key_ids: one of them has to stand in the issuer's chain; None when any issuer will do, an empty set when
    only authorities are named that cannot be evaluated here (`etsi_tl`, `openid_federation`).
    options: combinations of claims, the preferred one first; a single empty one when no selectively disclosable claim
    is wanted.
    """

    where: str
    id: str
    format: str
    identifiers: frozenset[str]
    multiple: bool
    authority_key_ids: frozenset[bytes] | None
    holder_binding_required: bool
    options: tuple[tuple[ClaimQuery, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSetQuery:
    """Combinations of credential query ids, of which one is wanted, the preferred one first."""

    where: str
    options: tuple[tuple[str, ...], ...]
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole query; without `credential_sets` each credential query is a required set of its own."""

    credentials: tuple[CredentialQuery, ...]
    credential_sets: tuple[CredentialSetQuery, ...]

    def credential(self, query_id: str) -> CredentialQuery | None:
        return next((credential for credential in self.credentials if credential.id == query_id), None)


def parse_query(query: object, formats: Mapping[str, QueryFormat], *, where: str = "") -> Query:
    """A query as JSON value (parsed strictly before), as it stands in `dcql_query`; `where` is put before each pointer.

    Rejects with the reason of the rule broken: `<member>_missing`, `<member>_malformed`, `<member>_empty`,
    `credential_id_repeated`, `claim_id_repeated`, `claim_repeated`, `claim_sets_without_claims`,
    `claim_set_unknown_claim`, `option_unknown_credential`, `authority_key_identifier_malformed`, or as the format does.
    """
    members = Members.of(query, called="dcql_query", where=where, section=SECTION)
    credentials = tuple(
        _credential(item, f"{members.at('credentials')}/{index}", formats)
        for index, item in enumerate(members.items("credentials"))
    )
    ids = _unique("credential", [(credential.id, credential.where) for credential in credentials])
    sets = tuple(
        _credential_set(item, f"{members.at('credential_sets')}/{index}", ids)
        for index, item in enumerate(members.optional_items("credential_sets"))
    )
    return Query(credentials=credentials, credential_sets=sets or tuple(map(_required, credentials)))


def _required(credential: CredentialQuery) -> CredentialSetQuery:
    return CredentialSetQuery(where=credential.where, options=((credential.id,),), required=True)


def _credential(item: object, where: str, formats: Mapping[str, QueryFormat]) -> CredentialQuery:
    members = Members.of(item, called="credential_query", where=where, section=_CREDENTIAL)
    format_id = members.required("format", str)
    query_format = formats.get(format_id)
    holder_binding = members.optional("require_cryptographic_holder_binding", bool)
    return CredentialQuery(
        where=where,
        id=_id(members.required("id", str, called="credential_id"), "credential", members),
        format=format_id,
        identifiers=_identifiers(members.object("meta"), query_format),
        multiple=members.optional("multiple", bool) or False,
        authority_key_ids=_authority_key_ids(members),
        holder_binding_required=True if holder_binding is None else holder_binding,
        options=_options(members, query_format),
    )


def _identifiers(meta: Members, query_format: QueryFormat | None) -> frozenset[str]:
    if query_format is None:
        return frozenset()
    try:
        return frozenset(query_format.identifiers(meta.values))
    except Rejection as rejection:
        raise _inside(meta.where, rejection) from None


def _options(members: Members, query_format: QueryFormat | None) -> tuple[tuple[ClaimQuery, ...], ...]:
    claims = tuple(
        _claim(item, f"{members.at('claims')}/{index}", query_format)
        for index, item in enumerate(members.optional_items("claims"))
    )
    _unique("claim", [(claim.id, claim.where) for claim in claims if claim.id])
    _require_distinct(claims)
    if "claim_sets" not in members.values:
        return (claims,)
    if not claims:
        raise members.reject("claim_sets_without_claims", "claim_sets")
    by_id = {claim.id: claim for claim in claims}
    if None in by_id:
        raise Rejection("claim_id_missing", where=f"{by_id[None].where}/id", section=_CLAIM)
    chosen = members.text_lists("claim_sets", called="claim_set")
    for index, claim_ids in enumerate(chosen):
        if not by_id.keys() >= set(claim_ids):
            raise members.reject("claim_set_unknown_claim", f"claim_sets/{index}")
    return tuple(tuple(by_id[claim_id] for claim_id in claim_ids) for claim_ids in chosen)


def _require_distinct(claims: tuple[ClaimQuery, ...]) -> None:
    """A wallet SHOULD ignore a repeated claim query; with other values or another id it would mean something else."""
    seen: set[ClaimPath] = set()
    for claim in claims:
        if claim.path in seen:
            raise Rejection("claim_repeated", where=claim.where, section=_CREDENTIAL)
        seen.add(claim.path)


def _claim(item: object, where: str, query_format: QueryFormat | None) -> ClaimQuery:
    members = Members.of(item, called="claim_query", where=where, section=_CLAIM)
    claim_id = members.optional("id", str, called="claim_id")
    return ClaimQuery(
        where=where,
        id=None if claim_id is None else _id(claim_id, "claim", members),
        path=_path(members, query_format),
        values=_values(members),
    )


def _path(members: Members, query_format: QueryFormat | None) -> ClaimPath:
    path = parse_pointer(members.items("path"), where=members.at("path"))
    if query_format is not None:
        try:
            query_format.check_path(path)
        except Rejection as rejection:
            raise _inside(members.at("path"), rejection) from None
    return path


def _values(members: Members) -> tuple[Value, ...] | None:
    values = tuple(members.optional_items("values"))
    if any(type(value) not in (str, int, bool) for value in values):
        raise members.reject("values_malformed", "values")
    return values or None


def _authority_key_ids(members: Members) -> frozenset[bytes] | None:
    items = members.optional_items("trusted_authorities")
    found: set[bytes] = set()
    for index, item in enumerate(items):
        place = f"{members.at('trusted_authorities')}/{index}"
        authority = Members.of(item, called="trusted_authority", where=place, section=_AUTHORITY)
        kind = authority.required("type", str, called="authority_type")
        values = authority.texts("values", called="authority_values")
        if kind == AUTHORITY_KEY_IDENTIFIER:
            found.update(_key_identifier(value, authority) for value in values)
    return frozenset(found) if items else None


def _key_identifier(value: str, authority: Members) -> bytes:
    try:
        return base64url.decode(value)
    except Rejection:
        raise authority.reject("authority_key_identifier_malformed", "values") from None


def _credential_set(item: object, where: str, ids: frozenset[str]) -> CredentialSetQuery:
    members = Members.of(item, called="credential_set", where=where, section=_SET)
    required = members.optional("required", bool)
    options = members.text_lists("options", called="option")
    for index, option in enumerate(options):
        if not ids.issuperset(option):
            raise members.reject("option_unknown_credential", f"options/{index}")
    return CredentialSetQuery(where=where, options=options, required=True if required is None else required)


def _id(text: str, called: str, members: Members) -> str:
    if _ID.fullmatch(text) is None:
        raise members.reject(f"{called}_id_malformed", "id")
    return text


def _unique(called: str, ids: list[tuple[str, str]]) -> frozenset[str]:
    """The ids, each with the place of what it names, if none stands twice."""
    seen: set[str] = set()
    for text, where in ids:
        if text in seen:
            raise Rejection(f"{called}_id_repeated", where=f"{where}/id", section=SECTION)
        seen.add(text)
    return frozenset(seen)


def _inside(where: str, rejection: Rejection) -> Rejection:
    """What a format refused, with the place in the whole query."""
    return Rejection(
        rejection.reason,
        where=where + rejection.where,
        section=rejection.section,
        evidence=rejection.evidence,
    )
