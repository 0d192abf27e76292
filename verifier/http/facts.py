"""What a document says, in the order in which an inspector wants to know it (users.md, J11).

Holder, employer, State and place, days, legal basis, issuer, age of the withdrawal data, then the rest. Where each of
these stands is said by the rulebook (person, coverage, code lists with citations), so that a new type needs no code
here. The claims are those of the verdict's JSON: what an inspector may see.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from vc_core.claims import ClaimPath, Claims, covers, find, first
from vc_core.rulebook import ClaimEntry, Rulebook
from verifier.http.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing the document says. instant: an RFC 3339 instant that stands at the end of the last line.
    copied: the value as a program wants it."""

    label: str
    lines: Sequence[str]
    note: str = ""
    box: str | None = None
    instant: str | None = None
    copied: str = ""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """Reads one verdict's claims by its type's rulebook."""

    verdict: Mapping[str, Any]
    rulebook: Rulebook
    words: Words

    def all(self) -> list[Fact]:
        shown = [
            self.holder(),
            self.employer(),
            self.place(),
            self.period(),
            *self.basis(),
            self.issuer(),
            freshness(self.verdict, self.words),
        ]
        return [fact for fact in (*shown, *self.rest()) if fact is not None]

    def holder(self) -> Fact | None:
        person = self.rulebook.person
        family, given = (first(self._claims, paths) for paths in (person.family_name, person.given_name))
        born = first(self._claims, person.birth_date)
        lines = [str(name.value) for name in (family, given) if name is not None]
        if family is not None and given is not None:
            lines = [self.words("facts", "name", family_name=family.value, given_name=given.value)]
        if born is not None:
            lines.append(self.words("facts", "born", date=self.text(born.path, born.value)))
        return self._fact("holder", lines, [*person.family_name, *person.birth_date])

    def employer(self) -> Fact | None:
        coverage = self.rulebook.coverage
        if coverage is None or not coverage.employers:
            return None
        return self._fact("employer", self._records(coverage.employers), coverage.employers)

    def place(self) -> Fact | None:
        coverage = self.rulebook.coverage
        if coverage is None:
            return None
        lines = self._records(coverage.states)
        anywhere = first(self._claims, [coverage.no_fixed_place] if coverage.no_fixed_place else [])
        if anywhere is not None:
            lines.append(self.words("facts", "everywhere", state=self.text(anywhere.path, anywhere.value)))
        return self._fact("place", lines, coverage.states)

    def period(self) -> Fact | None:
        """The days of cover; of a document without any, its own."""
        start, end = (self._day(path) for path in self._period)
        if start is None and end is None:
            return None
        note = "" if start is None or end is None else self._counted(start, end)
        return self._fact("period", [self._span(start, end)], self._period, note=note)

    def basis(self) -> Iterator[Fact]:
        """Codes that stand for an article of the law, in words."""
        for entry in self.rulebook.inspected():
            for found in find(self._claims, entry.path) if entry.code_list else ():
                code = entry.code_list.codes.get(str(found.value)) if entry.code_list else None
                if code is not None and code.citation is not None:
                    label = self.words("facts", "basis")
                    lines = (self.text(found.path, found.value), code.citation)
                    yield Fact(label=label, lines=lines, box=entry.box)

    def issuer(self) -> Fact | None:
        document = self.verdict["document"]
        named = first(self._claims, [self.rulebook.institution])
        number = document.get("institution_id") or (named and str(named.value)) or self.words("facts", "unknown")
        country = document.get("institution_country", "")
        lines = [document.get("institution_name", number), f"{number} · {self._state(country)}" if country else number]
        if "document_number" in document:
            lines.append(f"{self.words('facts', 'document_number')}: {document['document_number']}")
        paths = [self.rulebook.issuing_country, self.rulebook.institution, self.rulebook.document_number]
        return self._fact("issuer", list(dict.fromkeys(lines)), paths)

    def rest(self) -> Iterator[Fact]:
        """Every other claim that an inspector may see, under its own label."""
        told = self._told()
        entries = self.rulebook.inspected()
        for entry in entries:
            if any(covers(path, entry.path) for path in told) or _has_parts(entry, entries):
                continue
            lines = [self.text(found.path, found.value) for found in find(self._claims, entry.path)]
            if lines:
                yield Fact(label=entry.label(self.words.tag), lines=lines, box=self.rulebook.box(entry.path))

    # ---------------------------------------------------------------------------------------------------- the parts
    @property
    def _claims(self) -> Claims:
        claims: Claims = self.verdict["claims"]
        return claims

    @property
    def _period(self) -> tuple[ClaimPath, ClaimPath]:
        """Where the days of cover stand; where the document shows none, those of the document itself."""
        coverage, own = self.rulebook.coverage, self.rulebook.document_validity
        if coverage is not None and first(self._claims, [coverage.start, coverage.end]) is not None:
            return coverage.start, coverage.end
        return own.start, own.end

    def _told(self) -> list[ClaimPath]:
        """What has been said above; of a record all of it."""
        rulebook, coverage = self.rulebook, self.rulebook.coverage
        person = rulebook.person
        told = [*person.family_name, *person.given_name, *person.birth_date, rulebook.document_number]
        told += [rulebook.institution[:1], rulebook.issuing_country, *self._period]
        told += [entry.path for entry in rulebook.claims if entry.code_list and _cited(entry)]
        if coverage is not None:
            told += [coverage.no_fixed_place] if coverage.no_fixed_place else []
            told += [_record_of(path) for path in (*coverage.employers, *coverage.states)]
        return told

    def _records(self, paths: Sequence[ClaimPath]) -> list[str]:
        """One line for each record that the paths lead into: what they name first, then the rest of it."""
        lines: dict[str, None] = {}
        for record in dict.fromkeys(map(_record_of, paths)):
            inside = [*paths, *(entry.path for entry in self.rulebook.below(record))]
            order = list(dict.fromkeys(path[len(record) :] for path in inside if covers(record, path)))
            for found in find(self._claims, record):
                parts = (part for path in order if path for part in find(found.value, path))
                texts = [self.text((*found.path, *part.path), part.value) for part in parts]
                lines[", ".join(dict.fromkeys(texts))] = None
        return [line for line in lines if line]

    def text(self, path: ClaimPath, value: object) -> str:
        """A value as a person reads it: days and codes in words."""
        entry = self.rulebook.claim(path)
        if isinstance(value, bool):
            return self.words("facts", "yes" if value else "no")
        if entry is not None and entry.code_list is not None:
            return entry.code_list.label(entry.code_list.canonical(str(value)), self.words.tag)
        day = as_day(value)
        return str(value) if day is None else self.words.date(day)

    def _day(self, path: ClaimPath) -> date | None:
        found = first(self._claims, [path])
        return None if found is None else as_day(found.value)

    def _span(self, start: date | None, end: date | None) -> str:
        if start is None or end is None:
            name, day = ("since", start) if start is not None else ("until", end)
            return self.words("facts", name, start=day and self.words.date(day), end=day and self.words.date(day))
        return self.words("facts", "from_to", start=self.words.date(start), end=self.words.date(end))

    def _counted(self, start: date, end: date) -> str:
        """Where in the period the day asked about lies."""
        day = asked_day(self.verdict)
        if day < start:
            return self.words("facts", "days_until", number=(start - day).days)
        if day > end:
            return self.words("facts", "days_left", number=(day - end).days)
        return self.words("facts", "day_of", number=(day - start).days + 1, total=(end - start).days + 1)

    def _state(self, code: str) -> str:
        territory = self.rulebook.coverage.territory if self.rulebook.coverage else None
        return code if territory is None else territory.label(territory.canonical(code), self.words.tag)

    def _fact(self, name: str, lines: Sequence[str], paths: Sequence[ClaimPath], *, note: str = "") -> Fact | None:
        if not lines:
            return None
        boxes = [box for path in paths if find(self._claims, path) and (box := self.rulebook.box(path))]
        return Fact(
            label=self.words("facts", name), lines=lines, note=note, box=", ".join(dict.fromkeys(boxes)) or None
        )


def freshness(verdict: Mapping[str, Any], words: Words) -> Fact | None:
    """The age of the withdrawal data; None where the document needs none."""
    label = words("facts", "freshness")
    evidence = check_of(verdict, "status.freshness").get("evidence", {})
    if "age_s" in evidence:
        age = words.age(timedelta(seconds=max(0, evidence["age_s"])))
        return Fact(label=label, lines=(age,), instant=evidence["issued_at"])
    if check_of(verdict, "status.token_available")["outcome"] == "INDETERMINATE":
        return Fact(label=label, lines=(words("facts", "unknown"),))
    return None


def asked_day(verdict: Mapping[str, Any]) -> date:
    """The day that the verdict is about."""
    told = check_of(verdict, "validity.coverage").get("evidence", {}).get("day")
    return date.fromisoformat(told) if told else datetime.fromisoformat(verdict["at"]).date()


def check_of(verdict: Mapping[str, Any], id_: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(check for check in verdict["checks"] if check["id"] == id_)
    return found


def _record_of(path: ClaimPath) -> ClaimPath:
    """The record a claim is part of: the array element, or the object around it."""
    return path[: path.index(None) + 1] if None in path else path[:-1] or path


def _has_parts(entry: ClaimEntry, entries: Iterable[ClaimEntry]) -> bool:
    return any(other is not entry and covers(entry.path, other.path) for other in entries)


def _cited(entry: ClaimEntry) -> bool:
    return entry.code_list is not None and any(code.citation for code in entry.code_list.codes.values())


def as_day(value: object) -> date | None:
    """The day that a text of the form `YYYY-MM-DD` is; None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-02-15") else None
    except ValueError:
        return None
