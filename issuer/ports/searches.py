"""Searches among an institution's documents."""

from typing import Protocol

from issuer.searches import Page, Search


class Searches(Protocol):
    def page(self, institution_id: str, type_id: str, search: Search, *, after: str | None, limit: int) -> Page:
        """Those behind the document `after`, or the newest."""
        ...
