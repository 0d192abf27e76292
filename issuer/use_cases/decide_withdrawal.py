"""A second officer decides about a withdrawal that another has asked for; whoever asked cannot approve it."""

from collections.abc import Callable
from dataclasses import dataclass

from issuer.audit import officer as actor_of
from issuer.institutions import Institution, Officer, Role
from issuer.ports import Clock, Lock, Register, Transactions
from issuer.refusals import SecondOfficerNeeded, WithdrawalDecided, WithdrawalUnknown
from issuer.use_cases.check_role import require_role
from issuer.use_cases.order_withdrawal import OrderWithdrawal, decide
from issuer.withdrawals import Decision, RequestState, WithdrawalRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideWithdrawal:
    transactions: Transactions
    order: OrderWithdrawal
    clock: Clock

    def approve(self, officer: Officer, request_id: str) -> WithdrawalRequest:
        """Carries the withdrawal out.

        Refuses with `RoleMissing`, `WithdrawalUnknown`, `WithdrawalDecided`, `SecondOfficerNeeded` or, if a document
        was withdrawn meanwhile, `WithdrawnOtherwise`.
        """
        return self._decide(officer, request_id, self.order.carry_out)

    def reject(self, officer: Officer, request_id: str) -> WithdrawalRequest:
        """Leaves the documents in force. Refuses as `approve`."""
        rejection = Decision(state=RequestState.REJECTED, officer_id=officer.id, at=self.clock())
        return self._decide(officer, request_id, lambda register, request, _: decide(register, request, rejection))

    def _decide(
        self,
        officer: Officer,
        request_id: str,
        act: Callable[[Register, WithdrawalRequest, Officer], WithdrawalRequest],
    ) -> WithdrawalRequest:
        require_role(officer, Role.APPROVER)

        def work(register: Register) -> WithdrawalRequest:
            request = register.withdrawals.find(officer.institution.id, request_id, lock=Lock.HELD)
            if request is None:
                raise WithdrawalUnknown
            if request.decision is not None:
                raise WithdrawalDecided
            if request.asked_by == officer.id:
                raise SecondOfficerNeeded
            return act(register, request, officer)

        return self.transactions.write(work, by=actor_of(officer.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowWithdrawals:
    """What an institution's officers have asked for."""

    transactions: Transactions

    def __call__(self, institution: Institution, request_id: str) -> WithdrawalRequest:
        """Refuses with `WithdrawalUnknown`."""
        found = self.transactions.read(lambda register: register.withdrawals.find(institution.id, request_id))
        if found is None:
            raise WithdrawalUnknown
        return found

    def newest(
        self, institution: Institution, state: RequestState | None, *, before: str | None, limit: int
    ) -> tuple[WithdrawalRequest, ...]:
        """By falling id, those below `before`."""
        return self.transactions.read(
            lambda register: register.withdrawals.newest(institution.id, state, before=before, limit=limit)
        )
