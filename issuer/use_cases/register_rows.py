"""Registers a chunk of a bulk job's rows in one transaction, with the job's progress: both or neither.

A row is judged by the same rules as a document that comes alone (`judge_document`), and gets the same status entry and
inspection code. It differs in what it does not get: an offer is made when it is asked for (`make_offer`), and its
document number is its idempotency key.

Documents that newer ones replace are set INVALID in the same transaction, and the lists they stand on are published
with the last chunk and every `PUBLISH_EVERY` before it. Making a list anew takes longer the more of it is INVALID, and
a renewal of all cards would otherwise spend its night on that.

1. Rows are judged alone, outside the transaction.
2. The job is held; if its progress is not what the caller thinks, another process has taken it on.
3. Rows are parted into batches in which no person occurs twice, so that each batch is compared with the ones before.
4. Each batch is compared with the register, then written, table by table.
5. Faults and progress are written down.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from issuer.audit import INSTITUTION, SYSTEM, Actor, AuditEvent
from issuer.credentials import Issued
from issuer.documents import Document, Remark
from issuer.events import Event, EventKind
from issuer.institutions import Institution
from issuer.jobs import DUPLICATE, Chunk, Job, JobMode, Progress, Row, RowFault
from issuer.ports import Clock, Lock, Register, Transactions
from issuer.use_cases.draft_document import DraftDocument
from issuer.use_cases.judge_document import JudgedDocument, compare, judge_alone
from issuer.use_cases.register_document import CODE_TOO_LARGE, REPLACED, logged_version
from issuer.use_cases.sign_credential import SignCredential, code_order
from issuer.use_cases.tell_institution import event_of, event_of_end
from issuer.use_cases.withdraw_document import WithdrawDocument
from vc_core.claims import json_pointer
from vc_core.inspection_code import CodeTooLargeError
from vc_core.rulebook import Rulebook

RACES = 10
"""Attempts at a chunk while others register documents with the same numbers."""

KEY_MISSING = "row_key_missing"

MAX_FAULTS_OF_A_ROW = 50
MAX_SHOWN = 300
"""Characters of a key or pointer that are shown."""


PUBLISH_EVERY = timedelta(seconds=30)


class JobTakenOverError(Exception):
    """Another process goes on with the job."""


class _NumberRacedError(Exception):
    """Another transaction registered one of the numbers meanwhile."""


@dataclass(slots=True, kw_only=True)
class JobMemory:
    """What a process that runs a job remembers from one chunk to the next; it is none the worse for being lost.

    seen: numbers of earlier rows where nothing is registered that would tell. stale_shards: ids of status lists that
    are to be published. published_at: when that was done last.
    """

    published_at: datetime
    stale_shards: frozenset[str] = frozenset()
    seen: set[str] = field(default_factory=set)

    def is_due(self, job: Job, now: datetime) -> bool:
        return job.finished_at is not None or now - self.published_at >= PUBLISH_EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    row: Row
    key: str
    draft: Document
    alone: JudgedDocument


@dataclass(slots=True)
class _Outcome:
    """What became of the rows of one chunk."""

    issued: int = 0
    failed: int = 0
    duplicate: int = 0
    faults: list[RowFault] = field(default_factory=list)
    stale_shards: set[str] = field(default_factory=set)

    def refuse(self, row: Row, key: str | None, remarks: Sequence[Remark]) -> None:
        self.failed += 1
        self.faults += _faults(row, key, remarks)

    def repeat(self, candidate: _Candidate, rulebook: Rulebook, message: str) -> None:
        self.duplicate += 1
        pointer = json_pointer(rulebook.document_number)
        fault = RowFault(
            row=candidate.row.number, key=candidate.key, pointer=pointer, code=DUPLICATE, message=message
        )  # fmt: skip
        self.faults.append(fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRows:
    transactions: Transactions
    draft: DraftDocument
    sign: SignCredential
    withdraw: WithdrawDocument
    end_notice: timedelta
    clock: Clock

    def __call__(self, institution: Institution, rulebook: Rulebook, job: Job, chunk: Chunk, memory: JobMemory) -> Job:
        """The job after these rows. Raises `JobTakenOverError`; refuses with `SignerNotCertified`."""
        began = self.clock()
        unreadable, candidates = self._judged(institution, rulebook, chunk.rows, now=began)

        def work(register: Register) -> tuple[Job, frozenset[str]]:
            held = register.jobs.find(institution.id, job.id, lock=Lock.HELD)
            if held is None or held.finished_at is not None or held.progress != job.progress:
                raise JobTakenOverError(job.id)
            outcome = _Outcome(failed=len(unreadable), faults=[fault for faults in unreadable for fault in faults])
            fresh = self._unrepeated(register, institution, rulebook, candidates, outcome, memory.seen)
            for batch in _batches(fresh):
                self._register(register, institution, rulebook, job.terms.mode, batch, outcome, now=began)
            after = self._advanced(job, chunk, outcome, began)
            stale = memory.stale_shards | outcome.stale_shards
            if stale and memory.is_due(after, began):
                self.withdraw.republish(register, stale, now=began)
                stale = frozenset()
            register.jobs.add_faults(job.id, sorted(outcome.faults, key=lambda fault: fault.row))
            register.jobs.save(after)
            return after, stale

        after, stale = self._written(work, by=SYSTEM if job.terms.source is None else INSTITUTION)
        memory.published_at = began if memory.is_due(after, began) else memory.published_at
        memory.stale_shards = stale
        if job.terms.mode is JobMode.CHECK:
            memory.seen |= {candidate.key for candidate in candidates if not candidate.alone.faults}
        return after

    def _written(
        self, work: Callable[[Register], tuple[Job, frozenset[str]]], *, by: Actor
    ) -> tuple[Job, frozenset[str]]:
        for _ in range(RACES):
            try:
                return self.transactions.write(work, by=by)
            except _NumberRacedError:
                continue
        raise LookupError("a document number is neither free nor taken")

    def _judged(
        self, institution: Institution, rulebook: Rulebook, rows: Sequence[Row], *, now: datetime
    ) -> tuple[list[tuple[RowFault, ...]], list[_Candidate]]:
        """Rows that hold no claims or no number, and the others."""
        unreadable: list[tuple[RowFault, ...]] = []
        candidates: list[_Candidate] = []
        for row in rows:
            if row.claims is None:
                unreadable.append((row.fault,) if row.fault else ())
                continue
            draft = self.draft(institution, rulebook, row.claims, now=now)
            alone = judge_alone(rulebook, institution, row.claims, today=now.date())
            if draft.number is None:
                missing = RowFault(
                    row=row.number,
                    key=None,
                    pointer=json_pointer(rulebook.document_number),
                    code=KEY_MISSING,
                    message="A row has a document number, so that it is registered once.",
                )
                unreadable.append(_faults(row, None, alone.faults) or (missing,))
            else:
                candidates.append(_Candidate(row=row, key=_stored(draft.number), draft=draft, alone=alone))
        return unreadable, candidates

    def _unrepeated(
        self,
        register: Register,
        institution: Institution,
        rulebook: Rulebook,
        candidates: Sequence[_Candidate],
        outcome: _Outcome,
        seen: set[str],
    ) -> Iterator[_Candidate]:
        """Rows that may be registered; faulty ones and repetitions go to the outcome."""
        numbers = {candidate.key for candidate in candidates if not candidate.alone.faults}
        taken = register.bulk.by_numbers(institution.id, rulebook.type_id, numbers)
        earlier: set[str] = set()
        for candidate in candidates:
            key = candidate.key
            if candidate.alone.faults:
                outcome.refuse(candidate.row, key, candidate.alone.faults)
            elif key in taken:
                outcome.repeat(candidate, rulebook, f"Registered already as document {taken[key]}.")
            elif key in earlier or key in seen:
                outcome.repeat(candidate, rulebook, "An earlier row of this file has the same number.")
            else:
                earlier.add(key)
                yield candidate

    def _register(
        self,
        register: Register,
        institution: Institution,
        rulebook: Rulebook,
        mode: JobMode,
        batch: Sequence[_Candidate],
        outcome: _Outcome,
        *,
        now: datetime,
    ) -> None:
        lock = Lock.HELD if mode is JobMode.REGISTER else Lock.NONE
        persons = {one.draft.person_key for one in batch if one.draft.person_key is not None}
        earlier = register.bulk.of_persons(institution.id, rulebook.type_id, persons, now=now, lock=lock)
        accepted: list[Document] = []
        replaced: list[Document] = []
        for one in batch:
            judged = compare(rulebook, one.alone, one.draft.claims, _of(one.draft, earlier))
            if judged.faults:
                outcome.refuse(one.row, one.key, judged.faults)
                continue
            outcome.issued += 1
            accepted.append(replace(one.draft, remarks=judged.remarks))
            replaced += judged.replaced
        if mode is JobMode.CHECK or not accepted:
            return
        register.audit.append(
            [logged_version(document, AuditEvent.DOCUMENT_REGISTERED, at=now) for document in accepted]
        )
        issued, documents = self._issued(register, institution, rulebook, accepted, now=now)
        if not register.bulk.add(documents):
            raise _NumberRacedError
        register.bulk.index((document, self.draft.subject(rulebook, document)) for document in documents)
        register.bulk.issue(issued)
        register.bulk.tell(list(self._events(rulebook, documents, now=now)))
        for old in replaced:
            outcome.stale_shards.update(self.withdraw.unpublished(register, old, REPLACED, now=now)[1])

    def _issued(
        self,
        register: Register,
        institution: Institution,
        rulebook: Rulebook,
        documents: Sequence[Document],
        *,
        now: datetime,
    ) -> tuple[list[Issued], list[Document]]:
        """The documents' inspection codes, and the documents, with a remark where a code cannot hold one."""
        if rulebook.inspection_code is None:
            return [], list(documents)
        places = self.sign.reserve_status.many(register, institution, rulebook.status, len(documents), now=now)
        issued: list[Issued] = []
        finished: list[Document] = []
        for document, place in zip(documents, places, strict=True):
            order = code_order(institution, rulebook, document)
            try:
                issued.append(self.sign.signed(register, order, self.sign.plan(order, place, now=now))[1])
                finished.append(document)
            except CodeTooLargeError:
                finished.append(replace(document, remarks=(*document.remarks, CODE_TOO_LARGE)))
        return issued, finished

    def _events(self, rulebook: Rulebook, documents: Sequence[Document], *, now: datetime) -> Iterator[Event]:
        for document in documents:
            yield event_of(EventKind.ISSUED, document, at=now)
            end = event_of_end(rulebook, document, ahead=self.end_notice, now=now)
            if end is not None:
                yield end

    def _advanced(self, job: Job, chunk: Chunk, outcome: _Outcome, began: datetime) -> Job:
        now, former = self.clock(), job.progress
        progress = Progress(
            offset=chunk.end,
            issued=former.issued + outcome.issued,
            failed=former.failed + outcome.failed,
            duplicate=former.duplicate + outcome.duplicate,
            worked=former.worked + (now - began),
        )
        finished = progress.done == job.terms.survey.rows
        return replace(job, progress=progress, finished_at=now if finished else None)


def _faults(row: Row, key: str | None, remarks: Sequence[Remark]) -> tuple[RowFault, ...]:
    """Rows may be anything: what is told of one is bounded."""
    shown = None if key is None else key[:MAX_SHOWN]
    return tuple(
        RowFault(row=row.number, key=shown, pointer=one.pointer[:MAX_SHOWN], code=one.rule_id, message=one.message)
        for one in remarks[:MAX_FAULTS_OF_A_ROW]
    )


def _stored(number: str) -> str:
    """As the database gives a number back, which holds no U+0000."""
    return number.replace("\0", "\ufffd")


def _of(draft: Document, earlier: Mapping[bytes, Sequence[Document]]) -> Sequence[Document]:
    return () if draft.person_key is None else earlier.get(draft.person_key, ())


def _batches(candidates: Iterator[_Candidate]) -> Iterator[Sequence[_Candidate]]:
    """In the order of the rows; no person twice in one."""
    batch: list[_Candidate] = []
    persons: set[bytes] = set()
    for candidate in candidates:
        person = candidate.draft.person_key
        if person in persons:
            yield batch
            batch, persons = [], set()
        batch.append(candidate)
        if person is not None:
            persons.add(person)
    if batch:
        yield batch
