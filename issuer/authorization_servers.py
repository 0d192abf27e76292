"""Authorization servers of institutions: whose access tokens are taken for keys of officers."""

from dataclasses import dataclass

from issuer.institutions import Role
from vc_core.access_token import TrustedServer


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationServer(TrustedServer):
    """name: short; the first part of the ids of its officers. institutions: ids of those it may speak for.

    roles: that its tokens may give.
    """

    name: str
    institutions: frozenset[str]
    roles: frozenset[Role]
