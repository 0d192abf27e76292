"""The queue of rechecks of one desk (users.md, J14): read it, and ask again now that there is a connection."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from verifier import refusals
from verifier.http.answers import json_answer
from verifier.http.asking import bearer_token
from verifier.http.direct_route import DirectRoute
from verifier.http.models import RechecksAnswer
from verifier.http.openapi import PAGE, parameters, refused
from verifier.http.pages import Pages, wants_page
from verifier.http.verdict_answers import queued_json
from verifier.rechecks import DeskRechecks, Queued


def rechecks_router(desk: DeskRechecks, pages: Pages) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["Inspection"], route_class=DirectRoute)
    answers, asked = {200: dict(PAGE), **refused(refusals.TokenWrong)}, parameters("place", "lang")

    @router.get("/rechecks", operation_id="read_rechecks", response_model=RechecksAnswer,
                responses=answers, openapi_extra=asked)  # fmt: skip
    def read_rechecks(request: Request) -> Response:
        """Verdicts to be checked again, those that have changed first. Bearer: the secret sent as `Recheck-Desk`, or
        the token that reads the verdict."""
        return _answer(request, desk.listed(bearer_token(request)))

    @router.post("/rechecks/run", operation_id="run_rechecks", response_model=RechecksAnswer,
                 responses=answers, openapi_extra=asked)  # fmt: skip
    def run_rechecks(request: Request) -> Response:
        """Checks again at once what is open. Bearer: as above."""
        return _answer(request, desk.rechecked(bearer_token(request)))

    def _answer(request: Request, queue: Sequence[Queued]) -> Response:
        if wants_page(request):
            return pages.rechecks(request, queue)
        return json_answer({"rechecks": [queued_json(queued) for queued in queue]})

    return router
