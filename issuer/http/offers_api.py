"""Offers: of one document, of many at once, and their codes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.audit import officer as actor_of
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, clerk_asking, institution_asking
from issuer.http.orders import parsed
from issuer.http.qr_images import OFFER_QR_VERSION, add_qr_images
from issuer.http.schemas import BundleOrderBody, OfferBody, problem_responses, request_body
from issuer.institutions import Institution, Officer
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.offer_bundle import OfferBundle


def offers_router(
    access: InstitutionAccess, offers: MakeOffer, bundle: OfferBundle, addresses: Addresses, max_body_bytes: int
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]
    clerk_of = Annotated[Officer, Depends(clerk_asking(access))]
    body = Annotated[bytes, Depends(body_reader(max_body_bytes, refusals.BodyTooLarge))]

    @router.post(
        "/{type_id}/{document_id}/offers",
        operation_id="makeOffer",
        summary="Offer a document once more, for another device or after an offer has expired",
        status_code=201,
        response_model=OfferBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.DocumentUnknown,
            refusals.DocumentIsWithdrawn,
            refusals.DocumentIsSuspended,
            refusals.DocumentErased,
        ),
    )
    def make_offer(type_id: str, document_id: str, clerk: clerk_of) -> Response:
        made = offers(clerk.institution, type_id, document_id, by=actor_of(clerk.id))
        return answers.json(answers.offer(made, addresses.document(type_id, document_id)), status=201)

    @router.post(
        "/{type_id}/offers",
        operation_id="makeBundleOffer",
        summary="Offer several documents at once, as to an employer who collects those of a team",
        status_code=201,
        response_model=OfferBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.DocumentUnknown,
            refusals.DocumentIsWithdrawn,
            refusals.DocumentIsSuspended,
            refusals.DocumentErased,
            refusals.DocumentOnHold,
            refusals.OrderMalformed,
            refusals.BodyMalformed,
            refusals.BodyTooLarge,
        ),
        openapi_extra=request_body("application/json", BundleOrderBody.model_json_schema()),
    )
    def make_bundle_offer(type_id: str, clerk: clerk_of, content: body) -> Response:
        order = parsed(BundleOrderBody, content, max_body_bytes)
        made = bundle(clerk.institution, type_id, order.document_ids, by=actor_of(clerk.id))
        return answers.json(answers.offer(made, addresses.document(type_id, order.document_ids[0])), status=201)

    def offer_text(type_id: str, document_id: str, offer_id: str, institution: asking) -> tuple[str, int]:
        return offers.find(institution, type_id, document_id, offer_id).url, OFFER_QR_VERSION

    add_qr_images(
        router, "offers/{offer_id}/qr", offer_text, name="OfferQr", of="an offer", refused=refusals.OfferUnknown
    )
    return router
