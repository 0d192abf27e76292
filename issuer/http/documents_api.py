"""Documents at the interface for institutions: register, look up, release, withdraw."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.audit import officer as actor_of
from issuer.documents import RegistrationTerms, Timing
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.institution_access import (
    KEY_REFUSALS,
    InstitutionAccess,
    clerk_asking,
    institution_asking,
    officer_asking,
)
from issuer.http.orders import parsed
from issuer.http.preconditions import versioned
from issuer.http.schemas import (
    CLAIMS_BODY,
    DocumentBody,
    RegisteredBody,
    ReleasedBody,
    WithdrawalOrderBody,
    WithdrawalRequestBody,
    WithdrawnBody,
    problem_responses,
    request_body,
)
from issuer.institutions import Institution, Officer
from issuer.use_cases.order_withdrawal import OrderWithdrawal
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.release_document import ReleaseDocument
from issuer.use_cases.show_document import ShowDocument
from issuer.withdrawals import WithdrawalRequest
from vc_core.rulebook import BindingMode

MAX_IDEMPOTENCY_KEY = 255
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "One key for one document; the same request with the same key gives the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY, "pattern": "^[!-~]+$"},
}
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


def documents_router(
    *,
    access: InstitutionAccess,
    register: RegisterDocument,
    show: ShowDocument,
    release: ReleaseDocument,
    withdraw: OrderWithdrawal,
    addresses: Addresses,
    max_body_bytes: int,
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]
    officer_of = Annotated[Officer, Depends(officer_asking(access))]
    clerk_of = Annotated[Officer, Depends(clerk_asking(access))]
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
                refusals.DocumentFaulty,
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
        },
        openapi_extra={
            **CLAIMS_BODY,
            "parameters": [_IDEMPOTENCY, _HOLD, _BINDING],
        },
    )
    def register_document(type_id: str, request: Request, clerk: clerk_of, content: body) -> Response:
        key, terms, by = _idempotency_key(request), _terms(request), actor_of(clerk.id)
        receipt = register(clerk.institution, type_id, key, content, terms, by=by)
        status = 200 if receipt.repeated else 201
        headers = versioned(receipt.document)
        return answers.json(answers.registered(receipt, addresses), status=status, headers=headers)

    @router.get(
        "/{type_id}/{document_id}",
        operation_id="getDocument",
        summary="A document with its credentials and offers",
        response_model=DocumentBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.DocumentUnknown),
    )
    def get_document(type_id: str, document_id: str, institution: asking) -> Response:
        file = show(institution, type_id, document_id)
        return answers.json(answers.document(file), headers=versioned(file.document))

    @router.post(
        "/{type_id}/{document_id}/release",
        operation_id="releaseDocument",
        summary="Release a document that was registered on hold; wallets that wait for it get their credentials",
        response_model=ReleasedBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.DocumentFaulty,
            refusals.DocumentUnknown,
            refusals.DocumentIsWithdrawn,
            refusals.DocumentIsSuspended,
            refusals.DocumentErased,
            refusals.DocumentNotOnHold,
            refusals.TypeNotEntitled,
            refusals.SignerNotCertified,
            refusals.InstitutionNotCompetent,
        ),
    )
    def release_document(type_id: str, document_id: str, clerk: clerk_of) -> Response:
        released = release(clerk.institution, type_id, document_id, by=actor_of(clerk.id))
        return answers.json(answers.released(released, addresses))

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
        done = withdraw(officer, type_id, document_id, parsed(WithdrawalOrderBody, content, max_body_bytes).order())
        if isinstance(done, WithdrawalRequest):
            return answers.json(answers.withdrawal_request(done), status=202)
        return answers.json(answers.withdrawn(*done))

    return router


def _terms(request: Request) -> RegistrationTerms:
    hold = _choice(request, "hold", tuple(_TIMINGS), "false")
    binding = _choice(request, "binding", tuple(BindingMode), BindingMode.KEY)
    return RegistrationTerms(timing=_TIMINGS[hold], binding=BindingMode(binding))


def _choice(request: Request, name: str, allowed: tuple[str, ...], default: str) -> str:
    sent = request.query_params.getlist(name)
    if len(sent) > 1 or not set(sent) <= set(allowed):
        raise refusals.RegistrationMalformed(f"/{name}")
    return sent[0] if sent else default


def _idempotency_key(request: Request) -> str:
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        raise refusals.IdempotencyKeyMissing
    key = keys[0]
    if len(keys) > 1 or not 0 < len(key) <= MAX_IDEMPOTENCY_KEY or not all("!" <= sign <= "~" for sign in key):
        raise refusals.IdempotencyKeyMalformed
    return key
