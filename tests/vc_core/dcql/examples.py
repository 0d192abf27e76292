"""Credentials and queries for the DCQL tests, and what two formats say about queries (OpenID4VP 1.0, appendix B)."""

from collections.abc import Iterable, Mapping
from typing import Any

from vc_core.claims import ClaimPath
from vc_core.dcql import HeldCredential, PresentedCredential, Query, QueryFormat, parse_query
from vc_core.rejection import Rejection

SD_JWT = "dc+sd-jwt"
MDOC = "mso_mdoc"
IDENTITY = "https://credentials.example.com/identity_credential"


def _vct_values(meta: Mapping[str, Any]) -> tuple[str, ...]:
    if not meta.get("vct_values"):
        raise Rejection("vct_values_missing", where="/vct_values")
    return tuple(meta["vct_values"])


def _doctype_value(meta: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(meta.get("doctype_value"), str):
        raise Rejection("doctype_value_missing", where="/doctype_value")
    return (meta["doctype_value"],)


def _any_path(path: ClaimPath) -> None:
    pass


def _two_names(path: ClaimPath) -> None:
    if len(path) != 2 or not all(isinstance(part, str) for part in path):
        raise Rejection("path_not_namespace_and_element", section="OpenID4VP 1.0, section 7.2")


FORMATS = {
    SD_JWT: QueryFormat(identifiers=_vct_values, check_path=_any_path),
    MDOC: QueryFormat(identifiers=_doctype_value, check_path=_two_names),
}

CLAIMS = {
    "family_name": "Doe",
    "given_name": "Erika",
    "postal_code": "90210",
    "age": 30,
    "adult": True,
    "address": {"street_address": "42 Market Street", "country": {"code": "FR"}},
    "nationalities": ["FR", "BE", "DE"],
    "employers": [{"name": "Acme", "id": "1"}, {"name": "Bolt", "id": "2"}],
}
DISCLOSURES = frozenset[ClaimPath](
    {
        ("family_name",),
        ("given_name",),
        ("postal_code",),
        ("age",),
        ("adult",),
        ("address",),
        ("address", "street_address"),
        ("address", "country"),
        ("nationalities", 0),
        ("nationalities", 1),
        ("nationalities", 2),
        ("employers", 0, "name"),
        ("employers", 0, "id"),
        ("employers", 1, "name"),
        ("employers", 1, "id"),
    }
)
AUTHORITY = bytes(range(20))
_HELD: dict[str, Any] = {
    "id": "1",
    "format": SD_JWT,
    "identifier": IDENTITY,
    "claims": CLAIMS,
    "disclosures": DISCLOSURES,
    "holder_bound": True,
    "authority_key_ids": frozenset({AUTHORITY}),
}


def held(**changes: Any) -> HeldCredential:
    return HeldCredential(**(_HELD | changes))


def shown(*paths: ClaimPath, credential: HeldCredential | None = None, **changes: Any) -> PresentedCredential:
    """A credential as a verifier sees it: disclosures other than `paths` taken out, elements closed up."""
    whole = credential or held()
    kept = frozenset(paths)
    claims, moved = _reduce(whole.claims, (), whole.disclosures - kept)
    facts = {
        "format": whole.format,
        "identifier": whole.identifier,
        "claims": claims,
        "disclosures": frozenset(moved[path] for path in kept),
        "groups": whole.groups,
        "hidden_elements": frozenset(
            path[:-1] for path in whole.disclosures - kept if isinstance(path[-1], int) and path[:-1] in moved
        ),
        "holder_bound": whole.holder_bound,
        "authority_key_ids": whole.authority_key_ids,
    }
    return PresentedCredential(**(facts | changes))


def _reduce(value: Any, path: ClaimPath, hidden: Iterable[ClaimPath]) -> tuple[Any, dict[ClaimPath, ClaimPath]]:
    """The value without what is hidden, and where each path that is left has moved to."""
    moved: dict[ClaimPath, ClaimPath] = {path: path}
    parts = (
        list(value.items()) if isinstance(value, Mapping) else list(enumerate(value)) if isinstance(value, list) else []
    )
    if not isinstance(value, Mapping | list):
        return value, moved
    left: list[tuple[Any, Any]] = []
    for part, inner in parts:
        if (*path, part) in hidden:
            continue
        now = len(left) if isinstance(value, list) else part
        reduced, below = _reduce(inner, (*path, part), hidden)
        moved |= {old: (*path, now, *new[len(path) + 1 :]) for old, new in below.items()}
        left.append((now, reduced))
    return (dict(left) if isinstance(value, Mapping) else [inner for _, inner in left]), moved


def credential_query(**changes: Any) -> dict[str, Any]:
    """A credential query for the identity credential; a member set to None is left out."""
    members = {
        "id": "pid",
        "format": SD_JWT,
        "meta": {"vct_values": [IDENTITY]},
        "claims": [{"path": ["family_name"]}, {"path": ["given_name"]}],
    }
    return {name: value for name, value in (members | changes).items() if value is not None}


def query(*credentials: dict[str, Any], **members: Any) -> Query:
    return parse_query({"credentials": list(credentials), **members}, FORMATS)
