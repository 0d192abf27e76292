"""Withdrawals of many documents at once, and those that wait for a second officer."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, officer_asking
from issuer.http.orders import parsed
from issuer.http.schemas import (
    WithdrawalListBody,
    WithdrawalRequestBody,
    WithdrawalsOrderBody,
    problem_responses,
    request_body,
)
from issuer.institutions import Officer
from issuer.use_cases.decide_withdrawal import DecideWithdrawal, ShowWithdrawals
from issuer.use_cases.order_withdrawal import OrderWithdrawal
from issuer.withdrawals import RequestState

MAX_BODY_BYTES = 1024 * 1024
"""10 000 ids with room to spare."""
PAGE = 50
_QUERY = [
    {"name": "state", "in": "query", "schema": {"enum": [state.value for state in RequestState]}},
    {
        "name": "before",
        "in": "query",
        "description": "Id of the last request of the page before",
        "schema": {"type": "string", "minLength": 1, "maxLength": 64},
    },
]


def withdrawals_router(
    access: InstitutionAccess, order: OrderWithdrawal, decide: DecideWithdrawal, show: ShowWithdrawals
) -> APIRouter:
    router = APIRouter(prefix="/v1/withdrawals", tags=["institutions"])
    asking = Annotated[Officer, Depends(officer_asking(access))]
    body = Annotated[bytes, Depends(body_reader(MAX_BODY_BYTES, refusals.BodyTooLarge))]

    @router.post(
        "",
        operation_id="withdrawDocuments",
        summary="Withdraw up to 10 000 documents of one type, all or none",
        response_model=WithdrawalRequestBody,
        responses={
            202: {"model": WithdrawalRequestBody, "description": "The institution's second officer has to approve"},
            **problem_responses(
                *KEY_REFUSALS,
                refusals.OrderMalformed,
                refusals.WithdrawalFaulty,
                refusals.BodyMalformed,
                refusals.BodyTooLarge,
            ),
        },
        openapi_extra=request_body("application/json", WithdrawalsOrderBody.model_json_schema()),
    )  # fmt: skip
    def withdraw_documents(officer: asking, content: body) -> Response:
        sent = parsed(WithdrawalsOrderBody, content, MAX_BODY_BYTES)
        request = order.several(officer, sent.type, sent.document_ids, sent.order())
        status = 202 if request.state is RequestState.WAITING else 200
        return answers.json(answers.withdrawal_request(request), status=status)

    @router.get(
        "",
        operation_id="getWithdrawals",
        summary="Withdrawals that were asked for, the newest first",
        response_model=WithdrawalListBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.WithdrawalsQueryMalformed),
        openapi_extra={"parameters": _QUERY},
    )
    def get_withdrawals(request: Request, officer: asking) -> Response:
        query = _query(request)
        found = show.newest(officer.institution, query["state"], before=query["before"], limit=PAGE + 1)
        shown = found[:PAGE]
        return answers.json(
            {
                "withdrawals": [answers.withdrawal_request(one) for one in shown],
                "next": shown[-1].id if len(found) > PAGE else None,
            }
        )

    @router.get(
        "/{request_id}",
        operation_id="getWithdrawal",
        summary="A withdrawal that was asked for",
        response_model=WithdrawalRequestBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.WithdrawalUnknown),
    )
    def get_withdrawal(request_id: str, officer: asking) -> Response:
        return answers.json(answers.withdrawal_request(show(officer.institution, request_id)))

    decided = problem_responses(
        *KEY_REFUSALS,
        refusals.WithdrawalUnknown,
        refusals.WithdrawalDecided,
        refusals.SecondOfficerNeeded,
        refusals.WithdrawnOtherwise,
    )

    @router.post(
        "/{request_id}/approve",
        operation_id="approveWithdrawal",
        summary="Approve a withdrawal that another officer has asked for; it takes effect at once",
        response_model=WithdrawalRequestBody,
        responses=decided,
    )
    def approve_withdrawal(request_id: str, officer: asking) -> Response:
        return answers.json(answers.withdrawal_request(decide.approve(officer, request_id)))

    @router.post(
        "/{request_id}/reject",
        operation_id="rejectWithdrawal",
        summary="Reject a withdrawal that another officer has asked for; the documents stay in force",
        response_model=WithdrawalRequestBody,
        responses=decided,
    )
    def reject_withdrawal(request_id: str, officer: asking) -> Response:
        return answers.json(answers.withdrawal_request(decide.reject(officer, request_id)))

    return router


def _query(request: Request) -> dict[str, Any]:
    sent = request.query_params
    if len(sent.multi_items()) > len(sent) or len(sent.get("before", "")) > 64:
        raise refusals.WithdrawalsQueryMalformed
    try:
        state = RequestState(sent["state"]) if "state" in sent else None
    except ValueError:
        raise refusals.WithdrawalsQueryMalformed from None
    return {"state": state, "before": sent.get("before")}
