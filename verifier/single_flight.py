"""One piece of work at a time for each key, within this process: who comes meanwhile gets the result of the first.

Failures are shared as well, so that a server that is slow to fail is waited for once and not by everybody in turn.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

_T = TypeVar("_T")


class SingleFlight(Generic[_T]):
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[str, Future[_T]] = {}

    def __call__(self, key: str, work: Callable[[], _T]) -> _T:
        mine: Future[_T] = Future()
        with self._lock:
            flight = self._flights.setdefault(key, mine)
        if flight is not mine:
            return flight.result()
        try:
            mine.set_result(work())
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._flights[key]
        return mine.result()
