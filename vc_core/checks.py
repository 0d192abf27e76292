"""Checks: the questions a verification asks, and the form of every answer.

`CATALOGUE` holds each question once, with the clause it comes from; ids name the question, not the format. A
verification answers every id exactly once, plus one `rule.<id>` for each rule of the credential type's rulebook, so
nothing is skipped in silence. `verification` produces the answers, `verdict` weighs them.

Five outcomes are kept apart: INDETERMINATE means that it cannot be established now (a list that could not be fetched),
NOT_EVALUATED that an earlier check, which is named, stands in the way or that policy or disclosure leaves it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NewType

from vc_core.rejection import Evidence, Rejection

CheckId = NewType("CheckId", str)


class Outcome(StrEnum):
    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_EVALUATED = "NOT_EVALUATED"


_NEED_NO_REASON = frozenset({Outcome.PASSED, Outcome.NOT_APPLICABLE})


class Severity(StrEnum):
    """What a failed check means for the verdict: `refuse` counts, `warn` and `note` are shown beside it."""

    REFUSE = "refuse"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One answered question.

    reason: stable snake_case code; empty for PASSED and a plain NOT_APPLICABLE.
    where: JSON pointer or field the answer is about.
    evidence: small typed facts; instants as RFC 3339 text, digests and thumbprints as base64url.
    blocked_by: for NOT_EVALUATED, the check that stands in the way.
    """

    id: CheckId
    outcome: Outcome
    reason: str = ""
    where: str = ""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    refs: tuple[str, ...] = ()
    severity: Severity = Severity.REFUSE
    blocked_by: CheckId | None = None

    def __post_init__(self) -> None:
        if self.reason or self.outcome in _NEED_NO_REASON:
            return
        if self.outcome is not Outcome.NOT_EVALUATED:
            raise ValueError(f"{self.id}: {self.outcome} needs a reason")
        if not self.blocked_by:
            raise ValueError(f"{self.id}: NOT_EVALUATED needs a reason or the check that blocks it")


@dataclass(frozen=True, slots=True)
class Question:
    """One entry of the catalogue: what is asked, the clauses it rests on, and which checks must not have failed before.

    A check whose prerequisite FAILED, was INDETERMINATE or NOT_EVALUATED is NOT_EVALUATED, blocked by that one.
    """

    id: CheckId
    asks: str
    refs: tuple[str, ...] = ()
    after: tuple[CheckId, ...] = ()


def _question(id_: str, asks: str, *refs: str, after: tuple[str, ...] = ()) -> Question:
    return Question(CheckId(id_), asks, refs, tuple(map(CheckId, after)))


_READABLE = ("format.well_formed",)
_DIGESTS = ("integrity.claim_digests",)
_TYPED = ("format.type_known", "integrity.claim_digests")
_TOKEN = ("status.token_available",)
# Token Status List, section 8.3: the referenced token is validated first; nothing is fetched for a forged one.
_GENUINE = (
    "format.type_header", "integrity.issuer_signature", "integrity.claim_digests", "integrity.envelope",
    "trust.issuer_chain", "trust.signer_certificate", "trust.issuer_entitled",
)  # fmt: skip

QUESTIONS: tuple[Question, ...] = (
    _question("format.well_formed", "Can it be read under the grammar and the bounds of its format?",
              "RFC 9901, section 7.1", "ISO/IEC 18013-5, 8.3.2.1.2.2"),
    _question("format.type_header", "Does its header say what it is?",
              "SD-JWT VC, section 2.2.1", "ISO/IEC 18013-5, 9.1.2.4", after=_READABLE),
    _question("format.type_known", "Is its type one that this verifier knows?",
              "SD-JWT VC, section 2.2.2.1", after=_READABLE),
    _question("integrity.issuer_signature", "Did the key in its certificate sign it, with an allowed algorithm?",
              "RFC 9901, section 7.1", "ISO/IEC 18013-5, 9.3.1", after=_READABLE),
    _question("integrity.claim_digests", "Does every claim shown match a digest that the issuer signed?",
              "RFC 9901, section 7.1", "ISO/IEC 18013-5, 9.3.1", after=_READABLE),
    _question("integrity.envelope", "Is the signed envelope whole, and nothing of it selectively disclosed?",
              "SD-JWT VC, section 2.2.2.3", "ISO/IEC 18013-5, 9.3.1", after=_DIGESTS),
    _question("trust.list", "Is there a trust list, signed by its operator and not stale?",
              "TS 119 602", "HAIP 1.0, section 6.1.1"),
    _question("trust.issuer_chain", "Does the certificate lead to an authority on the trust list?",
              "RFC 5280, section 6", "SD-JWT VC, section 2.5", after=("format.well_formed", "trust.list")),
    _question("trust.signer_certificate", "Is it a certificate for signing documents?",
              "ISO/IEC 18013-5, annex B.1.4", after=_READABLE),
    _question("trust.issuer_entitled", "Was that institution entitled to issue this type on the day of issue?",
              "Reg. 987/2009 Art. 88(4)", "SD-JWT VC, section 7.7",
              after=("trust.issuer_chain", "format.type_known", "integrity.claim_digests")),
    _question("validity.technical", "Is the credential within its technical validity?",
              "RFC 9901, section 7.1", "ISO/IEC 18013-5, 9.3.1", after=_DIGESTS),
    _question("validity.document", "Is the document within its own dates?", after=_TYPED),
    _question("validity.coverage", "Does it cover the day asked about?", "A1-16", "EH-06", after=_TYPED),
    _question("coverage.state", "Does it cover the State asked about?", "A1-16", after=_TYPED),
    _question("coverage.employer", "Does it name the employer asked about?", after=_TYPED),
    _question("coverage.person", "Is it about the person asked about?", after=_TYPED),
    _question("claims.schema", "Do the claims have the form that their type prescribes?",
              "SD-JWT VC, section 5", after=_TYPED),
    _question("claims.disclosure", "Are claims disclosable just as their type prescribes?",
              "SD-JWT VC, section 5.6.4", after=_TYPED),
    _question("status.reference", "Does it refer to a status list as its type prescribes?",
              "Token Status List, section 6", after=("integrity.claim_digests",)),
    _question("status.token_available", "Is there a status list token for that reference?",
              "Token Status List, section 8.3", after=(*_GENUINE, "status.reference")),
    _question("status.token_signature", "Is the status list token well formed and signed by the key it names?",
              "Token Status List, section 8.3", after=_TOKEN),
    _question("status.token_signer", "Does that key belong to the issuer's entry on the trust list?",
              "Token Status List, section 13.5", after=("status.token_available", "trust.issuer_chain")),
    _question("status.token_subject", "Is the token the list that the credential points to?",
              "Token Status List, section 8.3", after=_TOKEN),
    _question("status.token_time", "Is the token neither expired nor from the future?",
              "Token Status List, section 8.3", after=_TOKEN),
    _question("status.value", "What does the list say of this credential?", "Token Status List, section 7.1",
              after=("status.token_available", "status.token_signature", "status.token_signer",
                     "status.token_subject", "status.token_time")),
    _question("status.freshness", "Is the withdrawal data younger than its ttl?", "Token Status List, section 13.7",
              after=("status.token_available", "status.token_time")),
    _question("holder.binding", "Is there a proof of the holder, where one is asked?",
              "RFC 9901, section 7.3", "ISO/IEC 18013-5, 9.1.3", after=_READABLE),
    _question("holder.signature", "Did the key that the credential is bound to sign the proof?",
              "RFC 9901, section 7.3", "ISO/IEC 18013-5, 9.1.3.4",
              after=("holder.binding", "integrity.claim_digests")),
    _question("holder.nonce", "Is the proof for this request (nonce)?", "RFC 9901, section 7.3",
              after=("holder.binding",)),
    _question("holder.audience", "Is the proof for this verifier (audience)?", "RFC 9901, section 7.3",
              after=("holder.binding",)),
    _question("holder.time", "Was the proof made just now?", "RFC 9901, section 7.3", after=("holder.binding",)),
    _question("holder.transcript_digest", "Is the proof over just what was presented?", "RFC 9901, section 4.3.1",
              after=("holder.binding",)),
    _question("holder.device_claims", "Was the holder's device entitled to add what it added?",
              "ISO/IEC 18013-5, 9.1.2.4", after=("holder.binding",)),
    _question("holder.transaction_data", "Is the proof also over the transaction that was asked?",
              "OpenID4VP 1.0, section 8.4", after=("holder.binding",)),
    _question("query.satisfied", "Is it what was asked for?", "OpenID4VP 1.0, section 8.6", after=_DIGESTS),
    _question("query.least_disclosure", "Is nothing shown that was not asked for?", "OpenID4VP 1.0, section 6.4.1",
              after=_DIGESTS),
)  # fmt: skip

CATALOGUE: Mapping[CheckId, Question] = {question.id: question for question in QUESTIONS}

HOLDER_PROOF = tuple(id_ for id_ in CATALOGUE if id_.startswith("holder.") and id_ != "holder.binding")
"""The questions about a proof that is there; `holder.binding` asks whether it is."""


def passed(id_: str, **evidence: Evidence) -> Check:
    return _answer(id_, Outcome.PASSED, "", "", evidence) if evidence else _plain(id_, Outcome.PASSED)


def failed(id_: str, reason: str, *, where: str = "", **evidence: Evidence) -> Check:
    return _answer(id_, Outcome.FAILED, reason, where, evidence)


def indeterminate(id_: str, reason: str, **evidence: Evidence) -> Check:
    return _answer(id_, Outcome.INDETERMINATE, reason, "", evidence)


def not_applicable(id_: str, reason: str = "") -> Check:
    return _plain(id_, Outcome.NOT_APPLICABLE, reason)


def not_evaluated(id_: str, reason: str = "", *, blocked_by: CheckId | None = None) -> Check:
    question = CATALOGUE[CheckId(id_)]
    return Check(
        id=question.id, outcome=Outcome.NOT_EVALUATED, reason=reason, blocked_by=blocked_by, refs=question.refs
    )


def rejected(id_: str, rejection: Rejection) -> Check:
    """The check that a rejection fails; the clause that it names comes first."""
    question = CATALOGUE[CheckId(id_)]
    refs = (rejection.section, *question.refs) if rejection.section else question.refs
    return Check(
        id=question.id, outcome=Outcome.FAILED, reason=rejection.reason, where=rejection.where,
        evidence=rejection.evidence, refs=tuple(dict.fromkeys(refs)),
    )  # fmt: skip


def _answer(id_: str, outcome: Outcome, reason: str, where: str, evidence: Mapping[str, Evidence]) -> Check:
    question = CATALOGUE[CheckId(id_)]
    return Check(
        id=question.id, outcome=outcome, reason=reason, where=where, evidence=evidence, refs=question.refs
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _plain(id_: str, outcome: Outcome, reason: str = "") -> Check:
    """An answer that says no more; they are few and common, and so made once each."""
    return _answer(id_, outcome, reason, "", {})
