"""Issuer and verifier as one process: each a uvicorn server of its own on loopback, in a thread.

For demonstrations and tests; `workers` is what `socsec serve` runs.
"""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
import uvicorn
from fastapi import FastAPI

from issuer.app.service import build_app as build_issuer
from issuer.settings import IssuerSettings
from vc_core.catalogue import Catalogue
from verifier.app.service import build_app as build_verifier
from verifier.settings import VerifierSettings

START_SECONDS = 20
KEEP_ALIVE_SECONDS = 75
"""For which a connection without a request is kept: longer than clients and reverse proxies keep theirs (5 to 60), so
that none of them sends into a connection that is just being closed."""


@contextmanager
def services(data: Path, *, issuer_url: str, verifier_url: str, catalogue: Catalogue | None = None) -> Iterator[None]:
    """Both services, knowing the types of the catalogue. Raises `RuntimeError` if one does not start."""
    apps = {
        issuer_url: build_issuer(IssuerSettings(data=data, base_url=issuer_url), catalogue=catalogue),
        verifier_url: build_verifier(VerifierSettings(data=data, base_url=verifier_url), catalogue=catalogue),
    }
    servers = [_server(url, app) for url, app in apps.items()]
    threads = tuple(threading.Thread(target=server.run, daemon=True) for server in servers)
    for thread in threads:
        thread.start()
    try:
        for server, thread in zip(servers, threads, strict=True):
            _await_start(server, thread)
        yield
    finally:
        for server in servers:
            server.should_exit = True
        for thread in threads:
            thread.join(10)


def log_as_json(level: int) -> None:
    """Structured logs on standard error, one JSON object a line, from this level on (`logging.INFO`, ...)."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_standard_error,
    )


def _standard_error(*_: Any) -> structlog.PrintLogger:
    """Where standard error leads when something is logged, which may be elsewhere than when the logs were set up."""
    return structlog.PrintLogger(sys.stderr)


def free_url() -> str:
    """A loopback address with a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def _server(url: str, app: FastAPI) -> uvicorn.Server:
    parts = urlsplit(url)
    config = uvicorn.Config(
        app,
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 80,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    return uvicorn.Server(config)


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    for _ in range(START_SECONDS * 50):
        if server.started:
            return
        thread.join(0.02)
        if not thread.is_alive():
            break
    raise RuntimeError(f"the server on port {server.config.port} did not start")
