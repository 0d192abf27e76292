"""The events of an institution's documents, for polling; those given up can be sent again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.events import ToldEvent
from issuer.http import answers
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, institution_asking
from issuer.http.schemas import EventsBody, problem_responses, query_parameter
from issuer.institutions import Institution
from issuer.use_cases.list_events import ListEvents

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
MAX_POSITION = 2**31 - 1
STATES = {"all": False, "dead": True}


_PARAMETERS = [
    query_parameter("after", "Position of the last event already known", type="integer", minimum=0, default=0),
    query_parameter("limit", "Events at most", type="integer", minimum=1, maximum=MAX_LIMIT, default=DEFAULT_LIMIT),
    query_parameter("state", "`dead`: only those whose delivery was given up", enum=list(STATES), default="all"),
]


def events_router(access: InstitutionAccess, list_events: ListEvents, addresses: Addresses) -> APIRouter:
    router = APIRouter(prefix="/v1/events", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]

    @router.get(
        "",
        operation_id="getEvents",
        summary="What happened to the institution's documents, in order",
        response_model=EventsBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.EventsQueryMalformed),
        openapi_extra={"parameters": _PARAMETERS},
    )
    def get_events(request: Request, institution: asking) -> Response:
        after = _number(request, "after", default=0, least=0, most=MAX_POSITION)
        limit = _number(request, "limit", default=DEFAULT_LIMIT, least=1, most=MAX_LIMIT)
        state = request.query_params.get("state", "all")
        if state not in STATES:
            raise refusals.EventsQueryMalformed("/state")
        found = list_events(institution, after=after, limit=limit, dead_only=STATES[state])
        body = {
            "events": [_event(one, addresses) for one in found],
            "next": found[-1].position if found else after,
        }
        return answers.json(body)

    @router.post(
        "/{event_id}/resend",
        operation_id="resendEvent",
        summary="Deliver an event to the webhook once more",
        status_code=204,
        response_class=Response,
        responses=problem_responses(*KEY_REFUSALS, refusals.EventUnknown, refusals.NoWebhook),
    )
    def resend_event(event_id: str, institution: asking) -> Response:
        list_events.send_again(institution, event_id)
        return Response(status_code=204)

    return router


def _number(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    values = request.query_params.getlist(name)
    if not values:
        return default
    text = values[0]
    if len(values) > 1 or not (text.isascii() and text.isdecimal()) or len(text) > 10 or not least <= int(text) <= most:
        raise refusals.EventsQueryMalformed(f"/{name}")
    return int(text)


def _event(told: ToldEvent, addresses: Addresses) -> dict[str, Any]:
    return {
        "id": told.event.id,
        "position": told.position,
        "type": told.event.kind,
        "timestamp": told.event.happened_at.isoformat(),
        "document": addresses.document(told.event.type_id, told.event.document_id),
        "delivery": {
            "state": told.progress,
            "attempts": told.attempts,
            "next_at": told.due_at and told.due_at.isoformat(),
            "last_failure": told.outcome,
        },
    }
