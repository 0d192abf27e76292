"""A document's part of the audit log as JSON: for its institution over HTTP, and for whoever runs the command."""

from typing import Any

from issuer.audit_heads import SignedHead
from issuer.use_cases.export_audit import AuditFile, LoggedEntry


def audit_file(file: AuditFile) -> dict[str, Any]:
    """Every entry with its canonical text, so that its hash can be computed again; heads that cover them."""
    heads = {entry.head.head.number: entry.head for entry in file.entries if entry.head is not None}
    document = file.document
    return {
        "document": file.document_id,
        "registered": None
        if document is None
        else {
            "institution": document.institution_id,
            "type": document.type_id,
            "number": document.number,
            "version": document.version,
            "at": document.registered_at.isoformat(),
            "erased_at": None if document.erased_at is None else document.erased_at.isoformat(),
        },
        "entries": [_entry(entry) for entry in file.entries],
        "heads": [signed_head(signed) for _, signed in sorted(heads.items())],
    }


def signed_head(signed: SignedHead) -> dict[str, Any]:
    said = signed.head
    return {
        "institution": said.institution_id,
        "number": said.number,
        "sequence": said.end.sequence,
        "hash": said.end.hash.hex(),
        "signed_at": said.signed_at.isoformat(),
        "jws": signed.jws,
    }


def _entry(entry: LoggedEntry) -> dict[str, Any]:
    return {
        **entry.members,
        "hash": entry.stored.hash.hex(),
        "content": entry.stored.content.decode(),
        "head": None if entry.head is None else entry.head.head.number,
    }
