"""Shows an institution its events in order, and sends one of them again."""

from dataclasses import dataclass

from issuer.events import ToldEvent
from issuer.institutions import Institution
from issuer.ports import Clock, Register, Transactions
from issuer.refusals import EventUnknown, NoWebhook

TAKEN_UP_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEvents:
    transactions: Transactions
    clock: Clock

    def __call__(
        self, institution: Institution, *, after: int, limit: int, dead_only: bool = False
    ) -> tuple[ToldEvent, ...]:
        """Events with a position greater than `after`. What has just happened gets its position first."""
        now = self.clock()

        def listed(register: Register) -> tuple[ToldEvent, ...]:
            return register.events.told(institution.id, after=after, limit=limit, dead_only=dead_only)

        def taken_up(register: Register) -> None:
            while register.events.take_up(institution.id, limit=TAKEN_UP_AT_ONCE, now=now):
                pass

        if institution.id in self.transactions.read(lambda register: register.events.waiting(now=now)):
            self.transactions.write(taken_up)
        return self.transactions.read(listed)

    def send_again(self, institution: Institution, event_id: str) -> None:
        """Refuses with `EventUnknown` or `NoWebhook`."""
        now = self.clock()

        def work(register: Register) -> None:
            if register.webhooks.find(institution.id) is None:
                raise NoWebhook
            if not register.events.send_again(institution.id, event_id, now=now):
                raise EventUnknown

        self.transactions.write(work)
