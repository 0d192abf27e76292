"""What is handed in is judged, and the identity step recorded: for inspectors, back offices and harnesses.

Verdicts are answered as JSON, or as the inspector's page to whoever accepts `text/html`.
"""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response

from verifier import refusals
from verifier.http import handed_in
from verifier.http.answers import json_answer
from verifier.http.asking import MAX_JSON, bearer_token, desk_of, require_json
from verifier.http.bodies import JSON, body_up_to, parse_json
from verifier.http.examples import IDENTITY
from verifier.http.handed_in import HandedIn
from verifier.http.models import HandedAnswer, IdentityAnswer, IdentityBody
from verifier.http.openapi import ASKING, PAGE, parameters, refused, request_body, schema_of
from verifier.http.pages import Pages, place_of, wants_page
from verifier.http.verdict_answers import handed_json
from verifier.read_result import RecordIdentity
from verifier.refusals import BodyTooLarge
from verifier.verify_text import SeenBy, VerifyText

_HANDED_IN = {**request_body(handed_in.CONTENT, handed_in.EXAMPLES), **parameters("place", "lang", "Recheck-Desk")}

_log = structlog.get_logger()


def verdicts_api(*, verify: VerifyText, identity: RecordIdentity, pages: Pages) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["Inspection"])
    small = body_up_to(MAX_JSON, else_=BodyTooLarge)

    @router.post("/verify", operation_id="verify", response_model=HandedAnswer,
                 responses={200: dict(PAGE), **refused(*ASKING, refusals.ImageUnreadable, refusals.NoCodeInImage)},
                 openapi_extra=_HANDED_IN)  # fmt: skip
    def verify_handed_in(request: Request, handed: Annotated[HandedIn, Depends(handed_in.handed_in)]) -> Response:
        """Judges an inspection code, a credential or a presentation, as text, file, or image of a code."""
        seen_by = SeenBy(place=place_of(request), desk=desk_of(request))
        answer = verify(handed.text(), handed.expectation, handed.challenge, seen_by=seen_by)
        _log.info("verified", verdict=answer.verdict.word.value, deciding=list(answer.verdict.deciding))
        if wants_page(request):
            return pages.handed(request, answer)
        return json_answer(handed_json(answer))

    @router.post("/verdicts/{verdict_id}/identity", operation_id="record_identity_of_verdict",
                 response_model=IdentityAnswer,
                 responses=refused(*ASKING, refusals.TokenWrong, refusals.VerdictUnknown),
                 openapi_extra=request_body({JSON: schema_of(IdentityBody)}, {JSON: IDENTITY}))  # fmt: skip
    def identity_of_verdict(
        verdict_id: str, request: Request, body: Annotated[bytes, Depends(small)]
    ) -> IdentityAnswer:
        """As for a request, for what was handed in. Bearer: the `identity_token` that came with the verdict."""
        require_json(request)
        answer = parse_json(body, IdentityBody).identity_compared
        record = identity.of_verdict(verdict_id, bearer_token(request), answer)
        return IdentityAnswer(
            id=record.id, verdict=record.word.value, identity_compared=record.identity_compared
        )  # fmt: skip

    return router
