"""What wallets use: the request object by reference and the response endpoint (OpenID4VP 1.0, sections 5.10, 8.2)."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response

from vc_core.authorization_request import MEDIA_TYPE, RequestUriPost, parse_request_uri_post
from vc_core.authorization_response import MAX_BYTES, encode_answer
from vc_core.openapi_document import Examples
from vc_core.rejection import Rejection
from verifier import refusals
from verifier.deliver_request import DeliverRequest
from verifier.http.answers import json_answer
from verifier.http.bodies import FORM, body_up_to, media_type, parse_form
from verifier.http.direct_route import DirectRoute
from verifier.http.examples import DECLINED, FETCHED
from verifier.http.openapi import ANSWERING, refused, request_body
from verifier.receive_response import ReceiveResponse
from verifier.refusals import BodyMalformed, BodyTooLarge, ResponseMalformed, ResponseTooLarge, WalletRefusal

MAX_RESPONSE = MAX_BYTES + 4096
MAX_FETCH = 64 * 1024

_log = structlog.get_logger()

_REQUEST_OBJECT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The signed request object", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
    **refused(refusals.RequestUnknown, refusals.RequestNotOffered),
}
_FETCHED: dict[int | str, dict[str, Any]] = {
    **_REQUEST_OBJECT,
    **refused(refusals.BodyMalformed, refusals.BodyTooLarge),
}
_PROCESSED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The response was processed", "content": {"application/json": {"schema": {"type": "object"}}}},
    **refused(*ANSWERING, refusals.ResponseTooLarge),
}


def _form(properties: Mapping[str, str], examples: Examples) -> dict[str, Any]:
    """A form of texts; properties: name to what it is."""
    described = {name: {"type": "string", "description": about} for name, about in properties.items()}
    return request_body({FORM: {"type": "object", "properties": described}}, {FORM: examples})


_FETCH = _form({"wallet_nonce": "Copied into the request object", "wallet_metadata": "JSON"}, FETCHED)
_RESPONSE = _form(
    {
        "response": "JWE, for direct_post.jwt",
        "vp_token": "JSON, for direct_post",
        "state": "As in the request",
        "error": "Where the wallet declines",
    },
    DECLINED,
)


def wallet_api(deliver: DeliverRequest, receive: ReceiveResponse, return_uri: Callable[[str, str], str]) -> APIRouter:
    """return_uri: of a request and a response code, where the holder's browser is sent."""
    router = APIRouter(tags=["Wallet"], route_class=DirectRoute)

    @router.get("/request/{request_id}", operation_id="get_request_object", responses=_REQUEST_OBJECT,
                response_class=Response)  # fmt: skip
    def get_request_object(request_id: str) -> Response:
        """The request object; it may be fetched more than once."""
        return _request_object(deliver(request_id))

    @router.post("/request/{request_id}", operation_id="post_request_object", responses=_FETCHED,
                 response_class=Response, openapi_extra=_FETCH)  # fmt: skip
    def post_request_object(
        request_id: str,
        request: Request,
        body: Annotated[bytes, Depends(body_up_to(MAX_FETCH, else_=BodyTooLarge))],
    ) -> Response:
        """The request object for a wallet that says something of itself (`request_uri_method` post)."""
        return _request_object(deliver(request_id, _wallet(request, body)))

    @router.post("/response/{request_id}", operation_id="post_response", responses=_PROCESSED, response_class=Response,
                 openapi_extra=_RESPONSE)  # fmt: skip
    def post_response(
        request_id: str,
        request: Request,
        body: Annotated[bytes, Depends(body_up_to(MAX_RESPONSE, else_=lambda _: ResponseTooLarge()))],
    ) -> Response:
        """The wallet's response, once."""
        try:
            code = receive(request_id, _response_form(request, body))
        except WalletRefusal as refusal:
            _log.info("response_refused", request=request_id, check=refusal.named(), detail=refusal.detail)
            raise
        _log.info("response_processed", request=request_id)
        answer = encode_answer(None if code is None else return_uri(request_id, code))
        return json_answer(answer)

    return router


def _request_object(text: str) -> Response:
    return Response(text, media_type=MEDIA_TYPE)


def _wallet(request: Request, body: bytes) -> RequestUriPost:
    """Raises `BodyMalformed`."""
    try:
        if media_type(request) != FORM:
            raise BodyMalformed("not a form")
        return parse_request_uri_post(parse_form(body))
    except ValueError as error:
        raise BodyMalformed("the form is malformed") from error
    except Rejection as rejection:
        raise BodyMalformed(rejection.reason, where=rejection.where) from rejection


def _response_form(request: Request, body: bytes) -> dict[str, list[str]]:
    """Raises `ResponseMalformed`."""
    if media_type(request) != FORM:
        raise ResponseMalformed("media_type_wrong")
    try:
        return dict(parse_form(body))
    except ValueError as error:
        raise ResponseMalformed("form_malformed") from error
