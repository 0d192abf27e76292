"""The procedure: every question of the catalogue in its order, then the rules of the type, then the decision table.

In two halves, so that nothing is asked twice: `begin` up to where it is known which status lists are needed, and
`finish` once they have been fetched. `verify` is both, for whoever has all the evidence.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from vc_core.catalogue import Catalogue
from vc_core.checks import CATALOGUE, QUESTIONS, Check, CheckId, Outcome, not_evaluated, rejected
from vc_core.claims import first, project
from vc_core.formats.base import ParsedPresentation, UnverifiedPresentation
from vc_core.formats.registry import format_of_text
from vc_core.rejection import Rejection
from vc_core.status_list import StatusReference
from vc_core.trust import Trust
from vc_core.verdict import Document, IdentityCompared, Verdict, decide
from vc_core.verification import claims, form, status, trust, validity
from vc_core.verification.case import (
    GATHERED,
    RULES,
    Amend,
    Case,
    ClaimsUnreadableError,
    CredentialUnreadable,
    Evidence,
    Expected,
    Policy,
    StatusFetched,
    StatusUnavailable,
    Watch,
    as_answered,
    unwatched,
)

CLAIMS_FORM = CheckId("claims.schema")
_STANDING = frozenset({Outcome.FAILED, Outcome.INDETERMINATE, Outcome.NOT_EVALUATED})

Answer = Callable[[Case], Check]


def _holder(id_: str) -> Answer:
    check_id = CheckId(id_)
    return lambda case: case.holder_answers[check_id]


def _query(id_: str) -> Answer:
    check_id = CheckId(id_)
    return lambda case: case.query_answers[check_id]


ANSWERS: Mapping[str, Answer] = {
    "format.well_formed": form.well_formed,
    "format.type_header": form.type_header,
    "format.type_known": form.type_known,
    "integrity.issuer_signature": form.issuer_signature,
    "integrity.claim_digests": form.claim_digests,
    "integrity.envelope": form.envelope,
    "trust.list": trust.trust_list,
    "trust.issuer_chain": trust.issuer_chain,
    "trust.signer_certificate": trust.signer_certificate,
    "trust.issuer_entitled": trust.issuer_entitled,
    "validity.technical": validity.technical,
    "validity.document": validity.document,
    "validity.coverage": validity.coverage,
    "coverage.state": validity.state,
    "coverage.employer": validity.employer,
    "coverage.person": validity.person,
    "claims.schema": claims.schema,
    "claims.disclosure": claims.disclosure,
    "status.reference": status.reference,
    "status.token_available": status.token_available,
    "status.token_signature": status.token_signature,
    "status.token_signer": status.token_signer,
    "status.token_subject": status.token_subject,
    "status.token_time": status.token_time,
    "status.value": status.value,
    "status.freshness": status.freshness,
    **{id_: _holder(id_) for id_ in CATALOGUE if id_.startswith("holder.")},
    **{id_: _query(id_) for id_ in CATALOGUE if id_.startswith("query.")},
}


def _prerequisites(id_: str) -> frozenset[str]:
    """The checks that this one comes after, and those that they come after."""
    direct = frozenset[str](CATALOGUE[CheckId(id_)].after)
    return direct.union(*map(_prerequisites, direct))


_READABLE = (CheckId("format.type_known"), CheckId("integrity.claim_digests"))
_STATUS_TOKEN = CheckId("status.token_available")
_BEFORE_STATUS = tuple(question.id for question in QUESTIONS if question.id in _prerequisites(_STATUS_TOKEN))


def begin(
    parsed: ParsedPresentation,
    expected: Expected,
    trust: Trust,
    policy: Policy,
    now: datetime,
    catalogue: Catalogue,
    amend: Amend = as_answered,
    watch: Watch = unwatched,
) -> Case:
    """A verification as far as it goes before any status list is fetched; `finish` goes on from there."""
    case = Case(
        parsed=parsed, expected=expected, evidence=Evidence(trust=trust), policy=policy, now=now,
        catalogue=catalogue, amend=amend, watch=watch,
    )  # fmt: skip
    for id_ in _BEFORE_STATUS:
        case.answers[id_] = _ask(case, id_)
    return case


def wanted_status_lists(begun: Case) -> tuple[str, ...]:
    """The URIs of the status lists to fetch before `finish`.

    None for a credential that is not genuine, and none that the trust list does not permit for its issuer: nobody makes
    a verifier call an address by presenting it (Token Status List, section 11.4).
    """
    if standing(begun.answers, CATALOGUE[_STATUS_TOKEN].after) is not None:
        return ()
    wanted = begun.status_reference
    if not isinstance(wanted, StatusReference) or begun.entry is None:
        return ()
    return (wanted.uri,) if begun.entry.permits_status_uri(wanted.uri) else ()


def finish(case: Case, status: Mapping[str, StatusFetched | StatusUnavailable]) -> Verdict:
    """The verdict on what was begun, once. status: what was fetched, by its URI."""
    case.watch(GATHERED)
    case.evidence = Evidence(trust=case.evidence.trust, status=status)
    for question in QUESTIONS:
        if question.id not in case.answers:
            case.answers[question.id] = _ask(case, question.id)
    blocking = standing(case.answers, _READABLE)
    if blocking is None and not case.claims_are_readable:
        blocking = CLAIMS_FORM
    answers = (case.answers[question.id] for question in QUESTIONS)
    checks = (*answers, *map(case.amend, claims.rule_checks(case, blocking)))
    case.watch(RULES)
    word, deciding = decide(checks)
    readable = blocking is None
    return Verdict(
        word=word,
        deciding=deciding,
        checks=checks,
        document=_document(case, readable=readable),
        claims=_inspectors_view(case) if readable else {},
        at=case.now,
        holder_proof=case.answers[CheckId("holder.signature")].outcome is Outcome.PASSED,
        identity_compared=_identity(case),
    )


def verify(
    parsed: ParsedPresentation,
    expected: Expected,
    evidence: Evidence,
    policy: Policy,
    now: datetime,
    catalogue: Catalogue,
    amend: Amend = as_answered,
    watch: Watch = unwatched,
) -> Verdict:
    """Judges one presentation. Every check id of the catalogue is answered once, and each rule of the type."""
    return finish(begin(parsed, expected, evidence.trust, policy, now, catalogue, amend, watch), evidence.status)


def verify_text(
    text: str, expected: Expected, evidence: Evidence, policy: Policy, now: datetime, catalogue: Catalogue
) -> Verdict:
    """As `verify`, from text that need not be readable at all; then `format.well_formed` FAILED and blocks the rest."""
    parsed = read(text)
    if isinstance(parsed, CredentialUnreadable):
        return unreadable(parsed, now)
    return verify(parsed, expected, evidence, policy, now, catalogue)


def read(text: str) -> ParsedPresentation | CredentialUnreadable:
    """Parses text by the one format that recognises it."""
    found = format_of_text(text)
    if found is None:
        return CredentialUnreadable(format_id="", rejection=Rejection("format_unknown"))
    try:
        return found.parse(UnverifiedPresentation(text=text))
    except Rejection as rejection:
        return CredentialUnreadable(format_id=found.id, rejection=rejection)


def unreadable(what: CredentialUnreadable, now: datetime, amend: Amend = as_answered) -> Verdict:
    """The verdict on what could not be read."""
    failure = amend(rejected("format.well_formed", what.rejection))
    blocked = tuple(not_evaluated(question.id, blocked_by=failure.id) for question in QUESTIONS[1:])
    checks = (failure, *blocked)
    word, deciding = decide(checks)
    document = Document(format=what.format_id)
    return Verdict(word=word, deciding=deciding, checks=checks, document=document, claims={}, at=now)


def _ask(case: Case, id_: CheckId) -> Check:
    """Claims that cannot be read fail `claims.schema`, which stands in the way of every question that reads them."""
    blocking = standing(case.answers, CATALOGUE[id_].after)
    if blocking is not None:
        return not_evaluated(id_, blocked_by=blocking)
    try:
        check = case.amend(ANSWERS[id_](case))
    except ClaimsUnreadableError:
        return not_evaluated(id_, blocked_by=CLAIMS_FORM)
    case.watch(id_)
    return check


def standing(answers: Mapping[CheckId, Check], ids: Sequence[CheckId]) -> CheckId | None:
    """The first of these checks that stands in the way of what comes after it."""
    for id_ in ids:
        check = answers.get(id_)
        if check is not None and check.outcome in _STANDING:
            return check.id
    return None


def _document(case: Case, *, readable: bool) -> Document:
    known = {"format": case.parsed.format_id, "identifier": case.parsed.identifier}
    if (entity := case.entity) is not None:
        known["institution_id"] = entity.institution_id
        known["institution_name"] = entity.name
        known["institution_country"] = entity.country
    if case.type is not None:
        rulebook = case.rulebook
        known["type_id"], known["title"] = rulebook.type_id, rulebook.titles["en"]
        number = first(case.claims, (rulebook.document_number,)) if readable else None
        if number is not None:
            known["document_number"] = str(number.value)
    return Document(**known)


def _inspectors_view(case: Case) -> dict[str, Any]:
    """The claims that an inspector may see."""
    return project(case.claims, [entry.path for entry in case.rulebook.claims if entry.inspector])


def _identity(case: Case) -> IdentityCompared:
    person = case.answers[CheckId("coverage.person")]
    return IdentityCompared.MISMATCH if person.outcome is Outcome.FAILED else IdentityCompared.NO
