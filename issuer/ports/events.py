"""The outbox: what institutions are to be told, and where."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from issuer.events import Event, Progress, ToldEvent, Webhook

SendWebhook = Callable[[str, Mapping[str, str], bytes], str | None]
"""Posts a body to an address with headers: None if it was accepted, otherwise a reason code."""


class Events(Protocol):
    def add(self, event: Event) -> None:
        """Records an event; one that is recorded already changes nothing."""
        ...

    def cancel(self, document_id: str, *, after: datetime) -> None:
        """Forgets what was to be told of a document later than `after`."""
        ...

    def waiting(self, *, now: datetime) -> tuple[str, ...]:
        """The institutions of whose events some have happened and have no position, sorted."""
        ...

    def take_up(self, institution_id: str, *, limit: int, now: datetime) -> int:
        """Gives events that have happened their positions, and makes them due where there is a webhook; how many."""
        ...

    def told(self, institution_id: str, *, after: int, limit: int, dead_only: bool = False) -> tuple[ToldEvent, ...]:
        """Events with a position greater than `after`, in order."""
        ...

    def is_due(self, *, now: datetime) -> bool: ...

    def claim(self, *, until: datetime, limit: int, now: datetime) -> tuple[ToldEvent, ...]:
        """Takes events that are due, for this worker alone until then; counts the attempt."""
        ...

    def settle(self, claimed: ToldEvent, *, progress: Progress, due_at: datetime | None, outcome: str | None) -> None:
        """Writes what came of a claim, unless somebody else has claimed it meanwhile."""
        ...

    def postpone(self, institution_id: str, claimed: Sequence[ToldEvent], *, until: datetime) -> None:
        """Delivers nothing to an institution before then; the claims have not been attempted."""
        ...

    def send_again(self, institution_id: str, event_id: str, *, now: datetime) -> bool:
        """Makes an event due anew, as if never attempted; false if there is none with a position."""
        ...


class Webhooks(Protocol):
    def find(self, institution_id: str) -> Webhook | None: ...

    def last_generation(self, institution_id: str) -> int:
        """Of the secret, of a webhook that was removed too; 0 if there was never one."""
        ...

    def save(self, webhook: Webhook) -> None: ...

    def remove(self, institution_id: str) -> None:
        """What was due is kept for polling only."""
        ...
