"""The letter about a document, for its institution to print and send."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.http.consent_pages import language
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, institution_asking
from issuer.http.letter import LANGUAGES, letter_pdf
from issuer.http.problems import NO_STORE
from issuer.http.schemas import problem_responses, query_parameter
from issuer.institutions import Institution
from issuer.use_cases.prepare_letter import PrepareLetter
from vc_core.catalogue import Catalogue

PDF = "application/pdf"
_LANGUAGE = query_parameter("lang", "Language of the letter; by `Accept-Language` if left out", enum=list(LANGUAGES))


def letter_router(access: InstitutionAccess, prepare: PrepareLetter, catalogue: Catalogue) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]

    @router.get(
        "/{type_id}/{document_id}/letter",
        operation_id="getLetter",
        summary="A letter for a holder without a phone, with offer and inspection code",
        response_class=Response,
        responses={
            200: {"content": {PDF: {}}, "description": "The letter"},
            **problem_responses(
                *KEY_REFUSALS,
                refusals.DocumentUnknown,
                refusals.DocumentIsWithdrawn,
                refusals.DocumentIsSuspended,
                refusals.DocumentErased,
                refusals.DocumentOnHold,
                refusals.LanguageUnknown,
            ),
        },
        openapi_extra={"parameters": [_LANGUAGE]},
    )
    def get_letter(type_id: str, document_id: str, request: Request, institution: asking) -> Response:
        wanted = request.query_params.get("lang", language(request))
        if wanted not in LANGUAGES:
            raise refusals.LanguageUnknown
        facts = prepare(institution, type_id, document_id)
        return pdf_answer(letter_pdf(institution, catalogue.type(type_id), facts, wanted), document_id)

    return router


def pdf_answer(content: bytes, document_id: str) -> Response:
    """Shown by the browser; saved under the document's id."""
    headers = {**NO_STORE, "Content-Disposition": f'inline; filename="{document_id}.pdf"'}
    return Response(content, headers=headers, media_type=PDF)
