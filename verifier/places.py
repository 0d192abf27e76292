"""So many at once, and not more."""

import threading
from collections.abc import Callable


class Places:
    """Whoever finds none free waits for a moment, counted from when the last was taken. Those who have one and have not
    given it back by then need it for longer, and nobody waits for that.

    most: places. moment: seconds. seconds: a clock that is never set, as `time.monotonic`.
    """

    def __init__(self, most: int, *, moment: float, seconds: Callable[[], float]) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._moment, self._seconds = moment, seconds
        self._taken_at = seconds()

    def take(self) -> bool:
        """Whether there was one. Whoever has taken one gives it back."""
        left = self._taken_at + self._moment - self._seconds()
        if not self._free.acquire(timeout=max(0.0, left)):
            return False
        self._taken_at = self._seconds()
        return True

    def give_back(self) -> None:
        self._free.release()
