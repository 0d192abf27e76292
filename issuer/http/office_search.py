"""Searches at the back office, by the same terms and limits as `search_api`.

A form is sent for each page, so that nothing of a person stands in an address or in what a browser remembers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from issuer.http.consent_pages import language
from issuer.http.office_pages import note_refusal
from issuer.http.office_reception import Reception, Visit, read_form
from issuer.http.schemas import DocumentSearchBody, written_cursor
from issuer.rates import RateGroup
from issuer.refusals import DocumentQueryMalformed
from issuer.searches import DocumentState, Found
from issuer.use_cases.search_documents import SearchDocuments
from vc_core.catalogue import Catalogue
from vc_core.person_match import PersonFacts, person_facts

TERMS = ("family_name", "personal_number", "document_number", "state", "cursor")
PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDesk:
    """What the pages of searches need."""

    catalogue: Catalogue
    search: SearchDocuments


def add_search(router: APIRouter, reception: Reception, desk: SearchDesk) -> None:
    content_of = Annotated[bytes, Depends(read_form)]

    def page(
        request: Request, visit: Visit, sent: Mapping[str, str], *, status: int = 200, **facts: object
    ) -> Response:
        types = {id_: desk.catalogue.type(id_).title(language(request)) for id_ in sorted(visit.institution.types)}
        shown: dict[str, object] = {"problem": "", "found": None, "next": None, "complete": True, **facts}
        return visit.page(
            request, "search.html", status=status, types=types, states=list(DocumentState), sent=sent, **shown
        )

    @router.get("/search")
    def form(request: Request) -> Response:
        return page(request, reception.visit(request), {})

    @router.post("/search")
    def search(request: Request, content: content_of) -> Response:
        visit = reception.visit(request, RateGroup.READS)
        sent = reception.form(request, content, visit.session, "type", "day", *TERMS)
        try:
            asked = _asked(sent)
        except ValidationError as error:
            wrong = str(error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"][0])
            status = note_refusal(request, DocumentQueryMalformed).status
            return page(request, visit, sent, status=status, problem="day" if wrong.startswith("covers") else wrong)
        type_id = sent.get("type", "")
        found = desk.search(visit.institution, type_id, asked.search(), after=asked.place(), limit=asked.limit)
        return page(
            request,
            visit,
            sent,
            found=[(one, _person(desk, one)) for one in found.found],
            next=found.after and written_cursor(found.after),
            complete=found.is_complete,
        )


def _asked(sent: Mapping[str, str]) -> DocumentSearchBody:
    """What the fields say that are filled in. Raises `ValidationError`."""
    terms = {name: text for name in TERMS if (text := sent.get(name, "").strip())}
    day = sent.get("day", "").strip()
    days = {"covers_from": day, "covers_until": day} if day else {}
    return DocumentSearchBody.model_validate({**terms, **days, "limit": PAGE})


def _person(desk: SearchDesk, one: Found) -> PersonFacts:
    return person_facts(desk.catalogue.type(one.document.type_id).person, one.document.claims)
