"""Whom a document is about and which days it covers, as far as documents are looked for by that.

Names and numbers are kept in the form in which they are compared, cut to what an index takes; they go when the claims
are erased.
"""

from dataclasses import dataclass

from issuer.document_facts import Period, covered_period
from vc_core.claims import Claims
from vc_core.person_match import family_name, number_form, personal_number
from vc_core.person_names import search_form
from vc_core.rulebook import Rulebook

LONGEST = 64
"""Characters of a name or number that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """None for what a document does not say. birth_key: a keyed digest of the birth date. period: days covered."""

    birth_key: bytes | None
    personal_number: str | None
    family_name: str | None
    period: Period | None


def subject_of(rulebook: Rulebook, claims: Claims, birth_key: bytes | None) -> Subject:
    number, name = personal_number(rulebook.person, claims), family_name(rulebook.person, claims)
    return Subject(
        birth_key=birth_key,
        personal_number=sought_number(number or "") or None,
        family_name=sought_name(name or "") or None,
        period=covered_period(rulebook, claims),
    )


def sought_number(number: str) -> str:
    """Empty if there is neither letter nor digit in it."""
    return number_form(number)[:LONGEST]


def sought_name(name: str) -> str:
    """Basic Latin letters, digits and spaces; empty if the name has no letter that is known."""
    return search_form(name)[:LONGEST]
