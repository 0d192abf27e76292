"""Everything that the audit log holds of one document, for an auditor or a court (users.md, J9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.audit import StoredEntry
from issuer.audit_heads import SignedHead
from issuer.documents import Document
from issuer.ports import Register, Transactions


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
            entries = register.audit.of_documents([document_id])
            try:
                document = register.documents.by_id(document_id)
            except LookupError:
                document = None
            if document is None and not entries:
                return None
            logged = tuple(
                LoggedEntry(
                    stored=entry,
                    members=entry.members(),
                    head=register.audit.head_after(entry.institution_id, entry.sequence),
                )
                for entry in entries
            )
            return AuditFile(document_id=document_id, document=document, entries=logged)

        return self.transactions.read(work)
