"""What a wallet collects: offers, nonces, credentials, and its notifications (OpenID4VCI 1.0, with DPoP, RFC 9449)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, assert_never

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.http import answers
from issuer.http.bodies import body_reader, for_the_reason, media_type
from issuer.http.problems import NO_STORE
from issuer.http.rate_limits import wallets_counted
from issuer.http.schemas import (
    CredentialResponseBody,
    NonceBody,
    OAuthErrorBody,
    PostponedBody,
    problem_responses,
    request_body,
)
from issuer.http.sent_proof import sent_proof
from issuer.message_encryption import MEDIA_TYPE, RESPONSE_ENCRYPTION
from issuer.notifications import NotificationEvent
from issuer.refusals import CredentialRequestMalformed
from issuer.use_cases.check_access import AuthorizedCall, Wrapping
from issuer.use_cases.check_key_proofs import ATTESTATION as ATTESTATION_PROOF
from issuer.use_cases.check_key_proofs import JWT as JWT_PROOF
from issuer.use_cases.collect_deferred import CollectDeferred
from issuer.use_cases.give_copies import Issuance, Postponed
from issuer.use_cases.issue_credential import IssueCredential
from issuer.use_cases.limit_rate import LimitRate
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.notify_issuance import NotifyIssuance

JSON = "application/json"
_CREDENTIAL_REQUEST = {
    "type": "object",
    "properties": {
        "credential_configuration_id": {"type": "string"},
        "credential_identifier": {"type": "string"},
        "proofs": {
            "type": "object",
            "properties": {
                JWT_PROOF: {"type": "array", "items": {"type": "string"}, "minItems": 1},
                ATTESTATION_PROOF: {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1},
            },
        },
        RESPONSE_ENCRYPTION: {"type": "object"},
    },
    "required": ["proofs"],
}
_NOTIFICATION = {
    "type": "object",
    "properties": {
        "notification_id": {"type": "string"},
        "event": {"enum": [event.value for event in NotificationEvent]},
        "event_description": {"type": "string"},
    },
    "required": ["notification_id", "event"],
}
_NOTIFICATION_ERRORS = problem_responses(
    refusals.AccessTokenRefused,
    refusals.AccessProofRefused,
    refusals.AccessNonceNeeded,
    refusals.NotificationMalformed,
    refusals.NotificationUnknown,
    refusals.TooManyWalletRequests,
    model=OAuthErrorBody,
)
_CREDENTIAL_ERRORS = problem_responses(
    refusals.AccessTokenRefused,
    refusals.AccessProofRefused,
    refusals.AccessNonceNeeded,
    refusals.CredentialRequestMalformed,
    refusals.ConfigurationUnknown,
    refusals.IdentifierUnknown,
    refusals.KeyProofRefused,
    refusals.KeyProofNonceRefused,
    refusals.EncryptionParametersRefused,
    refusals.CredentialDenied,
    refusals.SignerNotCertified,
    refusals.TooManyWalletRequests,
    model=OAuthErrorBody,
)

_TOO_MANY = problem_responses(refusals.TooManyWalletRequests, model=OAuthErrorBody)
_POSTPONED: dict[str, Any] = {"model": PostponedBody, "description": "The document is on hold: ask again later"}
_DEFERRED_REQUEST = {
    "type": "object",
    "properties": {"transaction_id": {"type": "string"}, RESPONSE_ENCRYPTION: {"type": "object"}},
    "required": ["transaction_id"],
}
_DEFERRED_ERRORS = problem_responses(
    refusals.AccessTokenRefused,
    refusals.AccessProofRefused,
    refusals.AccessNonceNeeded,
    refusals.CredentialRequestMalformed,
    refusals.EncryptionParametersRefused,
    refusals.TransactionUnknown,
    refusals.CredentialDenied,
    refusals.SignerNotCertified,
    refusals.TooManyWalletRequests,
    model=OAuthErrorBody,
)


def credentials_router(
    *,
    offers: MakeOffer,
    issue: IssueCredential,
    collect_deferred: CollectDeferred,
    notify: NotifyIssuance,
    limit: LimitRate,
    addresses: Addresses,
    max_body_bytes: int,
) -> APIRouter:
    router = APIRouter(tags=["wallets"], dependencies=[Depends(wallets_counted(limit))])
    report = Annotated[bytes, Depends(body_reader(max_body_bytes, for_the_reason(refusals.NotificationMalformed)))]
    body = Annotated[bytes, Depends(body_reader(max_body_bytes, for_the_reason(CredentialRequestMalformed)))]

    @router.get(
        "/credential-offer/{offer_id}",
        operation_id="getCredentialOffer",
        summary="The credential offer that a link or QR code refers to (OpenID4VCI 1.0, section 4.1.3)",
        response_model=dict[str, Any],
        responses={**problem_responses(refusals.OfferGone), **_TOO_MANY},
    )
    def get_credential_offer(offer_id: str) -> Response:
        return answers.json(offers.content(offer_id))

    @router.post(
        "/nonce",
        operation_id="getNonce",
        summary="A nonce for a key proof (OpenID4VCI 1.0, section 7)",
        response_model=NonceBody,
        responses=_TOO_MANY,
    )
    def get_nonce() -> Response:
        c_nonce, dpop_nonce = issue.new_nonce()
        return answers.json({"c_nonce": c_nonce}, headers={**NO_STORE, "DPoP-Nonce": dpop_nonce})

    @router.post(
        "/credential",
        operation_id="getCredential",
        summary="Collect a credential (OpenID4VCI 1.0, section 8; access token bound by DPoP)",
        response_model=CredentialResponseBody,
        responses={202: _POSTPONED, **_CREDENTIAL_ERRORS},
        openapi_extra=request_body(JSON, _CREDENTIAL_REQUEST),
    )
    def get_credential(request: Request, content: body) -> Response:
        return _credential_answer(issue(_wrapped(request, content, addresses.credential)))

    @router.post(
        "/deferred-credential",
        operation_id="getDeferredCredential",
        summary="Collect a credential that was not ready when it was asked for (OpenID4VCI 1.0, section 9)",
        response_model=CredentialResponseBody,
        responses={202: _POSTPONED, **_DEFERRED_ERRORS},
        openapi_extra=request_body(JSON, _DEFERRED_REQUEST),
    )
    def get_deferred_credential(request: Request, content: body) -> Response:
        return _credential_answer(collect_deferred(_wrapped(request, content, addresses.deferred)))

    @router.post(
        "/notification",
        operation_id="notify",
        summary="Report what became of credentials (OpenID4VCI 1.0, section 11)",
        status_code=204,
        responses=_NOTIFICATION_ERRORS,
        openapi_extra=request_body(JSON, _NOTIFICATION),
    )
    def notify_issuance(request: Request, content: report) -> Response:
        notify(_authorized(request, content, addresses.notification, refusals.NotificationMalformed))
        return Response(status_code=204, headers=NO_STORE)

    return router


def _authorized(
    request: Request, content: bytes, url: str, malformed: Callable[[str], refusals.CredentialRefusal]
) -> AuthorizedCall:
    call = _called(request, content, url)
    if media_type(request) != JSON:
        raise malformed("media_type_wrong")
    return call


def _wrapped(request: Request, content: bytes, url: str) -> AuthorizedCall:
    """The same for a body that may be encrypted (OpenID4VCI 1.0, section 10)."""
    if media_type(request) != MEDIA_TYPE:
        return _authorized(request, content, url, CredentialRequestMalformed)
    return replace(_called(request, content, url), wrapping=Wrapping.ENCRYPTED)


def _called(request: Request, content: bytes, url: str) -> AuthorizedCall:
    if "access_token" in request.query_params:  # FAPI 2.0 Security Profile, section 5.3.4
        raise refusals.AccessTokenRefused("token_in_query")
    return AuthorizedCall(
        authorization=tuple(request.headers.getlist("authorization")), proof=sent_proof(request, url), body=content
    )


def _credential_answer(given: Issuance | Postponed) -> Response:
    """OpenID4VCI 1.0, sections 8.3 and 9.2."""
    match given:
        case Issuance():
            credentials = [{"credential": text} for text in given.credentials]
            body: Mapping[str, Any] = {"credentials": credentials, "notification_id": given.notification_id}
            status = 200
        case Postponed():
            body, status = {"transaction_id": given.transaction_id, "interval": given.interval}, 202
        case _:
            assert_never(given)
    if given.answer_in is None:
        return answers.json(body, status=status)
    return Response(given.answer_in.seal(body), status, NO_STORE, media_type=MEDIA_TYPE)
