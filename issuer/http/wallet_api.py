"""The interface for wallets: OpenID4VCI 1.0 with DPoP (RFC 9449). How a wallet comes to an authorization code is in
`authorization_api`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, assert_never

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.http import answers
from issuer.http.bodies import FORM, body_reader, form_parameters, media_type
from issuer.http.problems import NO_STORE
from issuer.http.schemas import (
    CredentialResponseBody,
    NonceBody,
    OAuthErrorBody,
    PostponedBody,
    TokenBody,
    problem_responses,
    request_body,
)
from issuer.message_encryption import MEDIA_TYPE, RESPONSE_ENCRYPTION
from issuer.notifications import NotificationEvent
from issuer.refusals import CredentialRequestMalformed, TokenRequestMalformed
from issuer.use_cases.authenticate_client import SentAttestation
from issuer.use_cases.check_access import AuthorizedCall, Wrapping
from issuer.use_cases.check_key_proofs import ATTESTATION as ATTESTATION_PROOF
from issuer.use_cases.check_key_proofs import JWT as JWT_PROOF
from issuer.use_cases.check_possession import SentProof
from issuer.use_cases.collect_deferred import CollectDeferred
from issuer.use_cases.give_copies import Issuance, Postponed
from issuer.use_cases.issue_credential import IssueCredential
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.notify_issuance import NotifyIssuance
from issuer.use_cases.redeem_code import PARAMETERS as CODE_PARAMETERS
from issuer.use_cases.redeem_code import CodeCall, RedeemCode
from issuer.use_cases.redeem_offer import PARAMETERS, RedeemOffer
from issuer.use_cases.refresh_access import GRANT_TYPE as REFRESH
from issuer.use_cases.refresh_access import PARAMETERS as REFRESH_PARAMETERS
from issuer.use_cases.refresh_access import RefreshAccess, RefreshCall
from vc_core import parameters
from vc_core.client_attestation import ATTESTATION_HEADER, POP_HEADER
from vc_core.credential_offer import AUTHORIZATION_CODE
from vc_core.rejection import Rejection

JSON = "application/json"
TOKEN_PARAMETERS = tuple(dict.fromkeys((*PARAMETERS, *CODE_PARAMETERS, *REFRESH_PARAMETERS)))
_TOKEN_FORM = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in TOKEN_PARAMETERS},
    "required": ["grant_type"],
}
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
_TOKEN_ERRORS = problem_responses(
    refusals.TokenRequestMalformed,
    refusals.GrantTypeUnsupported,
    refusals.CodeRefused,
    refusals.ClientRefused,
    refusals.AttestationChallengeNeeded,
    refusals.AuthorizationDetailsRefused,
    refusals.TokenProofRefused,
    refusals.TokenNonceNeeded,
    model=OAuthErrorBody,
)
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
    model=OAuthErrorBody,
)


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
    model=OAuthErrorBody,
)


def wallet_router(
    *,
    offers: MakeOffer,
    redeem: RedeemOffer,
    redeem_code: RedeemCode | None,
    refresh: RefreshAccess,
    issue: IssueCredential,
    collect_deferred: CollectDeferred,
    notify: NotifyIssuance,
    addresses: Addresses,
    max_body_bytes: int,
) -> APIRouter:
    """redeem_code: None where the authorization code flow is not offered."""
    router = APIRouter(tags=["wallets"])
    form = Annotated[bytes, Depends(body_reader(max_body_bytes, lambda: TokenRequestMalformed("body_too_large")))]
    report = Annotated[
        bytes, Depends(body_reader(max_body_bytes, lambda: refusals.NotificationMalformed("body_too_large")))
    ]
    body = Annotated[bytes, Depends(body_reader(max_body_bytes, lambda: CredentialRequestMalformed("body_too_large")))]

    @router.get(
        "/credential-offer/{offer_id}",
        operation_id="getCredentialOffer",
        summary="The credential offer that a link or QR code refers to (OpenID4VCI 1.0, section 4.1.3)",
        response_model=dict[str, Any],
        responses=problem_responses(refusals.OfferGone),
    )
    def get_credential_offer(offer_id: str) -> Response:
        return answers.json(offers.content(offer_id))

    @router.post(
        "/token",
        operation_id="getAccessToken",
        summary="Redeem a code of either grant, or a refresh token (OpenID4VCI 1.0, section 6; DPoP required)",
        response_model=TokenBody,
        response_model_exclude_none=True,
        responses=_TOKEN_ERRORS,
        openapi_extra=request_body(FORM, _TOKEN_FORM),
    )
    def get_access_token(request: Request, content: form) -> Response:
        form, proof = _form(request, content), sent_proof(request, addresses.token)
        grant_type = form.get("grant_type")
        if redeem_code is not None and grant_type == AUTHORIZATION_CODE:
            answer = redeem_code(CodeCall(form=form, attestation=sent_attestation(request), proof=proof))
        elif grant_type == REFRESH:
            answer = refresh(RefreshCall(form=form, attestation=sent_attestation(request), proof=proof))
        else:
            answer = redeem(form, proof)
        renewing = {"refresh_token": answer.refresh_token} if answer.refresh_token else {}
        details = {"authorization_details": answer.authorization_details} if answer.authorization_details else {}
        granted = {"access_token": answer.access_token, "token_type": "DPoP", "expires_in": answer.expires_in}
        return answers.json({**granted, **renewing, **details}, headers={**NO_STORE, "DPoP-Nonce": answer.dpop_nonce})

    @router.post(
        "/nonce",
        operation_id="getNonce",
        summary="A nonce for a key proof (OpenID4VCI 1.0, section 7)",
        response_model=NonceBody,
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


def sent_proof(request: Request, url: str) -> SentProof:
    return SentProof(headers=request.headers.getlist("dpop"), method=request.method, url=url)


def sent_attestation(request: Request) -> SentAttestation:
    headers = request.headers
    return SentAttestation(attestations=headers.getlist(ATTESTATION_HEADER), pops=headers.getlist(POP_HEADER))


def _form(request: Request, content: bytes) -> Mapping[str, str]:
    """The parameters of a form; none twice (RFC 6749, section 3.2), unknown ones left out."""
    sent = form_parameters(request, content, TokenRequestMalformed)
    try:
        return parameters.single(sent, TOKEN_PARAMETERS)
    except Rejection as rejection:
        raise TokenRequestMalformed(rejection.reason) from rejection
