"""Code lists: closed sets of codes with labels, legal basis, dates of validity and other spellings.

A list is data (`schemas/codelists/*.toml`, read by `catalogue`). A code may belong to the list only from or until a day
(a State that signs an agreement later). A spelling is another way to write some of the codes: EESSI writes EL and UK
where ISO 3166-1 has GR and GB; any spelling is accepted, one is emitted. Which claim holds codes of which list is said
in the rulebook.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

Texts = Mapping[str, str]
"""Language tag (`en`, `fr`, `de`) to text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code; `since` and `until` are the first and last day on which it belongs to the list."""

    code: str
    labels: Texts
    citation: str | None = None
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date | None) -> bool:
        """Whether the code belongs to the list on `day`; without a day, whether it ever did."""
        if day is None:
            return True
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A closed list. `spellings` maps the name of a spelling to {code: how that spelling writes it}."""

    id: str
    codes: Mapping[str, Code]
    spellings: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def contains(self, code: object, on: date | None = None) -> bool:
        """Whether `code`, in the list's own spelling, belongs to the list on that day."""
        return isinstance(code, str) and code in self.codes and self.codes[code].holds_on(on)

    def spelled(self, code: str, spelling: str) -> str:
        """The code as `spelling` writes it; unchanged where the list has no such spelling or it nothing of its own."""
        return self.spellings.get(spelling, {}).get(code, code)

    def canonical(self, text: str) -> str:
        """The list's own code for any accepted spelling; unchanged where no spelling knows it."""
        if text in self.codes:
            return text
        for spelling in self.spellings.values():
            for code, spelled in spelling.items():
                if spelled == text:
                    return code
        return text

    def label(self, code: str, language: str) -> str:
        """The code in words; the code itself where it is not of the list, English where the language is missing."""
        known = self.codes.get(code)
        return code if known is None else known.labels.get(language, known.labels["en"])
