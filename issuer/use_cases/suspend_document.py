"""Suspends a document, and lifts that again (users.md, J4: provisional withdrawal).

While it is suspended every copy is SUSPENDED on its status list (INVALID where the list has one bit an entry), no
further one is given, and the document is neither corrected nor offered. Lifting makes exactly these copies VALID again;
those that were ended for good stay so. A suspended document can be withdrawn, which is for good.

Where two officers decide (`Institution.four_eyes`), suspending needs only one: it protects, and can be undone. Lifting
needs an approver, another officer than the one who suspended: it gives an effect that somebody had reason to stop.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from issuer.audit import AuditEvent, LogEvent
from issuer.audit import officer as actor_of
from issuer.documents import Document, InForce, Suspended, SuspensionOrder, Withdrawn, suspend
from issuer.events import EventKind
from issuer.institutions import Institution, Officer, Role
from issuer.ports import Clock, Lock, Register, Transactions
from issuer.refusals import (
    DocumentErased,
    DocumentIsWithdrawn,
    DocumentNotSuspended,
    DocumentOnHold,
    SecondOfficerNeeded,
    SuspendedOtherwise,
    SuspensionNotAllowed,
)
from issuer.use_cases.check_role import require_role
from issuer.use_cases.find_document import find_document, require_standing
from issuer.use_cases.publish_status import RepublishShards
from issuer.use_cases.tell_institution import tell
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendDocument:
    transactions: Transactions
    catalogue: Catalogue
    republish: RepublishShards
    clock: Clock

    def __call__(
        self, officer: Officer, type_id: str, document_id: str, order: SuspensionOrder
    ) -> tuple[Document, Suspended]:
        """The document and its standing; the same order again changes nothing.

        Refuses with `RoleMissing`, `DocumentUnknown`, `SuspensionNotAllowed`, `SuspendedOtherwise`,
        `DocumentIsWithdrawn`, `DocumentErased` or, as nothing of it is in effect yet, `DocumentOnHold`.
        """
        require_role(officer, Role.CLERK)
        now = self.clock()

        def work(register: Register) -> tuple[Document, Suspended]:
            document = find_document(register, officer.institution, type_id, document_id, lock=Lock.HELD)
            if not self.catalogue.type(document.type_id).status.suspension:
                raise SuspensionNotAllowed
            if isinstance(document.standing, Suspended):
                if document.standing.order != order:
                    raise SuspendedOtherwise
                return document, document.standing
            require_standing(document)
            if register.holds.is_on(document.id):
                raise DocumentOnHold
            return document, self._suspend(register, document, order, officer, now)

        return self.transactions.write(work, by=actor_of(officer.id))

    def _suspend(
        self, register: Register, document: Document, order: SuspensionOrder, officer: Officer, now: datetime
    ) -> Suspended:
        suspended = suspend(document, order, by=officer.id, at=now)
        register.documents.suspend(document.id, suspended)
        tell(register, EventKind.SUSPENDED, document, at=now)
        details = {"reason": order.reason_code}
        register.audit.append([LogEvent.of(document, AuditEvent.DOCUMENT_SUSPENDED, at=now, details=details)])
        self.republish(register, register.credentials.suspend(document.id), now=now)
        return suspended


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftSuspension:
    transactions: Transactions
    republish: RepublishShards
    clock: Clock

    def __call__(self, officer: Officer, type_id: str, document_id: str) -> Document:
        """The document, in force again. That its type allows suspension no more does not matter.

        Refuses with `RoleMissing`, `DocumentUnknown`, `DocumentIsWithdrawn`, `DocumentErased`, `DocumentNotSuspended`
        or `SecondOfficerNeeded`.
        """
        require_role(officer, lifting_role(officer.institution))
        now = self.clock()

        def work(register: Register) -> Document:
            document = find_document(register, officer.institution, type_id, document_id, lock=Lock.HELD)
            suspended = _suspended(document)
            if second_officer_needed(officer, suspended):
                raise SecondOfficerNeeded
            register.documents.lift(document.id)
            tell(register, EventKind.REINSTATED, document, at=now)
            register.audit.append([LogEvent.of(document, AuditEvent.DOCUMENT_REINSTATED, at=now, details={})])
            self.republish(register, register.credentials.restore(document.id), now=now)
            return replace(document, standing=InForce())

        return self.transactions.write(work, by=actor_of(officer.id))


def lifting_role(institution: Institution) -> Role:
    """What an officer has to be to lift a suspension."""
    return Role.APPROVER if institution.four_eyes else Role.CLERK


def second_officer_needed(officer: Officer, suspended: Suspended) -> bool:
    """Whether it has to be another officer than this one who lifts it."""
    return officer.institution.four_eyes and suspended.suspended_by == officer.id


def _suspended(document: Document) -> Suspended:
    """How it is suspended. Refuses with `DocumentIsWithdrawn`, `DocumentErased` or `DocumentNotSuspended`."""
    if isinstance(document.standing, Withdrawn):
        raise DocumentIsWithdrawn
    if document.erased_at is not None:
        raise DocumentErased
    if not isinstance(document.standing, Suspended):
        raise DocumentNotSuspended
    return document.standing
