"""What is measured of each request: its route's template, method, status and time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from verifier.http.edges import STATIC
from verifier.ports import Answered


@dataclass(frozen=True, slots=True)
class Measured:
    """ASGI middleware around everything."""

    app: ASGIApp
    tell: Callable[[Answered], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            route = STATIC if scope["path"].startswith(STATIC) else getattr(scope.get("route"), "path", "")
            self.tell(
                Answered(method=scope["method"], route=route, status=status, seconds=time.perf_counter() - started)
            )
