"""What inspectors and harnesses use: ask a wallet, read the result, hand in a code, record the identity step.

Everything under `/v1`. Verdicts are answered as JSON, or as the inspector's page to whoever accepts `text/html`.
"""

from dataclasses import replace
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response

from vc_core import qr, strict_json
from verifier.create_request import CreateRequest, Offered, ShowRequest
from verifier.http import handed_in
from verifier.http.bodies import JSON, body_up_to, media_type, parse_json
from verifier.http.handed_in import HandedIn
from verifier.http.models import (
    HandedAnswer,
    IdentityAnswer,
    IdentityBody,
    OfferedAnswer,
    ProblemAnswer,
    RequestBody,
    ResultAnswer,
)
from verifier.http.openapi import request_body, schema_of
from verifier.http.pages import Pages, place_of, wants_page
from verifier.http.same_device import keep_session
from verifier.http.verdict_answers import handed_json, result_json
from verifier.read_result import ReadResult, RecordIdentity
from verifier.refusals import BodyMalformed, BodyTooLarge, MediaTypeNotSupported, TokenWrong
from verifier.transactions import Flow
from verifier.verify_text import SeenBy, VerifyText

MAX_JSON = 1024 * 1024
SHORTEST_DESK, LONGEST_DESK = 22, 200
"""Of the secret of a desk, in characters; 22 of base64url hold 128 bits."""

MAX_QR_VERSION = 9
"""Design 8: a request's code is read at arm's length."""

_log = structlog.get_logger()


_IDENTITY = request_body({JSON: schema_of(IdentityBody)})


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ProblemAnswer} for status in statuses}


def bearer_token(request: Request) -> str:
    """RFC 6750, section 2.1. Raises `TokenWrong`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenWrong("a bearer token is required")
    return token.strip()


def desk_of(request: Request) -> str | None:
    """The secret of the desk that asks, in whose queue a recheck is to be found. Raises `BodyMalformed`."""
    desk = request.headers.get("recheck-desk")
    if desk is not None and not SHORTEST_DESK <= len(desk) <= LONGEST_DESK:
        raise BodyMalformed("the secret of a desk is too short or too long", where="Recheck-Desk")
    return desk


def inspection_api(
    *,
    create: CreateRequest,
    show: ShowRequest,
    read: ReadResult,
    identity: RecordIdentity,
    verify: VerifyText,
    pages: Pages,
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["Inspection"])
    small = body_up_to(MAX_JSON, else_=BodyTooLarge)

    @router.post("/requests", operation_id="create_request", status_code=201, response_model=OfferedAnswer,
                 responses=problems(400, 413, 415, 422),
                 openapi_extra=request_body({JSON: schema_of(RequestBody)}))  # fmt: skip
    def create_request(request: Request, response: Response, body: Annotated[bytes, Depends(small)]) -> OfferedAnswer:
        """Asks a wallet for a document; the code to show it is at `qr_svg` and `qr_png`.

        On the same device: the browser that asks is given a cookie, with which it comes back from the wallet.
        """
        require_json(request)
        wanted = replace(parse_json(body, RequestBody).value(), desk=desk_of(request))
        offered = create(wanted)
        if wanted.flow is Flow.SAME_DEVICE:
            seconds = int((create.lifetime + create.keep).total_seconds())
            keep_session(
                response, request_id=offered.id, read_token=offered.read_token, base_url=create.party.base_url,
                seconds=seconds,
            )  # fmt: skip
        _log.info("request_created", request=offered.id)
        return _offered(offered)

    @router.get("/requests/{request_id}", operation_id="read_request", response_model=ResultAnswer,
                responses=problems(401, 403, 404))  # fmt: skip
    def read_request(request_id: str, request: Request, response_code: str = "") -> Response:
        """How far a request is, and its verdicts once it is answered. Bearer: its `read_token`."""
        token = bearer_token(request)
        result = read(request_id, token, response_code)
        if wants_page(request):
            return pages.result(request, result, token=token)
        return _json(result_json(result))

    @router.get("/requests/{request_id}/qr.svg", operation_id="request_qr_svg", response_class=Response,
                responses={200: {"content": {"image/svg+xml": {}}}, **problems(404, 410)})  # fmt: skip
    def request_qr_svg(request_id: str) -> Response:
        return Response(qr.svg(show(request_id), max_version=MAX_QR_VERSION), media_type="image/svg+xml")

    @router.get("/requests/{request_id}/qr.png", operation_id="request_qr_png", response_class=Response,
                responses={200: {"content": {"image/png": {}}}, **problems(404, 410)})  # fmt: skip
    def request_qr_png(request_id: str) -> Response:
        return Response(qr.png(show(request_id), max_version=MAX_QR_VERSION), media_type="image/png")

    @router.post("/requests/{request_id}/identity", operation_id="record_identity_of_request",
                 response_model=ResultAnswer, responses=problems(400, 401, 404, 409, 413, 415),
                 openapi_extra=_IDENTITY)  # fmt: skip
    def identity_of_request(
        request_id: str, request: Request, body: Annotated[bytes, Depends(small)], response_code: str = ""
    ) -> Response:
        """Records whether the person was compared with the document. Bearer: the request's `read_token`."""
        require_json(request)
        answer = parse_json(body, IdentityBody).identity_compared
        return _json(result_json(identity.of_request(request_id, bearer_token(request), answer, response_code)))

    @router.post("/verdicts/{verdict_id}/identity", operation_id="record_identity_of_verdict",
                 response_model=IdentityAnswer, responses=problems(400, 401, 404, 413, 415),
                 openapi_extra=_IDENTITY)  # fmt: skip
    def identity_of_verdict(
        verdict_id: str, request: Request, body: Annotated[bytes, Depends(small)]
    ) -> IdentityAnswer:
        """As for a request, for what was handed in. Bearer: the `identity_token` that came with the verdict."""
        require_json(request)
        answer = parse_json(body, IdentityBody).identity_compared
        record = identity.of_verdict(verdict_id, bearer_token(request), answer)
        return IdentityAnswer(
            id=record.id, verdict=record.word.value, identity_compared=record.identity_compared
        )  # fmt: skip

    @router.post("/verify", operation_id="verify", response_model=HandedAnswer,
                 responses=problems(400, 413, 415, 422), openapi_extra=request_body(handed_in.CONTENT))  # fmt: skip
    def verify_handed_in(request: Request, handed: Annotated[HandedIn, Depends(handed_in.handed_in)]) -> Response:
        """Judges an inspection code, a credential or a presentation, as text, file, or image of a code."""
        seen_by = SeenBy(place=place_of(request), desk=desk_of(request))
        answer = verify(handed.text(), handed.expectation, handed.challenge, seen_by=seen_by)
        _log.info("verified", verdict=answer.verdict.word.value, deciding=list(answer.verdict.deciding))
        if wants_page(request):
            return pages.handed(request, answer)
        return _json(handed_json(answer))

    def _offered(offered: Offered) -> OfferedAnswer:
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

    return router


def require_json(request: Request) -> None:
    if media_type(request) != JSON:
        raise MediaTypeNotSupported(JSON)


def _json(value: dict[str, Any]) -> Response:
    return Response(strict_json.dump(value), media_type=JSON)
