"""The token endpoint: OpenID4VCI 1.0, section 6, with DPoP (RFC 9449).

How a wallet comes to an authorization code is in `authorization_api`.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.http import answers
from issuer.http.bodies import FORM, body_reader, for_the_reason, form_parameters
from issuer.http.problems import NO_STORE
from issuer.http.rate_limits import codes_counted, wallets_counted
from issuer.http.schemas import OAuthErrorBody, TokenBody, problem_responses, request_body
from issuer.http.sent_proof import sent_attestation, sent_proof
from issuer.refusals import TokenRequestMalformed
from issuer.use_cases.give_tokens import TokenAnswer
from issuer.use_cases.limit_rate import LimitRate
from issuer.use_cases.redeem_code import PARAMETERS as CODE_PARAMETERS
from issuer.use_cases.redeem_code import CodeCall, RedeemCode
from issuer.use_cases.redeem_offer import PARAMETERS, RedeemOffer
from issuer.use_cases.refresh_access import GRANT_TYPE as REFRESH
from issuer.use_cases.refresh_access import PARAMETERS as REFRESH_PARAMETERS
from issuer.use_cases.refresh_access import RefreshAccess, RefreshCall
from vc_core import parameters
from vc_core.credential_offer import AUTHORIZATION_CODE
from vc_core.rejection import Rejection

TOKEN_PARAMETERS = tuple(dict.fromkeys((*PARAMETERS, *CODE_PARAMETERS, *REFRESH_PARAMETERS)))
_TOKEN_FORM = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in TOKEN_PARAMETERS},
    "required": ["grant_type"],
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
    refusals.TooManyWalletRequests,
    model=OAuthErrorBody,
)


def token_router(
    *,
    redeem: RedeemOffer,
    redeem_code: RedeemCode | None,
    refresh: RefreshAccess,
    limit: LimitRate,
    addresses: Addresses,
    max_body_bytes: int,
) -> APIRouter:
    """redeem_code: None where the authorization code flow is not offered."""
    router = APIRouter(tags=["wallets"], dependencies=[Depends(wallets_counted(limit))])
    form = Annotated[bytes, Depends(body_reader(max_body_bytes, for_the_reason(TokenRequestMalformed)))]

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
        with codes_counted(limit, request):
            if redeem_code is not None and grant_type == AUTHORIZATION_CODE:
                return _answer(redeem_code(CodeCall(form=form, attestation=sent_attestation(request), proof=proof)))
            if grant_type == REFRESH:
                return _answer(refresh(RefreshCall(form=form, attestation=sent_attestation(request), proof=proof)))
            return _answer(redeem(form, proof))

    return router


def _answer(given: TokenAnswer) -> Response:
    """OpenID4VCI 1.0, section 6.2."""
    renewing = {"refresh_token": given.refresh_token} if given.refresh_token else {}
    details = {"authorization_details": given.authorization_details} if given.authorization_details else {}
    granted = {"access_token": given.access_token, "token_type": "DPoP", "expires_in": given.expires_in}
    return answers.json({**granted, **renewing, **details}, headers={**NO_STORE, "DPoP-Nonce": given.dpop_nonce})


def _form(request: Request, content: bytes) -> Mapping[str, str]:
    """The parameters of a form; none twice (RFC 6749, section 3.2), unknown ones left out."""
    sent = form_parameters(request, content, TokenRequestMalformed)
    try:
        return parameters.single(sent, TOKEN_PARAMETERS)
    except Rejection as rejection:
        raise TokenRequestMalformed(rejection.reason) from rejection
