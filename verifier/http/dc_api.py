"""What a page of this verifier uses to ask through the browser (OpenID4VP 1.0, appendix A)."""

from dataclasses import replace
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response

from vc_core.authorization_response import MAX_BYTES
from verifier import refusals
from verifier.create_dc_request import CreateDcRequest
from verifier.http import examples
from verifier.http.answers import json_answer
from verifier.http.asking import MAX_JSON, bearer_token, desk_of, require_json
from verifier.http.bodies import JSON, body_up_to, parse_json
from verifier.http.direct_route import DirectRoute
from verifier.http.models import DcOfferedAnswer, DcRequestBody, DcResponseBody, ResultAnswer
from verifier.http.openapi import ANSWERING, ASKING, CREATING, parameters, refused, request_body, schema_of
from verifier.http.verdict_answers import result_json
from verifier.read_result import ReadResult
from verifier.receive_dc_response import ReceiveDcResponse
from verifier.refusals import BodyTooLarge, WalletRefusal

_NOT_READ = (refusals.TokenWrong, refusals.RequestUnknown, refusals.OriginNotExpected)

_RESPONSE = request_body({JSON: schema_of(DcResponseBody)}, {JSON: examples.DECLINED_THERE})

_log = structlog.get_logger()


def dc_api(create: CreateDcRequest, receive: ReceiveDcResponse, read: ReadResult) -> APIRouter:
    router = APIRouter(prefix="/v1/dc-requests", tags=["Digital Credentials API"], route_class=DirectRoute)
    shown = {JSON: examples.requests(create.create.catalogue, create.create.profiles)}
    asked = {**request_body({JSON: schema_of(DcRequestBody)}, shown), **parameters("Recheck-Desk")}

    @router.post("", operation_id="create_dc_request", status_code=201, response_model=DcOfferedAnswer,
                 responses=refused(*ASKING, *CREATING, refusals.ProtocolNotOffered),
                 openapi_extra=asked)  # fmt: skip
    def create_dc_request(
        request: Request, body: Annotated[bytes, Depends(body_up_to(MAX_JSON, else_=BodyTooLarge))]
    ) -> Response:
        """Asks for a document; the page hands `requests` to the browser."""
        require_json(request)
        wanted = parse_json(body, DcRequestBody)
        offered = create(replace(wanted.value(), desk=desk_of(request)), wanted.response_mode, wanted.protocols)
        _log.info("dc_request_created", request=offered.id)
        answer = DcOfferedAnswer(
            id=offered.id,
            requests=list(offered.requests),
            expires_at=offered.expires_at,
            expires_in=int(create.create.lifetime.total_seconds()),
            read_token=offered.read_token,
        )
        return Response(answer.model_dump_json(), 201, media_type=JSON)

    @router.post("/{request_id}/response", operation_id="post_dc_response", response_model=ResultAnswer,
                 responses=refused(*ASKING, *_NOT_READ, *ANSWERING),
                 openapi_extra=_RESPONSE)  # fmt: skip
    def post_dc_response(
        request_id: str,
        request: Request,
        body: Annotated[bytes, Depends(body_up_to(2 * MAX_BYTES, else_=BodyTooLarge))],
    ) -> Response:
        """What the browser gave to the page, once; the result at once. Bearer: the request's `read_token`."""
        require_json(request)
        answer, token = parse_json(body, DcResponseBody), bearer_token(request)
        try:
            receive(request_id, token, answer.origin, answer.data)
        except WalletRefusal as refusal:
            _log.info("response_refused", request=request_id, check=refusal.named(), detail=refusal.detail)
            raise
        _log.info("response_processed", request=request_id)
        return json_answer(result_json(read(request_id, token)))

    return router
