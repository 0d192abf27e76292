"""Searches among an institution's documents."""

from typing import Protocol

from issuer.searches import Page, Place, Search


class Searches(Protocol):
    def page(self, institution_id: str, type_id: str, search: Search, *, after: Place | None, limit: int) -> Page:
        """Those behind `after`, or the first."""
        ...
