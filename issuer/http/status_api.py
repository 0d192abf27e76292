"""Status lists over HTTP: Token Status List, sections 8 and 9. Precomputed bytes, for any cache on the way."""

from typing import Any

from fastapi import APIRouter, Request, Response

from issuer import refusals
from issuer.http.schemas import StatusListsBody, problem_responses
from issuer.use_cases.publish_status import ServeStatus
from vc_core.status_token import TokenFormat

ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}
AGGREGATION_MAX_AGE = 60
_TOKENS: dict[int | str, dict[str, Any]] = {
    200: {"content": {form.value: {} for form in TokenFormat}, "description": "The status list token"},
    304: {"description": "The token named in If-None-Match is still the one"},
}


def status_router(serve: ServeStatus) -> APIRouter:
    router = APIRouter(prefix="/status", tags=["status lists"])

    @router.get(
        "",
        operation_id="getStatusLists",
        summary="The addresses of all status lists (Token Status List, section 9)",
        response_model=StatusListsBody,
    )
    def get_status_lists() -> Response:
        headers = {**ANY_ORIGIN, "Cache-Control": f"public, max-age={AGGREGATION_MAX_AGE}"}
        return Response(serve.all(), headers=headers, media_type="application/json")

    @router.get(
        "/{shard_id}",
        operation_id="getStatusList",
        summary="A status list token, as JWT or CWT by Accept (Token Status List, section 8.1)",
        response_class=Response,
        responses={
            **_TOKENS,
            **problem_responses(
                refusals.StatusListUnknown, refusals.StatusTypeUnacceptable, refusals.StatusHistoryUnsupported
            ),
        },
    )
    def get_status_list(shard_id: str, request: Request) -> Response:
        if "time" in request.query_params:
            raise refusals.StatusHistoryUnsupported
        wanted = preferred(request.headers.get("accept"))
        if wanted is None:
            raise refusals.StatusTypeUnacceptable
        served = serve(shard_id, wanted)
        etag = f'"{served.etag}"'
        headers = {**ANY_ORIGIN, "ETag": etag, "Cache-Control": f"max-age={served.max_age}", "Vary": "Accept"}
        if etag in (tag.strip() for tag in request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        return Response(served.body, headers=headers, media_type=served.media_type.value)

    return router


def preferred(accept: str | None) -> TokenFormat | None:
    """What an Accept header likes best (RFC 9110, section 12.5.1), the JWT if it does not care; None if nothing."""
    ranges = [_range(part) for part in (accept or "*/*").split(",")]
    best = max(TokenFormat, key=lambda form: (_quality(form, ranges), form is TokenFormat.JWT))
    return best if _quality(best, ranges) > 0 else None


def _range(part: str) -> tuple[str, float]:
    name, *attributes = (piece.strip().lower() for piece in part.split(";"))
    weights = [attribute[2:] for attribute in attributes if attribute.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0


def _quality(form: TokenFormat, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that includes the form."""
    for pattern in (form.value, "application/*", "*/*"):
        weights = [weight for name, weight in ranges if name == pattern]
        if weights:
            return weights[0]
    return 0.0
