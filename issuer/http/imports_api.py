"""Documents of other systems: an institution sends one in its own model and is told what becomes of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from issuer import refusals
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, institution_asking
from issuer.http.problems import remark_json
from issuer.http.schemas import ImportedBody, problem_responses, request_body
from issuer.institutions import Institution
from issuer.use_cases.read_foreign import ReadForeign


def imports_router(access: InstitutionAccess, read: ReadForeign) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]
    body = Annotated[bytes, Depends(body_reader(read.max_body_bytes, refusals.BodyTooLarge))]

    @router.post(
        "/{type_id}/imports/{model_id}",
        operation_id="readForeign",
        summary="Turn a document in another system's model into claims, without registering it",
        response_model=ImportedBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.TypeUnknown,
            refusals.TypeNotEntitled,
            refusals.ImportModelUnknown,
            refusals.BodyMalformed,
            refusals.BodyTooLarge,
        ),
        openapi_extra=request_body("application/json", {"type": "object", "description": "The document in that model"}),
    )
    def read_foreign(type_id: str, model_id: str, institution: asking, content: body) -> Response:
        found = read(institution, type_id, model_id, content)
        return answers.json(
            {
                "claims": found.imported.claims,
                "unmapped": list(found.imported.unmapped),
                "faults": [remark_json(one) for one in found.faults],
                "notes": [remark_json(one) for one in found.remarks],
            }
        )

    return router
