"""Status lists over HTTP: Token Status List, sections 8 and 9. Precomputed bytes, for any cache on the way."""

import gzip
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request, Response

from issuer import refusals
from issuer.http.accept import accepts_gzip, preferred
from issuer.http.schemas import StatusListsBody, problem_responses
from issuer.use_cases.publish_status import ServeStatus
from vc_core.status_token import TokenFormat

ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}
AGGREGATION_MAX_AGE = 60
_VARY = "Accept, Accept-Encoding"
_PACKED_TOKENS = 64
_TOKENS: dict[int | str, dict[str, Any]] = {
    200: {"content": {form.value: {} for form in TokenFormat}, "description": "The status list token"},
    304: {"description": "The token named in If-None-Match is still the one"},
}


@lru_cache(maxsize=_PACKED_TOKENS)
def _packed(token: bytes) -> bytes:
    """A JWT is base64url: a quarter of it is air (Token Status List, section 8.2). The same bytes each time."""
    return gzip.compress(token, mtime=0)


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
        wanted = preferred(request.headers.get("accept"), tuple(TokenFormat))
        if wanted is None:
            raise refusals.StatusTypeUnacceptable
        served = serve(shard_id, TokenFormat(wanted))
        packed = served.media_type is TokenFormat.JWT and accepts_gzip(request.headers.get("accept-encoding"))
        etag = f'"{served.etag}{"-gzip" if packed else ""}"'
        headers = {**ANY_ORIGIN, "ETag": etag, "Cache-Control": f"max-age={served.max_age}", "Vary": _VARY}
        if etag in (tag.strip() for tag in request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        if packed:
            return Response(
                _packed(served.body),
                headers={**headers, "Content-Encoding": "gzip"},
                media_type=served.media_type.value,
            )
        return Response(served.body, headers=headers, media_type=served.media_type.value)

    return router
