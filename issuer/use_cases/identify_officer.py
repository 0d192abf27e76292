"""Who sent a bearer key or an access token.

A token names its officer by `sub`, the institution by `institution_id`, and what the officer may do by `roles`. The
officer's id is `<name of the server>|<sub>`: the same in every token, so that nobody approves what they asked for.
Somebody who has a key as well is another officer with it; whoever runs the service gives out one or the other.
"""

import re
from dataclasses import dataclass

from issuer.authorization_servers import AuthorizationServer
from issuer.institutions import Officer, Role
from issuer.ports import AuthorizationServers, Clock, Institutions
from issuer.refusals import ApiKeyUnknown, BearerTokenRefused
from vc_core.access_token import AccessToken, check_access_token
from vc_core.rejection import Rejection

MAX_OFFICER_ID = 64
_SUBJECT = re.compile(r"[!-~]+")
"""ASCII without spaces: what is stored and compared must be what was sent (OpenID Connect Core 1.0, section 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyOfficer:
    institutions: Institutions
    servers: AuthorizationServers
    clock: Clock

    def __call__(self, credential: str) -> Officer:
        """Refuses with `ApiKeyUnknown`, or what has the form of a token with `BearerTokenRefused`."""
        try:
            return self.by_key(credential)
        except ApiKeyUnknown:
            if credential.count(".") != 2:
                raise
        try:
            return self._officer(check_access_token(credential, find=self.servers.find, now=self.clock()))
        except Rejection as rejection:
            raise BearerTokenRefused(rejection.reason) from rejection

    def by_key(self, key: str) -> Officer:
        """Refuses with `ApiKeyUnknown`."""
        officer = self.institutions.by_api_key(key)
        if officer is None:
            raise ApiKeyUnknown
        return officer

    def _officer(self, token: AccessToken[AuthorizationServer]) -> Officer:
        """Rejects with `sub_malformed`, `sub_too_long`, `institution_id_*`, `institution_not_of_server`, `roles_*`,
        `role_unknown` and `role_not_of_server`."""
        institution_id = token.claims.required("institution_id", str)
        if institution_id not in token.server.institutions:
            raise token.claims.reject("institution_not_of_server", "institution_id")
        roles = token.claims.texts("roles")
        if not set(roles) <= set(Role):
            raise token.claims.reject("role_unknown", "roles")
        if not token.server.roles.issuperset(roles):
            raise token.claims.reject("role_not_of_server", "roles")
        return Officer(
            id=_officer_id(token),
            name=token.subject,
            roles=frozenset(map(Role, roles)),
            institution=self.institutions.by_id(institution_id),
        )


def _officer_id(token: AccessToken[AuthorizationServer]) -> str:
    if not _SUBJECT.fullmatch(token.subject):
        raise token.claims.reject("sub_malformed", "sub")
    officer_id = f"{token.server.name}|{token.subject}"
    if len(officer_id) > MAX_OFFICER_ID:
        raise token.claims.reject("sub_too_long", "sub")
    return officer_id
