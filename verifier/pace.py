"""Work that need not be done each time: at most once in a while, within this process."""

import threading
from datetime import datetime, timedelta


class Pace:
    def __init__(self, every: timedelta) -> None:
        self._every = every
        self._lock = threading.Lock()
        self._last: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is time; who is told so does the work. A clock that was set back makes it time too."""
        with self._lock:
            if self._last is not None and abs(now - self._last) < self._every:
                return False
            self._last = now
            return True
