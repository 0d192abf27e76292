"""The judgement on a whole document before anything is signed: every fault of form and every business rule at once.

An institution's document is judged by the type's JSON Schema and by its rules at the moment of issue. All faults are
listed, with JSON pointer, rule id, legal source, box of the paper form and a text in each language, never the values.
A text has to be one that a reader can see: `vc_core.visible_text`.
Where a claim has not its form, no rule is reported at that place. A document without faults is accepted; warnings and
notes are handed back beside the acceptance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vc_core.checks import Severity
from vc_core.claims import ClaimPath, Claims, json_pointer
from vc_core.claims_schema import SchemaFault
from vc_core.code_list import Texts
from vc_core.rule_kinds import Moment
from vc_core.rulebook import AskedRule, Rulebook
from vc_core.rules.evaluation import CaseResult, evaluate_cases, gravest
from vc_core.visible_text import TextFault, text_faults

SCHEMA_RULE = "schema"
"""The rule id under which faults of form are reported."""

TEXT_RULE = "visible_text"
"""The rule id under which text is reported that nobody can read."""

_FORM_CITATION = "JSON Schema, draft 2020-12"
_FORM_TEXTS: dict[str, Texts] = {
    "required": {
        "en": "This claim is missing.",
        "fr": "Cette donnée manque.",
        "de": "Diese Angabe fehlt.",
    },
    "additionalProperties": {
        "en": "This claim is not known here.",
        "fr": "Cette donnée n’est pas connue ici.",
        "de": "Diese Angabe ist hier nicht bekannt.",
    },
    "type": {
        "en": "This claim is of the wrong type.",
        "fr": "Cette donnée n’est pas du type attendu.",
        "de": "Diese Angabe hat den falschen Typ.",
    },
    "format": {
        "en": "This is not a day of the calendar written YYYY-MM-DD, or not of the format prescribed.",
        "fr": "Ce n’est pas un jour du calendrier écrit AAAA-MM-JJ, ou le format prescrit n’est pas respecté.",
        "de": "Dies ist kein Kalendertag in der Form JJJJ-MM-TT oder nicht im vorgeschriebenen Format.",
    },
    "enum": {
        "en": "This is not one of the values allowed.",
        "fr": "Cette valeur ne fait pas partie des valeurs admises.",
        "de": "Dies ist keiner der zulässigen Werte.",
    },
    "minLength": {
        "en": "This text is too short.",
        "fr": "Ce texte est trop court.",
        "de": "Dieser Text ist zu kurz.",
    },
    "maxLength": {
        "en": "This text is too long.",
        "fr": "Ce texte est trop long.",
        "de": "Dieser Text ist zu lang.",
    },
    "minItems": {
        "en": "This list has too few entries.",
        "fr": "Cette liste a trop peu d’éléments.",
        "de": "Diese Liste hat zu wenige Einträge.",
    },
}
_VISIBLE_CITATION = "Unicode Standard Annex #9 and chapter 23"
_VISIBLE_TEXTS: dict[TextFault, Texts] = {
    TextFault.BLANK: {
        "en": "This text is blank: it has nothing but spaces. Leave the claim out instead.",
        "fr": "Ce texte est vide : il ne contient que des espaces. Omettez plutôt cette donnée.",
        "de": "Dieser Text ist leer, er besteht nur aus Leerzeichen. Lassen Sie die Angabe stattdessen weg.",
    },
    TextFault.INVISIBLE: {
        "en": "This text has a character that nobody sees: a control character, one without width, or one that turns"
        " the direction of writing.",
        "fr": "Ce texte contient un caractère invisible : de commande, sans largeur, ou qui inverse le sens de"
        " l’écriture.",
        "de": "Dieser Text enthält ein unsichtbares Zeichen: ein Steuerzeichen, eines ohne Breite oder eines, das die"
        " Schreibrichtung umkehrt.",
    },
    TextFault.DAMAGED: {
        "en": "This text has U+FFFD or a noncharacter: it was damaged when it was read in another encoding.",
        "fr": "Ce texte contient U+FFFD ou un non-caractère : il a été abîmé par une lecture dans un autre codage.",
        "de": "Dieser Text enthält U+FFFD oder ein Nichtzeichen: Er wurde beim Lesen in einer anderen Kodierung"
        " beschädigt.",
    },
}
_OTHER_TEXTS: Texts = {
    "en": "This claim does not have the form prescribed.",
    "fr": "Cette donnée n’a pas la forme prescrite.",
    "de": "Diese Angabe hat nicht die vorgeschriebene Form.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with, or worth saying about, a document; `messages` by language. keyword: of form or text.

    wanted: what the schema says for that keyword, as JSON.
    """

    pointer: str
    rule_id: str
    citation: str
    box: str | None
    severity: Severity
    messages: Texts
    keyword: str | None = None
    wanted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentJudgement:
    """`faults` keep the document from being issued; `warnings` and `notes` do not."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    notes: tuple[Fault, ...]

    @property
    def accepted(self) -> bool:
        return not self.faults


def judge_document(rulebook: Rulebook, claims: Claims, *, today: date) -> DocumentJudgement:
    """All faults, warnings and notes of an institution's document (canonical claims) on the day of its issue."""
    found = [_form_fault(rulebook, fault) for fault in schema_faults(rulebook, claims, partial=False)]
    found += [_text_fault(rulebook, path, fault) for path, fault in text_faults(claims)]
    malformed = {fault.pointer for fault in found}
    for asked, results in evaluate_cases(rulebook, claims, Moment.ISSUE, today=today):
        found += [fault for fault in _rule_faults(asked, results) if fault.pointer not in malformed]
    return DocumentJudgement(
        faults=tuple(fault for fault in found if fault.severity is Severity.REFUSE),
        warnings=tuple(fault for fault in found if fault.severity is Severity.WARN),
        notes=tuple(fault for fault in found if fault.severity is Severity.NOTE),
    )


def schema_faults(rulebook: Rulebook, claims: Claims, *, partial: bool) -> tuple[SchemaFault, ...]:
    """Where canonical claims break their schema; `partial`, for a presentation: what is not there is no fault."""
    return rulebook.schema.faults(claims, partial=partial)


def _form_fault(rulebook: Rulebook, fault: SchemaFault) -> Fault:
    return Fault(
        pointer=fault.pointer,
        rule_id=SCHEMA_RULE,
        citation=_FORM_CITATION,
        box=rulebook.box(fault.path),
        severity=Severity.REFUSE,
        messages=_FORM_TEXTS.get(fault.keyword, _OTHER_TEXTS),
        keyword=fault.keyword,
        wanted=fault.wanted,
    )


def _text_fault(rulebook: Rulebook, path: ClaimPath, fault: TextFault) -> Fault:
    return Fault(
        pointer=json_pointer(path),
        rule_id=TEXT_RULE,
        citation=_VISIBLE_CITATION,
        box=rulebook.box(path),
        severity=Severity.REFUSE,
        messages=_VISIBLE_TEXTS[fault],
        keyword=fault.value,
    )


def _rule_faults(asked: AskedRule, results: Sequence[CaseResult]) -> list[Fault]:
    """One fault for each place at which a case is broken; of several at one place, the gravest."""
    places: dict[str, Severity] = {}
    for case in results:
        for pointer in case.pointers:
            places[pointer] = gravest(case.severity, places.get(pointer, case.severity))
    return [
        Fault(
            pointer=pointer,
            rule_id=asked.rule.id,
            citation=asked.rule.citation,
            box=asked.box,
            severity=severity,
            messages=asked.rule.messages,
        )
        for pointer, severity in places.items()
    ]
