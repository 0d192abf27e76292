"""Bulk jobs in the register, and what registers many documents at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from issuer.credentials import Issued
from issuer.documents import Document
from issuer.events import Event
from issuer.jobs import Chunk, FileForm, Job, JobTerms, RowFault, Survey
from issuer.ports.ground import Lock
from issuer.status_shards import Shard
from issuer.subjects import Subject


class Jobs(Protocol):
    def add(self, job: Job) -> None: ...

    def find(self, institution_id: str, job_id: str, *, lock: Lock = Lock.NONE) -> Job | None: ...

    def newest(self, institution_id: str, *, limit: int) -> tuple[Job, ...]: ...

    def latest(self, terms: JobTerms) -> Job | None:
        """The newest job on the same terms."""
        ...

    def lease(self, *, now: datetime, until: datetime) -> Job | None:
        """The oldest unfinished job with a source in the spool that no worker has; the caller has it until then."""
        ...

    def save(self, job: Job) -> None:
        """Writes progress, lease and end."""
        ...

    def restart(self, job: Job) -> Job:
        """The job as if nothing had been done, without faults."""
        ...

    def add_faults(self, job_id: str, faults: Sequence[RowFault]) -> None: ...

    def faults(self, job_id: str, *, after: int, limit: int) -> tuple[RowFault, ...]:
        """All faults of some rows after this one, in their order; empty after the last. limit: more than a row has."""
        ...

    def forget_number(self, institution_id: str, type_id: str, number: str) -> None:
        """Faults of rows with this document number say from now on only which row broke which rule."""
        ...

    def forgettable(self, type_id: str, *, ended_before: datetime) -> Mapping[str, int]:
        """Jobs that finished before, or began if they never did, and of whose faults more is said: rows by job id."""
        ...

    def forget(self, job_id: str) -> None:
        """All faults of the job, as `forget_number`."""
        ...

    def unfinished(self, institution_id: str) -> int:
        """How many of its jobs wait or run, those of the command line aside."""
        ...


class SpooledFile(Protocol):
    """A file while it is being received."""

    @property
    def name(self) -> str: ...

    def write(self, content: bytes) -> None: ...

    def close(self) -> None:
        """Returns when all of it is on the disk."""
        ...


class Spool(Protocol):
    """Files that institutions sent, until their jobs have finished."""

    def begin(self, name: str) -> SpooledFile:
        """A new file of this name."""
        ...

    def survey(self, name: str, type_id: str, form: FileForm) -> Survey:
        """Raises `RowFileError`."""
        ...

    def chunks(self, job: Job) -> Iterator[Chunk]:
        """What is left to do of a job's file. Raises `RowFileError` or `OSError`."""
        ...

    def discard(self, name: str) -> None: ...


class Bulk(Protocol):
    """As `Documents`, `Subjects`, `Credentials`, `Events` and `Shards`, for many at once."""

    def by_numbers(self, institution_id: str, type_id: str, numbers: Collection[str]) -> Mapping[str, str]:
        """Numbers that are registered already, to the ids of their documents."""
        ...

    def of_persons(
        self, institution_id: str, type_id: str, person_keys: Collection[bytes], *, now: datetime, lock: Lock
    ) -> Mapping[bytes, Sequence[Document]]:
        """As `Documents.of_person`; with NONE the persons are not locked and nothing is written."""
        ...

    def add(self, documents: Sequence[Document]) -> bool:
        """False if one of the numbers was registered by another transaction meanwhile: this one is to be undone."""
        ...

    def index(self, subjects: Iterable[tuple[Document, Subject]]) -> None: ...

    def issue(self, issued: Sequence[Issued]) -> None:
        """Credentials that are planned and issued in one."""
        ...

    def tell(self, events: Sequence[Event]) -> None: ...

    def take(self, shard: Shard, count: int) -> range:
        """As `Shards.take`: the next values of the counter, as many as there is room for, none if the shard is full."""
        ...

    def digests(self, institution_id: str, type_id: str) -> Iterator[bytes]:
        """SHA-256 of each document, in the order of their numbers; read as they are asked for.

        Of the compact JSON `[number, version, institution id, in force, SHA-256 of the sorted claims in hex]`.
        """
        ...
