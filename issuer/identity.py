"""How holders identify themselves: the types that do, and the question that is put to a wallet.

A type identifies if its rulebook is of the legal category PID (CIR (EU) 2024/2977). Least is asked for: names and birth
date, and the personal number where the holder has one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vc_core.catalogue import Catalogue
from vc_core.claims import ClaimPath
from vc_core.dcql import build_credential_query, build_credential_set, build_query
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.rulebook import Rulebook, WireType

LEGAL_CATEGORY = "PID"


@dataclass(frozen=True, slots=True)
class IdentityTypes:
    """Rulebooks by type id."""

    by_id: Mapping[str, Rulebook]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "IdentityTypes":
        return cls({book.type_id: book for book in catalogue.types() if book.legal_category == LEGAL_CATEGORY})

    def query(self) -> dict[str, Any]:
        """The value of `dcql_query`: any of the types, in any format, is enough."""
        queries = [
            _query(f"identity-{number}", rulebook, wire)
            for number, (rulebook, wire) in enumerate(self._wires(), start=1)
        ]
        alternatives = [[query["id"]] for query in queries]
        return build_query(queries, [build_credential_set(*alternatives)] if len(queries) > 1 else ())

    def _wires(self) -> list[tuple[Rulebook, WireType]]:
        found = ((book, book.wire(format_id)) for book in self.by_id.values() for format_id in WALLET_FORMATS)
        return [(book, wire) for book, wire in found if wire is not None]


def _query(query_id: str, rulebook: Rulebook, wire: WireType) -> dict[str, Any]:
    person = rulebook.person
    needed = _requested(wire, (*person.family_name[:1], *person.given_name[:1], *person.birth_date[:1]))
    wished = _requested(wire, person.personal_number[:1])
    return build_credential_query(
        query_id,
        format=wire.format_id,
        meta=WALLET_FORMATS[wire.format_id].query_meta([wire]),
        claims=(*needed, *wished),
        claim_sets=[(*needed, *wished), needed] if wished else (),
    )


def _requested(wire: WireType, claims: tuple[ClaimPath, ...]) -> tuple[ClaimPath, ...]:
    paths = (wire.request_path(claim) for claim in claims)
    return tuple(dict.fromkeys(path for path in paths if path is not None))
