"""The few facts that the issuer reads in a document, at the places that its rulebook names.

Claims may be malformed still: what cannot be read is None, and the schema reports why.
"""

from dataclasses import dataclass
from datetime import date

from vc_core.claims import ClaimPath, Claims, find
from vc_core.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def covered_period(rulebook: Rulebook, claims: Claims) -> Period | None:
    """The days a document covers; its own validity where the type has no coverage or a side of it is open."""
    coverage, validity = rulebook.coverage, rulebook.document_validity
    starts = (coverage.start, validity.start) if coverage else (validity.start,)
    ends = (coverage.end, validity.end) if coverage else (validity.end,)
    start = _day(claims, _present(claims, starts))
    end = _day(claims, _present(claims, ends)) if any(find(claims, path) for path in ends) else date.max
    return None if start is None or end is None or end < start else Period(start=start, end=end)


def _present(claims: Claims, paths: tuple[ClaimPath, ...]) -> ClaimPath:
    """The first path at which there is anything, or the last."""
    return next((path for path in paths if find(claims, path)), paths[-1])


def text_at(claims: Claims, path: ClaimPath) -> str | None:
    """The text that stands first at a path."""
    found = find(claims, path)
    return found[0].value if found and isinstance(found[0].value, str) else None


def _day(claims: Claims, path: ClaimPath) -> date | None:
    text = text_at(claims, path)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None


def began_before(rulebook: Rulebook, claims: Claims, day: date) -> bool:
    """Whether what the document covers began before a day."""
    start = _day(claims, rulebook.coverage.start) if rulebook.coverage else None
    return start is not None and start < day
