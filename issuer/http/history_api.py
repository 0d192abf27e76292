"""The history of a document, and the status of a day and since when it is known.

For its institution only: status lists say neither reason nor day.
"""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.history import Happening, StatusOn
from issuer.http import answers
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, institution_asking
from issuer.http.schemas import HistoryBody, problem_responses, query_parameter
from issuer.institutions import Institution
from issuer.use_cases.tell_history import History, TellHistory

_ON = query_parameter("on", "A day of which the status is asked, as `2026-04-01`", type="string", format="date")


def history_router(access: InstitutionAccess, tell: TellHistory) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]

    @router.get(
        "/{type_id}/{document_id}/history",
        operation_id="getHistory",
        summary="What happened to a document, what was published, and the status of a day and since when it is known",
        response_model=HistoryBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.DocumentUnknown, refusals.DocumentQueryMalformed),
        openapi_extra={"parameters": [_ON]},
    )
    def get_history(type_id: str, document_id: str, request: Request, institution: asking) -> Response:
        return answers.json(_history(tell(institution, type_id, document_id, on=day_asked(request))))

    return router


def day_asked(request: Request) -> date | None:
    """Refuses with `DocumentQueryMalformed`."""
    sent = request.query_params.getlist("on")
    if not sent:
        return None
    try:
        day = date.fromisoformat(sent[0])
    except ValueError:
        raise refusals.DocumentQueryMalformed("/on") from None
    if [day.isoformat()] != sent:  # ISO 8601 has other ways to write a day
        raise refusals.DocumentQueryMalformed("/on")
    return day


def _history(told: History) -> dict[str, Any]:
    return {
        "document_id": told.document.id,
        "type": told.document.type_id,
        "version": told.document.version,
        "happenings": [_happening(one) for one in told.happenings],
        "publications": [
            {"since": answers.instant(one.since), "published": one.published} for one in told.publications
        ],
        "on": None if told.on is None else _status_on(told.on),
    }


def _happening(one: Happening) -> dict[str, Any]:
    return {
        "event": one.event,
        "at": answers.instant(one.at),
        "until": answers.instant(one.until),
        "count": one.count,
        "by": one.by,
        "details": dict(one.details),
    }


def _status_on(on: StatusOn) -> dict[str, Any]:
    return {
        "day": on.day.isoformat(),
        "status": on.status,
        "known_since": on.known_since and answers.instant(on.known_since),
        "published_then": on.published,
        "published_since": on.published_since and answers.instant(on.published_since),
    }
