"""Who asks at the interface for institutions: an officer with a bearer key, whose roles say what may be asked."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from issuer import refusals
from issuer.institutions import Institution, Officer, Role
from issuer.ports import Institutions
from issuer.use_cases.check_role import require_role

KEY_REFUSALS = (refusals.ApiKeyMissing, refusals.ApiKeyUnknown, refusals.RoleMissing)


def officer_asking(institutions: Institutions) -> Callable[..., Officer]:
    """A dependency: the officer whose bearer key was sent."""
    bearer = HTTPBearer(auto_error=False, description="The key of an officer of the institution")

    def authenticate(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Officer:
        if sent is None:
            raise refusals.ApiKeyMissing
        officer = institutions.by_api_key(sent.credentials)
        if officer is None:
            raise refusals.ApiKeyUnknown
        return officer

    return authenticate


def institution_asking(institutions: Institutions) -> Callable[..., Institution]:
    """A dependency: the institution of the officer. Any of them may read; whoever changes something is a clerk."""
    asking = officer_asking(institutions)

    def authorize(request: Request, officer: Annotated[Officer, Depends(asking)]) -> Institution:
        if request.method != "GET":
            require_role(officer, Role.CLERK)
        return officer.institution

    return authorize
