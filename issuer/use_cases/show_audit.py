"""Shows an institution its audit log a page at a time, newest first: all of it, or what it has of one document.

What is shown is checked: each entry against the one before it, the end of the chain on the first page, and the newest
signed head. That costs the same however long the log is; `VerifyAudit` checks a log as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.x509 import Certificate

from issuer.audit import START, Position, StoredEntry
from issuer.audit_check import AuditFault, Finding, check_end, check_entry
from issuer.audit_heads import SignedHead, read_head
from issuer.documents import Document
from issuer.institutions import Institution
from issuer.ports import Register, Transactions
from issuer.use_cases.find_document import find_document
from vc_core.rejection import Rejection

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """members: None if the entry cannot be read. document: what it is about, None if the register has no such."""

    stored: StoredEntry
    members: Mapping[str, Any] | None
    document: Document | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """entries: newest first. older: `before` of the next page, None on the last. head: the newest. findings: what is
    wrong with these entries, with the end of the chain (on the first page) or with the head; each fault once."""

    entries: tuple[ShownEntry, ...]
    older: int | None
    head: SignedHead | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAudit:
    """anchors: roots that certify the institutions' signers."""

    transactions: Transactions
    anchors: Sequence[Certificate]

    def __call__(self, institution: Institution, *, before: int | None = None) -> AuditPage:
        """The whole log. before: the sequence number where the page before ended."""

        def work(register: Register) -> AuditPage:
            entries = register.audit.newest(institution.id, before=before, limit=PAGE + 1)
            return self._page(register, institution, entries, whole=before is None)

        return self.transactions.read(work)

    def of_document(
        self, institution: Institution, type_id: str, document_id: str, *, before: int | None = None
    ) -> tuple[Document, AuditPage]:
        """What the institution's own log has of its document. Refuses with `DocumentUnknown`."""

        def work(register: Register) -> tuple[Document, AuditPage]:
            document = find_document(register, institution, type_id, document_id)
            entries = [
                entry
                for entry in reversed(register.audit.of_documents([document.id]))
                if entry.institution_id == institution.id and (before is None or entry.sequence < before)
            ]
            return document, self._page(register, institution, entries[: PAGE + 1], whole=False)

        return self.transactions.read(work)

    def _page(
        self, register: Register, institution: Institution, entries: Sequence[StoredEntry], *, whole: bool
    ) -> AuditPage:
        """entries: one more than are shown if there are older ones. whole: they begin at the end of the chain."""
        shown = entries[:PAGE]
        head = register.audit.last_head(institution.id)
        findings = [*_check_entries(register, institution, shown), *self._check_head(register, head)]
        if whole:
            last = Position(sequence=shown[0].sequence, hash=shown[0].hash) if shown else START
            findings += check_end(institution.id, last, register.audit.end(institution.id))
        ids = {entry.document_id for entry in shown if entry.document_id}
        documents = {one: _document(register, one) for one in ids}
        return AuditPage(
            entries=tuple(_shown(entry, documents.get(entry.document_id or "")) for entry in shown),
            older=shown[-1].sequence if len(entries) > PAGE else None,
            head=head,
            findings=tuple({(one.fault, one.sequence): one for one in findings}.values()),
        )

    def _check_head(self, register: Register, head: SignedHead | None) -> Iterator[Finding]:
        """Whether it is as it was signed, and lies on the chain."""
        if head is None:
            return
        said, fault = head.head, None
        try:
            if read_head(head.jws, self.anchors) != said:
                fault = AuditFault.HEAD_ALTERED
        except Rejection:
            fault = AuditFault.HEAD_NOT_SIGNED
        hashes = {START.sequence: START.hash, **register.audit.hashes(said.institution_id, [said.end.sequence])}
        if fault is None and hashes.get(said.end.sequence) != said.end.hash:
            fault = AuditFault.HEAD_CONTRADICTS
        if fault is not None:
            yield Finding(
                institution_id=said.institution_id, fault=fault, sequence=said.end.sequence, what=f"head {said.number}"
            )  # fmt: skip


def _check_entries(register: Register, institution: Institution, entries: Sequence[StoredEntry]) -> Iterator[Finding]:
    """Oldest first, each against the one before it, whether that is shown or not."""
    hashes = {
        START.sequence: START.hash,
        **register.audit.hashes(institution.id, [entry.sequence - 1 for entry in entries]),
    }
    for entry in reversed(entries):
        yield from check_entry(entry, hashes.get(entry.sequence - 1))


def _document(register: Register, document_id: str) -> Document | None:
    try:
        return register.documents.by_id(document_id)
    except LookupError:
        return None


def _shown(entry: StoredEntry, document: Document | None) -> ShownEntry:
    try:
        members = entry.members()
    except Rejection:
        members = None
    return ShownEntry(stored=entry, members=members, document=document)
