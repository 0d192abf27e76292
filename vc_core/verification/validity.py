"""The three layers of validity, and whom and what is covered.

Technical validity is the credential's own, the document has dates of its own, and cover is a period, States, employers
and a person (DC4EU common rulebook 2.7; business rules A1-16, EH-06). A claim that is asked about but not shown leaves
the question open; a claim that the type does not have leaves it without application.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from vc_core.checks import Check, failed, indeterminate, not_applicable, passed
from vc_core.claims import ClaimPath, covers, find, first
from vc_core.rulebook import SelectiveDisclosure
from vc_core.verification.case import Case

_FARTHEST_EAST = timedelta(hours=14)
"""A day begins so long before it does in UTC; an institution dates its documents by its own clock."""


def technical(case: Case) -> Check:
    validity, skew = case.parsed.validity, case.policy.clock_skew
    if validity.issued_at is not None and validity.issued_at > case.now + skew:
        return failed("validity.technical", "issued_in_the_future", issued_at=validity.issued_at.isoformat())
    if validity.not_before is not None and validity.not_before > case.now + skew:
        return failed("validity.technical", "not_yet_valid", not_before=validity.not_before.isoformat())
    if validity.expires_at is not None and validity.expires_at <= case.now - skew:
        return failed("validity.technical", "expired", expires_at=validity.expires_at.isoformat())
    return passed("validity.technical")


def document(case: Case) -> Check:
    """Issued by now, wherever days are counted, and not past its date of expiry on the day asked about. The day itself
    may lie before the issue: an A1 takes effect back in time (C-527/16)."""
    period = case.rulebook.document_validity
    issued, expires = _day(case, period.start), _day(case, period.end)
    if issued is not None and issued > (case.now + _FARTHEST_EAST).date():
        return failed("validity.document", "document_not_yet_issued", date_of_issuance=issued.isoformat())
    if expires is not None and expires < case.expected.day:
        return failed("validity.document", "document_expired", date_of_expiry=expires.isoformat())
    if expires is None and _withheld(case, period.end) and not _cover_ends(case):
        return indeterminate("validity.document", "claim_not_disclosed")
    return passed("validity.document")


def coverage(case: Case) -> Check:
    period, day = case.rulebook.coverage, case.expected.day
    if period is None:
        return not_applicable("validity.coverage")
    start, end = _day(case, period.start), _day(case, period.end)
    if any(_hidden(case, path) for path in (period.start, period.end)):
        return indeterminate("validity.coverage", "claim_not_disclosed")
    if start is not None and day < start:
        return failed("validity.coverage", "coverage_not_started", start=start.isoformat(), day=day.isoformat())
    if end is not None and day > end:
        return failed("validity.coverage", "coverage_ended", end=end.isoformat(), day=day.isoformat())
    return passed("validity.coverage", day=day.isoformat())


def state(case: Case) -> Check:
    """A State named as place of work, or one in which there is no fixed place; or, for a type that names none, any
    State of its territory."""
    covered = case.rulebook.coverage
    if case.expected.host_state is None:
        return not_applicable("coverage.state", "not_asked")
    if covered is None:
        return not_applicable("coverage.state")
    asked = covered.territory.canonical(case.expected.host_state) if covered.territory else case.expected.host_state
    if not covered.states:
        if covered.territory is None:
            return not_applicable("coverage.state")
        inside = covered.territory.contains(asked)
        return passed("coverage.state", state=asked) if inside else _elsewhere(asked)
    named = _texts(case, (*covered.states, *((covered.no_fixed_place,) if covered.no_fixed_place else ())))
    if asked in named:
        return passed("coverage.state", state=asked)
    if _cut(case, covered.states):
        return indeterminate("coverage.state", "claim_cut")
    return _elsewhere(asked) if named else indeterminate("coverage.state", "claim_not_disclosed")


def _elsewhere(state_: str) -> Check:
    return failed("coverage.state", "state_not_covered", state=state_)


def employer(case: Case) -> Check:
    """Any employer whose name or id is the one asked about."""
    asked, covered = case.expected.employer, case.rulebook.coverage
    if asked is None:
        return not_applicable("coverage.employer", "not_asked")
    if covered is None or not covered.employers:
        return not_applicable("coverage.employer")
    named = {normalised(name) for name in _texts(case, covered.employers)}
    if not named:
        return indeterminate("coverage.employer", "claim_not_disclosed")
    if normalised(asked) in named:
        return passed("coverage.employer")
    if _cut(case, covered.employers):
        return indeterminate("coverage.employer", "claim_cut")
    return failed("coverage.employer", "employer_not_named")


def person(case: Case) -> Check:
    """Compares what was asked with what is shown; where no person is shown, somebody has to compare (design 5)."""
    asked, named = case.expected.person, case.rulebook.person
    if asked is None:
        return not_applicable("coverage.person", "not_asked")
    compared = 0
    for wanted, paths in (
        (asked.family_name, named.family_name),
        (asked.given_name, named.given_name),
        (asked.birth_date.isoformat() if asked.birth_date else None, named.birth_date),
    ):
        shown = first(case.claims, paths) if wanted is not None else None
        if shown is None or wanted is None:
            continue
        compared += 1
        if normalised(str(shown.value)) != normalised(wanted):
            return failed("coverage.person", "person_differs", where=shown.pointer)
    return passed("coverage.person", compared=compared) if compared else not_applicable("coverage.person", "not_shown")


def normalised(text: str) -> str:
    """For comparing names as people read them: compatibility form, case folded, marks and punctuation dropped."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c)).split())


def _texts(case: Case, paths: Sequence[ClaimPath]) -> list[str]:
    return [found.value for path in paths for found in find(case.claims, path) if isinstance(found.value, str)]


def _day(case: Case, path: ClaimPath) -> date | None:
    found = first(case.claims, (path,))
    if found is None or not isinstance(found.value, str):
        return None
    try:
        return date.fromisoformat(found.value)
    except ValueError:  # `claims.schema` says so
        return None


def _hidden(case: Case, path: ClaimPath) -> bool:
    """Whether a claim that is not shown may stand in the document all the same."""
    if find(case.claims, path):
        return False
    entry = case.rulebook.claim(path)
    by_type = entry is not None and (entry.mandatory or entry.sd is not SelectiveDisclosure.NEVER)
    return by_type or case.known_type.withholds


def _withheld(case: Case, path: ClaimPath) -> bool:
    """Whether a claim may be kept back that its type lets nobody keep back."""
    entry = case.rulebook.claim(path)
    return entry is not None and entry.sd is SelectiveDisclosure.NEVER and case.known_type.withholds


def _cover_ends(case: Case) -> bool:
    """Whether cover ends on a day that is shown; a document is no longer relied upon after it."""
    period = case.rulebook.coverage
    return period is not None and _day(case, period.end) is not None


def _cut(case: Case, paths: Sequence[ClaimPath]) -> bool:
    """Whether what is not shown may have been among what the issuer left out of an array."""
    return any(covers(array, path) for array in case.known_type.cut for path in paths)
