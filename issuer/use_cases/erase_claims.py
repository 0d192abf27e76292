"""Erases the claims of documents when the period has passed for which they are kept (users.md, J9).

A period begins after the last day that a document covers, or on the day it was withdrawn, and never before the day it
was registered; a document without end that stands is kept. What was signed, when, by which key and with which digest
stays in the audit log, which is untouched by it and gets an entry more.

Rows of files that were refused are remembered by document number. Those with an erased document's number are erased
with it; of the others no document is here, so their period begins on the day their file was done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from issuer.audit import AuditEvent, LogEvent
from issuer.document_facts import covered_period
from issuer.documents import Document, Withdrawn
from issuer.ports import Clock, Lock, Register, Transactions
from vc_core.catalogue import Catalogue
from vc_core.rulebook import Rulebook

AT_ONCE = 200
"""Documents for one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was done, or would have been, for one type. ended_before: day, None if nothing of the type is erased. rows:
    refused ones of files that were done before that day."""

    type_id: str
    ended_before: date | None
    documents: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseClaims:
    transactions: Transactions
    catalogue: Catalogue
    clock: Clock

    def __call__(
        self, *, ended_before: date | None = None, older_than: timedelta | None = None, trial: bool = False
    ) -> tuple[Erased, ...]:
        """Documents of every type whose period has passed; may be broken off and run again.

        ended_before, older_than: in place of the rulebook's period, for all types. trial: nothing is erased.
        """
        now = self.clock()
        return tuple(
            self._of_type(rulebook, ended_before or _limit(older_than or rulebook.retention, now), now, trial)
            for _, rulebook in sorted(self.catalogue.rulebooks.items())
        )

    def _of_type(self, rulebook: Rulebook, limit: date | None, now: datetime, trial: bool) -> Erased:
        documents, rows = 0, 0
        if limit is not None:
            for due in self._due(rulebook, limit):
                if not trial:
                    self.transactions.write(lambda register, due=due: _erase(register, due, now))  # type: ignore[misc]
                documents += len(due)
            rows = self._rows(rulebook, _start(limit), trial)
        return Erased(type_id=rulebook.type_id, ended_before=limit, documents=documents, rows=rows)

    def _rows(self, rulebook: Rulebook, limit: datetime, trial: bool) -> int:
        def work(register: Register) -> Mapping[str, int]:
            return register.jobs.forgettable(rulebook.type_id, ended_before=limit)

        rows_of_jobs = self.transactions.read(work)
        if not trial:
            for job_id in rows_of_jobs:
                self.transactions.write(lambda register, job_id=job_id: register.jobs.forget(job_id))  # type: ignore[misc]
        return sum(rows_of_jobs.values())

    def _due(self, rulebook: Rulebook, limit: date) -> Iterator[tuple[Document, ...]]:
        registered_before, after = _start(limit), ""

        def work(register: Register) -> tuple[Document, ...]:
            return register.documents.not_erased(
                rulebook.type_id, registered_before=registered_before, after=after, limit=AT_ONCE
            )

        while some := self.transactions.read(work):
            after = some[-1].id
            yield tuple(document for document in some if last_day(rulebook, document) < limit)


def last_day(rulebook: Rulebook, document: Document) -> date:
    """The day after which the period begins for which claims are kept; `date.max` if it does not yet begin."""
    registered = document.registered_at.date()
    if isinstance(document.standing, Withdrawn):
        return max(document.standing.withdrawn_at.date(), registered)
    period = covered_period(rulebook, document.claims)
    return date.max if period is None else max(period.end, registered)


def _limit(retention: timedelta | None, now: datetime) -> date | None:
    return None if retention is None else (now - retention).date()


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _erase(register: Register, due: tuple[Document, ...], now: datetime) -> None:
    """What was withdrawn or erased meanwhile is left alone."""
    for known in due:
        document = register.documents.by_id(known.id, lock=Lock.HELD)
        if document != known:
            continue
        register.documents.erase(document, at=now)
        if document.number is not None:
            register.jobs.forget_number(document.institution_id, document.type_id, document.number)
        erased = LogEvent.of(document, AuditEvent.CLAIMS_ERASED, at=now, details={"type": document.type_id})
        register.audit.append([erased])
