"""An officer orders a withdrawal: it takes effect at once, or waits for a second officer where one is needed.

One document or many of one type, all or none. Documents are held while they are looked at, in the order of their ids,
so that no two orders for one document pass one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.audit import AuditEvent, LogEvent
from issuer.audit import officer as actor_of
from issuer.documents import Document, WithdrawalOrder, Withdrawn
from issuer.identifiers import row_id
from issuer.institutions import Officer, Role
from issuer.ports import Clock, Lock, RandomBytes, Register, Transactions
from issuer.refusals import OrderMalformed, WithdrawalFaulty, WithdrawalWaiting, WithdrawnOtherwise
from issuer.use_cases.check_role import require_role
from issuer.use_cases.find_document import find_document
from issuer.use_cases.withdraw_document import WithdrawDocument
from issuer.withdrawals import Decision, RequestState, WithdrawalFault, WithdrawalRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWithdrawal:
    transactions: Transactions
    withdraw: WithdrawDocument
    clock: Clock
    random: RandomBytes

    def __call__(
        self, officer: Officer, type_id: str, document_id: str, order: WithdrawalOrder
    ) -> tuple[Document, Withdrawn] | WithdrawalRequest:
        """The document and its standing, or the request that waits; an order that was carried out changes nothing.

        Refuses with `RoleMissing`, `DocumentUnknown`, `WithdrawnOtherwise`, `WithdrawalWaiting` or `OrderMalformed`.
        """
        require_role(officer, Role.CLERK)
        if not officer.institution.four_eyes:
            return self.withdraw(officer.institution, type_id, document_id, order, by=actor_of(officer.id))
        wanted = self._request(officer, type_id, (document_id,), order)

        def work(register: Register) -> tuple[Document, Withdrawn] | WithdrawalRequest:
            document = find_document(register, officer.institution, type_id, document_id, lock=Lock.HELD)
            if isinstance(document.standing, Withdrawn):
                if document.standing.order != order:
                    raise WithdrawnOtherwise
                return document, document.standing
            if register.withdrawals.waiting_for((document_id,)):
                raise WithdrawalWaiting
            _add(register, wanted)
            return wanted

        return self.transactions.write(work, by=actor_of(officer.id))

    def several(
        self, officer: Officer, type_id: str, document_ids: Sequence[str], order: WithdrawalOrder
    ) -> WithdrawalRequest:
        """The request, approved already where no second officer is needed. document_ids: distinct.

        Refuses with `RoleMissing`, `OrderMalformed` or, naming every document that cannot be withdrawn,
        `WithdrawalFaulty`.
        """
        require_role(officer, Role.CLERK)
        wanted = self._request(officer, type_id, tuple(sorted(document_ids)), order)

        def work(register: Register) -> WithdrawalRequest:
            held = {
                one: register.documents.find(officer.institution.id, type_id, one, lock=Lock.HELD)
                for one in wanted.document_ids
            }
            waiting = register.withdrawals.waiting_for(wanted.document_ids)
            found = ((place, _fault(held[one], one in waiting)) for place, one in enumerate(document_ids))
            faults = [
                WithdrawalFault(pointer=f"/document_ids/{place}", code=code)
                for place, code in found
                if code is not None
            ]
            if faults:
                raise WithdrawalFaulty(tuple(faults))
            _add(register, wanted)
            return wanted if officer.institution.four_eyes else self.carry_out(register, wanted, officer)

        return self.transactions.write(work, by=actor_of(officer.id))

    def carry_out(self, register: Register, request: WithdrawalRequest, officer: Officer) -> WithdrawalRequest:
        """Withdraws the documents of a request, within a transaction. Refuses with `WithdrawnOtherwise`."""
        now = self.clock()
        shard_ids: set[str] = set()
        for document_id in request.document_ids:
            document = register.documents.by_id(document_id, lock=Lock.HELD)
            if isinstance(document.standing, Withdrawn):
                raise WithdrawnOtherwise
            shard_ids.update(self.withdraw.unpublished(register, document, request.order, now=now)[1])
        self.withdraw.republish(register, tuple(sorted(shard_ids)), now=now)
        return decide(register, request, Decision(state=RequestState.APPROVED, officer_id=officer.id, at=now))

    def _request(
        self, officer: Officer, type_id: str, document_ids: tuple[str, ...], order: WithdrawalOrder
    ) -> WithdrawalRequest:
        now = self.clock()
        if order.effective_from is not None and order.effective_from > now.date():
            raise OrderMalformed("day_to_come", "/effective_from")  # a status list knows no future
        return WithdrawalRequest(
            id=row_id(now, self.random),
            institution_id=officer.institution.id,
            type_id=type_id,
            document_ids=document_ids,
            order=order,
            asked_by=officer.id,
            asked_at=now,
        )


def decide(register: Register, request: WithdrawalRequest, decision: Decision) -> WithdrawalRequest:
    """Writes down what was decided, within a transaction."""
    register.withdrawals.decide(request.id, decision)
    approved = decision.state is RequestState.APPROVED
    _log(register, request, AuditEvent.REQUEST_APPROVED if approved else AuditEvent.REQUEST_REJECTED, decision.at)
    return replace(request, decision=decision)


def _add(register: Register, request: WithdrawalRequest) -> None:
    register.withdrawals.add(request)
    _log(register, request, AuditEvent.REQUEST_MADE, request.asked_at)


def _log(register: Register, request: WithdrawalRequest, event: AuditEvent, at: datetime) -> None:
    """One entry for each document, so that the log of a document is whole."""
    details = {"request": request.id, "reason": request.order.reason_code}
    register.audit.append(
        [
            LogEvent(institution_id=request.institution_id, event=event, at=at, document_id=one, details=details)
            for one in request.document_ids
        ]
    )


def _fault(document: Document | None, waiting: bool) -> str | None:
    if document is None:
        return "document_unknown"
    if isinstance(document.standing, Withdrawn):
        return "document_withdrawn"
    return "withdrawal_waiting" if waiting else None
