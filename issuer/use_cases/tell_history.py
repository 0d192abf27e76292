"""Tells an institution what happened to its document, and what the status of a day was and since when that is known
(users.md, J3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from issuer.document_facts import Period, covered_period
from issuer.documents import Document
from issuer.history import (
    Happening,
    Publication,
    StatusOn,
    publications,
    published_on,
    read_happening,
    status_on,
    summed,
)
from issuer.institutions import Institution
from issuer.ports import Clock, Register, Transactions
from issuer.use_cases.find_document import find_document
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """on: None if nobody asked for a day."""

    document: Document
    happenings: tuple[Happening, ...]
    publications: tuple[Publication, ...]
    on: StatusOn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellHistory:
    transactions: Transactions
    catalogue: Catalogue
    clock: Clock

    def __call__(self, institution: Institution, type_id: str, document_id: str, *, on: date | None = None) -> History:
        """Refuses with `DocumentUnknown`. Raises `Rejection` if an entry of the log cannot be read."""
        now = self.clock()

        def work(register: Register) -> History:
            document = find_document(register, institution, type_id, document_id)
            entries = register.audit.of_documents([document.id])
            own = [read_happening(entry.members()) for entry in entries if entry.institution_id == institution.id]
            published = publications(own)
            asked = None if on is None else self._on(register, on, document, own, published, now)
            return History(document=document, happenings=summed(own), publications=published, on=asked)

        return self.transactions.read(work)

    def _on(
        self,
        register: Register,
        day: date,
        document: Document,
        happenings: Sequence[Happening],
        told: Sequence[Publication],
        now: datetime,
    ) -> StatusOn:
        status, known_since = status_on(
            day, document, self._period(document), register.holds.is_on(document.id), happenings
        )
        published, since = (None, None) if day > now.date() else published_on(day, told)
        return StatusOn(day=day, status=status, known_since=known_since, published=published, published_since=since)

    def _period(self, document: Document) -> Period | None:
        rulebook = self.catalogue.rulebooks.get(document.type_id)
        return None if rulebook is None or document.erased_at else covered_period(rulebook, document.claims)
