"""What the audit log holds of a document, for its institution."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from issuer import refusals
from issuer.http import answers
from issuer.http.audit_answers import audit_file
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, institution_asking
from issuer.http.schemas import AuditFileBody, problem_responses
from issuer.institutions import Institution
from issuer.use_cases.export_audit import ExportAudit


def audit_router(access: InstitutionAccess, export: ExportAudit) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]

    @router.get(
        "/{type_id}/{document_id}/audit",
        operation_id="getAudit",
        summary="Who did what to a document and when, and exactly what was signed",
        response_model=AuditFileBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.DocumentUnknown),
    )
    def get_audit(type_id: str, document_id: str, institution: asking) -> Response:
        return answers.json(audit_file(export.of_institution(institution, type_id, document_id)))

    return router
