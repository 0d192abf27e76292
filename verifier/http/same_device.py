"""Where a holder's browser comes back to after its wallet has answered (OpenID4VP 1.0, sections 8.2, 14.3).

The result is shown to the browser that began, which has the request's cookie, and only with the response code, which
the wallet got: neither a link begun by somebody else nor a code seen by somebody else is enough.
"""

from fastapi import APIRouter, Request, Response

from verifier.http.direct_route import DirectRoute
from verifier.http.pages import Pages, shown_refusal
from verifier.read_result import ReadResult
from verifier.refusals import Refusal, TokenWrong
from verifier.relying_party import RETURN_PATH


def keep_session(response: Response, *, request_id: str, read_token: str, base_url: str, seconds: int) -> None:
    """Gives the browser that began what only it will have. Lax: it comes back by a link from the wallet."""
    response.set_cookie(
        cookie_name(request_id),
        read_token,
        max_age=seconds,
        path=f"{RETURN_PATH}{request_id}",
        secure=base_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def cookie_name(request_id: str) -> str:
    return f"session-{request_id}"


def same_device_router(read: ReadResult, pages: Pages) -> APIRouter:
    router = APIRouter(include_in_schema=False, route_class=DirectRoute)

    @router.get("/return/{request_id}")
    def returned(request_id: str, request: Request, response_code: str = "") -> Response:
        """The verdict, for the holder's browser."""
        try:
            token = request.cookies.get(cookie_name(request_id))
            if token is None:
                raise TokenWrong("this is not the browser in which the request was begun")
            return pages.result(request, read(request_id, token, response_code), token=token)
        except Refusal as refusal:
            return shown_refusal(request, refusal, pages)

    return router
