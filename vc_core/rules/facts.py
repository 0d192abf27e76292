"""What a rule may ask of the claims before it, and the three ways in which there is no answer.

At issue the claims are the whole document: a claim that is not there does not exist. At verification it may only not
have been shown. It counts as not shown if the type requires it, or if its issuer may make it selectively disclosable;
an optional claim that is never selectively disclosable counts as absent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from vc_core.claims import ClaimPath, Claims, Selection, find
from vc_core.rule_kinds import Moment, Term
from vc_core.rulebook import Rulebook, SelectiveDisclosure


class MissingClaimError(Exception):
    """A claim that the rule needs is not among those given."""

    def __init__(self, path: ClaimPath) -> None:
        self.path = path


class MalformedClaimError(Exception):
    """A claim that the rule needs has not the form its schema prescribes; the schema reports that, not the rule."""

    def __init__(self, selection: Selection) -> None:
        self.pointer = selection.pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Claims as a rule sees them at one moment; `today` is the day of the judgement. What was looked up is kept: the
    cases of a rulebook ask for the same few claims again and again."""

    rulebook: Rulebook
    claims: Claims
    moment: Moment
    today: date
    _found: dict[ClaimPath, tuple[Selection, ...]] = field(default_factory=dict, repr=False, compare=False)
    _days: dict[ClaimPath, tuple[date, Selection]] = field(default_factory=dict, repr=False, compare=False)

    def find(self, path: ClaimPath) -> tuple[Selection, ...]:
        """As `claims.find`."""
        found = self._found.get(path)
        if found is None:
            found = self._found[path] = find(self.claims, path)
        return found

    def every(self, path: ClaimPath) -> tuple[Selection, ...]:
        """All that the path selects, at least one."""
        found = self.find(path)
        if not found:
            raise MissingClaimError(path)
        return found

    def across(self, paths: Iterable[ClaimPath]) -> tuple[Selection, ...]:
        """All that any of the paths selects, at least one in total."""
        wanted = tuple(paths)
        found = tuple([selection for path in wanted for selection in self.find(path)])
        if not found:
            raise MissingClaimError(next((path for path in wanted if self.is_hidden(path)), wanted[0]))
        return found

    def texts(self, paths: Iterable[ClaimPath]) -> tuple[Selection, ...]:
        """As `across`; every one is text."""
        found = self.across(paths)
        for selection in found:
            _text(selection)
        return found

    def text(self, term: Term) -> tuple[str, Selection]:
        """The text of a term. A separator that does not occur leaves the text before it whole, after it empty."""
        selection = self.every(term.path)[0]
        text = _text(selection)
        if term.before is not None:
            text = text.partition(term.before)[0]
        if term.after is not None:
            text = text.partition(term.after)[2]
        return text, selection

    def day(self, path: ClaimPath) -> tuple[date, Selection]:
        """The day that a claim holds."""
        known = self._days.get(path)
        if known is None:
            known = self._days[path] = self._day(path)
        return known

    def _day(self, path: ClaimPath) -> tuple[date, Selection]:
        selection = self.every(path)[0]
        text = _text(selection)
        try:
            if len(text) == 10 and text[4] == text[7] == "-":  # fromisoformat reads week dates too
                return date.fromisoformat(text), selection
        except ValueError:
            pass
        raise MalformedClaimError(selection)

    def is_hidden(self, path: ClaimPath) -> bool:
        """Whether a claim that is not here may exist all the same."""
        if self.moment is Moment.ISSUE:
            return False
        lacking = next((path[:size] for size in range(1, len(path) + 1) if not self.find(path[:size])), path)
        entry = self.rulebook.claim(lacking) or self.rulebook.claim(lacking[:-1])
        return entry is None or entry.mandatory or entry.sd is not SelectiveDisclosure.NEVER


def _text(selection: Selection) -> str:
    if not isinstance(selection.value, str):
        raise MalformedClaimError(selection)
    return selection.value
