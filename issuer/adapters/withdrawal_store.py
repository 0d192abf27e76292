"""Withdrawals that need two officers, as rows."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from issuer.adapters.database import insert
from issuer.adapters.document_store import order_json, read_order
from issuer.adapters.tables import withdrawal_item, withdrawal_request
from issuer.ports import Lock
from issuer.withdrawals import Decision, RequestState, WithdrawalRequest

AT_ONCE = 500
"""Values in one statement; databases bound them."""


@dataclass(frozen=True, slots=True)
class WithdrawalStore:
    """`issuer.ports.Withdrawals`."""

    connection: Connection

    def add(self, request: WithdrawalRequest) -> None:
        row = {
            "id": request.id,
            "institution_id": request.institution_id,
            "type_id": request.type_id,
            "withdrawal_order": order_json(request.order),
            "state": request.state,
            "asked_by": request.asked_by,
            "asked_at": request.asked_at,
        }
        self.connection.execute(insert(self.connection, withdrawal_request).values(**row))
        items = [{"request_id": request.id, "document_id": one} for one in request.document_ids]
        self.connection.execute(insert(self.connection, withdrawal_item), items)

    def find(self, institution_id: str, request_id: str, *, lock: Lock = Lock.NONE) -> WithdrawalRequest | None:
        columns = withdrawal_request.c
        wanted = select(withdrawal_request).where(columns.id == request_id, columns.institution_id == institution_id)
        rows = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).all()
        return next(iter(self._requests(rows)), None)

    def waiting_for(self, document_ids: Collection[str]) -> frozenset[str]:
        found: set[str] = set()
        ids = tuple(document_ids)
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            wanted = (
                select(withdrawal_item.c.document_id)
                .join(withdrawal_request, withdrawal_request.c.id == withdrawal_item.c.request_id)
                .where(withdrawal_item.c.document_id.in_(some), withdrawal_request.c.state == RequestState.WAITING)
            )
            found.update(self.connection.execute(wanted).scalars())
        return frozenset(found)

    def newest(
        self, institution_id: str, state: RequestState | None, *, before: str | None, limit: int
    ) -> tuple[WithdrawalRequest, ...]:
        columns = withdrawal_request.c
        wanted = select(withdrawal_request).where(columns.institution_id == institution_id)
        if state is not None:
            wanted = wanted.where(columns.state == state)
        if before is not None:
            wanted = wanted.where(columns.id < before)
        return self._requests(self.connection.execute(wanted.order_by(columns.id.desc()).limit(limit)).all())

    def decide(self, request_id: str, decision: Decision) -> None:
        self.connection.execute(
            update(withdrawal_request)
            .where(withdrawal_request.c.id == request_id)
            .values(state=decision.state, decided_by=decision.officer_id, decided_at=decision.at)
        )

    def _requests(self, rows: Sequence[Row[Any]]) -> tuple[WithdrawalRequest, ...]:
        """The requests of the rows, with their documents."""
        of_request: defaultdict[str, list[str]] = defaultdict(list)
        wanted = (
            select(withdrawal_item)
            .where(withdrawal_item.c.request_id.in_([row.id for row in rows]))
            .order_by(withdrawal_item.c.document_id)
        )
        for item in self.connection.execute(wanted):
            of_request[item.request_id].append(item.document_id)
        return tuple(_request(row, tuple(of_request[row.id])) for row in rows)


def _request(row: Row[Any], document_ids: tuple[str, ...]) -> WithdrawalRequest:
    state = RequestState(row.state)
    decided = state is not RequestState.WAITING
    return WithdrawalRequest(
        id=row.id,
        institution_id=row.institution_id,
        type_id=row.type_id,
        document_ids=document_ids,
        order=read_order(row.withdrawal_order),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        decision=Decision(state=state, officer_id=row.decided_by, at=row.decided_at) if decided else None,
    )
