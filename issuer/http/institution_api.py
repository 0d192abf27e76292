"""The interface for institutions: register, look up, offer again, withdraw. A bearer key says who asks."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ValidationError

from issuer import refusals
from issuer.addresses import Addresses
from issuer.documents import RegistrationTerms, Timing, WithdrawalOrder
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.problems import NO_STORE
from issuer.http.schemas import (
    BundleOrderBody,
    DocumentBody,
    FaultyBody,
    InspectionCodeBody,
    OfferBody,
    RegisteredBody,
    ReleasedBody,
    WithdrawalOrderBody,
    WithdrawalRequestBody,
    WithdrawnBody,
    problem_responses,
    request_body,
)
from issuer.institutions import Institution, Officer, Role
from issuer.ports import Institutions
from issuer.use_cases.check_role import require_role
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.offer_bundle import OfferBundle
from issuer.use_cases.order_withdrawal import OrderWithdrawal
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.release_document import ReleaseDocument
from issuer.use_cases.show_document import ShowDocument
from issuer.withdrawals import WithdrawalRequest
from vc_core import inspection_code, qr, strict_json
from vc_core.rejection import Rejection
from vc_core.rulebook import BindingMode

OFFER_QR_VERSION = 9
SVG, PNG = "image/svg+xml", "image/png"
MAX_IDEMPOTENCY_KEY = 255
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "One key for one document; the same request with the same key gives the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY, "pattern": "^[!-~]+$"},
}
KEY_REFUSALS = (refusals.ApiKeyMissing, refusals.ApiKeyUnknown, refusals.RoleMissing)


def officer_asking(institutions: Institutions) -> Callable[..., Officer]:
    """A dependency: the officer whose bearer key was sent."""
    bearer = HTTPBearer(auto_error=False, description="The key of an officer of the institution")

    def authenticate(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Officer:
        if sent is None:
            raise refusals.ApiKeyMissing
        officer = institutions.by_api_key(sent.credentials)
        if officer is None:
            raise refusals.ApiKeyUnknown
        return officer

    return authenticate


def institution_asking(institutions: Institutions) -> Callable[..., Institution]:
    """A dependency: the institution of the officer. Any of them may read; whoever changes something is a clerk."""
    asking = officer_asking(institutions)

    def authorize(request: Request, officer: Annotated[Officer, Depends(asking)]) -> Institution:
        if request.method != "GET":
            require_role(officer, Role.CLERK)
        return officer.institution

    return authorize


_HOLD = {
    "name": "hold",
    "in": "query",
    "description": "With `true`, wallets are told to come again until the document is released",
    "schema": {"type": "boolean", "default": False},
}


_BINDING = {
    "name": "binding",
    "in": "query",
    "description": "What credentials are tied to, as the rulebook allows: the wallet's `key`; the person's data, "
    "to be compared with a PID (`claim`); nothing (`none`)",
    "schema": {"enum": [mode.value for mode in BindingMode], "default": BindingMode.KEY.value},
}
_TIMINGS = {"true": Timing.ON_RELEASE, "false": Timing.AT_ONCE}


def institution_router(
    *,
    institutions: Institutions,
    register: RegisterDocument,
    show: ShowDocument,
    release: ReleaseDocument,
    withdraw: OrderWithdrawal,
    offers: MakeOffer,
    bundle: OfferBundle,
    addresses: Addresses,
    max_body_bytes: int,
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(institutions))]
    officer_of = Annotated[Officer, Depends(officer_asking(institutions))]
    body = Annotated[bytes, Depends(body_reader(max_body_bytes, refusals.BodyTooLarge))]

    @router.post(
        "/{type_id}",
        operation_id="registerDocument",
        summary="Register a document and get an offer and an inspection code for it",
        status_code=201,
        response_model=RegisteredBody,
        responses={
            200: {"model": RegisteredBody, "description": "Registered before with the same key and the same claims"},
            **problem_responses(
                *KEY_REFUSALS,
                refusals.TypeUnknown,
                refusals.TypeNotEntitled,
                refusals.IdempotencyKeyMissing,
                refusals.IdempotencyKeyMalformed,
                refusals.IdempotencyKeyReused,
                refusals.RegistrationMalformed,
                refusals.BindingNotAllowed,
                refusals.DocumentNumberTaken,
                refusals.BodyMalformed,
                refusals.BodyTooLarge,
                refusals.SignerNotCertified,
                refusals.InstitutionNotCompetent,
            ),
            **problem_responses(refusals.DocumentFaulty, model=FaultyBody),
        },
        openapi_extra={
            **request_body("application/json", {"type": "object", "description": "Canonical claims of the type"}),
            "parameters": [_IDEMPOTENCY, _HOLD, _BINDING],
        },
    )
    def register_document(type_id: str, request: Request, institution: asking, content: body) -> Response:
        receipt = register(institution, type_id, _idempotency_key(request), content, _terms(request))
        status = 200 if receipt.repeated else 201
        return answers.json(answers.registered(receipt, addresses), status=status)

    @router.get(
        "/{type_id}/{document_id}",
        operation_id="getDocument",
        summary="A document with its credentials and offers",
        response_model=DocumentBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.DocumentUnknown),
    )
    def get_document(type_id: str, document_id: str, institution: asking) -> Response:
        return answers.json(answers.document(show(institution, type_id, document_id)))

    @router.post(
        "/{type_id}/{document_id}/release",
        operation_id="releaseDocument",
        summary="Release a document that was registered on hold; wallets that wait for it get their credentials",
        response_model=ReleasedBody,
        responses={
            **problem_responses(
                *KEY_REFUSALS,
                refusals.DocumentUnknown,
                refusals.DocumentIsWithdrawn,
                refusals.DocumentErased,
                refusals.DocumentNotOnHold,
                refusals.TypeNotEntitled,
                refusals.SignerNotCertified,
                refusals.InstitutionNotCompetent,
            ),
            **problem_responses(refusals.DocumentFaulty, model=FaultyBody),
        },
    )
    def release_document(type_id: str, document_id: str, institution: asking) -> Response:
        return answers.json(answers.released(release(institution, type_id, document_id), addresses))

    @router.post(
        "/{type_id}/{document_id}/withdraw",
        operation_id="withdrawDocument",
        summary="Withdraw a document; all its credentials become INVALID at once, or once a second officer approves",
        response_model=WithdrawnBody,
        responses={
            202: {"model": WithdrawalRequestBody, "description": "The institution's second officer has to approve"},
            **problem_responses(
                *KEY_REFUSALS,
                refusals.DocumentUnknown,
                refusals.WithdrawnOtherwise,
                refusals.WithdrawalWaiting,
                refusals.OrderMalformed,
                refusals.BodyMalformed,
                refusals.BodyTooLarge,
            ),
        },
        openapi_extra=request_body("application/json", WithdrawalOrderBody.model_json_schema()),
    )
    def withdraw_document(type_id: str, document_id: str, officer: officer_of, content: body) -> Response:
        done = withdraw(officer, type_id, document_id, _order(content, max_body_bytes))
        if isinstance(done, WithdrawalRequest):
            return answers.json(answers.withdrawal_request(done), status=202)
        return answers.json(answers.withdrawn(*done))

    @router.post(
        "/{type_id}/{document_id}/offers",
        operation_id="makeOffer",
        summary="Offer a document once more, for another device or after an offer has expired",
        status_code=201,
        response_model=OfferBody,
        responses=problem_responses(
            *KEY_REFUSALS, refusals.DocumentUnknown, refusals.DocumentIsWithdrawn, refusals.DocumentErased
        ),
    )
    def make_offer(type_id: str, document_id: str, institution: asking) -> Response:
        made = offers(institution, type_id, document_id)
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
            refusals.DocumentErased,
            refusals.DocumentOnHold,
            refusals.OrderMalformed,
            refusals.BodyMalformed,
            refusals.BodyTooLarge,
        ),
        openapi_extra=request_body("application/json", BundleOrderBody.model_json_schema()),
    )
    def make_bundle_offer(type_id: str, institution: asking, content: body) -> Response:
        order = parsed(BundleOrderBody, content, max_body_bytes)
        made = bundle(institution, type_id, order.document_ids)
        return answers.json(answers.offer(made, addresses.document(type_id, order.document_ids[0])), status=201)

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

    def add_images(path: str, name: str, of: str, draw: Callable[..., tuple[str, int]], *refused: Any) -> None:
        for suffix, media_type in (("svg", SVG), ("png", PNG)):
            router.add_api_route(
                f"/{{type_id}}/{{document_id}}/{path}.{suffix}",
                _image_endpoint(draw, media_type),
                operation_id=f"get{name}{suffix.title()}",
                summary=f"The QR code of {of} as {suffix.upper()}",
                response_class=Response,
                responses={
                    200: {"content": {media_type: {}}, "description": "The QR code"},
                    **problem_responses(*KEY_REFUSALS, refusals.DocumentUnknown, *refused),
                },
            )

    def offer_text(type_id: str, document_id: str, offer_id: str, institution: asking) -> tuple[str, int]:
        return offers.find(institution, type_id, document_id, offer_id).url, OFFER_QR_VERSION

    def code_text(type_id: str, document_id: str, institution: asking) -> tuple[str, int]:
        return show.inspection_code(institution, type_id, document_id), inspection_code.MAX_QR_VERSION

    add_images("offers/{offer_id}/qr", "OfferQr", "an offer", offer_text, refusals.OfferUnknown)
    add_images("inspection-code", "InspectionCodeQr", "the inspection code", code_text, refusals.NoInspectionCode)
    return router


def _image_endpoint(draw: Callable[..., tuple[str, int]], media_type: str) -> Callable[..., Response]:
    def image(drawn: Annotated[tuple[str, int], Depends(draw)]) -> Response:
        text, max_version = drawn
        if media_type == SVG:
            return Response(qr.svg(text, max_version=max_version), headers=NO_STORE, media_type=SVG)
        return Response(qr.png(text, max_version=max_version), headers=NO_STORE, media_type=PNG)

    return image


def _terms(request: Request) -> RegistrationTerms:
    hold, binding = _choice(request, "hold", "false"), _choice(request, "binding", BindingMode.KEY)
    try:
        return RegistrationTerms(timing=_TIMINGS[hold], binding=BindingMode(binding))
    except (KeyError, ValueError):
        raise refusals.RegistrationMalformed from None


def _choice(request: Request, name: str, default: str) -> str:
    sent = request.query_params.getlist(name)
    if len(sent) > 1:
        raise refusals.RegistrationMalformed
    return sent[0] if sent else default


def _idempotency_key(request: Request) -> str:
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        raise refusals.IdempotencyKeyMissing
    key = keys[0]
    if len(keys) > 1 or not 0 < len(key) <= MAX_IDEMPOTENCY_KEY or not all("!" <= sign <= "~" for sign in key):
        raise refusals.IdempotencyKeyMalformed
    return key


_Order = TypeVar("_Order", bound=BaseModel)


def parsed(model: type[_Order], content: bytes, max_bytes: int) -> _Order:
    try:
        return model.model_validate(strict_json.parse_object(content, max_bytes=max_bytes))
    except Rejection as rejection:
        raise refusals.BodyMalformed(rejection.reason, rejection.where) from rejection
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        reasons = {"missing": "member_missing", "extra_forbidden": "member_unknown"}
        pointer = "".join(f"/{part}" for part in first["loc"])
        raise refusals.OrderMalformed(reasons.get(first["type"], "member_malformed"), pointer) from None


def _order(content: bytes, max_bytes: int) -> WithdrawalOrder:
    order = parsed(WithdrawalOrderBody, content, max_bytes)
    return WithdrawalOrder(
        reason_code=order.reason_code, effective_from=order.effective_from, case_ref=order.case_ref
    )  # fmt: skip
