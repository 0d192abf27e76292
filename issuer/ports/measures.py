"""What is measured of the service while it works; whoever keeps the numbers sees no more than this."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from issuer.audit import LogEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One request that was answered. route: its template, never the address; empty where there is no such route.
    refused: the problem's code; empty if it was not refused."""

    method: str
    route: str
    status: int
    seconds: float
    refused: str


class Measures(Protocol):
    def answered(self, answered: Answered) -> None: ...

    def logged(self, events: Sequence[LogEvent]) -> None:
        """What a transaction has logged, once it has committed."""
        ...

    def publication(self) -> AbstractContextManager[object]:
        """Around the making of a status list's tokens."""
        ...


class Unmeasured:
    """`Measures` where nobody reads them."""

    def answered(self, answered: Answered) -> None: ...

    def logged(self, events: Sequence[LogEvent]) -> None: ...

    def publication(self) -> AbstractContextManager[object]:
        return nullcontext()
