"""Withdrawals at the back office: ordered after a second look, decided by a second officer where one is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from issuer import refusals
from issuer.documents import WithdrawalOrder, Withdrawn
from issuer.http.office_pages import Done, document_address, done_before, home, note_refusal, see_other
from issuer.http.office_reception import Reception, Visit, read_form
from issuer.http.schemas import WithdrawalOrderBody
from issuer.institutions import Role
from issuer.use_cases.check_role import require_role
from issuer.use_cases.decide_withdrawal import DecideWithdrawal, ShowWithdrawals
from issuer.use_cases.order_withdrawal import OrderWithdrawal
from issuer.use_cases.show_document import ShowDocument
from issuer.withdrawals import RequestState, WithdrawalRequest
from vc_core.catalogue import Catalogue

ORDER = ("reason_code", "effective_from", "case_ref")
TOLD = (Done.WITHDRAWAL_ASKED_FOR, Done.WITHDRAWAL_APPROVED, Done.WITHDRAWAL_REJECTED)
"""What was done that the page of requests tells of."""
SHOWN = 100
"""Requests on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalDesk:
    """What the pages about withdrawals need."""

    catalogue: Catalogue
    show: ShowDocument
    withdraw: OrderWithdrawal
    decide: DecideWithdrawal
    requests: ShowWithdrawals


def add_withdrawal(router: APIRouter, reception: Reception, desk: WithdrawalDesk) -> None:
    content_of = Annotated[bytes, Depends(read_form)]

    def asking(
        request: Request,
        visit: Visit,
        type_id: str,
        document_id: str,
        template: str,
        form: Mapping[str, str],
        **facts: int,
    ) -> Response:
        require_role(visit.officer, Role.CLERK)
        file = desk.show(visit.institution, type_id, document_id)
        if isinstance(file.document.standing, Withdrawn):
            raise refusals.DocumentIsWithdrawn
        return visit.page(
            request,
            template,
            document=file.document,
            rulebook=desk.catalogue.type(type_id),
            sent={name: form.get(name, "") for name in ORDER},
            today=file.now.date().isoformat(),
            **facts,
        )

    @router.get("/documents/{type_id}/{document_id}/withdraw")
    def ask(type_id: str, document_id: str, request: Request) -> Response:
        return asking(request, reception.visit(request), type_id, document_id, "withdraw.html", {}, refused=False)

    @router.post("/documents/{type_id}/{document_id}/withdraw/review")
    def review(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        form = reception.form(request, content, visit.session, *ORDER)
        order = _order(form)
        if order is None or (order.effective_from is not None and order.effective_from > reception.clock().date()):
            problem = note_refusal(request, refusals.OrderMalformed)
            return asking(
                request, visit, type_id, document_id, "withdraw.html", form, refused=True, status=problem.status
            )  # fmt: skip
        return asking(request, visit, type_id, document_id, "confirm.html", form)

    @router.post("/documents/{type_id}/{document_id}/withdraw")
    def withdraw(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        order = _order(reception.form(request, content, visit.session, *ORDER))
        if order is None:
            raise refusals.OfficeFormMalformed
        if isinstance(desk.withdraw(visit.officer, type_id, document_id, order), WithdrawalRequest):
            return see_other(f"{home(request)}/withdrawals", Done.WITHDRAWAL_ASKED_FOR)
        return see_other(document_address(request, type_id, document_id), Done.WITHDRAWN)


def add_second_officer(router: APIRouter, reception: Reception, desk: WithdrawalDesk) -> None:
    content_of = Annotated[bytes, Depends(read_form)]

    @router.get("/withdrawals")
    def waiting(request: Request) -> Response:
        visit = reception.visit(request)
        found = desk.requests.newest(visit.institution, RequestState.WAITING, before=None, limit=SHOWN)
        may_decide = Role.APPROVER in visit.officer.roles
        done = done_before(request)
        return visit.page(
            request,
            "withdrawals.html",
            requests=found,
            may_decide=may_decide,
            done=done if done in TOLD else None,
        )

    @router.post("/withdrawals/{request_id}/approve")
    def approve(request_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        reception.form(request, content, visit.session)
        desk.decide.approve(visit.officer, request_id)
        return see_other(f"{home(request)}/withdrawals", Done.WITHDRAWAL_APPROVED)

    @router.post("/withdrawals/{request_id}/reject")
    def reject(request_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        reception.form(request, content, visit.session)
        desk.decide.reject(visit.officer, request_id)
        return see_other(f"{home(request)}/withdrawals", Done.WITHDRAWAL_REJECTED)


def _order(form: Mapping[str, str]) -> WithdrawalOrder | None:
    """None if it is not of the form that `WithdrawalOrderBody` prescribes."""
    try:
        return WithdrawalOrderBody.model_validate({name: form[name] for name in ORDER if form.get(name)}).order()
    except ValidationError:
        return None
