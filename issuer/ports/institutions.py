"""Who may use the interface for institutions."""

from typing import Protocol

from issuer.institutions import Institution, Officer


class Institutions(Protocol):
    def by_api_key(self, api_key: str) -> Officer | None: ...

    def officer(self, institution_id: str, officer_id: str) -> Officer:
        """Raises KeyError."""
        ...

    def all(self) -> tuple[Institution, ...]: ...

    def by_id(self, institution_id: str) -> Institution:
        """Raises KeyError."""
        ...
