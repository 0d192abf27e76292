"""Delivers events to the webhooks of their institutions, at least once.

1. What has happened gets its position, and is due where there is a webhook.
2. A worker claims some of what is due, until a time by which it must have come to an end.
3. Each claim is signed and posted, outside any transaction; then its outcome is written. If the worker ends in between,
   the claim does, and another worker posts the same event again under the same id.
4. A failure is tried again after a pause that grows; after `MAX_ATTEMPTS` the event is given up. Meanwhile its
   institution's other events wait with it, so that one that is out of reach holds nobody up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from issuer.addresses import Addresses
from issuer.events import MAX_ATTEMPTS, Progress, ToldEvent, Webhook, pause_after
from issuer.ports import Clock, Register, SendWebhook, Transactions
from issuer.server_secret import ServerSecret
from issuer.use_cases.list_events import TAKEN_UP_AT_ONCE
from issuer.webhook_signature import signed_headers
from vc_core import strict_json

MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of one round. failed: attempts, of which `dead` were the last."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(
            delivered=self.delivered + other.delivered,
            failed=self.failed + other.failed,
            dead=self.dead + other.dead,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverEvents:
    """batch: claims at once. post_limit: how long one delivery takes at most; a claim of a whole batch outlasts it."""

    transactions: Transactions
    send: SendWebhook
    secret: ServerSecret
    addresses: Addresses
    post_limit: timedelta
    clock: Clock
    batch: int = 20

    def __call__(self) -> Delivered:
        """Delivers until nothing is due."""
        self._take_up(self.clock())
        total = Delivered()
        while claimed := self._claim(self.clock()):
            for institution_id, events in groupby(claimed, key=lambda one: one.event.institution_id):
                total += self._deliver(institution_id, tuple(events))
        return total

    def _take_up(self, now: datetime) -> None:  # 1
        for institution_id in self.transactions.read(lambda register: register.events.waiting(now=now)):
            while self._took_up(institution_id, now):
                pass

    def _took_up(self, institution_id: str, now: datetime) -> int:
        return self.transactions.write(
            lambda register: register.events.take_up(institution_id, limit=TAKEN_UP_AT_ONCE, now=now)
        )

    def _claim(self, now: datetime) -> tuple[ToldEvent, ...]:  # 2
        if not self.transactions.read(lambda register: register.events.is_due(now=now)):
            return ()
        until = now + (self.batch + 1) * self.post_limit
        return self.transactions.write(lambda register: register.events.claim(until=until, limit=self.batch, now=now))

    def _deliver(self, institution_id: str, claimed: Sequence[ToldEvent]) -> Delivered:  # 3
        webhook = self.transactions.read(lambda register: register.webhooks.find(institution_id))
        if webhook is None:
            return Delivered()  # removed a moment ago, and the events with it
        for count, one in enumerate(claimed):
            reason = self._post(webhook, one)
            if reason is not None:
                return Delivered(delivered=count) + self._failed(one, reason, claimed[count + 1 :])
            self._settle(one, Progress.DELIVERED)
        return Delivered(delivered=len(claimed))

    def _post(self, webhook: Webhook, told: ToldEvent) -> str | None:
        body = strict_json.dump(
            {
                "type": told.event.kind,
                "timestamp": told.event.happened_at.isoformat(),
                "data": {
                    "document": self.addresses.document(told.event.type_id, told.event.document_id),
                    "position": told.position,
                },
            }
        )
        headers = signed_headers(self.secret, webhook, event_id=told.event.id, body=body, now=self.clock())
        return self.send(webhook.url, {**headers, "Content-Type": MEDIA_TYPE}, body)

    def _failed(self, told: ToldEvent, reason: str, untried: Sequence[ToldEvent]) -> Delivered:  # 4
        dead = told.attempts >= MAX_ATTEMPTS
        due_at = self.clock() + pause_after(told.attempts)

        def work(register: Register) -> None:
            progress = Progress.DEAD if dead else Progress.DUE
            register.events.settle(told, progress=progress, due_at=None if dead else due_at, outcome=reason)
            register.events.postpone(told.event.institution_id, untried, until=due_at)

        self.transactions.write(work)
        return Delivered(failed=1, dead=int(dead))

    def _settle(self, told: ToldEvent, progress: Progress) -> None:
        self.transactions.write(
            lambda register: register.events.settle(told, progress=progress, due_at=None, outcome=None)
        )
