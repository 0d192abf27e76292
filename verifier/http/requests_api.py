"""A wallet is asked: make a request, show its code, read the result, record the identity step.

Results are answered as JSON, or as the inspector's page to whoever accepts `text/html`.
"""

from dataclasses import replace
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response

from vc_core import qr
from verifier import refusals
from verifier.create_request import CreateRequest, Offered, ShowRequest
from verifier.http import examples
from verifier.http.answers import json_answer
from verifier.http.asking import MAX_JSON, bearer_token, desk_of, require_json
from verifier.http.bodies import JSON, body_up_to, parse_json
from verifier.http.direct_route import DirectRoute
from verifier.http.models import IdentityBody, OfferedAnswer, RequestBody, ResultAnswer
from verifier.http.openapi import ASKING, CREATING, PAGE, parameters, refused, request_body, schema_of
from verifier.http.pages import Pages, wants_page
from verifier.http.same_device import keep_session
from verifier.http.verdict_answers import result_json
from verifier.read_result import ReadResult, RecordIdentity
from verifier.refusals import BodyTooLarge
from verifier.transactions import Flow

MAX_QR_VERSION = 9
"""Design 8: a request's code is read at arm's length."""

_NOT_READ = (refusals.TokenWrong, refusals.ResponseCodeWrong, refusals.RequestUnknown)
_NO_CODE = refused(refusals.RequestUnknown, refusals.RequestNotOffered)

_log = structlog.get_logger()


def requests_api(
    *, create: CreateRequest, show: ShowRequest, read: ReadResult, identity: RecordIdentity, pages: Pages
) -> APIRouter:
    router = APIRouter(prefix="/v1/requests", tags=["Inspection"], route_class=DirectRoute)
    small = body_up_to(MAX_JSON, else_=BodyTooLarge)
    shown = {JSON: examples.requests(create.catalogue, create.profiles, **examples.SAME_DEVICE)}
    asked = {**request_body({JSON: schema_of(RequestBody)}, shown), **parameters("Recheck-Desk")}

    @router.post("", operation_id="create_request", status_code=201, response_model=OfferedAnswer,
                 responses=refused(*ASKING, *CREATING),
                 openapi_extra=asked)  # fmt: skip
    def create_request(request: Request, body: Annotated[bytes, Depends(small)]) -> Response:
        """Asks a wallet for a document; the code to show it is at `qr_svg` and `qr_png`.

        On the same device: the browser that asks is given a cookie, with which it comes back from the wallet.
        """
        require_json(request)
        wanted = replace(parse_json(body, RequestBody).value(), desk=desk_of(request))
        offered = create(wanted)
        answer = Response(_offered(offered, create).model_dump_json(), 201, media_type=JSON)
        if wanted.flow is Flow.SAME_DEVICE:
            seconds = int((create.lifetime + create.keep).total_seconds())
            keep_session(
                answer, request_id=offered.id, read_token=offered.read_token, base_url=create.party.base_url,
                seconds=seconds,
            )  # fmt: skip
        _log.info("request_created", request=offered.id)
        return answer

    @router.get("/{request_id}", operation_id="read_request", response_model=ResultAnswer,
                responses={200: dict(PAGE), **refused(*_NOT_READ)},
                openapi_extra=parameters("place", "lang"))  # fmt: skip
    def read_request(request_id: str, request: Request, response_code: str = "") -> Response:
        """How far a request is, and its verdicts once it is answered. Bearer: its `read_token`."""
        token = bearer_token(request)
        result = read(request_id, token, response_code)
        if wants_page(request):
            return pages.result(request, result, token=token)
        return json_answer(result_json(result))

    @router.get("/{request_id}/qr.svg", operation_id="request_qr_svg", response_class=Response,
                responses={200: {"content": {"image/svg+xml": {}}}, **_NO_CODE})  # fmt: skip
    def request_qr_svg(request_id: str) -> Response:
        return Response(qr.svg(show(request_id), max_version=MAX_QR_VERSION), media_type="image/svg+xml")

    @router.get("/{request_id}/qr.png", operation_id="request_qr_png", response_class=Response,
                responses={200: {"content": {"image/png": {}}}, **_NO_CODE})  # fmt: skip
    def request_qr_png(request_id: str) -> Response:
        return Response(qr.png(show(request_id), max_version=MAX_QR_VERSION), media_type="image/png")

    @router.post("/{request_id}/identity", operation_id="record_identity_of_request",
                 response_model=ResultAnswer, responses=refused(*ASKING, *_NOT_READ, refusals.NothingToCompare),
                 openapi_extra=request_body({JSON: schema_of(IdentityBody)}, {JSON: examples.IDENTITY}))  # fmt: skip
    def identity_of_request(
        request_id: str, request: Request, body: Annotated[bytes, Depends(small)], response_code: str = ""
    ) -> Response:
        """Records whether the person was compared with the document. Bearer: the request's `read_token`."""
        require_json(request)
        answer = parse_json(body, IdentityBody).identity_compared
        return json_answer(result_json(identity.of_request(request_id, bearer_token(request), answer, response_code)))

    return router


def _offered(offered: Offered, create: CreateRequest) -> OfferedAnswer:
    base = None if offered.request_uri is None else f"{create.party.base_url}/v1/requests/{offered.id}"
    return OfferedAnswer(
        id=offered.id,
        authorization_url=offered.authorization_url,
        request_uri=offered.request_uri,
        qr_svg=base and f"{base}/qr.svg",
        qr_png=base and f"{base}/qr.png",
        expires_at=offered.expires_at,
        expires_in=int(create.lifetime.total_seconds()),
        read_token=offered.read_token,
    )
