"""Finds an institution's document by the number that stands on it, whatever its type."""

from dataclasses import dataclass

from issuer.documents import Document
from issuer.institutions import Institution
from issuer.ports import Register, Transactions
from issuer.refusals import DocumentUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class FindByNumber:
    transactions: Transactions

    def __call__(self, institution: Institution, number: str) -> Document:
        """The first of its types that has such a number. Refuses with `DocumentUnknown`."""

        def work(register: Register) -> Document | None:
            found = (
                register.documents.by_number(institution.id, type_id, number) for type_id in sorted(institution.types)
            )
            return next((document for document in found if document is not None), None)

        document = self.transactions.read(work)
        if document is None:
            raise DocumentUnknown
        return document
