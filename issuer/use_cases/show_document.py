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
    """A document with its credentials and offers, as they are at `now`. timing: `ON_RELEASE` while it is on hold."""

    document: Document
    credentials: tuple[Issued, ...]
    offers: tuple[Offer, ...]
    timing: Timing
    now: datetime

    @property
    def open_offer(self) -> Offer | None:
        """The newest that a wallet can still collect."""
        return newest_open(self.offers, self.now)


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
            return DocumentFile(document=document, credentials=credentials, offers=offers, timing=timing, now=now)

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


def newest_open(offers: tuple[Offer, ...], now: datetime) -> Offer | None:
    """The newest offer that a wallet can still collect."""
    usable = (one for one in offers if one.as_of(now) is OfferState.OPEN)
    return max(usable, key=lambda one: one.created_at, default=None)
