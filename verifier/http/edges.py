"""The outermost edge: what the framework itself refuses, what nobody foresaw, and headers that every answer carries.

A bug is answered 500 without a word about it and logged without personal data: the kind of error and where it was
raised, never its text, which may quote a claim.
"""

import traceback
from collections.abc import Callable

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from verifier.http.pages import Pages, wants_page
from verifier.http.refusal_table import error_response

_log = structlog.get_logger()

STATIC = "/static/"

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_CODES = {404: "not_found", 405: "method_not_allowed"}
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_OF_FILES = "GET, HEAD"


class Outermost:
    """ASGI middleware around everything, the framework's own error handling included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        caching = b"no-cache" if scope["path"].startswith(STATIC) else b"no-store"

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                said = {name.lower() for name, _ in message["headers"]}
                added = (*_HEADERS, (b"cache-control", caching))
                message["headers"] = [*message["headers"], *(header for header in added if header[0] not in said)]
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:  # noqa: BLE001  the one place that catches everything
            frame = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("bug", error=type(error).__name__, module=frame.name, line=frame.lineno)
            if not started:
                await error_response(500, {"error": "internal_error"})(scope, receive, with_headers)


def framework_refusal(pages: Pages) -> Callable[[Request, Exception], Response]:
    """Unknown paths and methods, as a page to whoever accepts one; registered for `HTTPException`."""

    def answer(request: Request, refusal: Exception) -> Response:
        if not isinstance(refusal, HTTPException):
            raise refusal
        status, code = refusal.status_code, _CODES.get(refusal.status_code, "refused")
        headers = {"Allow": _allowed(request)} if status == 405 else dict(refusal.headers or {})
        if wants_page(request):
            page = pages.refused(request, status=status, code=code)
            page.headers.update(headers)
            return page
        return error_response(status, {"error": code, "detail": str(refusal.detail)}, headers)

    return answer


def _allowed(request: Request) -> str:
    """Every method that the address takes (RFC 9110, section 15.5.6); the framework names those of one route alone,
    and for files none."""
    scope = request.scope
    if scope["path"].startswith(STATIC):
        return _OF_FILES
    asked = {"type": "http", "path": scope["path"], "root_path": scope.get("root_path", "")}
    return ", ".join(
        method
        for method in _METHODS
        if any(route.matches({**asked, "method": method})[0] is Match.FULL for route in request.app.routes)
    )


def validation_refusal(_: Request, refusal: Exception) -> Response:
    """A query parameter of the wrong form; registered for `RequestValidationError`."""
    if not isinstance(refusal, RequestValidationError):
        raise refusal
    fault = refusal.errors()[0]
    where = "".join(f"/{part}" for part in fault["loc"])
    return error_response(400, {"error": "body_malformed", "detail": fault["msg"], "where": where})
