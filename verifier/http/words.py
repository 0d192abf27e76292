"""The words of the inspector's page, from one catalogue file a language (`verifier/words/*.toml`), and dates in words.

Claims, codes and rules have their words in `schemas/`; here stands what the page itself says. A text is asked for by
its dotted path; a missing one is a fault of the program, which a test finds before anybody sees it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

_FILES = Path(__file__).parents[1] / "words"
DEFAULT = "en"


@dataclass(frozen=True)
class Words:
    """The texts of one language. `words("verdict", "CONFIRMED", "headline")`; placeholders by keyword."""

    tag: str
    texts: Mapping[str, Any]

    def __call__(self, *path: str, **values: object) -> str:
        """Raises `KeyError` for a text that is missing."""
        found: Any = self.texts
        for part in path:
            found = found[part]
        if not isinstance(found, str):
            raise KeyError(path)
        return found.format(**values) if values else found

    def lines(self, *path: str) -> Sequence[str]:
        found: Any = self.texts
        for part in path:
            found = found[part]
        return tuple(found)

    def get(self, *path: str) -> str | None:
        """The text, or None where there is none for this path."""
        try:
            return self(*path)
        except KeyError:
            return None

    def date(self, day: date) -> str:
        return self("date", day=day.day, month=self._months[day.month - 1], year=day.year)

    def age(self, age: timedelta) -> str:
        """How old something is, in the unit that a person would say."""
        minutes = int(age.total_seconds()) // 60
        if minutes < 1:
            return self("facts", "now")
        if minutes < 120:
            return self("facts", "minutes", number=minutes)
        if minutes < 48 * 60:
            return self("facts", "hours", number=minutes // 60)
        return self("facts", "days", number=minutes // (24 * 60))

    @cached_property
    def _months(self) -> Sequence[str]:
        return self.lines("months")


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """All languages there are, English first."""

    by_tag: Mapping[str, Words]

    def choose(self, asked: str | None, accepted: str) -> Words:
        """asked: from the page's own switch. accepted: `Accept-Language` (RFC 9110, section 12.5.4)."""
        for tag in (asked or "", *_preferences(accepted)):
            words = self.by_tag.get(tag.partition("-")[0].lower())
            if words is not None:
                return words
        return self.by_tag[DEFAULT]


@cache
def load_languages(folder: Path = _FILES) -> Languages:
    files = sorted(folder.glob("*.toml"), key=lambda file: (file.stem != DEFAULT, file.stem))
    return Languages(
        by_tag={
            file.stem: Words(tag=file.stem, texts=tomllib.loads(file.read_text(encoding="utf-8"))) for file in files
        }
    )


def _preferences(accepted: str) -> list[str]:
    """Language tags, the most wanted first; what cannot be read counts least."""
    weighted = []
    for position, item in enumerate(accepted.split(",")[:20]):
        tag, _, weight = item.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), position, tag.strip()))
        except ValueError:
            weighted.append((0.0, position, tag.strip()))
    return [tag for _, _, tag in sorted(weighted)]
