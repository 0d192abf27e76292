"""The few facts that the issuer reads in a document, at the places that its rulebook names.

Claims may be malformed still: what cannot be read is None, and the schema reports why.
"""

from dataclasses import dataclass
from datetime import date

from vc_core.claims import ClaimPath, Claims, find, first
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
    first_day, last_day = first(claims, starts), first(claims, ends)
    start = None if first_day is None else _day(first_day.value)
    end = date.max if last_day is None else _day(last_day.value)
    return None if start is None or end is None or end < start else Period(start=start, end=end)


def text_at(claims: Claims, path: ClaimPath) -> str | None:
    """The text that stands first at a path."""
    found = find(claims, path)
    return found[0].value if found and isinstance(found[0].value, str) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def began_before(rulebook: Rulebook, claims: Claims, day: date) -> bool:
    """Whether what the document covers began before a day."""
    start = _day(text_at(claims, rulebook.coverage.start)) if rulebook.coverage else None
    return start is not None and start < day
