"""Verifies the whole audit log of this issuer, and that every credential of its register stands in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from cryptography.x509 import Certificate

from issuer.audit import AuditEvent, StoredEntry
from issuer.audit_check import AuditFault, Finding, check_log
from issuer.audit_heads import SignedHead, read_head
from issuer.ports import Register, Transactions
from vc_core import base64url
from vc_core.rejection import Rejection

MAX_FINDINGS = 1000
"""For one institution; more say nothing new."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedLog:
    """What came of one institution's log. signed: last entry that a head covers."""

    institution_id: str
    entries: int
    heads: int
    signed: int
    findings: tuple[Finding, ...]

    @property
    def first_bad(self) -> int | None:
        """The first entry that is altered, missing or contradicted."""
        return min((one.sequence for one in self.findings if one.sequence is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAudit:
    """anchors: roots that certify the institutions' signers."""

    transactions: Transactions
    anchors: Sequence[Certificate]

    def __call__(self, kept: Sequence[str] = ()) -> tuple[VerifiedLog, ...]:
        """kept: heads as compact JWS that somebody kept elsewhere. Raises `Rejection` if one of them is no such head.

        Each log is judged as it is at one instant, while the service goes on writing.
        """
        heads = [SignedHead(head=read_head(jws, self.anchors), jws=jws) for jws in kept]

        def known(register: Register) -> set[str]:
            return {*register.audit.institutions(), *register.credentials.institutions()}

        ids = sorted({*self.transactions.read(known), *(head.head.institution_id for head in heads)})
        return tuple(self._verified(one, [head for head in heads if head.head.institution_id == one]) for one in ids)

    def _verified(self, institution_id: str, kept: Sequence[SignedHead]) -> VerifiedLog:
        def work(register: Register) -> VerifiedLog:
            end, heads = register.audit.end(institution_id), register.audit.heads(institution_id)
            findings = chain(
                check_log(
                    institution_id,
                    entries=register.audit.entries(institution_id),
                    end=end,
                    heads=heads,
                    anchors=self.anchors,
                    kept=kept,
                ),
                _not_logged(register, institution_id),
            )
            return VerifiedLog(
                institution_id=institution_id,
                entries=end.sequence if end else 0,
                heads=len(heads),
                signed=heads[-1].head.end.sequence if heads else 0,
                findings=tuple(islice(findings, MAX_FINDINGS)),
            )

        return self.transactions.read(work)


def _not_logged(register: Register, institution_id: str) -> Iterator[Finding]:
    """Credentials of the register that the log does not know as they are: the trace of a log that was cut short."""
    issued = register.credentials.of_institution(institution_id)
    while some := tuple(islice(issued, _AT_ONCE)):
        logged = {
            signed
            for entry in register.audit.of_documents(sorted({one.planned.document_id for one in some}))
            for signed in _signed(entry, institution_id)
        }
        for one in some:
            if (one.planned.id, base64url.encode(one.digest)) not in logged:
                yield Finding(
                    institution_id=institution_id,
                    fault=AuditFault.CREDENTIAL_NOT_LOGGED,
                    sequence=None,
                    what=one.planned.id,
                )


def _signed(entry: StoredEntry, institution_id: str) -> Iterator[tuple[str, str]]:
    """Id and digest, if the entry is about a credential of this institution. Of one that is not as this service writes
    them `check_log` has said so."""
    if entry.institution_id != institution_id:
        return
    try:
        members = entry.members()
    except Rejection:
        return
    match members:
        case {
            "event": AuditEvent.CREDENTIAL_SIGNED.value,
            "details": {"credential": str(credential_id), "digest": str(digest)},
        }:
            yield credential_id, digest
