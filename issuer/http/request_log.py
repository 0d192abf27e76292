"""One log line a request, without personal data: the route's template instead of the address, never a body or header;
and the same told to whoever keeps the service's numbers.

Also the outermost handler: an error of the program is logged by its class and the places it passed through, without its
text, which could hold a claim, and answered with 500.
"""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.ports import Answered
from vc_core import strict_json

_log = structlog.get_logger()
_FAILED = strict_json.dump({"error": "internal_error", "detail": "The request could not be processed."})


@dataclass(frozen=True, slots=True)
class RequestLog:
    app: ASGIApp
    tell: Callable[[Answered], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  the outermost handler
            frames = traceback.extract_tb(error.__traceback__)
            places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            _log.error("failed", error=type(error).__name__, places=places, **_facts(scope))
            if not status:
                await _send_failure(watched)
        finally:
            seconds = time.perf_counter() - started
            self.tell(_answered(scope, status or 500, seconds))
        _log.info("request", status=status, milliseconds=round(seconds * 1000, 1), **_facts(scope))


def _answered(scope: Scope, status: int, seconds: float) -> Answered:
    problem = scope.get("state", {}).get("problem", "")
    return Answered(method=scope["method"], route=_route(scope), status=status, seconds=seconds, refused=problem)


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "")


def _facts(scope: Scope) -> dict[str, str]:
    refused = scope.get("state", {}).get("refused")
    return {"method": scope["method"], "route": _route(scope), **({"refused": refused} if refused else {})}


async def _send_failure(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": _FAILED})
