"""Searches for documents: lists by what says nothing of a person, and searches whose terms stand in the body.

Addresses end up in the logs of whatever stands before the service. So a search for a person, or for the number of a
document, is a POST that changes nothing: whoever may read documents may send it, and it is counted as a read.
"""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from issuer import refusals
from issuer.addresses import Addresses
from issuer.documents import Withdrawn
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, officer_asking
from issuer.http.orders import parsed
from issuer.http.schemas import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    SEARCH_STATES,
    DocumentFilterBody,
    DocumentSearchBody,
    FoundDocumentsBody,
    problem_responses,
    query_parameter,
    request_body,
    written_cursor,
)
from issuer.institutions import Institution, Officer
from issuer.rates import RateGroup
from issuer.searches import Found, Page
from issuer.use_cases.search_documents import SearchDocuments
from vc_core.catalogue import Catalogue
from vc_core.person_match import person_facts
from vc_core.rulebook import Rulebook

MAX_BODY_BYTES = 16 * 1024
_PARAMETERS = [
    query_parameter("state", "Only documents in this state", enum=SEARCH_STATES),
    *(
        query_parameter(name, str(DocumentFilterBody.model_fields[name].description), type="string", format="date")
        for name in ("covers_from", "covers_until", "registered_from", "registered_until")
    ),
    query_parameter("limit", "Documents at most", type="integer", minimum=1, maximum=MAX_LIMIT, default=DEFAULT_LIMIT),
    query_parameter("cursor", "`next` of the page before", type="string"),
]


def search_router(
    access: InstitutionAccess, search: SearchDocuments, catalogue: Catalogue, addresses: Addresses
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    officer_of = Annotated[Officer, Depends(officer_asking(access, RateGroup.READS))]
    body = Annotated[bytes, Depends(body_reader(MAX_BODY_BYTES, refusals.BodyTooLarge))]

    @router.get(
        "/{type_id}",
        operation_id="listDocuments",
        summary="The institution's documents of a type, newest first",
        response_model=FoundDocumentsBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.TypeUnknown, refusals.DocumentQueryMalformed),
        openapi_extra={"parameters": _PARAMETERS},
    )
    def list_documents(type_id: str, request: Request, officer: officer_of) -> Response:
        return answer(officer.institution, type_id, _filter(request))

    @router.post(
        "/{type_id}/search",
        operation_id="searchDocuments",
        summary="Documents of a type by number, person, days covered, state or day of registration",
        response_model=FoundDocumentsBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.TypeUnknown,
            refusals.OrderMalformed,
            refusals.BodyMalformed,
            refusals.BodyTooLarge,
        ),
        openapi_extra=request_body("application/json", DocumentSearchBody.model_json_schema()),
    )
    def search_documents(type_id: str, officer: officer_of, content: body) -> Response:
        return answer(officer.institution, type_id, parsed(DocumentSearchBody, content, MAX_BODY_BYTES))

    def answer(institution: Institution, type_id: str, asked: DocumentFilterBody) -> Response:
        page = search(institution, type_id, asked.search(), after=asked.place(), limit=asked.limit)
        return answers.json(_page(page, catalogue.type(type_id), addresses))

    return router


def _filter(request: Request) -> DocumentFilterBody:
    sent = request.query_params.multi_items()
    names = [name for name, _ in sent]
    for name in names:
        if names.count(name) > 1:
            raise refusals.DocumentQueryMalformed(f"/{name}")
    try:
        return DocumentFilterBody.model_validate(dict(sent))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise refusals.DocumentQueryMalformed(f"/{first['loc'][0]}") from None


def _page(page: Page, rulebook: Rulebook, addresses: Addresses) -> dict[str, Any]:
    return {
        "documents": [_found(one, rulebook, addresses) for one in page.found],
        "next": page.after and written_cursor(page.after),
        "complete": page.is_complete,
    }


def _found(one: Found, rulebook: Rulebook, addresses: Addresses) -> dict[str, Any]:
    document, covers = one.document, one.covers
    person = person_facts(rulebook.person, document.claims)
    standing = document.standing
    return {
        "document_id": document.id,
        "type": document.type_id,
        "document_number": document.number,
        "state": one.state,
        "version": document.version,
        "registered_at": answers.instant(document.registered_at),
        "effective_from": standing.effective_from.isoformat() if isinstance(standing, Withdrawn) else None,
        "covers_from": None if covers is None else covers.start.isoformat(),
        "covers_until": None if covers is None or covers.end == date.max else covers.end.isoformat(),
        "person": {
            "family_name": person.family_name,
            "given_name": person.given_name,
            "birth_date": person.birth_date,
        },
        "url": addresses.document(document.type_id, document.id),
    }
