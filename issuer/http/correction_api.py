"""Correcting a document, for its institution."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.audit import officer as actor_of
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, clerk_asking
from issuer.http.preconditions import IF_MATCH, version_required, versioned
from issuer.http.schemas import CLAIMS_BODY, CorrectedBody, problem_responses
from issuer.institutions import Officer
from issuer.use_cases.correct_document import CorrectDocument


def correction_router(
    access: InstitutionAccess, correct: CorrectDocument, addresses: Addresses, max_body_bytes: int
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    clerk_of = Annotated[Officer, Depends(clerk_asking(access))]
    body = Annotated[bytes, Depends(body_reader(max_body_bytes, refusals.BodyTooLarge))]

    @router.post(
        "/{type_id}/{document_id}/correct",
        operation_id="correctDocument",
        summary="Correct a document: its next version under the same id; all copies of the one before become INVALID",
        response_model=CorrectedBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.DocumentFaulty,
            refusals.TypeUnknown,
            refusals.TypeNotEntitled,
            refusals.DocumentUnknown,
            refusals.DocumentIsWithdrawn,
            refusals.DocumentIsSuspended,
            refusals.DocumentErased,
            refusals.DocumentOnHold,
            refusals.CorrectionRenumbers,
            refusals.CorrectionOutdated,
            refusals.PreconditionMalformed,
            refusals.BodyMalformed,
            refusals.BodyTooLarge,
            refusals.InstitutionNotCompetent,
            refusals.SignerNotCertified,
        ),
        openapi_extra={**CLAIMS_BODY, "parameters": [IF_MATCH]},
    )
    def correct_document(type_id: str, document_id: str, request: Request, clerk: clerk_of, content: body) -> Response:
        version, by = version_required(request), actor_of(clerk.id)
        corrected = correct(clerk.institution, type_id, document_id, content, version=version, by=by)
        return answers.json(answers.corrected(corrected, addresses), headers=versioned(corrected.document))

    return router
