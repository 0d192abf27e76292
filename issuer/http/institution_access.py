"""Who asks at the interface for institutions: an officer with a key or an access token, whose roles say what may be
asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from issuer import refusals
from issuer.http.rate_limits import address_of
from issuer.institutions import Institution, Officer, Role
from issuer.ports import Institutions
from issuer.rates import RateGroup
from issuer.use_cases.check_role import require_role
from issuer.use_cases.identify_officer import IdentifyOfficer
from issuer.use_cases.limit_rate import LimitRate

KEY_REFUSALS = (
    refusals.ApiKeyMissing,
    refusals.ApiKeyUnknown,
    refusals.BearerTokenRefused,
    refusals.RoleMissing,
    refusals.TooManyRequests,
    refusals.TooManyWrongKeys,
    refusals.QueryParameterUnknown,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionAccess:
    """What tells who asks, and how often they may."""

    institutions: Institutions
    identify: IdentifyOfficer
    limit: LimitRate

    def officer(self, request: Request, credential: str) -> Officer:
        """Who sent a key or a token.

        Refuses with `ApiKeyUnknown`, `BearerTokenRefused` or, before it looks at it, `TooManyWrongKeys`.
        """
        with self._guesses_counted(request):
            return self.identify(credential)

    def officer_with_key(self, request: Request, key: str) -> Officer:
        """The same for keys only, which stay good for longer than one request."""
        with self._guesses_counted(request):
            return self.identify.by_key(key)

    def count(self, request: Request, officer: Officer, group: RateGroup | None = None) -> None:
        """group: None if the method tells it. Refuses with `TooManyRequests`."""
        by_method = RateGroup.READS if request.method == "GET" else RateGroup.WRITES
        self.limit(group or by_method, officer.institution.id)

    @contextmanager
    def _guesses_counted(self, request: Request) -> Iterator[None]:
        source = address_of(request)
        self.limit.require_no_guesser(RateGroup.WRONG_KEYS, source)
        try:
            yield
        except (refusals.ApiKeyUnknown, refusals.BearerTokenRefused):
            self.limit.count_failure(RateGroup.WRONG_KEYS, source)
            raise


def require_known_query(request: Request) -> None:
    """A misspelt parameter would be passed over, and something else done than was meant: a document published at once
    that was to be on hold. Refuses with `QueryParameterUnknown`."""
    described = (request.scope["route"].openapi_extra or {}).get("parameters", ())
    known = tuple(one["name"] for one in described if one["in"] == "query")
    if set(request.query_params) - set(known):
        raise refusals.QueryParameterUnknown(known)


def officer_asking(access: InstitutionAccess, group: RateGroup | None = None) -> Callable[..., Officer]:
    """A dependency: the officer whose key or token was sent. group: what it is counted as, None if the method tells."""
    bearer = HTTPBearer(
        auto_error=False,
        scheme_name="officer",
        bearerFormat="key, or JWT",
        description="The key of an officer of the institution; or, where its authorization server is trusted, a JWT "
        "access token (RFC 9068) with the claims `institution_id` and `roles`",
    )

    def authenticate(
        request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
    ) -> Officer:
        if sent is None:
            raise refusals.ApiKeyMissing
        officer = access.officer(request, sent.credentials)
        access.count(request, officer, group)
        require_known_query(request)
        return officer

    return authenticate


def clerk_asking(access: InstitutionAccess) -> Callable[..., Officer]:
    """A dependency: an officer who may change something."""
    asking = officer_asking(access)

    def authorize(officer: Annotated[Officer, Depends(asking)]) -> Officer:
        require_role(officer, Role.CLERK)
        return officer

    return authorize


def institution_asking(access: InstitutionAccess) -> Callable[..., Institution]:
    """A dependency: the institution of the officer. Any of them may read; whoever changes something is a clerk."""
    asking = officer_asking(access)

    def authorize(request: Request, officer: Annotated[Officer, Depends(asking)]) -> Institution:
        if request.method != "GET":
            require_role(officer, Role.CLERK)
        return officer.institution

    return authorize
