"""One log line a request, without personal data: the route's template instead of the address, never a body or header.

Also the outermost handler: an error of the program is logged by its class and the places it passed through, without its
text, which could hold a claim, and answered with 500.
"""

import time
import traceback
from dataclasses import dataclass

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vc_core import strict_json

_log = structlog.get_logger()
_FAILED = strict_json.dump({"error": "internal_error", "detail": "The request could not be processed."})


@dataclass(frozen=True, slots=True)
class RequestLog:
    app: ASGIApp

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
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        _log.info("request", status=status, milliseconds=milliseconds, **_facts(scope))


def _facts(scope: Scope) -> dict[str, str]:
    route = getattr(scope.get("route"), "path", "")
    refused = scope.get("state", {}).get("refused")
    return {"method": scope["method"], "route": route, **({"refused": refused} if refused else {})}


async def _send_failure(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": _FAILED})
