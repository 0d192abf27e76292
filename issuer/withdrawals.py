"""Withdrawals that need two officers: one asks, another approves or rejects.

    Waiting -> Approved | Rejected

What is asked for takes effect with the approval, for all documents of the request or for none.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issuer.documents import WithdrawalOrder

MAX_DOCUMENTS = 10_000


class RequestState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """officer_id: of whoever approved or rejected."""

    state: RequestState
    officer_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequest:
    """document_ids: of one type, sorted. asked_by: id of the officer. decision: None while it waits."""

    id: str
    institution_id: str
    type_id: str
    document_ids: tuple[str, ...]
    order: WithdrawalOrder
    asked_by: str
    asked_at: datetime
    decision: Decision | None = None

    @property
    def state(self) -> RequestState:
        return RequestState.WAITING if self.decision is None else self.decision.state


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalFault:
    """Why a document of a request cannot be withdrawn. pointer: into the body; code: of the refusal it would have."""

    pointer: str
    code: str
