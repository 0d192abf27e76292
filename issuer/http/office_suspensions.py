"""Provisional withdrawals at the back office: ordered with a reason, and lifted with one click."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from issuer import refusals
from issuer.documents import SuspensionOrder
from issuer.http.office_pages import Done, document_address, note_refusal, see_other
from issuer.http.office_reception import Reception, Visit, read_form
from issuer.http.schemas import SuspensionOrderBody
from issuer.institutions import Role
from issuer.use_cases.check_role import require_role
from issuer.use_cases.find_document import require_standing
from issuer.use_cases.show_document import ShowDocument
from issuer.use_cases.suspend_document import LiftSuspension, SuspendDocument
from vc_core.catalogue import Catalogue

ORDER = ("reason_code", "case_ref")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionDesk:
    """What the pages about suspensions need."""

    catalogue: Catalogue
    show: ShowDocument
    suspend: SuspendDocument
    lift: LiftSuspension


def add_suspension(router: APIRouter, reception: Reception, desk: SuspensionDesk) -> None:
    content_of = Annotated[bytes, Depends(read_form)]

    def asking(
        request: Request, visit: Visit, type_id: str, document_id: str, form: Mapping[str, str], **facts: int
    ) -> Response:
        require_role(visit.officer, Role.CLERK)
        document = desk.show(visit.institution, type_id, document_id).document
        require_standing(document)
        return visit.page(
            request,
            "suspend.html",
            document=document,
            rulebook=desk.catalogue.type(type_id),
            sent={name: form.get(name, "") for name in ORDER},
            **facts,
        )

    @router.get("/documents/{type_id}/{document_id}/suspend")
    def ask(type_id: str, document_id: str, request: Request) -> Response:
        return asking(request, reception.visit(request), type_id, document_id, {}, refused=False)

    @router.post("/documents/{type_id}/{document_id}/suspend")
    def suspend(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        form = reception.form(request, content, visit.session, *ORDER)
        order = _order(form)
        if order is None:
            problem = note_refusal(request, refusals.OrderMalformed)
            return asking(request, visit, type_id, document_id, form, refused=True, status=problem.status)
        desk.suspend(visit.officer, type_id, document_id, order)
        return see_other(document_address(request, type_id, document_id), Done.SUSPENDED)

    @router.post("/documents/{type_id}/{document_id}/lift")
    def lift(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        reception.form(request, content, visit.session)
        desk.lift(visit.officer, type_id, document_id)
        return see_other(document_address(request, type_id, document_id), Done.LIFTED)


def _order(form: Mapping[str, str]) -> SuspensionOrder | None:
    """None if it is not of the form that `SuspensionOrderBody` prescribes."""
    try:
        return SuspensionOrderBody.model_validate({name: form[name] for name in ORDER if form.get(name)}).order()
    except ValidationError:
        return None
