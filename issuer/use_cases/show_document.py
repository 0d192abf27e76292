"""Shows an institution what it registered and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from issuer.credentials import Issued
from issuer.documents import Document, Timing
from issuer.institutions import Institution
from issuer.offers import Offer, OfferState
from issuer.ports import Clock, Register, Transactions
from issuer.refusals import NoInspectionCode
from issuer.use_cases.find_document import find_document


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFile:
    """A document with its credentials and offers, as they are at `now`. open_offer: as `newest_open`. timing:
    `ON_RELEASE` while it is on hold."""

    document: Document
    credentials: tuple[Issued, ...]
    offers: tuple[Offer, ...]
    open_offer: Offer | None
    timing: Timing
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDocument:
    transactions: Transactions
    clock: Clock

    def __call__(self, institution: Institution, type_id: str, document_id: str) -> DocumentFile:
        """Refuses with `DocumentUnknown`."""
        now = self.clock()

        def work(register: Register) -> DocumentFile:
            document = find_document(register, institution, type_id, document_id)
            credentials = register.credentials.of_document(document.id)
            offers = register.offers.of_document(document.id)
            timing = Timing.ON_RELEASE if register.holds.is_on(document.id) else Timing.AT_ONCE
            return DocumentFile(
                document=document,
                credentials=credentials,
                offers=offers,
                open_offer=newest_open(register, offers, now),
                timing=timing,
                now=now,
            )

        return self.transactions.read(work)

    def inspection_code(self, institution: Institution, type_id: str, document_id: str) -> str:
        """The text of the document's inspection code. Refuses with `DocumentUnknown` or `NoInspectionCode`."""
        text = code_text(self(institution, type_id, document_id).credentials)
        if text is None:
            raise NoInspectionCode
        return text


def code_text(credentials: tuple[Issued, ...]) -> str | None:
    """The text of the newest credential that no wallet collects; None if the type has none."""
    return next((issued.text for issued in reversed(credentials) if issued.text is not None), None)


def newest_open(register: Register, offers: tuple[Offer, ...], now: datetime) -> Offer | None:
    """The newest of a document's offers that a wallet can still collect. One that stands for other documents too is
    left out: it is for whoever collects them all, and would give this one's holder the others."""
    usable = (one for one in offers if one.as_of(now) is OfferState.OPEN)
    newest_first = sorted(usable, key=lambda one: one.created_at, reverse=True)
    return next((one for one in newest_first if not register.bundles.members(one.id)), None)
