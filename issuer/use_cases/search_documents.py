"""Searches an institution's documents of one type, page by page."""

from dataclasses import dataclass

from issuer.institutions import Institution
from issuer.ports import Transactions
from issuer.refusals import TypeUnknown
from issuer.searches import Page, Place, Search
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocuments:
    transactions: Transactions
    catalogue: Catalogue

    def __call__(
        self, institution: Institution, type_id: str, search: Search, *, after: Place | None = None, limit: int
    ) -> Page:
        """Documents stay readable where the institution may no longer register any. Refuses with `TypeUnknown`."""
        if type_id not in self.catalogue.rulebooks:
            raise TypeUnknown
        return self.transactions.read(
            lambda register: register.searches.page(institution.id, type_id, search, after=after, limit=limit)
        )
