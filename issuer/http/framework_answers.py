"""What the framework itself refuses: addresses that there are not, and methods that an address does not take.

As the interface's errors; below `/office` as a page of the back office, save to whoever asks for JSON.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from issuer.http.accept import preferred
from issuer.http.office_pages import home, office_page
from vc_core import strict_json

JSON, PAGE = "application/json", "text/html"
_CODES = {404: "not_found", 405: "method_not_allowed"}
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


async def answer_framework(request: Request, error: Exception) -> Response:
    """Registered for `HTTPException`."""
    if not isinstance(error, HTTPException):
        raise error
    code = _CODES.get(error.status_code, "refused")
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else dict(error.headers or {})
    if _at_the_office(request) and preferred(request.headers.get("accept"), (PAGE, JSON)) != JSON:
        page = office_page(request, "refused.html", status=error.status_code, code=code, facts={})
        page.headers.update(headers)
        return page
    body = strict_json.dump({"error": code, "detail": str(error.detail)})
    return Response(body, error.status_code, headers, media_type=JSON)


def _at_the_office(request: Request) -> bool:
    return f"{request.scope['path']}/".startswith(f"{home(request)}/")


def _allowed(request: Request) -> str:
    """Every method that the address takes (RFC 9110, section 15.5.6); the framework names those of one route alone."""
    asked = {"type": "http", "path": request.scope["path"], "root_path": request.scope.get("root_path", "")}
    return ", ".join(
        method
        for method in _METHODS
        if any(route.matches({**asked, "method": method})[0] is Match.FULL for route in request.app.routes)
    )
