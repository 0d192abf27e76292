"""Finds an institution's document; another institution's is not found, as if it did not exist."""

from issuer.documents import Document
from issuer.institutions import Institution
from issuer.ports import Lock, Register
from issuer.refusals import DocumentUnknown


def find_document(
    register: Register, institution: Institution, type_id: str, document_id: str, *, lock: Lock = Lock.NONE
) -> Document:
    """Refuses with `DocumentUnknown`."""
    document = register.documents.find(institution.id, type_id, document_id, lock=lock)
    if document is None:
        raise DocumentUnknown
    return document
