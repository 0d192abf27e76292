"""Everything that the audit log holds of one document, for an auditor or a court (users.md, J9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.audit import StoredEntry
from issuer.audit_heads import SignedHead
from issuer.documents import Document
from issuer.institutions import Institution
from issuer.ports import Register, Transactions
from issuer.use_cases.find_document import find_document


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """An entry with its members; head: the first signed head that covers it, None if none does yet."""

    stored: StoredEntry
    members: Mapping[str, Any]
    head: SignedHead | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFile:
    """document: None if only the log knows of it."""

    document_id: str
    document: Document | None
    entries: tuple[LoggedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAudit:
    transactions: Transactions

    def __call__(self, document_id: str) -> AuditFile | None:
        """None if neither log nor register knows such a document. Raises `Rejection` if an entry cannot be read."""

        def work(register: Register) -> AuditFile | None:
            try:
                document = register.documents.by_id(document_id)
            except LookupError:
                document = None
            entries = _entries(register, document_id)
            known = document is not None or bool(entries)
            return AuditFile(document_id=document_id, document=document, entries=entries) if known else None

        return self.transactions.read(work)

    def of_institution(self, institution: Institution, type_id: str, document_id: str) -> AuditFile:
        """What the institution's own log has of its document. Refuses with `DocumentUnknown`."""

        def work(register: Register) -> AuditFile:
            document = find_document(register, institution, type_id, document_id)
            entries = _entries(register, document.id)
            own = tuple(entry for entry in entries if entry.stored.institution_id == institution.id)
            return AuditFile(document_id=document.id, document=document, entries=own)

        return self.transactions.read(work)


def _entries(register: Register, document_id: str) -> tuple[LoggedEntry, ...]:
    return tuple(
        LoggedEntry(
            stored=entry,
            members=entry.members(),
            head=register.audit.head_after(entry.institution_id, entry.sequence),
        )
        for entry in register.audit.of_documents([document_id])
    )
