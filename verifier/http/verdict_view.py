"""A verdict in the words of the page: the answer first, why, what to do now, the identity step, then the checks.

Made from the verdict's JSON, so that the page says just what the interface says. What to do depends on where the
inspector stands: `place` is the name of an inspection profile, and a type that does not know the place asked for is
spoken of as at the first place it knows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vc_core.catalogue import Catalogue
from vc_core.rulebook import Rulebook
from vc_core.verdict import Word
from verifier.case_file import person_of, rulebook_of
from verifier.http.card_boxes import card_boxes
from verifier.http.facts import DocumentFacts, Fact, as_day, check_of, freshness
from verifier.http.words import Words
from verifier.inspection_profiles import InspectionProfile, View

_RULE = "rule."
_LEVEL = "level"
"""Stands in a verdict for somebody who gets to see no more than that and the name."""

_MATCH = "identity_match"
_ANYWHERE = "other"
_UNREADABLE = "UNREADABLE"
_SOMETHING_ELSE = "format_unknown"
"""The reason where what was read is no certificate at all, as the address of a web page."""
_DECLINED = "access_denied"
"""OpenID4VP 1.0, section 8.5: the person did not agree."""
_GOOD = (Word.CONFIRMED, Word.CONFIRMED_STATUS_OLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One check. outcome: as in the verdict. text: the question; sentence: what it means that it is not passed."""

    id: str
    outcome: str
    severity: str
    text: str
    sentence: str
    code: str
    refs: Sequence[str]
    evidence: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question that may be put to the institution that issued. called_for: the verdict leaves something open."""

    purpose: str
    called_for: bool
    title: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """title: of the document type, empty where it could not be told. identity: which of the identity texts to show;
    None where nothing was read that could be compared. matched: what the comparison with an identity shown beside the
    document gave; empty without one. unproven: what the document says is not established either.
    copyable: the facts are the boxes of a form, to be copied into another."""

    word: str
    title: str
    headline: str
    lead: str
    because: Sequence[str]
    notes: Sequence[str]
    next: Sequence[str]
    identity: str | None
    identity_compared: str
    holder: Fact | None
    matched: str
    unproven: bool
    facts_heading: str
    facts: Sequence[Fact]
    reasons: Sequence[Reason]
    dialogues: Sequence[Asking] = ()
    copyable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Describe:
    """Puts verdicts into the words of one language, for one place."""

    catalogue: Catalogue
    words: Words
    place: str
    profile: InspectionProfile

    def verdict(self, verdict: Mapping[str, Any], beside: Sequence[Mapping[str, Any]] = ()) -> VerdictView:
        """beside: the verdicts on what was shown in the same answer."""
        rulebook = rulebook_of(verdict, self.catalogue)
        facts = DocumentFacts(verdict, rulebook, self.words) if rulebook is not None and verdict["claims"] else None
        reasons = [self._reason(check, rulebook) for check in verdict["checks"]]
        word, scope = verdict["verdict"], self._scope(verdict, rulebook)
        said = (
            ("unreadable",)
            if check_of(verdict, "format.well_formed").get("reason") == _SOMETHING_ELSE
            else ("verdict", word)
        )
        unproven = word == Word.CANNOT_CONFIRM
        return VerdictView(
            word=word,
            title="" if rulebook is None else rulebook.title(self.words.tag),
            headline=self.words(*said, "headline"),
            lead=self.words(*said, "lead" if scope else "plain", scope=scope),
            because=_unique(reason.sentence for reason in reasons if reason.id in verdict["deciding"]),
            notes=_unique(
                reason.sentence for reason in reasons if reason.outcome == "FAILED" and reason.severity != "refuse"
            ),
            next=self.words.lines("next", self._place_of(rulebook), _UNREADABLE if facts is None else word),
            identity=_identity(verdict, facts),
            identity_compared=verdict["identity_compared"],
            holder=None if facts is None else facts.holder() or self._identified_as(verdict, beside),
            matched=self._matched(verdict),
            unproven=unproven,
            facts_heading=self.words("facts", "unproven" if unproven else "heading"),
            facts=() if facts is None or _LEVEL in verdict else self._facts(verdict, facts, beside),
            reasons=() if _LEVEL in verdict else reasons,
            dialogues=tuple(self._dialogues(verdict, rulebook)),
            copyable=self._in_boxes(rulebook) and word in _GOOD and facts is not None,
        )

    def _matched(self, verdict: Mapping[str, Any]) -> str:
        match = verdict.get(_MATCH)
        return "" if match is None else self.words("match", match["reason"])

    def _identified_as(self, verdict: Mapping[str, Any], beside: Sequence[Mapping[str, Any]]) -> Fact | None:
        """Whom a confirmed identity names that was shown beside a document without a name."""
        type_id = verdict.get(_MATCH, {}).get("type_id")
        for other in beside:
            rulebook = rulebook_of(other, self.catalogue)
            if rulebook is not None and rulebook.type_id == type_id and other["verdict"] in _GOOD:
                return DocumentFacts(other, rulebook, self.words).holder()
        return None

    def _in_boxes(self, rulebook: Rulebook | None) -> bool:
        return self.profile.view is View.BOXES and rulebook is not None and self.profile.query in rulebook.queries

    def _facts(
        self, verdict: Mapping[str, Any], facts: DocumentFacts, beside: Sequence[Mapping[str, Any]]
    ) -> Sequence[Fact]:
        if not self._in_boxes(facts.rulebook):
            return facts.all()
        person, age = person_of((verdict, *beside), self.catalogue), freshness(verdict, self.words)
        return (*card_boxes(verdict, facts.rulebook, self.words, person=person), *([age] if age else []))

    def _dialogues(self, verdict: Mapping[str, Any], rulebook: Rulebook | None) -> Iterator[Asking]:
        called_for, language = verdict["verdict"] not in _GOOD, self.words.tag
        for purpose, one in self.profile.dialogues(verdict, rulebook).items():
            title, statement = one.title(language), one.statement(language)
            yield Asking(purpose=purpose, called_for=called_for, title=title, statement=statement)

    def refused(self, *, error: str, check: str | None) -> VerdictView:
        """An answer of a wallet that left no verdict: it declined, or did not answer what was asked."""
        word = Word.CANNOT_CONFIRM.value
        declined = check is None
        because = (error,) if check is None else (self.words("check", check, "fails"),)
        return VerdictView(
            word=word,
            title="",
            headline=self.words("verdict", word, "headline"),
            lead=self.words("refused", "declined" if declined else "answer"),
            because=() if error == _DECLINED else because,
            notes=(),
            next=self.words.lines("next", self._known(self.place), _UNREADABLE if declined else word),
            identity=None,
            identity_compared="no",
            holder=None,
            matched="",
            unproven=True,
            facts_heading="",
            facts=(),
            reasons=(),
        )

    def _place_of(self, rulebook: Rulebook | None) -> str:
        if rulebook is None or self.place in rulebook.queries:
            return self._known(self.place)
        return self._known(next(iter(rulebook.queries), _ANYWHERE))

    def _known(self, place: str) -> str:
        return place if place in self.words.texts["next"] and place != "heading" else _ANYWHERE

    def _scope(self, verdict: Mapping[str, Any], rulebook: Rulebook | None) -> str:
        """The day and State that the answer is about; empty if the document covers no days."""
        asked = {**_evidence(verdict, "validity.coverage"), **_evidence(verdict, "coverage.state")}
        if "day" not in asked:
            return ""
        said = self._said({name: asked[name] for name in ("day", "state") if name in asked}, rulebook)
        return self.words("scope", "_".join(said), **said)

    def _said(self, evidence: Mapping[str, Any], rulebook: Rulebook | None) -> dict[str, str]:
        """Evidence as a person reads it: days and States in words."""
        territory = rulebook.coverage.territory if rulebook is not None and rulebook.coverage is not None else None
        said = {}
        for name, value in evidence.items():
            day = as_day(value)
            said[name] = str(value) if day is None else self.words.date(day)
            if territory is not None and name == "state":
                said[name] = territory.label(str(value), self.words.tag)
        return said

    def _sentence(self, check: Mapping[str, Any], rulebook: Rulebook | None) -> str:
        """What it means that a check is not passed."""
        text, fails = self._texts(check["id"], rulebook)
        special = self.words.get("reason", check.get("reason", ""))
        if special is not None:
            return special.format_map(_Said(self._said(check.get("evidence", {}), rulebook)))
        if check["outcome"] in ("INDETERMINATE", "NOT_EVALUATED"):
            return self.words("reasons", "open", question=text)
        return fails

    def _reason(self, check: Mapping[str, Any], rulebook: Rulebook | None) -> Reason:
        text, _ = self._texts(check["id"], rulebook)
        return Reason(
            id=check["id"],
            outcome=check["outcome"],
            severity=check["severity"],
            text=text,
            sentence=self._sentence(check, rulebook),
            code=check.get("reason") or check.get("blocked_by", ""),
            refs=check["refs"],
            evidence=[(name, str(value)) for name, value in check.get("evidence", {}).items()],
        )

    def _texts(self, id_: str, rulebook: Rulebook | None) -> tuple[str, str]:
        """The question of a check, and what it means that the answer is no."""
        if not id_.startswith(_RULE):
            return self.words("check", id_, "asks"), self.words("check", id_, "fails")
        number = id_.removeprefix(_RULE)
        rules = () if rulebook is None else rulebook.rules
        messages = next((rule.messages for rule in rules if rule.id == number), {"en": number})
        return self.words("reasons", "rule", id=number), messages.get(self.words.tag, messages["en"])


def _identity(verdict: Mapping[str, Any], facts: DocumentFacts | None) -> str | None:
    if facts is None:
        return None
    if _MATCH in verdict:
        return "beside"
    if facts.holder() is None:
        return "nameless"
    shown = "proof" if verdict["holder_proof"] else "code"
    return f"{shown}_name" if _LEVEL in verdict else shown


def _evidence(verdict: Mapping[str, Any], id_: str) -> Mapping[str, Any]:
    evidence: Mapping[str, Any] = check_of(verdict, id_).get("evidence", {})
    return evidence


def _unique(sentences: Iterable[str]) -> Sequence[str]:
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))


class _Said(dict[str, str]):
    """Values of placeholders; one that the evidence does not have is left as dots."""

    def __missing__(self, name: str) -> str:
        return "…"
