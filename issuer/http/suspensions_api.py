"""Provisional withdrawal: a document is suspended, and in force again when that is lifted."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from issuer import refusals
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, officer_asking
from issuer.http.orders import parsed
from issuer.http.schemas import (
    ReinstatedBody,
    SuspendedBody,
    SuspensionOrderBody,
    problem_responses,
    request_body,
)
from issuer.institutions import Officer
from issuer.use_cases.suspend_document import LiftSuspension, SuspendDocument


def suspensions_router(
    access: InstitutionAccess, suspend: SuspendDocument, lift: LiftSuspension, max_body_bytes: int
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Officer, Depends(officer_asking(access))]
    body = Annotated[bytes, Depends(body_reader(max_body_bytes, refusals.BodyTooLarge))]

    @router.post(
        "/{type_id}/{document_id}/suspend",
        operation_id="suspendDocument",
        summary="Withdraw a document provisionally; none of its credentials is valid until that is lifted",
        response_model=SuspendedBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.DocumentUnknown,
            refusals.SuspensionNotAllowed,
            refusals.SuspendedOtherwise,
            refusals.DocumentIsWithdrawn,
            refusals.DocumentErased,
            refusals.DocumentOnHold,
            refusals.OrderMalformed,
            refusals.BodyMalformed,
            refusals.BodyTooLarge,
        ),
        openapi_extra=request_body("application/json", SuspensionOrderBody.model_json_schema()),
    )
    def suspend_document(type_id: str, document_id: str, officer: asking, content: body) -> Response:
        order = parsed(SuspensionOrderBody, content, max_body_bytes).order()
        return answers.json(answers.suspended(*suspend(officer, type_id, document_id, order)))

    @router.post(
        "/{type_id}/{document_id}/lift",
        operation_id="liftSuspension",
        summary="Lift the suspension of a document; another officer, where the institution has two decide",
        response_model=ReinstatedBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.DocumentUnknown,
            refusals.DocumentNotSuspended,
            refusals.DocumentIsWithdrawn,
            refusals.DocumentErased,
            refusals.SecondOfficerNeeded,
        ),
    )
    def lift_suspension(type_id: str, document_id: str, officer: asking) -> Response:
        return answers.json(answers.reinstated(lift(officer, type_id, document_id)))

    return router
