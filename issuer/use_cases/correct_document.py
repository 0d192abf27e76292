"""Corrects a document (users.md, J5): its next version under the same id. Every copy of the version before becomes
INVALID at once, the inspection code is signed anew, and a new offer brings wallets the new version.

The number of a document is what it is known by and stays. What is corrected is judged like a new document. The same
claims again change nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from issuer.audit import Actor, AuditEvent
from issuer.documents import Document
from issuer.events import EventKind
from issuer.identifiers import unguessable_id
from issuer.institutions import Institution
from issuer.ports import Register
from issuer.refusals import CorrectionOutdated, CorrectionRenumbers, DocumentOnHold
from issuer.use_cases.find_document import find_standing
from issuer.use_cases.find_type import find_type
from issuer.use_cases.make_offer import MadeOffer
from issuer.use_cases.register_document import REPLACED, RegisterDocument, logged_version
from issuer.use_cases.show_document import code_text, newest_open
from issuer.use_cases.tell_institution import tell, tell_later_of_end
from vc_core.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The document as it is now. offer: for wallets; None if an earlier answer gave one that is used up.
    inspection_code: as in `Receipt`."""

    document: Document
    offer: MadeOffer | None
    inspection_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDocument:
    """registration: with whose register, rules and signatures."""

    registration: RegisterDocument

    def __call__(
        self,
        institution: Institution,
        type_id: str,
        document_id: str,
        body: bytes,
        *,
        version: int | None = None,
        by: Actor,
    ) -> Corrected:
        """body: canonical claims as JSON, all of them. version: that the correction is of; None: the newest one. by:
        who is logged.

        Refuses as `find_standing`, or with `TypeUnknown`, `TypeNotEntitled`, `BodyMalformed`, `DocumentOnHold`,
        `CorrectionOutdated`, `CorrectionRenumbers`, `DocumentFaulty`, `InstitutionNotCompetent` or
        `SignerNotCertified`.
        """
        now = self.registration.clock()
        rulebook = find_type(self.registration.catalogue, institution, type_id)
        claims = self.registration.read_claims(body)
        drafted = self.registration.draft(institution, rulebook, claims, now=now)
        offer_id = unguessable_id(self.registration.random)

        def work(register: Register) -> Corrected:
            document = find_standing(register, institution, type_id, document_id)
            if register.holds.is_on(document.id):
                raise DocumentOnHold
            if document.claims == claims:
                return self._as_it_is(register, document, now)
            if version not in (None, document.version):
                raise CorrectionOutdated
            if drafted.number != document.number:
                raise CorrectionRenumbers
            corrected = replace(
                document,
                claims=claims,
                person_key=drafted.person_key,
                retroactive=drafted.retroactive,
                version=document.version + 1,
            )
            return self._correct(register, institution, rulebook, corrected, offer_id, now)

        return self.registration.transactions.write(work, by=by)

    def _as_it_is(self, register: Register, document: Document, now: datetime) -> Corrected:
        offer = newest_open(register, register.offers.of_document(document.id), now)
        return Corrected(
            document=document,
            offer=None if offer is None else self.registration.make_offer.made(offer),
            inspection_code=code_text(register.credentials.of_document(document.id)),
        )

    def _correct(
        self,
        register: Register,
        institution: Institution,
        rulebook: Rulebook,
        document: Document,
        offer_id: str,
        now: datetime,
    ) -> Corrected:
        judged = self.registration.judge(register, institution, rulebook, document, now=now)
        document = replace(document, remarks=judged.remarks)
        register.documents.correct(document)
        register.subjects.move(document, self.registration.draft.subject(rulebook, document))
        register.audit.append([logged_version(document, AuditEvent.DOCUMENT_CORRECTED, at=now)])
        tell(register, EventKind.CORRECTED, document, at=now, mark=str(document.version))
        tell_later_of_end(register, rulebook, document, ahead=self.registration.end_notice, now=now)
        shards = set(register.credentials.supersede(document.id))
        for other in judged.replaced:
            shards.update(self.registration.withdraw.unpublished(register, other, REPLACED, now=now)[1])
        self.registration.withdraw.republish(register, shards, now=now)
        document, code = self.registration.coded(register, institution, rulebook, document, now=now)
        offer = self.registration.make_offer.add(register, document, offer_id, now=now)
        return Corrected(
            document=document, offer=self.registration.make_offer.made(offer), inspection_code=code
        )  # fmt: skip
