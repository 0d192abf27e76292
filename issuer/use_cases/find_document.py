"""Finds an institution's document; another institution's is not found, as if it did not exist."""

from issuer.documents import Document, Suspended, Withdrawn
from issuer.institutions import Institution
from issuer.ports import Lock, Register
from issuer.refusals import DocumentErased, DocumentIsSuspended, DocumentIsWithdrawn, DocumentUnknown


def find_document(
    register: Register, institution: Institution, type_id: str, document_id: str, *, lock: Lock = Lock.NONE
) -> Document:
    """Refuses with `DocumentUnknown`."""
    document = register.documents.find(institution.id, type_id, document_id, lock=lock)
    if document is None:
        raise DocumentUnknown
    return document


def find_standing(register: Register, institution: Institution, type_id: str, document_id: str) -> Document:
    """The document, held. Refuses with `DocumentUnknown` or as `require_standing`."""
    document = find_document(register, institution, type_id, document_id, lock=Lock.HELD)
    require_standing(document)
    return document


def require_standing(document: Document) -> None:
    """Refuses with `DocumentIsWithdrawn`, `DocumentErased` or `DocumentIsSuspended`."""
    if isinstance(document.standing, Withdrawn):
        raise DocumentIsWithdrawn
    if document.erased_at is not None:
        raise DocumentErased
    if isinstance(document.standing, Suspended):
        raise DocumentIsSuspended
