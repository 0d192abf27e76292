"""What was read a moment ago: kept within this process for a moment, and not more than a few of it."""

import threading
from datetime import datetime, timedelta
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Recently(Generic[_T]):
    """Values by key, none of them longer than `keep` and none but the last `most`."""

    def __init__(self, keep: timedelta, most: int) -> None:
        self._keep, self._most = keep, most
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[datetime, _T]] = {}

    def get(self, key: str, now: datetime) -> _T | None:
        """None for what is not kept. A clock that was set back makes a value old too."""
        with self._lock:
            at, value = self._kept.get(key, (None, None))
        return None if at is None or abs(now - at) >= self._keep else value

    def put(self, key: str, value: _T, now: datetime) -> None:
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (now, value)
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
