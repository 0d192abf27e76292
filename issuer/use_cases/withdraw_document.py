"""Withdraws a document: every credential made of it becomes INVALID on its status list, published at once.

The document, all its status entries and the tokens of the lists concerned change in one transaction. The document is
held meanwhile, so that no credential of it is being issued that would be missed.
"""

from dataclasses import dataclass
from datetime import datetime

from issuer.audit import Actor, AuditEvent, LogEvent
from issuer.documents import Document, WithdrawalOrder, Withdrawn, withdraw
from issuer.institutions import Institution
from issuer.ports import Clock, Lock, Register, Transactions
from issuer.refusals import OrderMalformed, WithdrawnOtherwise
from issuer.use_cases.find_document import find_document
from issuer.use_cases.publish_status import RepublishShards
from issuer.use_cases.tell_institution import tell_withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDocument:
    transactions: Transactions
    republish: RepublishShards
    clock: Clock

    def __call__(
        self,
        institution: Institution,
        type_id: str,
        document_id: str,
        order: WithdrawalOrder,
        *,
        by: Actor,
    ) -> tuple[Document, Withdrawn]:
        """The document and its standing; the same order again changes nothing.

        Refuses with `DocumentUnknown`, `WithdrawnOtherwise` or, for a day to come, `OrderMalformed`.
        """
        now = self.clock()

        def work(register: Register) -> tuple[Document, Withdrawn]:
            document = find_document(register, institution, type_id, document_id, lock=Lock.HELD)
            if isinstance(document.standing, Withdrawn):
                if document.standing.order != order:
                    raise WithdrawnOtherwise
                return document, document.standing
            if order.effective_from is not None and order.effective_from > now.date():
                raise OrderMalformed("day_to_come", "/effective_from")  # a status list knows no future
            return document, self.within(register, document, order, now=now)

        return self.transactions.write(work, by=by)

    def within(self, register: Register, document: Document, order: WithdrawalOrder, *, now: datetime) -> Withdrawn:
        """Withdraws a document that is held, within a transaction."""
        withdrawn, shard_ids = self.unpublished(register, document, order, now=now)
        self.republish(register, shard_ids, now=now)
        return withdrawn

    def unpublished(
        self, register: Register, document: Document, order: WithdrawalOrder, *, now: datetime
    ) -> tuple[Withdrawn, tuple[str, ...]]:
        """The same, with the ids of the status lists that the caller has to publish."""
        withdrawn = withdraw(document, order, at=now)
        register.documents.withdraw(document.id, withdrawn)
        tell_withdrawn(register, document, at=now)
        details = {"reason": order.reason_code, "effective_from": withdrawn.effective_from.isoformat()}
        register.audit.append([LogEvent.of(document, AuditEvent.DOCUMENT_WITHDRAWN, at=now, details=details)])
        return withdrawn, register.credentials.invalidate(document.id)
