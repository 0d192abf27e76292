"""The DCQL query of an inspection profile, made from the rulebook: least disclosure, each format an alternative.

Which claims a profile asks for is data (`queries` of the rulebook). A claim that its type does not require is a wish:
the query names combinations with and without it (`claim_sets`), the fullest first, so that a document without it
still answers. A type in several formats becomes one credential query a format and one credential set whose options
are these (OpenID4VP 1.0, sections 6.1 and 6.2).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from vc_core import strict_json
from vc_core.claims import ClaimPath
from vc_core.dcql import HolderBinding, Query, build_credential_query, build_credential_set, build_query, parse_query
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.rulebook import BindingMode, Rulebook, WireType
from verifier.refusals import FormatNotOffered, ProfileUnknown

MAX_WISHES = 4


def query_for(
    rulebook: Rulebook, profile: str, formats: Sequence[str] | None = None, *, also: Sequence[ClaimPath] = ()
) -> dict[str, Any]:
    """The value of `dcql_query`. formats: None for every format the type has; the order is the preference.

    also: claims beyond those of the profile. Raises `ProfileUnknown`, `FormatNotOffered`.
    """
    if profile not in rulebook.queries:
        raise ProfileUnknown(f"{rulebook.type_id} has the profiles: {', '.join(sorted(rulebook.queries))}")
    wires = [_wire(rulebook, format_id) for format_id in formats or offered_formats(rulebook)]
    bound = HolderBinding.REQUIRED if BindingMode.KEY in rulebook.bindings else HolderBinding.NOT_REQUIRED
    credentials = [
        _credential(f"{rulebook.type_id}-{number}", rulebook, wire, [*rulebook.queries[profile], *also], bound)
        for number, wire in enumerate(wires, start=1)
    ]
    alternatives = [[credential["id"]] for credential in credentials]
    return build_query(credentials, [build_credential_set(*alternatives)] if len(credentials) > 1 else ())


def query_for_both(
    document: Rulebook, identity: Rulebook, profile: str, formats: Sequence[str] | None = None
) -> dict[str, Any]:
    """One query for a document and for the identity of its holder, both required; arguments as `query_for`.

    A document that travels without its holder's name is compared by the personal number, which is asked only then.
    """
    nameless = any(
        _wire(document, format_id).request_path(path) is None
        for format_id in formats or offered_formats(document)
        for path in document.person.family_name
    )
    queries = [
        query_for(rulebook, profile, formats, also=rulebook.person.personal_number if nameless else ())
        for rulebook in (document, identity)
    ]
    return build_query(
        [credential for query in queries for credential in query["credentials"]],
        [build_credential_set(*([credential["id"]] for credential in query["credentials"])) for query in queries],
    )


def read_query(query: Mapping[str, Any]) -> Query:
    """A query made here, to judge an answer by; the answers to most requests are to the same few queries."""
    return _read(strict_json.dump(query))


@lru_cache(maxsize=64)
def _read(query: bytes) -> Query:
    return parse_query(strict_json.parse(query, max_bytes=len(query)), QUERY_FORMATS)


def ids_of(rulebook: Rulebook, query: Mapping[str, Any]) -> list[str]:
    """The ids of the credential queries for this type: one for each format."""
    return [one["id"] for one in query["credentials"] if one["id"].rpartition("-")[0] == rulebook.type_id]


def offered_formats(rulebook: Rulebook) -> tuple[str, ...]:
    """The formats in which wallets may hold this type, the preferred one first."""
    return tuple(format_id for format_id in WALLET_FORMATS if rulebook.wire(format_id) is not None)


def _wire(rulebook: Rulebook, format_id: str) -> WireType:
    wire = rulebook.wire(format_id) if format_id in WALLET_FORMATS else None
    if wire is None:
        raise FormatNotOffered(f"{rulebook.type_id} has the formats: {', '.join(offered_formats(rulebook))}")
    return wire


def _credential(
    query_id: str, rulebook: Rulebook, wire: WireType, claims: Sequence[ClaimPath], bound: HolderBinding
) -> dict[str, Any]:
    required: dict[ClaimPath, bool] = {}
    for claim in claims:
        path, entry = wire.request_path(claim), rulebook.claim(claim)
        if path is not None:
            required[path] = required.get(path, False) or (entry is not None and entry.mandatory)
    return build_credential_query(
        query_id,
        format=wire.format_id,
        meta=WALLET_FORMATS[wire.format_id].query_meta([wire]),
        claims=tuple(required),
        claim_sets=_combinations(required),
        holder_binding=bound,
    )


def _combinations(required: Mapping[ClaimPath, bool]) -> list[list[ClaimPath]]:
    """The claims with and without each wish, the fullest first; wishes beyond a few go together. Empty without any."""
    wishes = [path for path, needed in required.items() if not needed]
    units = [{wish} for wish in wishes[: MAX_WISHES - 1]] + [set(wishes[MAX_WISHES - 1 :])]
    units = [unit for unit in units if unit]
    dropped = [set().union(*(unit for unit, drop in zip(units, drops, strict=True) if drop))
               for drops in sorted(product((False, True), repeat=len(units)), key=sum)]  # fmt: skip
    sets = [[path for path in required if path not in without] for without in dropped]
    return [chosen for chosen in sets if chosen] if wishes else []
