"""The authorization code flow over HTTP: pushed requests (RFC 9126), the page in a browser, and the holder's identity.

What wallets are answered is JSON; what a browser is shown is a page (`consent_pages`). A visit is bound to its browser
by a cookie that leaves with top-level navigation to this site only, so a decision is made where it was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.configurations import Configurations
from issuer.http import answers
from issuer.http.bodies import FORM, body_reader, for_the_reason, form_parameters
from issuer.http.consent_pages import STYLE, STYLE_ROUTE, page, title_in
from issuer.http.problems import NO_STORE
from issuer.http.rate_limits import wallets_counted
from issuer.http.schemas import (
    ChallengeBody,
    OAuthErrorBody,
    PushedBody,
    ReturnBody,
    problem_responses,
    request_body,
)
from issuer.http.sent_proof import sent_attestation, sent_proof
from issuer.use_cases.ask_identity import AskIdentity
from issuer.use_cases.authenticate_client import AuthenticateClient
from issuer.use_cases.decide_consent import DecideConsent, NothingFound
from issuer.use_cases.limit_rate import LimitRate
from issuer.use_cases.push_authorization import PARAMETERS, PushAuthorization, PushCall
from issuer.use_cases.receive_identity import ReceiveIdentity
from vc_core import parameters
from vc_core.authorization_request import MEDIA_TYPE, RequestUriPost, parse_request_uri_post
from vc_core.authorization_response import MAX_BYTES, encode_answer
from vc_core.rejection import Rejection

COOKIE = "socsec_visit"
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}, "description": "A page"}}
_REFUSED_PAGE: dict[int | str, dict[str, Any]] = {400: {"content": {"text/html": {}}, "description": "A page"}}
_SENT_ON: dict[int | str, dict[str, Any]] = {303: {"description": "On to the wallet"}, **_REFUSED_PAGE}
_TOO_MANY = problem_responses(refusals.TooManyWalletRequests, model=OAuthErrorBody)
_REQUEST_OBJECT: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "The signed request object"},
    **problem_responses(refusals.IdentityRequestGone, refusals.IdentityRequestMalformed),
    **_TOO_MANY,
}
_PUSH_ERRORS = problem_responses(
    refusals.TokenRequestMalformed,
    refusals.ResponseTypeUnsupported,
    refusals.ScopeRefused,
    refusals.AuthorizationDetailsRefused,
    refusals.ClientRefused,
    refusals.AttestationChallengeNeeded,
    refusals.TokenProofRefused,
    refusals.TokenNonceNeeded,
    refusals.TooManyWalletRequests,
    model=OAuthErrorBody,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationFlow:
    """The use cases of the flow."""

    authenticate: AuthenticateClient
    push: PushAuthorization
    ask: AskIdentity
    receive: ReceiveIdentity
    decide: DecideConsent


def authorization_router(
    flow: AuthorizationFlow, limit: LimitRate, addresses: Addresses, max_body_bytes: int
) -> APIRouter:
    """What wallets call."""
    router = APIRouter(tags=["wallets"], dependencies=[Depends(wallets_counted(limit))])
    malformed = refusals.TokenRequestMalformed
    form = Annotated[bytes, Depends(body_reader(max_body_bytes, for_the_reason(malformed)))]

    @router.post(
        "/par",
        operation_id="pushAuthorizationRequest",
        summary="Push an authorization request (RFC 9126; attestation of the wallet required)",
        status_code=201,
        response_model=PushedBody,
        responses=_PUSH_ERRORS,
        openapi_extra=_form_body(PARAMETERS),
    )
    def push_authorization_request(request: Request, content: form) -> Response:
        sent = _single(form_parameters(request, content, malformed), PARAMETERS, malformed)
        call = PushCall(form=sent, attestation=sent_attestation(request), proof=sent_proof(request, addresses.push))
        answer = flow.push(call)
        body = {"request_uri": answer.request_uri, "expires_in": answer.expires_in}
        return answers.json(body, status=201, headers={**NO_STORE, "DPoP-Nonce": answer.dpop_nonce})

    @router.post(
        "/challenge",
        operation_id="getAttestationChallenge",
        summary="A challenge for the proof beside a wallet's attestation",
        response_model=ChallengeBody,
        responses=_TOO_MANY,
    )
    def get_attestation_challenge() -> Response:
        return answers.json({"attestation_challenge": flow.authenticate.new_challenge()})

    _add_presentation(router, flow)
    return router


def _add_presentation(router: APIRouter, flow: AuthorizationFlow) -> None:
    """The wallet that shows the holder's identity (OpenID4VP 1.0, sections 5.10 and 8.2)."""
    fetching = Annotated[bytes, Depends(body_reader(MAX_BYTES, for_the_reason(refusals.IdentityRequestMalformed)))]
    answering = Annotated[bytes, Depends(body_reader(MAX_BYTES, for_the_reason(refusals.IdentityResponseRefused)))]

    @router.get(
        "/authorize/request/{visit_id}",
        operation_id="getIdentityRequest",
        summary="The signed request for the holder's identity",
        response_class=Response,
        responses=_REQUEST_OBJECT,
    )
    def get_identity_request(visit_id: str) -> Response:
        return Response(flow.ask.request_object(visit_id), media_type=MEDIA_TYPE, headers=NO_STORE)

    @router.post(
        "/authorize/request/{visit_id}",
        operation_id="postIdentityRequest",
        summary="The same for a wallet that brings a nonce of its own",
        response_class=Response,
        responses=_REQUEST_OBJECT,
        openapi_extra=_form_body(("wallet_nonce", "wallet_metadata")),
    )
    def post_identity_request(visit_id: str, request: Request, content: fetching) -> Response:
        text = flow.ask.request_object(visit_id, _wallet(request, content))
        return Response(text, media_type=MEDIA_TYPE, headers=NO_STORE)

    @router.post(
        "/authorize/response/{visit_id}",
        operation_id="postIdentityResponse",
        summary="The wallet's answer, once; where it sends the browser",
        response_model=ReturnBody,
        responses={
            **problem_responses(refusals.IdentityRequestGone, refusals.IdentityResponseRefused),
            **_TOO_MANY,
        },
        openapi_extra=_form_body(("response", "error", "error_description", "state")),
    )
    def post_identity_response(visit_id: str, request: Request, content: answering) -> Response:
        sent = form_parameters(request, content, refusals.IdentityResponseRefused)
        return answers.json(encode_answer(flow.receive(visit_id, sent)))


def authorization_pages(
    flow: AuthorizationFlow, addresses: Addresses, configurations: Configurations, max_body_bytes: int
) -> APIRouter:
    """What a browser opens."""
    router = APIRouter(prefix="/authorize", tags=["browsers"])
    form = Annotated[bytes, Depends(body_reader(max_body_bytes, for_the_reason(refusals.DecisionMalformed)))]

    @router.get(
        "",
        operation_id="authorize",
        summary="Open a pushed authorization request (RFC 9126, section 4)",
        response_class=Response,
        responses={**_PAGE, **_REFUSED_PAGE},
    )
    def authorize(request: Request) -> Response:
        asked = request.query_params
        opened = flow.ask.open(asked.get("client_id"), asked.get("request_uri"))
        ids = opened.terms.configuration_ids
        titles = dict.fromkeys(title_in(configurations.by_id[id_].rulebook.titles, request) for id_ in ids)
        visit_id = opened.visit.id
        answer = page(
            request,
            "identify.html",
            form_target=opened.terms.redirect_uri,
            titles=list(titles),
            client_id=opened.terms.client_id,
            wallet_link=opened.wallet_link,
            form_token=flow.decide.form_token(visit_id, opened.browser),
            decide=f"{addresses.authorize}/decision/{visit_id}",
        )
        _set_cookie(answer, visit_id, opened.browser, addresses)
        return answer

    @router.get(
        "/consent.css", operation_id="getConsentStyle", summary="The pages' style", name=STYLE_ROUTE,
        response_class=Response, responses={200: {"content": {"text/css": {}}, "description": "A style sheet"}},
    )  # fmt: skip
    def get_consent_style() -> Response:
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})

    @router.get(
        "/return/{visit_id}",
        operation_id="returnFromWallet",
        summary="Back from the wallet: what was found, for the holder to decide",
        response_class=Response,
        responses={**_PAGE, **_REFUSED_PAGE},
    )
    def return_from_wallet(visit_id: str, request: Request) -> Response:
        found = flow.decide.show(visit_id, _browser(request, visit_id), request.query_params.get("response_code", ""))
        common: dict[str, Any] = {
            "form_target": found.terms.redirect_uri,
            "form_token": found.form_token,
            "decide": f"{addresses.authorize}/decision/{visit_id}",
        }
        if isinstance(found, NothingFound):
            return page(request, "nothing.html", reason=found.reason, **common)
        rulebook = configurations.by_id[found.terms.configuration_ids[0]].rulebook
        return page(
            request,
            "agree.html",
            title=title_in(rulebook.titles, request),
            institution=found.institution,
            number=found.document.number,
            client_id=found.terms.client_id,
            **common,
        )

    @router.post(
        "/decision/{visit_id}",
        operation_id="decide",
        summary="The holder's decision; the browser goes on to the wallet (RFC 6749, section 4.1.2; RFC 9207)",
        response_class=Response,
        responses=_SENT_ON,
        openapi_extra=_form_body(("decision", "token")),
    )
    def decide(visit_id: str, request: Request, content: form) -> Response:
        sent = form_parameters(request, content, refusals.DecisionMalformed)
        decision = _single(sent, ("decision", "token"), refusals.DecisionMalformed)
        location = flow.decide(visit_id, _browser(request, visit_id), decision)
        headers = {**NO_STORE, "Location": location, "Referrer-Policy": "no-referrer"}
        return Response(status_code=303, headers=headers)

    return router


def _set_cookie(answer: Response, visit_id: str, browser: str, addresses: Addresses) -> None:
    parts = urlsplit(addresses.authorize)
    answer.set_cookie(
        f"{COOKIE}_{visit_id}", browser, path=parts.path, secure=parts.scheme == "https", httponly=True, samesite="lax"
    )  # fmt: skip


def _browser(request: Request, visit_id: str) -> str:
    return request.cookies.get(f"{COOKIE}_{visit_id}", "")


def _wallet(request: Request, content: bytes) -> RequestUriPost:
    sent = form_parameters(request, content, refusals.IdentityRequestMalformed)
    try:
        return parse_request_uri_post(sent)
    except Rejection as rejection:
        raise refusals.IdentityRequestMalformed(rejection.reason) from rejection


def _single(
    sent: Mapping[str, list[str]],
    known: tuple[str, ...],
    refused: type[refusals.TokenRequestMalformed] | type[refusals.DecisionMalformed],
) -> Mapping[str, str]:
    """The known parameters, none twice (RFC 6749, section 3.1)."""
    try:
        return parameters.single(sent, known)
    except Rejection as rejection:
        raise refused(rejection.reason) from rejection


def _form_body(names: tuple[str, ...]) -> dict[str, Any]:
    return request_body(FORM, {"type": "object", "properties": {name: {"type": "string"} for name in names}})
