"""A server on this machine that fails in the ways servers fail: over real sockets, one way at a time.

It has its port from the beginning and refuses connections until `listening`; what it answers is said for each path.
The faults of what is in a body belong to the roles (`fault_table`); here are those of the transport.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias, assert_never

from issuer.faults import NoStatusAnswer, StatusAnswer

HOST = "127.0.0.1"
_PART = b"\0" * 65536


@dataclass(frozen=True, slots=True)
class Silence:
    """The request is read and nothing comes, for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    """The right answer, a byte at a time; pause: seconds before each."""

    answer: StatusAnswer
    pause: float


@dataclass(frozen=True, slots=True)
class RedirectToItself:
    """302 to the address that was asked."""


@dataclass(frozen=True, slots=True)
class Endless:
    """A body that does not end, at most so many bytes of it."""

    most: int


Behaviour: TypeAlias = StatusAnswer | NoStatusAnswer | Silence | Drip | RedirectToItself | Endless


class FaultyServer:
    def __init__(self) -> None:
        self._behaviours: dict[str, Behaviour] = {}
        self._over = threading.Event()
        self._server = ThreadingHTTPServer((HOST, 0), self._handler(), bind_and_activate=False)
        self._server.daemon_threads = True
        self._server.server_bind()

    @property
    def address(self) -> str:
        """Without a slash at the end."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def behave(self, path: str, behaviour: Behaviour) -> None:
        """From now on; any other path is answered 404."""
        self._behaviours[path] = behaviour

    @contextmanager
    def listening(self) -> Iterator[None]:
        self._server.server_activate()
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._server.shutdown()
            thread.join()

    def close(self) -> None:
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        house = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with suppress(OSError):  # the reader has lost patience and hung up
                    _answer(self, house._behaviours.get(self.path, StatusAnswer(status=404)), house._over.wait)

            def log_message(self, format: str, *args: object) -> None:
                """Silent: the table says what happened."""

        return Handler


def _answer(handler: BaseHTTPRequestHandler, behaviour: Behaviour, wait: Callable[[float], bool]) -> None:
    """wait: for so many seconds, or until the server ends."""
    handler.close_connection = True
    match behaviour:
        case StatusAnswer() as answer:
            _head(handler, answer.status, answer.content_type, len(answer.body))
            handler.wfile.write(answer.body)
        case NoStatusAnswer():
            pass
        case Silence(seconds=seconds):
            wait(seconds)
        case Drip(answer=answer, pause=pause):
            _head(handler, answer.status, answer.content_type, len(answer.body))
            for position in range(len(answer.body)):
                if wait(pause):
                    return
                handler.wfile.write(answer.body[position : position + 1])
        case RedirectToItself():
            handler.send_response(302)
            handler.send_header("Location", handler.path)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        case Endless(most=most):
            _head(handler, 200, "application/octet-stream", None)
            for _ in range(most // len(_PART)):
                handler.wfile.write(_PART)
        case _:
            assert_never(behaviour)


def _head(handler: BaseHTTPRequestHandler, status: int, content_type: str, length: int | None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", content_type)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()
