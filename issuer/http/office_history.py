"""The status of a document on a day, at the back office: what is known of it now, since when, and what verifiers could
learn then. What happened to the document beside that is in its log (`office_audit`)."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from issuer import refusals
from issuer.http.history_api import day_asked
from issuer.http.office_pages import note_refusal
from issuer.http.office_reception import Reception
from issuer.use_cases.tell_history import TellHistory
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryDesk:
    """What the page needs."""

    catalogue: Catalogue
    tell: TellHistory


def add_history(router: APIRouter, reception: Reception, desk: HistoryDesk) -> None:
    @router.get("/documents/{type_id}/{document_id}/history")
    def history(type_id: str, document_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        try:
            day, problem = day_asked(request), None
        except refusals.DocumentQueryMalformed as refusal:
            day, problem = None, note_refusal(request, type(refusal))
        told = desk.tell(visit.institution, type_id, document_id, on=day)
        return visit.page(
            request,
            "history.html",
            status=200 if problem is None else problem.status,
            told=told,
            rulebook=desk.catalogue.type(type_id),
            sent=request.query_params.get("on", ""),
            problem=problem is not None,
        )
