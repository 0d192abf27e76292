"""A document's inspection code, as text and as QR code."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.http import answers
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, institution_asking
from issuer.http.qr_images import add_qr_images
from issuer.http.schemas import InspectionCodeBody, problem_responses
from issuer.institutions import Institution
from issuer.use_cases.show_document import ShowDocument
from vc_core import inspection_code


def inspection_code_router(access: InstitutionAccess, show: ShowDocument, addresses: Addresses) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]

    @router.get(
        "/{type_id}/{document_id}/inspection-code",
        operation_id="getInspectionCode",
        summary="The document's inspection code",
        response_model=InspectionCodeBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.DocumentUnknown, refusals.NoInspectionCode),
    )
    def get_inspection_code(type_id: str, document_id: str, institution: asking) -> Response:
        text = show.inspection_code(institution, type_id, document_id)
        return answers.json(answers.inspection_code(text, addresses.document(type_id, document_id)))

    def code_text(type_id: str, document_id: str, institution: asking) -> tuple[str, int]:
        return show.inspection_code(institution, type_id, document_id), inspection_code.MAX_QR_VERSION

    add_qr_images(
        router,
        "inspection-code",
        code_text,
        name="InspectionCodeQr",
        of="the inspection code",
        refused=refusals.NoInspectionCode,
    )
    return router
