"""Whether a document is about the person who identified themselves: decided, or refused with a reason, never guessed.

Same birth date, the same words in the name (`person_names`; forenames and surnames are written in different orders, so
words count, not places), and the same personal number where both sides have one. A name that agrees in part only, and
more than one document that agrees, are refused. Documents of two institutions are never weighed against each other.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from vc_core.claims import ClaimPath, Claims, first
from vc_core.person_names import spellings
from vc_core.rulebook import PersonPaths


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A person, as a document names them; None for what it does not say. birth_date: `YYYY-MM-DD`."""

    family_name: str | None = None
    given_name: str | None = None
    birth_date: str | None = None
    personal_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that may be about the person."""

    document_id: str
    institution_id: str
    person: PersonFacts


class Agreement(StrEnum):
    """How what one document says of a person agrees with another; all but the first are reasons for a refusal."""

    SAME = "same"
    ANOTHER = "no_document_of_this_person"
    NAME_IN_PART = "name_agrees_in_part"
    NUMBER_DIFFERS = "personal_number_differs"
    FACTS_MISSING = "name_or_birth_date_missing"


class Unmatched(StrEnum):
    """Refused although there is more than one agreement."""

    SEVERAL_DOCUMENTS = "several_documents"
    SEVERAL_INSTITUTIONS = "several_institutions"


@dataclass(frozen=True, slots=True)
class Matched:
    document_id: str


@dataclass(frozen=True, slots=True)
class NotMatched:
    """reason: a value of `Agreement` or `Unmatched`."""

    reason: str


def person_facts(paths: PersonPaths, claims: Claims) -> PersonFacts:
    """What a document says of its person; values of another type count as not said."""
    return PersonFacts(
        family_name=family_name(paths, claims),
        given_name=_text(claims, paths.given_name),
        birth_date=birth_date(paths, claims),
        personal_number=personal_number(paths, claims),
    )


def birth_date(paths: PersonPaths, claims: Claims) -> str | None:
    """`YYYY-MM-DD`, as the document has it."""
    return _text(claims, paths.birth_date)


def family_name(paths: PersonPaths, claims: Claims) -> str | None:
    return _text(claims, paths.family_name)


def personal_number(paths: PersonPaths, claims: Claims) -> str | None:
    return _text(claims, paths.personal_number)


def _text(claims: Claims, paths: Sequence[ClaimPath]) -> str | None:
    found = first(claims, paths)
    return found.value if found is not None and isinstance(found.value, str) and found.value.strip() else None


def find_document(shown: PersonFacts, candidates: Sequence[Candidate]) -> Matched | NotMatched:
    """The one document that is about the person shown."""
    agreements = [(candidate, compare(shown, candidate.person)) for candidate in candidates]
    same = [candidate for candidate, agreement in agreements if agreement is Agreement.SAME]
    if len(same) == 1:
        return Matched(same[0].document_id)
    if same:
        institutions = {candidate.institution_id for candidate in same}
        return NotMatched(Unmatched.SEVERAL_DOCUMENTS if len(institutions) == 1 else Unmatched.SEVERAL_INSTITUTIONS)
    found = {agreement for _, agreement in agreements}
    telling = (Agreement.NUMBER_DIFFERS, Agreement.NAME_IN_PART, Agreement.FACTS_MISSING)
    return NotMatched(next((reason for reason in telling if reason in found), Agreement.ANOTHER))


def compare(shown: PersonFacts, registered: PersonFacts) -> Agreement:
    """How two descriptions of a person agree."""
    for facts in (shown, registered):
        if not (facts.family_name and facts.given_name and facts.birth_date):
            return Agreement.FACTS_MISSING
    if shown.birth_date != registered.birth_date:
        return Agreement.ANOTHER
    agreement = _compare_names(shown, registered)
    if agreement is Agreement.SAME and _numbers_differ(shown.personal_number, registered.personal_number):
        return Agreement.NUMBER_DIFFERS
    return agreement


def _compare_names(shown: PersonFacts, registered: PersonFacts) -> Agreement:
    theirs = _full_names(registered)
    agreements = {_compare_words(ours, other) for ours in _full_names(shown) for other in theirs}
    order = (Agreement.SAME, Agreement.NAME_IN_PART)
    return next((agreement for agreement in order if agreement in agreements), Agreement.ANOTHER)


FullName = tuple[tuple[str, ...], tuple[str, ...]]
"""Words of the surnames and of the forenames."""


def _full_names(person: PersonFacts) -> list[FullName]:
    family, given = spellings(person.family_name or ""), spellings(person.given_name or "")
    return [(surnames, forenames) for surnames in family for forenames in given]


def _compare_words(ours: FullName, theirs: FullName) -> Agreement:
    our_words, their_words = sorted(ours[0] + ours[1]), sorted(theirs[0] + theirs[1])
    if not our_words or not their_words:
        return Agreement.ANOTHER
    if our_words == their_words or _run_together(ours) == _run_together(theirs):
        return Agreement.SAME
    common = set(our_words) & set(their_words)
    contained = common in (set(our_words), set(their_words))
    return Agreement.NAME_IN_PART if contained else Agreement.ANOTHER


def _run_together(name: FullName) -> tuple[str, str]:
    """`De la Croix` and `Delacroix` are one surname, `Jean-Pierre` and `Jeanpierre` one forename."""
    return "".join(name[0]), "".join(name[1])


def _numbers_differ(ours: str | None, theirs: str | None) -> bool:
    return ours is not None and theirs is not None and number_form(ours) != number_form(theirs)


def number_form(text: str) -> str:
    """A personal number as it is compared: without spaces and punctuation, which forms add and registers leave out."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).upper()
