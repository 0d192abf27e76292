"""Use case: follow a transaction while it goes on, for whoever has its read token.

What happened is read from the database each time, so it does not matter which worker it happened in, and a follower
who lost the connection goes on after the last event that reached it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.ports import Clock, Requests
from verifier.read_result import transaction_for
from verifier.transactions import Event, Step, Terms, as_of, log

_CLOSING = frozenset(step.value for step in Step if step.closes)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRequest:
    requests: Requests
    clock: Clock

    def begin(self, request_id: str, read_token: str) -> Terms:
        """Raises `RequestUnknown`, `TokenWrong`."""
        return transaction_for(self.requests, request_id, read_token).terms

    def since(self, terms: Terms, last: int) -> Sequence[Event]:
        """What happened after the event of this number; nothing more of a transaction that is deleted meanwhile."""
        transaction = self.requests.find(terms.id)
        if transaction is None:
            return ()
        return [event for event in log(as_of(transaction, self.clock())) if event.step > last]


def is_over(last: int) -> bool:
    """Whether nothing comes after the event of this number."""
    return last in _CLOSING
