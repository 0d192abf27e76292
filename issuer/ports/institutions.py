"""Who may use the interface for institutions."""

from typing import Protocol

from issuer.authorization_servers import AuthorizationServer
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


class AuthorizationServers(Protocol):
    def find(self, issuer: str) -> AuthorizationServer | None:
        """The server of this identifier, with the keys that it has now, if it is trusted."""
        ...
