"""Offers many documents of one type at once: an employer collects the A1 certificates of a whole team in one go.

One link and one transaction code stand for all of them. The token response names each by a credential identifier
(OpenID4VCI 1.0, section 6.2), for which the wallet asks one by one. Who collects them holds other people's documents;
what they are bound to was chosen when each was registered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from issuer.audit import Actor
from issuer.documents import Document
from issuer.identifiers import unguessable_id
from issuer.institutions import Institution
from issuer.offers import Offer, unoffered
from issuer.ports import Clock, RandomBytes, Register, Transactions
from issuer.refusals import DocumentOnHold, InstitutionRefusal
from issuer.server_secret import ServerSecret
from issuer.use_cases.find_document import find_standing
from issuer.use_cases.make_offer import MadeOffer, MakeOffer

MAX_DOCUMENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferBundle:
    transactions: Transactions
    secret: ServerSecret
    make_offer: MakeOffer
    clock: Clock
    random: RandomBytes

    def __call__(self, institution: Institution, type_id: str, document_ids: Sequence[str], *, by: Actor) -> MadeOffer:
        """document_ids: distinct, one at least. The offer is filed with the first. by: who is logged.

        Refuses as `find_standing` or with `DocumentOnHold`, with the place of the document among them.
        """
        now = self.clock()
        bundle_id = unguessable_id(self.random)
        member_ids = {document_id: unguessable_id(self.random) for document_id in document_ids}

        def work(register: Register) -> Offer:
            held: dict[str, Document] = {}
            for id_ in sorted(document_ids):
                try:
                    held[id_] = self._document(register, institution, type_id, id_)
                except InstitutionRefusal as refusal:
                    raise refusal.at(f"/document_ids/{document_ids.index(id_)}") from None
            members = tuple(
                unoffered(member_id, document_id=id_, code_fingerprint=self.secret.code_fingerprint(member_id), now=now)
                for id_, member_id in member_ids.items()
            )
            bundle = self.make_offer.add(register, held[document_ids[0]], bundle_id, now=now)
            for member in members:
                register.offers.add(member)
            for document_id in document_ids[1:]:
                self.make_offer.log(register, held[document_id], bundle_id, now=now)
            register.bundles.add(bundle.id, members)
            return bundle

        return self.make_offer.made(self.transactions.write(work, by=by))

    def _document(self, register: Register, institution: Institution, type_id: str, document_id: str) -> Document:
        document = find_standing(register, institution, type_id, document_id)
        if register.holds.is_on(document.id):
            raise DocumentOnHold
        return document
