"""Asking the status of a document anew, later and without the document: what J14 of the journeys calls a recheck.

A verdict that rests on old withdrawal data, or could not be given for want of it, is kept as the answers of its checks,
the status reference and the institution; no claim and no name. Later the questions about the list are asked again, and
the decision table weighs all answers, those given then and those given now. What was judged about the day asked about,
the signature and the holder stays as it was judged; a certificate revoked since is not looked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from vc_core.checks import CATALOGUE, Check, CheckId, Outcome, Severity, not_evaluated
from vc_core.formats.base import ParsedPresentation
from vc_core.rejection import Rejection
from vc_core.status_list import StatusReference, parse_status_reference
from vc_core.status_token import StatusToken
from vc_core.trust import ListEntry, Trust, TrustLists
from vc_core.verdict import Verdict, Word, decide
from vc_core.verification import status
from vc_core.verification.case import (
    Evidence,
    Policy,
    StatusFetched,
    StatusUnavailable,
    read_status_token,
)
from vc_core.verification.procedure import standing

_STATUS = "status."
_VALUE = CheckId("status.value")
_ASKED = {
    CheckId("status.token_available"): status.token_available,
    CheckId("status.token_signature"): status.token_signature,
    CheckId("status.token_signer"): status.token_signer,
    CheckId("status.token_subject"): status.token_subject,
    CheckId("status.token_time"): status.token_time,
    _VALUE: status.value,
    CheckId("status.freshness"): status.freshness,
}
_OPEN_WORDS = (Word.CONFIRMED_STATUS_OLD, Word.CANNOT_CONFIRM)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingStatus:
    """A verdict of which only the status is open. answers: of every other check, without evidence.

    trust_list: by which list the institution was trusted; empty where there was only one.
    """

    institution_id: str
    reference: StatusReference
    answers: tuple[Check, ...]
    trust_list: str = ""

    def entry(self, trust: TrustLists) -> ListEntry | None:
        """The institution on the same list as then; where several lists took the place of the only one, on the first
        of them that has it."""
        found = trust.entries(self.institution_id)
        return next((one for one in found if self.trust_list in ("", one.source.name)), None)

    def permitted_uri(self, trust: Trust) -> str | None:
        """The address of the list, if the trust list allows it for this institution."""
        entry, uri = self.entry(TrustLists.of(trust)), self.reference.uri
        return uri if entry is not None and entry.permits_status_uri(uri) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """What the decision table says now. status: the new answers about the list."""

    word: Word
    deciding: tuple[CheckId, ...]
    status: tuple[Check, ...]

    @property
    def is_open(self) -> bool:
        """Whether the status is still old or unknown."""
        return self.word in _OPEN_WORDS


def pending_status(verdict: Verdict, parsed: ParsedPresentation) -> PendingStatus | None:
    """What is left to ask of a verdict; None where its status is settled, or something else stands in the way too."""
    only_status = all(id_.startswith(_STATUS) for id_ in verdict.deciding)
    if verdict.word not in _OPEN_WORDS or not only_status or not verdict.document.institution_id:
        return None
    try:
        reference = parse_status_reference(parsed.status_claim)
    except Rejection:
        return None
    answers = tuple(_bare(check) for check in verdict.checks if check.id not in _ASKED)
    return PendingStatus(
        institution_id=verdict.document.institution_id,
        reference=reference,
        answers=answers,
        trust_list=str(verdict.check("trust.list").evidence.get("list", "")),
    )


def recheck(pending: PendingStatus, evidence: Evidence, policy: Policy, now: datetime) -> Rechecked:
    """Asks the questions about the list again, in the order of the catalogue."""
    case = _Case(pending=pending, evidence=evidence, policy=policy, now=now)
    answers: dict[CheckId, Check] = {check.id: check for check in pending.answers}
    asked: list[Check] = []
    for id_, question in _ASKED.items():
        blocking = standing(answers, CATALOGUE[id_].after)
        answers[id_] = question(case) if blocking is None else not_evaluated(id_, blocked_by=blocking)
        asked.append(answers[id_])
    word, deciding = decide(tuple(answers.values()))
    return Rechecked(word=word, deciding=deciding, status=tuple(asked))


def to_json(pending: PendingStatus) -> dict[str, Any]:
    return {
        "institution_id": pending.institution_id,
        "trust_list": pending.trust_list,
        **pending.reference.claim(),
        "answers": [
            [check.id, check.outcome.value, check.severity.value, check.reason, check.blocked_by or ""]
            for check in pending.answers
        ],
    }


def from_json(members: Mapping[str, Any]) -> PendingStatus:
    """The inverse of `to_json`, for what was written by it."""
    return PendingStatus(
        institution_id=members["institution_id"],
        trust_list=members.get("trust_list", ""),
        reference=parse_status_reference({"status_list": members["status_list"]}),
        answers=tuple(
            Check(
                id=CheckId(id_),
                outcome=Outcome(outcome),
                severity=Severity(severity),
                reason=reason,
                blocked_by=CheckId(blocked_by) if blocked_by else None,
            )
            for id_, outcome, severity, reason, blocked_by in members["answers"]
        ),
    )


def _bare(check: Check) -> Check:
    """Without evidence, which may quote a claim."""
    return Check(
        id=check.id,
        outcome=check.outcome,
        severity=check.severity,
        reason=check.reason,
        blocked_by=check.blocked_by,
    )


@dataclass(kw_only=True)
class _Case:
    """`status.StatusCase` of a verification that was long ago."""

    pending: PendingStatus
    evidence: Evidence
    policy: Policy
    now: datetime

    @cached_property
    def trust(self) -> TrustLists:
        return TrustLists.of(self.evidence.trust)

    @cached_property
    def entry(self) -> ListEntry | None:
        return self.pending.entry(self.trust)

    @property
    def status_reference(self) -> StatusReference:
        return self.pending.reference

    @property
    def status_evidence(self) -> StatusFetched | StatusUnavailable | None:
        return self.evidence.status.get(self.pending.reference.uri)

    @cached_property
    def status_token(self) -> StatusToken | Rejection:
        return read_status_token(self.status_evidence)
