"""Case files over HTTP: as JSON, as PDF, as a page to be printed, and by a plain form of the verdict's page."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from vc_core.catalogue import Catalogue
from verifier import refusals
from verifier.case_file import CaseFile, MakeCaseFile
from verifier.http.answers import json_answer
from verifier.http.asking import bearer_token
from verifier.http.bodies import FORM, JSON, body_up_to, malformed, media_type, parse_form, parse_json
from verifier.http.case_file_paper import case_file_pdf
from verifier.http.case_file_view import case_file_json
from verifier.http.direct_route import DirectRoute
from verifier.http.examples import GIVEN, questions
from verifier.http.models import CaseFileAnswer, CaseFileBody, CaseFileForm
from verifier.http.openapi import ASKING, PAGE, parameters, refused, request_body, schema_of
from verifier.http.pages import Pages, shown_refusal, wants_page
from verifier.refusals import BodyMalformed, BodyTooLarge, MediaTypeNotSupported, Refusal

MAX_BODY = 256 * 1024
PDF = "application/pdf"

_log = structlog.get_logger()

_CONTENT = {JSON: schema_of(CaseFileBody), FORM: schema_of(CaseFileForm)}
_REFUSED = (*ASKING, refusals.TokenWrong, refusals.DialogueNotOffered)
_FORMS = {"content": {**PAGE["content"], PDF: {"schema": {"type": "string", "format": "binary"}}}}
_OF_REQUEST = {200: _FORMS, **refused(*_REFUSED, refusals.RequestUnknown, refusals.ResponseCodeWrong)}
_OF_VERDICT = {200: _FORMS, **refused(*_REFUSED, refusals.VerdictUnknown)}


def case_files_router(make: MakeCaseFile, pages: Pages) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["Inspection"], route_class=DirectRoute)
    read_body = Depends(body_up_to(MAX_BODY, else_=BodyTooLarge))

    @router.post("/requests/{request_id}/case-file", operation_id="make_case_file_of_request",
                 response_model=CaseFileAnswer, openapi_extra=_body(make.catalogue),
                 responses=_OF_REQUEST)  # fmt: skip
    def of_request(
        request_id: str, request: Request, body: Annotated[bytes, read_body], response_code: str = ""
    ) -> Response:
        """What is handed on to the institution that issued. Bearer: the request's `read_token`."""
        try:
            asked, token = _asked(request, body)
            return _answer(request, asked, make.of_request(request_id, token, asked.value(), response_code))
        except Refusal as refusal:
            return _refused(request, refusal)

    @router.post("/verdicts/{verdict_id}/case-file", operation_id="make_case_file_of_verdict",
                 response_model=CaseFileAnswer, openapi_extra=_body(make.catalogue, sealed=GIVEN),
                 responses=_OF_VERDICT)  # fmt: skip
    def of_verdict(verdict_id: str, request: Request, body: Annotated[bytes, read_body]) -> Response:
        """The same for what was handed in. Bearer: the `identity_token` that came with the verdict."""
        try:
            asked, token = _asked(request, body)
            return _answer(request, asked, make.of_verdict(verdict_id, token, asked.sealed, asked.value()))
        except Refusal as refusal:
            return _refused(request, refusal)

    def _answer(request: Request, asked: CaseFileBody, case: CaseFile) -> Response:
        _log.info("case_file_made", verdict=case.verdict["id"], purpose=case.question.purpose)
        content = case_file_json(case, pages.words(request))
        as_file = asked.download if isinstance(asked, CaseFileForm) else ""
        headers = {"Content-Disposition": f'attachment; filename="case-{content["id"]}.{as_file}"'} if as_file else {}
        if as_file == "pdf" or (not as_file and request.headers.get("accept", "") == PDF):
            return Response(case_file_pdf(content, pages.words(request)), headers=headers, media_type=PDF)
        if wants_page(request) and not as_file:
            return pages.case_file(request, content)
        return json_answer(content, headers=headers)

    def _refused(request: Request, refusal: Refusal) -> Response:
        """A form is sent by the browser itself, which shows what it gets."""
        if media_type(request) != FORM:
            raise refusal
        return shown_refusal(request, refusal, pages)

    return router


def _body(catalogue: Catalogue, **given: str) -> dict[str, Any]:
    """given: what has to come with the question, whichever way it is sent."""
    examples = {JSON: questions(catalogue, **given), FORM: questions(catalogue, **given, token=GIVEN)}
    return {**request_body(_CONTENT, examples), **parameters("lang")}


def _asked(request: Request, body: bytes) -> tuple[CaseFileBody, str]:
    """The question, and the token with which it may be asked. Raises `BodyMalformed`, `TokenWrong`."""
    sent = media_type(request)
    if sent == JSON:
        return parse_json(body, CaseFileBody), bearer_token(request)
    if sent != FORM:
        raise MediaTypeNotSupported(f"{JSON}, {FORM}")
    form = _form(body)
    return form, form.token


def _form(body: bytes) -> CaseFileForm:
    """A field that was left empty counts as left out; one that stands twice is refused."""
    try:
        fields = parse_form(body)
    except ValueError as error:
        raise BodyMalformed("the form is malformed") from error
    if any(len(values) > 1 for values in fields.values()):
        raise BodyMalformed("a field stands twice")
    try:
        return CaseFileForm.model_validate({name: values[0] for name, values in fields.items() if values[0]})
    except ValidationError as error:
        raise malformed(error) from error
