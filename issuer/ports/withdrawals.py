"""Withdrawals that wait for a second officer, and those that were decided."""

from collections.abc import Collection
from typing import Protocol

from issuer.ports.ground import Lock
from issuer.withdrawals import Decision, RequestState, WithdrawalRequest


class Withdrawals(Protocol):
    def add(self, request: WithdrawalRequest) -> None: ...

    def find(self, institution_id: str, request_id: str, *, lock: Lock = Lock.NONE) -> WithdrawalRequest | None: ...

    def waiting_for(self, document_ids: Collection[str]) -> frozenset[str]:
        """Those of the documents that are in a request that waits."""
        ...

    def newest(
        self, institution_id: str, state: RequestState | None, *, before: str | None, limit: int
    ) -> tuple[WithdrawalRequest, ...]:
        """By falling id, those below `before`."""
        ...

    def decide(self, request_id: str, decision: Decision) -> None: ...
