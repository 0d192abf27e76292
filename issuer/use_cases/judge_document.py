"""Judges a document before it is registered: its form and rules, who registers it, and the register's other documents.

Everything wrong is found at once. The type's own rules are `vc_core.rules`, those of the register `compare_register`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from issuer.document_facts import text_at
from issuer.documents import Document, Remark
from issuer.institutions import Institution
from issuer.use_cases.compare_register import applies, is_broken
from vc_core.checks import Severity
from vc_core.claims import Claims, json_pointer
from vc_core.register_rules import RegisterRule, Replaces
from vc_core.rulebook import Rulebook
from vc_core.rules import Fault, judge_document

COMPETENT_INSTITUTION = "competent_institution"
"""The rule id under which it is reported that a document names another institution."""

_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDocument:
    """faults keep the document out; remarks do not. replaced: documents in force that this one takes the place of."""

    faults: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    replaced: tuple[Document, ...]


def judge(
    rulebook: Rulebook,
    institution: Institution,
    claims: Claims,
    earlier: Sequence[Document],
    *,
    today: date,
) -> JudgedDocument:
    """earlier: the person's documents in force."""
    return compare(rulebook, judge_alone(rulebook, institution, claims, today=today), claims, earlier)


def judge_alone(rulebook: Rulebook, institution: Institution, claims: Claims, *, today: date) -> JudgedDocument:
    """What can be said of a document without the register."""
    own = judge_document(rulebook, claims, today=today)
    found = [_remark(fault) for fault in (*own.faults, *own.warnings, *own.notes)]
    return _judged([*found, *_competence(rulebook, institution, claims)], ())


def compare(rulebook: Rulebook, alone: JudgedDocument, claims: Claims, earlier: Sequence[Document]) -> JudgedDocument:
    """The same with what the register adds to it."""
    found = [*alone.faults, *alone.remarks]
    replaced: dict[str, Document] = {}
    for rule in rulebook.registry.rules if rulebook.registry else ():
        if not applies(rule, claims):
            continue
        compared = [document for document in earlier if applies(rule, document.claims)]
        if isinstance(rule.test, Replaces):
            replaced |= {document.id: document for document in compared}
        elif is_broken(rule, rulebook, claims, [document.claims for document in compared]):
            found.append(_register_remark(rule, rulebook))
    return _judged(found, tuple(replaced.values()))


def _judged(found: Sequence[Remark], replaced: tuple[Document, ...]) -> JudgedDocument:
    return JudgedDocument(
        faults=tuple(remark for remark in found if remark.severity is Severity.REFUSE),
        remarks=tuple(remark for remark in found if remark.severity is not Severity.REFUSE),
        replaced=replaced,
    )


def _remark(fault: Fault) -> Remark:
    return Remark(
        rule_id=fault.rule_id,
        message=fault.messages[_LANGUAGE] + ("" if fault.wanted is None else f" ({fault.keyword}: {fault.wanted})"),
        pointer=fault.pointer,
        citation=fault.citation,
        box=fault.box,
        severity=fault.severity,
    )


def _competence(rulebook: Rulebook, institution: Institution, claims: Claims) -> Iterator[Remark]:
    """The institution named in the document, by id or name, is the one that registers it."""
    named = text_at(claims, rulebook.institution)
    if named is not None and named not in (institution.id, institution.name):
        yield Remark(
            rule_id=COMPETENT_INSTITUTION,
            message="The institution named is not the one that registers the document.",
            pointer=json_pointer(rulebook.institution),
            citation="ARF 3.0.0, ISSU_27c",
            box=rulebook.box(rulebook.institution),
            severity=Severity.REFUSE,
        )


def _register_remark(rule: RegisterRule, rulebook: Rulebook) -> Remark:
    return Remark(
        rule_id=rule.id,
        message=rule.messages[_LANGUAGE],
        pointer=json_pointer(rule.claim),
        citation=rule.citation,
        box=rulebook.box(rule.claim),
        severity=rule.severity,
    )
