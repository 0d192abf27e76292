"""From refusals to HTTP answers; `problem_table` says which status and code each has.

Institutions read `{"error", "detail", ...}`; wallets `{"error", "error_description"}` as RFC 6749, section 5.2, and
OpenID4VCI 1.0, sections 6.3 and 8.3.1, have it, with the headers of RFC 9449, sections 7.1 to 9.
"""

from dataclasses import asdict
from typing import Any, assert_never

from starlette.requests import Request
from starlette.responses import Response

from issuer import refusals
from issuer.documents import Remark
from issuer.http.consent_pages import refusal_page
from issuer.http.problem_table import PROBLEMS, Problem
from issuer.refusals import (
    CredentialRefusal,
    DirectoryRefusal,
    IdentityRefusal,
    InstitutionRefusal,
    PageRefusal,
    PublicRefusal,
    RateRefusal,
    Refusal,
    StatusRefusal,
    TokenRefusal,
)
from issuer.withdrawals import WithdrawalFault
from vc_core import strict_json
from vc_core.client_attestation import CHALLENGE_HEADER

ALGORITHMS = "ES256"
NO_STORE = {"Cache-Control": "no-store"}


async def answer_refusal(request: Request, error: Exception) -> Response:
    """The exception handler of the application."""
    if not isinstance(error, Refusal):
        raise error
    problem = PROBLEMS[type(error)]
    state = request.scope.setdefault("state", {})
    state["problem"] = problem.code
    if isinstance(error, PageRefusal):
        return refusal_page(request, problem.status, problem.code, error.reason)
    state["refused"] = f"{problem.code}: {_reason(error)}".removesuffix(": ")
    match error:
        case TokenRefusal():
            body, headers = _oauth_body(problem, error), _nonce_header(error)
        case CredentialRefusal():
            body, headers = _oauth_body(problem, error), {**_challenge(problem, error), **_nonce_header(error)}
        case IdentityRefusal():
            body, headers = {"error": problem.code, "check": error.reason}, {}
        case InstitutionRefusal() | StatusRefusal() | PublicRefusal() | DirectoryRefusal():
            body, headers = _plain_body(problem, error), {**_key_challenge(problem, error), **pause(error)}
        case RateRefusal():
            body, headers = _oauth_body(problem, error), pause(error)
        case _:
            raise error
    return Response(
        strict_json.dump(body), problem.status, {**NO_STORE, **headers}, media_type="application/json"
    )  # fmt: skip


def _reason(error: Refusal) -> str:
    return getattr(error, "reason", "")


def _oauth_body(problem: Problem, error: TokenRefusal | CredentialRefusal | RateRefusal) -> dict[str, Any]:
    return {"error": problem.code, "error_description": error.detail}


def _challenge(problem: Problem, error: CredentialRefusal) -> dict[str, str]:
    """WWW-Authenticate; without an error code where nothing was sent that could be wrong (RFC 6750, section 3.1)."""
    if problem.status != 401:
        return {}
    said = "" if isinstance(error, refusals.AccessTokenMissing) else f'error="{problem.code}", '
    return {"WWW-Authenticate": f'DPoP {said}algs="{ALGORITHMS}"'}


def _nonce_header(error: Refusal) -> dict[str, str]:
    match error:
        case refusals.TokenNonceNeeded(nonce=nonce) | refusals.AccessNonceNeeded(nonce=nonce):
            return {"DPoP-Nonce": nonce}
        case refusals.AttestationChallengeNeeded(challenge=challenge):
            return {CHALLENGE_HEADER: challenge}
        case _:
            return {}


def _key_challenge(problem: Problem, error: Refusal) -> dict[str, str]:
    """WWW-Authenticate (RFC 6750, section 3), as `_challenge`."""
    if problem.status != 401:
        return {}
    missing = isinstance(error, refusals.ApiKeyMissing | refusals.MetricsTokenMissing)
    return {"WWW-Authenticate": "Bearer" if missing else 'Bearer error="invalid_token"'}


def pause(error: Refusal) -> dict[str, str]:
    """Retry-After in seconds (RFC 9110, section 10.2.3)."""
    match error:
        case refusals.TooManyRequests() | refusals.TooManyWrongKeys() | RateRefusal():
            return {"Retry-After": str(error.retry_after)}
        case _:
            return {}


def _plain_body(problem: Problem, error: Refusal) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in vars(error).items():
        facts[name] = [_fact_json(one) for one in value] if isinstance(value, tuple) else value
    return {"error": problem.code, "detail": error.detail, **facts}


def _fact_json(fact: Remark | WithdrawalFault | str) -> dict[str, Any] | str:
    match fact:
        case str():
            return fact
        case Remark():
            return remark_json(fact)
        case WithdrawalFault():
            return asdict(fact)
        case _:
            assert_never(fact)


def remark_json(remark: Remark) -> dict[str, Any]:
    return {
        "rule": remark.rule_id,
        "severity": remark.severity.value,
        "message": remark.message,
        "pointer": remark.pointer,
        "box": remark.box,
        "citation": remark.citation,
    }
