"""The service behind a real HTTP server on loopback, for tests that need a browser."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

START_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[str]:
    """The base address while the server runs; `localhost` counts as secure, so the camera may be used."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        for _ in range(START_SECONDS * 50):
            if server.started or not thread.is_alive():
                break
            thread.join(0.02)
        assert server.started
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
