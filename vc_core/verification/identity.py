"""Whether a document is about the person whose identity was proved beside it: two verdicts of one answer.

Counts only where the identity was itself confirmed and presented by its holder, and so was the document unless it is
bound to no key: then it speaks of whoever the identity names, wherever it came from. Persons are compared by
`person_match`; what agrees in part only, or cannot be compared, is left for a person to answer. Where a type travels
without names, the same personal number is a match; another one says nothing, since there are several kinds of them.
"""

from collections.abc import Mapping
from dataclasses import replace

from vc_core.catalogue import Catalogue
from vc_core.formats.base import ParsedPresentation
from vc_core.person_match import Agreement, PersonFacts, compare, person_facts
from vc_core.rejection import Rejection
from vc_core.verdict import IdentityCompared, IdentityMatch, Verdict, Word

NOT_CONFIRMED = "identity_not_confirmed"
NO_PROOF = "holder_proof_missing"
UNREADABLE = "person_not_readable"
SAME_NUMBER = "same_personal_number"

_CONFIRMED = (Word.CONFIRMED, Word.CONFIRMED_STATUS_OLD)
_ANSWERS: Mapping[str, IdentityCompared] = {
    Agreement.SAME.value: IdentityCompared.YES,
    SAME_NUMBER: IdentityCompared.YES,
    Agreement.ANOTHER.value: IdentityCompared.MISMATCH,
    Agreement.NUMBER_DIFFERS.value: IdentityCompared.MISMATCH,
}
"""Every other reason leaves the question open."""


def identified(
    verdict: Verdict,
    document: ParsedPresentation,
    identity_verdict: Verdict,
    identity: ParsedPresentation,
    catalogue: Catalogue,
) -> Verdict:
    """The verdict on the document, with what the comparison gave; one that found another person before keeps that."""
    reason = _reason(verdict, document, identity_verdict, identity, catalogue)
    compared = _ANSWERS.get(reason, IdentityCompared.NO)
    if verdict.identity_compared is IdentityCompared.MISMATCH:
        compared = IdentityCompared.MISMATCH
    match = IdentityMatch(type_id=identity_verdict.document.type_id, reason=reason)
    return replace(verdict, identity_compared=compared, identity_match=match)


def _reason(
    verdict: Verdict,
    document: ParsedPresentation,
    identity_verdict: Verdict,
    identity: ParsedPresentation,
    catalogue: Catalogue,
) -> str:
    if identity_verdict.word not in _CONFIRMED:
        return NOT_CONFIRMED
    if not (identity_verdict.holder_proof and (verdict.holder_proof or _bearer(verdict, document))):
        return NO_PROOF
    shown, registered = _person(identity, catalogue), _person(document, catalogue)
    if shown is None or registered is None:
        return UNREADABLE
    agreement = compare(shown, registered)
    if agreement is Agreement.FACTS_MISSING and _same_number(shown, registered):
        return SAME_NUMBER
    return agreement.value


def _bearer(verdict: Verdict, document: ParsedPresentation) -> bool:
    """Whether the document is good and its issuer bound it to no key."""
    return verdict.word is not Word.CANNOT_CONFIRM and document.holder_key is None


def _same_number(shown: PersonFacts, registered: PersonFacts) -> bool:
    """By `person_match`, which compares numbers only where the rest agrees."""
    if shown.personal_number is None or registered.personal_number is None:
        return False
    anybody = {"family_name": "x", "given_name": "x", "birth_date": "x"}
    return compare(replace(shown, **anybody), replace(registered, **anybody)) is Agreement.SAME


def _person(parsed: ParsedPresentation, catalogue: Catalogue) -> PersonFacts | None:
    """None for a presentation that cannot be read as its type."""
    resolved = parsed.resolve(catalogue)
    try:
        return None if resolved is None else person_facts(resolved.rulebook.person, resolved.claims())
    except Rejection:
        return None
