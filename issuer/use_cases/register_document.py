"""Registers a document: judged first, then stored with an offer and an inspection code, all in one transaction.

The idempotency key is taken at the beginning of that transaction. The same key with the same claims gives the same
receipt again, without judging anew; of two such requests at once one registers and the other waits for its receipt.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from issuer.audit import Actor, AuditEvent, LogEvent
from issuer.documents import AT_ONCE, Document, RegistrationTerms, Remark, Timing, WithdrawalOrder
from issuer.events import EventKind
from issuer.identifiers import unguessable_id
from issuer.institutions import Institution
from issuer.ports import Clock, RandomBytes, Register, Registration, Transactions
from issuer.refusals import (
    BindingNotAllowed,
    DocumentFaulty,
    DocumentNumberTaken,
    IdempotencyKeyReused,
)
from issuer.server_secret import ServerSecret
from issuer.use_cases.draft_document import DraftDocument
from issuer.use_cases.find_type import find_type
from issuer.use_cases.judge_document import JudgedDocument, judge
from issuer.use_cases.make_offer import MadeOffer, MakeOffer
from issuer.use_cases.read_body import read_object
from issuer.use_cases.show_document import code_text
from issuer.use_cases.sign_credential import SignCredential
from issuer.use_cases.tell_institution import tell, tell_later_of_end
from issuer.use_cases.withdraw_document import WithdrawDocument
from vc_core.catalogue import Catalogue
from vc_core.checks import Severity
from vc_core.rulebook import Rulebook

REPLACED = WithdrawalOrder(reason_code="replaced")
"""Why a document loses effect that a newer one takes the place of."""

CODE_TOO_LARGE = Remark(
    rule_id="inspection_code",
    message="The document says too much for an inspection code; a wallet shows it as a whole.",
    pointer="",
    citation="inspection-code.md, section 1",
    box=None,
    severity=Severity.WARN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an institution gets for a document, the same for every repetition. repeated: it was registered before.

    inspection_code: text of the code; None if the type has none, the document says too much for one, or is on hold.
    """

    document: Document
    offer: MadeOffer
    inspection_code: str | None
    terms: RegistrationTerms
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDocument:
    """end_notice: how long before a document ends its institution is told."""

    transactions: Transactions
    catalogue: Catalogue
    draft: DraftDocument
    make_offer: MakeOffer
    sign: SignCredential
    withdraw: WithdrawDocument
    max_body_bytes: int
    end_notice: timedelta
    clock: Clock
    random: RandomBytes

    @property
    def secret(self) -> ServerSecret:
        return self.draft.secret

    def __call__(
        self,
        institution: Institution,
        type_id: str,
        idempotency_key: str,
        body: bytes,
        terms: RegistrationTerms = AT_ONCE,
        *,
        by: Actor,
    ) -> Receipt:
        """body: canonical claims as JSON. by: who is logged.

        Refuses with `TypeUnknown`, `TypeNotEntitled`, `BindingNotAllowed`, `BodyMalformed`, `IdempotencyKeyReused`,
        `DocumentFaulty`, `DocumentNumberTaken` or `SignerNotCertified`.
        """
        now = self.clock()
        rulebook = find_type(self.catalogue, institution, type_id)
        if terms.binding not in rulebook.bindings:
            raise BindingNotAllowed
        claims = self.read_claims(body)
        digest = _digest(type_id, claims, terms)
        repeated = self.transactions.read(
            lambda register: self._repeat(register, institution, idempotency_key, digest, terms)
        )
        if repeated is not None:
            return repeated
        document = replace(self.draft(institution, rulebook, claims, now=now), binding=terms.binding)
        offer_id = unguessable_id(self.random)

        def work(register: Register) -> Receipt:
            taken = register.registrations.claim(
                institution.id, idempotency_key, digest, document_id=document.id, offer_id=offer_id, at=now
            )
            if taken:
                return self._register(register, institution, rulebook, document, offer_id, terms)
            receipt = self._repeat(register, institution, idempotency_key, digest, terms)
            if receipt is None:
                raise LookupError("an idempotency key is neither free nor taken")
            return receipt

        return self.transactions.write(work, by=by)

    def read_claims(self, body: bytes) -> dict[str, Any]:
        """Refuses with `BodyMalformed`."""
        return read_object(body, self.max_body_bytes)

    def _repeat(
        self,
        register: Register,
        institution: Institution,
        idempotency_key: str,
        digest: bytes,
        terms: RegistrationTerms,
    ) -> Receipt | None:
        registration = register.registrations.find(institution.id, idempotency_key)
        if registration is None:
            return None
        if registration.body_digest != digest:
            raise IdempotencyKeyReused
        return self._receipt(register, registration, terms)

    def _receipt(self, register: Register, registration: Registration, terms: RegistrationTerms) -> Receipt:
        offer = register.offers.find(registration.offer_id)
        if offer is None:
            raise LookupError(f"registration without offer {registration.offer_id}")
        held = terms.timing is Timing.ON_RELEASE
        return Receipt(
            document=register.documents.by_id(registration.document_id),
            offer=self.make_offer.made(offer),
            inspection_code=None if held else code_text(register.credentials.of_document(registration.document_id)),
            terms=terms,
            repeated=True,
        )

    def _register(
        self,
        register: Register,
        institution: Institution,
        rulebook: Rulebook,
        draft: Document,
        offer_id: str,
        terms: RegistrationTerms,
    ) -> Receipt:
        now = draft.registered_at
        judged = self.judge(register, institution, rulebook, draft, now=now)
        document = replace(draft, remarks=judged.remarks)
        if not register.documents.add(document):
            raise DocumentNumberTaken(self._holder_of_number(register, document))
        register.audit.append([logged_version(document, AuditEvent.DOCUMENT_REGISTERED, at=now)])
        register.subjects.add(document, self.draft.subject(rulebook, document))
        offer = self.make_offer.add(register, document, offer_id, now=now)
        code = None
        if terms.timing is Timing.ON_RELEASE:
            register.holds.put(document.id, at=now)
        else:
            document, code = self.take_effect(register, institution, rulebook, document, judged.replaced, now=now)
        return Receipt(
            document=document, offer=self.make_offer.made(offer), inspection_code=code, terms=terms, repeated=False
        )  # fmt: skip

    def judge(
        self, register: Register, institution: Institution, rulebook: Rulebook, document: Document, *, now: datetime
    ) -> JudgedDocument:
        """Against the person's other documents in force. Refuses with `DocumentFaulty`."""
        same_person = (
            register.documents.of_person(institution.id, rulebook.type_id, document.person_key, now=now)
            if document.person_key
            else ()
        )
        earlier = [other for other in same_person if other.id != document.id]
        judged = judge(rulebook, institution, document.claims, earlier, today=now.date())
        if judged.faults:
            raise DocumentFaulty(judged.faults, judged.remarks)
        return judged

    def take_effect(
        self,
        register: Register,
        institution: Institution,
        rulebook: Rulebook,
        document: Document,
        replaced: Sequence[Document],
        *,
        now: datetime,
    ) -> tuple[Document, str | None]:
        """From now on there are credentials of the document: what follows from that, and its inspection code."""
        tell(register, EventKind.ISSUED, document, at=now)
        tell_later_of_end(register, rulebook, document, ahead=self.end_notice, now=now)
        for one in replaced:
            self.withdraw.within(register, one, REPLACED, now=now)
        return self.coded(register, institution, rulebook, document, now=now)

    def coded(
        self, register: Register, institution: Institution, rulebook: Rulebook, document: Document, *, now: datetime
    ) -> tuple[Document, str | None]:
        """Its inspection code, and the document, with a remark if none can hold what it says."""
        code = self.sign.code(register, institution, rulebook, document, now=now)
        if code is None and rulebook.inspection_code is not None:
            document = replace(document, remarks=(*document.remarks, CODE_TOO_LARGE))
            register.documents.save_remarks(document)
        return document, code

    def _holder_of_number(self, register: Register, document: Document) -> str:
        holder = register.documents.by_number(document.institution_id, document.type_id, document.number or "")
        if holder is None:
            raise LookupError("a document number is neither free nor taken")
        return holder.id


def logged_version(document: Document, event: AuditEvent, *, at: datetime) -> LogEvent:
    """What the audit log says of a version of a document."""
    return LogEvent.of(document, event, at=at, details={"type": document.type_id, "version": document.version})


def _digest(type_id: str, claims: dict[str, Any], terms: RegistrationTerms) -> bytes:
    """What makes two requests the same: type, claims and terms, whatever the spelling of the JSON."""
    chosen = [] if terms == AT_ONCE else [terms.timing.value, terms.binding.value]
    return hashlib.sha256(orjson.dumps([type_id, claims, *chosen], option=orjson.OPT_SORT_KEYS)).digest()
