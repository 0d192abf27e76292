"""Work done again and again in a thread of its own, until it is stopped."""

import threading
from collections.abc import Callable

import structlog

_log = structlog.get_logger()


class Repeating:
    """Runs `work` at once and then every so many seconds; a failure is logged by its kind and does not end it."""

    def __init__(self, work: Callable[[], object], *, every_seconds: float) -> None:
        self._work, self._pause = work, every_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._work()
            except Exception as error:  # noqa: BLE001  a thread's outermost handler: the next round may succeed
                _log.error("round_failed", error=type(error).__name__)
            self._over.wait(self._pause)
