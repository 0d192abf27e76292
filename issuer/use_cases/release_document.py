"""Releases a document that was registered on hold: it takes effect now, and wallets that wait for it get it.

It is judged again, since the register may have changed meanwhile; what is wrong keeps it on hold. An institution that
decides against the document withdraws it instead.
"""

from dataclasses import dataclass, replace

from issuer.audit import Actor, AuditEvent
from issuer.documents import Document
from issuer.institutions import Institution
from issuer.ports import Clock, Register, Transactions
from issuer.refusals import DocumentNotOnHold
from issuer.use_cases.find_document import find_standing
from issuer.use_cases.find_type import find_type
from issuer.use_cases.register_document import RegisterDocument, logged_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """inspection_code: as in `Receipt`."""

    document: Document
    inspection_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDocument:
    transactions: Transactions
    registration: RegisterDocument
    clock: Clock

    def __call__(self, institution: Institution, type_id: str, document_id: str, *, by: Actor) -> Released:
        """by: who is logged.

        Refuses as `find_standing`, or with `DocumentNotOnHold`, `TypeNotEntitled`, `DocumentFaulty` or
        `SignerNotCertified`."""
        now = self.clock()

        def work(register: Register) -> Released:
            document = find_standing(register, institution, type_id, document_id)
            if not register.holds.lift(document.id):
                raise DocumentNotOnHold
            rulebook = find_type(self.registration.catalogue, institution, type_id)
            judged = self.registration.judge(register, institution, rulebook, document, now=now)
            document = replace(document, remarks=judged.remarks)
            register.documents.save_remarks(document)
            register.audit.append([logged_version(document, AuditEvent.DOCUMENT_RELEASED, at=now)])
            document, code = self.registration.take_effect(
                register, institution, rulebook, document, judged.replaced, now=now
            )
            return Released(document=document, inspection_code=code)

        return self.transactions.write(work, by=by)
