"""Services in processes of their own: the workers of one service listen on one socket and meet in the database only.

Whoever starts them watches over them: a worker that ends is replaced, and all end with the process that started them.
They are forked from a process that has read the program and does nothing else, so that none inherits a lock held by a
thread or a connection to the database, and all start quickly.
"""

import asyncio
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from urllib.parse import urlsplit

import structlog
import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from prometheus_client import values
from sqlalchemy.exc import SQLAlchemyError

import issuer.app.commands
import verifier.app.commands
from issuer.app.service import build_app as build_issuer
from issuer.settings import IssuerSettings
from socsec import serving
from socsec.garbage import collected_seldom
from verifier.app.service import build_app as build_verifier
from verifier.settings import VerifierSettings
from verifier.status_lists import MOST_WAITING

BACKLOG = 2048
START_SECONDS = 120
STOP_SECONDS = 10
WATCH_SECONDS = 0.5
THREADS = 2 * MOST_WAITING
"""Requests that one worker works on at the same time: eight, and as many of the addresses that the framework serves in
threads of its own, as `/v1/verify`. More would only wait for one another, and cost the time to take turns. Of all of
them no more than half of eight wait for status lists, however slow the servers are that give them."""

ServiceSettings = IssuerSettings | VerifierSettings

FAULTS_AT_START = (OSError, ValueError, LookupError, ImportError, SQLAlchemyError)
"""What settings are at fault that only the files and the database which they name can show."""

_log = structlog.get_logger()
_CONTEXT = multiprocessing.get_context("forkserver")


class NotStartedError(RuntimeError):
    """The database is not as a service needs it, or a worker ended or hangs before it accepts requests; the log says
    why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a worker works. number: among those of its service. numbers: the folder in which they all keep what they
    measure, so that each can tell of all; whoever takes another's place goes on with its numbers."""

    settings: ServiceSettings
    listener: socket.socket
    number: int
    numbers: str
    log_level: int


@dataclass(slots=True)
class _Worker:
    """One place to work at, and the process that fills it now."""

    place: _Place
    process: ForkServerProcess
    ready: Event

    @classmethod
    def started(cls, place: _Place) -> "_Worker":
        return cls(place, *_start(place))

    @property
    def settings(self) -> ServiceSettings:
        return self.place.settings

    def replace(self) -> None:
        self.process, self.ready = _start(self.place)

    def await_ready(self) -> None:
        """Raises `NotStartedError`."""
        end = time.monotonic() + START_SECONDS
        while not self.ready.wait(0.05):
            if not self.process.is_alive() or time.monotonic() > end:
                raise NotStartedError(f"a worker of {self.settings.base_url} did not start")

    def stop(self) -> None:
        self.process.terminate()

    def await_end(self) -> None:
        self.process.join(STOP_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


@dataclass(frozen=True, slots=True)
class Workforce:
    """Workers that accept requests."""

    workers: tuple[_Worker, ...]

    @property
    def process_ids(self) -> tuple[int, ...]:
        return tuple(worker.process.pid or 0 for worker in self.workers)

    def replace_ended(self) -> None:
        for worker in self.workers:
            if not worker.process.is_alive():
                _log.error("worker_ended", exit_code=worker.process.exitcode, service=worker.settings.base_url)
                worker.replace()

    def watch(self) -> None:
        """Until it is interrupted."""
        while True:
            time.sleep(WATCH_SECONDS)
            self.replace_ended()


@contextmanager
def worker_processes(services: Sequence[ServiceSettings], *, workers: int, log_level: int) -> Iterator[Workforce]:
    """So many workers of each service, where its base address says. log_level: as `logging.INFO`.

    Raises `NotStartedError` if one does not start and `OSError` if an address is taken.
    """
    _CONTEXT.set_forkserver_preload([__name__])
    listeners: list[socket.socket] = []
    started: list[_Worker] = []
    folders = ExitStack()
    try:
        for settings in services:
            listeners.append(listener := _listen(settings.base_url))
            _upgrade(settings, log_level)
            numbers = folders.enter_context(tempfile.TemporaryDirectory(prefix="socsec-numbers-"))
            started.extend(
                _Worker.started(
                    _Place(settings=settings, listener=listener, number=number, numbers=numbers, log_level=log_level)
                )
                for number in range(workers)
            )
        for worker in started:
            worker.await_ready()
        yield Workforce(tuple(started))
    finally:
        for worker in started:
            worker.stop()
        for worker in started:
            worker.await_end()
        for listener in listeners:
            listener.close()
        folders.close()


def _upgrade(settings: ServiceSettings, log_level: int) -> None:
    """Before any worker, which would be taken to hang: of millions of documents this takes minutes.

    Raises `NotStartedError`.
    """
    process = _CONTEXT.Process(target=_upgrade_database, args=(settings, log_level), daemon=True)
    process.start()
    process.join()
    if process.exitcode:
        raise NotStartedError(f"the database of {settings.base_url} could not be brought up to date")


def _upgrade_database(settings: ServiceSettings, log_level: int) -> None:
    """A process of its own, from its start to its end."""
    serving.log_as_json(log_level)
    with _faults_logged(settings):
        match settings:
            case IssuerSettings():
                issuer.app.commands.upgrade_database(settings)
            case VerifierSettings():
                verifier.app.commands.upgrade_database(settings)


class _Announcing(uvicorn.Server):
    """Says when it accepts requests."""

    def __init__(self, config: uvicorn.Config, ready: Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        current_default_thread_limiter().total_tokens = THREADS
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        await super().startup(sockets)
        self._ready.set()


def _start(place: _Place) -> tuple[ForkServerProcess, Event]:
    ready = _CONTEXT.Event()
    process = _CONTEXT.Process(target=_work, args=(place, ready), daemon=True)
    process.start()
    return process, ready


def _work(place: _Place, ready: Event) -> None:
    """The worker's process, from its start to its end."""
    serving.log_as_json(place.log_level)
    _share_numbers(place)
    with _faults_logged(place.settings):
        app = _app_of(place.settings)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=serving.KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS // 2,
    )
    server = _Announcing(config, ready)
    threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    with collected_seldom(), suppress(KeyboardInterrupt):
        server.run(sockets=[place.listener])


@contextmanager
def _faults_logged(settings: ServiceSettings) -> Iterator[None]:
    """Ends the process after the first of them."""
    try:
        yield
    except FAULTS_AT_START as error:
        reason = str(error).partition("\n")[0]
        _log.error("worker_not_started", service=settings.base_url, kind=type(error).__name__, reason=reason)
        sys.exit(1)


def _share_numbers(place: _Place) -> None:
    """Before the first number is kept: `prometheus_client` was read by the process that this one was forked from."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = place.numbers
    values.ValueClass = values.MultiProcessValue(lambda: place.number)  # type: ignore[no-untyped-call]


def _end_with_parent(server: uvicorn.Server) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        server.should_exit = True


def _app_of(settings: ServiceSettings) -> FastAPI:
    match settings:
        case IssuerSettings():
            return build_issuer(settings)
        case VerifierSettings():
            return build_verifier(settings)


def _listen(base_url: str) -> socket.socket:
    parts = urlsplit(base_url)
    return socket.create_server((parts.hostname or "127.0.0.1", parts.port or 80), backlog=BACKLOG)
