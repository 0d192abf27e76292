"""The status lists of the harness's world over HTTP on this machine, answering as the scenario under way wants it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from conformance.presenting import StatusServer
from issuer.faults import NoStatusAnswer, StatusAnswer


class LoopbackStatusServer:
    """Answers under `base`, an http address of this machine that ends in a slash."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._answers: StatusServer = lambda _: StatusAnswer(status=404)

    def serve(self, answers: StatusServer) -> None:
        """From now on."""
        self._answers = answers

    @contextmanager
    def running(self) -> Iterator[None]:
        parts = urlsplit(self._base)
        server = ThreadingHTTPServer((parts.hostname or "127.0.0.1", parts.port or 80), self._handler())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        house = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(house._base)
                answer = house._answers(f"{parts.scheme}://{parts.netloc}{self.path}")
                match answer:
                    case NoStatusAnswer():
                        self.close_connection = True
                    case StatusAnswer(body=body, content_type=content_type, status=status):
                        self.send_response(status)
                        self.send_header("Content-Type", content_type)
                        self.send_header("Content-Length", str(len(body)))
                        self.end_headers()
                        self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Silent: the report says what happened."""

        return Handler
