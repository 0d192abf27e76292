"""Work done again and again in a thread of its own, beside other work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

JOIN_SECONDS = 10

_log = structlog.get_logger()


@contextmanager
def repeated(work: Callable[[], object], *, every_seconds: float | None) -> Iterator[None]:
    """Runs `work` meanwhile, at once and then every so many seconds; not at all for None.

    A failure is logged by its kind and does not end it.
    """
    if every_seconds is None:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_rounds, args=(work, every_seconds, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(JOIN_SECONDS)


def _rounds(work: Callable[[], object], pause: float, over: threading.Event) -> None:
    while not over.is_set():
        try:
            work()
        except Exception as error:  # noqa: BLE001  a thread's outermost handler: the next round may succeed
            _log.error("round_failed", error=type(error).__name__)
        over.wait(pause)
