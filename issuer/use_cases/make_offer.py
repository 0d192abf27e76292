"""Makes credential offers, and says what a wallet finds at one (OpenID4VCI 1.0, section 4.1)."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.addresses import Addresses
from issuer.audit import Actor, AuditEvent, LogEvent
from issuer.configurations import Configurations
from issuer.documents import Document
from issuer.identifiers import fingerprint, unguessable_id
from issuer.institutions import Institution
from issuer.offers import Offer, OfferState
from issuer.ports import Clock, RandomBytes, Register, Transactions
from issuer.refusals import OfferGone, OfferUnknown
from issuer.server_secret import TX_CODE_DIGITS, ServerSecret
from issuer.use_cases.collectable import collectable
from issuer.use_cases.find_document import find_document, find_standing
from vc_core import base64url
from vc_core.credential_offer import (
    AuthorizationCodeGrant,
    CredentialOffer,
    PreAuthorizedCodeGrant,
    TxCode,
    encode_offer,
    offer_link_by_reference,
)

TX_CODE = TxCode(length=TX_CODE_DIGITS, description="The code that your institution sent you beside this offer")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOffer:
    """An offer as an institution passes it on. url: for a link or QR code. tx_code: to be sent another way."""

    offer: Offer
    url: str
    tx_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOffer:
    """Offers of documents in force; `lifetime` of each. identified: ids of the types that are also given to a holder
    who identifies themselves, by an authorization code."""

    transactions: Transactions
    configurations: Configurations
    addresses: Addresses
    secret: ServerSecret
    lifetime: timedelta
    identified: Container[str]
    clock: Clock
    random: RandomBytes

    def __call__(self, institution: Institution, type_id: str, document_id: str, *, by: Actor) -> MadeOffer:
        """by: who is logged. Refuses as `find_standing`."""
        now = self.clock()
        offer_id = unguessable_id(self.random)

        def work(register: Register) -> Offer:
            document = find_standing(register, institution, type_id, document_id)
            return self.add(register, document, offer_id, now=now)

        return self.made(self.transactions.write(work, by=by))

    def add(self, register: Register, document: Document, offer_id: str, *, now: datetime) -> Offer:
        """Adds an offer within a transaction."""
        offer = Offer(
            id=offer_id,
            document_id=document.id,
            code_fingerprint=self.secret.code_fingerprint(offer_id),
            created_at=now,
            expires_at=now + self.lifetime,
            state=OfferState.OPEN,
        )
        register.offers.add(offer)
        self.log(register, document, offer_id, now=now)
        return offer

    def log(self, register: Register, document: Document, offer_id: str, *, now: datetime) -> None:
        details = {"offer": base64url.encode(fingerprint(offer_id))}
        register.audit.append([LogEvent.of(document, AuditEvent.DOCUMENT_OFFERED, at=now, details=details)])

    def made(self, offer: Offer) -> MadeOffer:
        link = offer_link_by_reference(self.addresses.offer(offer.id))
        return MadeOffer(offer=offer, url=link, tx_code=self.secret.tx_code(offer.id))

    def find(self, institution: Institution, type_id: str, document_id: str, offer_id: str) -> MadeOffer:
        """Refuses with `DocumentUnknown` or `OfferUnknown`."""

        def work(register: Register) -> Offer | None:
            document = find_document(register, institution, type_id, document_id)
            offer = register.offers.find(offer_id)
            return offer if offer is not None and offer.document_id == document.id else None

        offer = self.transactions.read(work)
        if offer is None:
            raise OfferUnknown
        return self.made(offer)

    def content(self, offer_id: str) -> dict[str, object]:
        """The credential offer object that a wallet fetches. Refuses with `OfferGone`."""
        now = self.clock()

        def work(register: Register) -> tuple[tuple[str, ...], bool]:
            offer = register.offers.find(offer_id)
            if offer is None or offer.as_of(now) is not OfferState.OPEN:
                raise OfferGone
            ids = (one.configuration_id for one in collectable(register, self.configurations, offer))
            by_identity = register.documents.by_id(offer.document_id).type_id in self.identified
            return tuple(dict.fromkeys(ids)), by_identity and not register.bundles.members(offer_id)

        configuration_ids, by_identity = self.transactions.read(work)
        if not configuration_ids:
            raise OfferGone
        return encode_offer(
            CredentialOffer(
                credential_issuer=self.addresses.base_url,
                credential_configuration_ids=configuration_ids,
                authorization_code=AuthorizationCodeGrant(issuer_state=offer_id) if by_identity else None,
                pre_authorized_code=PreAuthorizedCodeGrant(
                    pre_authorized_code=self.secret.pre_authorized_code(offer_id), tx_code=TX_CODE
                ),
            )
        )
