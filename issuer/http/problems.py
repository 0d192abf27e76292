"""From refusals to HTTP: one table, complete, with no codes but those that the specifications define.

Institutions read `{"error", "detail", ...}`; wallets `{"error", "error_description"}` as RFC 6749, section 5.2, and
OpenID4VCI 1.0, sections 6.3 and 8.3.1, have it, with the headers of RFC 9449, sections 7.1 to 9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from issuer import refusals
from issuer.documents import Remark
from issuer.http.consent_pages import refusal_page
from issuer.refusals import (
    CredentialRefusal,
    IdentityRefusal,
    InstitutionRefusal,
    PageRefusal,
    PublicRefusal,
    Refusal,
    StatusRefusal,
    TokenRefusal,
)
from vc_core import strict_json
from vc_core.client_attestation import CHALLENGE_HEADER


@dataclass(frozen=True, slots=True)
class Problem:
    """Status and error code."""

    status: int
    code: str


PROBLEMS: Mapping[type[Refusal], Problem] = {
    refusals.ApiKeyMissing: Problem(401, "api_key_missing"),
    refusals.ApiKeyUnknown: Problem(401, "api_key_unknown"),
    refusals.TypeUnknown: Problem(404, "type_unknown"),
    refusals.TypeNotEntitled: Problem(403, "type_not_entitled"),
    refusals.IdempotencyKeyMissing: Problem(400, "idempotency_key_missing"),
    refusals.IdempotencyKeyMalformed: Problem(400, "idempotency_key_malformed"),
    refusals.IdempotencyKeyReused: Problem(409, "idempotency_key_reused"),
    refusals.BodyTooLarge: Problem(413, "body_too_large"),
    refusals.BodyMalformed: Problem(400, "body_malformed"),
    refusals.OrderMalformed: Problem(422, "order_malformed"),
    refusals.DocumentFaulty: Problem(422, "document_faulty"),
    refusals.DocumentNumberTaken: Problem(409, "document_number_taken"),
    refusals.DocumentUnknown: Problem(404, "document_unknown"),
    refusals.DocumentIsWithdrawn: Problem(409, "document_withdrawn"),
    refusals.WithdrawnOtherwise: Problem(409, "withdrawn_otherwise"),
    refusals.OfferUnknown: Problem(404, "offer_unknown"),
    refusals.NoInspectionCode: Problem(404, "no_inspection_code"),
    refusals.SignerNotCertified: Problem(503, "signer_not_certified"),
    # RFC 6749, section 5.2; OpenID4VCI 1.0, section 6.3; RFC 9396, section 5; RFC 9449, sections 5 and 8
    refusals.TokenRequestMalformed: Problem(400, "invalid_request"),
    refusals.TransactionCodeMissing: Problem(400, "invalid_request"),
    refusals.GrantTypeUnsupported: Problem(400, "unsupported_grant_type"),
    refusals.ResponseTypeUnsupported: Problem(400, "unsupported_response_type"),
    refusals.ScopeRefused: Problem(400, "invalid_scope"),
    # attestation-based client authentication, section 7.4
    refusals.ClientRefused: Problem(400, "invalid_client"),
    refusals.AttestationChallengeNeeded: Problem(400, "use_attestation_challenge"),
    refusals.CodeRefused: Problem(400, "invalid_grant"),
    refusals.AuthorizationDetailsRefused: Problem(400, "invalid_authorization_details"),
    refusals.TokenProofRefused: Problem(400, "invalid_dpop_proof"),
    refusals.TokenNonceNeeded: Problem(400, "use_dpop_nonce"),
    # RFC 6750, section 3.1; RFC 9449, sections 7.1 and 9
    refusals.AccessTokenMissing: Problem(401, "invalid_token"),
    refusals.AccessTokenRefused: Problem(401, "invalid_token"),
    refusals.AccessProofRefused: Problem(401, "invalid_dpop_proof"),
    refusals.AccessNonceNeeded: Problem(401, "use_dpop_nonce"),
    # OpenID4VCI 1.0, section 8.3.1.2
    refusals.CredentialRequestMalformed: Problem(400, "invalid_credential_request"),
    refusals.ConfigurationUnknown: Problem(400, "unknown_credential_configuration"),
    refusals.IdentifierUnknown: Problem(400, "unknown_credential_identifier"),
    refusals.KeyProofRefused: Problem(400, "invalid_proof"),
    refusals.KeyProofNonceRefused: Problem(400, "invalid_nonce"),
    refusals.EncryptionUnsupported: Problem(400, "invalid_encryption_parameters"),
    refusals.CredentialDenied: Problem(400, "credential_request_denied"),
    # section 11.3
    refusals.NotificationMalformed: Problem(400, "invalid_notification_request"),
    refusals.NotificationUnknown: Problem(400, "invalid_notification_id"),
    refusals.RequestNotPushed: Problem(400, "request_not_pushed"),
    refusals.RequestGone: Problem(400, "request_gone"),
    refusals.VisitGone: Problem(400, "visit_gone"),
    refusals.DecisionMalformed: Problem(400, "decision_malformed"),
    # OpenID4VP 1.0, sections 5.10 and 8.2
    refusals.IdentityRequestGone: Problem(404, "request_gone"),
    refusals.IdentityRequestMalformed: Problem(400, "invalid_request"),
    refusals.IdentityResponseRefused: Problem(400, "invalid_request"),
    # Token Status List, sections 8.1 and 8.4
    refusals.StatusListUnknown: Problem(404, "status_list_unknown"),
    refusals.StatusHistoryUnsupported: Problem(501, "history_unsupported"),
    refusals.StatusTypeUnacceptable: Problem(406, "media_type_unacceptable"),
    refusals.OfferGone: Problem(404, "offer_gone"),
    refusals.TypeMetadataUnknown: Problem(404, "type_metadata_unknown"),
}

ALGORITHMS = "ES256"
NO_STORE = {"Cache-Control": "no-store"}


async def answer_refusal(request: Request, error: Exception) -> Response:
    """The exception handler of the application."""
    if not isinstance(error, Refusal):
        raise error
    problem = PROBLEMS[type(error)]
    if isinstance(error, PageRefusal):
        return refusal_page(request, problem.status, problem.code, error.reason)
    request.scope.setdefault("state", {})["refused"] = f"{problem.code}: {_reason(error)}".removesuffix(": ")
    match error:
        case TokenRefusal():
            body, headers = _oauth_body(problem, error), _nonce_header(error)
        case CredentialRefusal():
            body, headers = _oauth_body(problem, error), {**_challenge(problem, error), **_nonce_header(error)}
        case IdentityRefusal():
            body, headers = {"error": problem.code, "check": error.reason}, {}
        case InstitutionRefusal() | StatusRefusal() | PublicRefusal():
            body, headers = _plain_body(problem, error), _key_challenge(problem)
        case _:
            raise error
    return Response(
        strict_json.dump(body), problem.status, {**NO_STORE, **headers}, media_type="application/json"
    )  # fmt: skip


async def answer_framework(_: Request, error: Exception) -> Response:
    """Unknown addresses and methods; registered for `HTTPException`."""
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    body = strict_json.dump({"error": code, "detail": str(error.detail)})
    return Response(body, error.status_code, error.headers, media_type="application/json")


def _reason(error: Refusal) -> str:
    return getattr(error, "reason", "")


def _oauth_body(problem: Problem, error: TokenRefusal | CredentialRefusal) -> dict[str, Any]:
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


def _key_challenge(problem: Problem) -> dict[str, str]:
    return {"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}


def _plain_body(problem: Problem, error: Refusal) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in vars(error).items():
        facts[name] = [remark_json(one) for one in value] if isinstance(value, tuple) else value
    return {"error": problem.code, "detail": error.detail, **facts}


def remark_json(remark: Remark) -> dict[str, Any]:
    return {
        "rule": remark.rule_id,
        "severity": remark.severity.value,
        "message": remark.message,
        "pointer": remark.pointer,
        "box": remark.box,
        "citation": remark.citation,
    }
