"""The progress of a request as server-sent events (HTML Living Standard, section 9.2).

Each event has the number of its step as `id`, so that a page that lost the network goes on where it was by
`Last-Event-ID`. A stream ends with the transaction, or after a bounded time; then the page asks again. Comments in
between show that the connection still stands.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from vc_core import strict_json
from verifier import refusals
from verifier.follow_request import FollowRequest, is_over
from verifier.http.asking import bearer_token
from verifier.http.direct_route import DirectRoute
from verifier.http.openapi import parameters, refused
from verifier.http.verdict_answers import instant
from verifier.transactions import Event, Terms

EVENT_STREAM = "text/event-stream"
RETRY = b"retry: 1000\n\n"
HEARTBEAT = b": here\n\n"
_MAX_ID = 9

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "created, fetched, received, verified, refused, expired", "content": {EVENT_STREAM: {}}},
    204: {"description": "Nothing more will happen"},
    **refused(refusals.TokenWrong, refusals.RequestUnknown),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: between two looks into the database, between two signs of life, and of a whole stream."""

    look: float = 0.25
    heartbeat: float = 10.0
    longest: float = 30.0


def events_router(follow: FollowRequest, pace: Pace) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["Inspection"], route_class=DirectRoute)

    @router.get("/requests/{request_id}/events", operation_id="follow_request", responses=_RESPONSES,
                response_class=Response, openapi_extra=parameters("Last-Event-ID"))  # fmt: skip
    def follow_request(request_id: str, request: Request) -> Response:
        """What happens to a request, as it happens. Bearer: its `read_token`."""
        terms = follow.begin(request_id, bearer_token(request))
        last = _last_seen(request)
        if is_over(last):
            return Response(status_code=204)
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(stream(follow, pace, terms, last), media_type=EVENT_STREAM, headers=headers)

    return router


async def stream(follow: FollowRequest, pace: Pace, terms: Terms, last: int) -> AsyncIterator[bytes]:
    """One stream, of what happened after the event with the number `last`."""
    yield RETRY
    waited = silent = 0.0
    while True:
        for event in await run_in_threadpool(follow.since, terms, last):
            yield _encode(event)
            last, silent = event.step, 0.0
        if is_over(last) or waited >= pace.longest:
            return
        if silent >= pace.heartbeat:
            yield HEARTBEAT
            silent = 0.0
        await asyncio.sleep(pace.look)
        waited, silent = waited + pace.look, silent + pace.look


def _encode(event: Event) -> bytes:
    data = strict_json.dump({"at": instant(event.at)})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.step, event.step.name.lower().encode(), data)


def _last_seen(request: Request) -> int:
    """0 where nothing was seen, or nothing that this service sent."""
    text = request.headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_ID else 0
