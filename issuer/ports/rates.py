"""Counts of requests, shared by all processes."""

from datetime import datetime
from typing import Protocol


class RateCounts(Protocol):
    """Each call is a transaction of its own: what is counted stays counted, whatever becomes of the request."""

    def add(self, fingerprint: bytes, number: int, *, window: datetime) -> int:
        """Adds to the count of a fingerprint, and gives it back with what was added.

        fingerprint: of one subject in one window. window: its beginning.
        """
        ...

    def forget(self, *, before: datetime) -> None:
        """Counts of windows that began before."""
        ...
