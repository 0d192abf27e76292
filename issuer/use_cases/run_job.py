"""Runs a bulk job to its end, chunk by chunk, from wherever it stopped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from issuer.jobs import Chunk, Job, JobMode
from issuer.ports import Clock, Institutions, Register, Transactions
from issuer.use_cases.find_type import find_type
from issuer.use_cases.register_rows import JobMemory, RegisterRows
from vc_core.catalogue import Catalogue

ReadChunks = Callable[[Job], Iterator[Chunk]]
"""The rows of a job's file that are not done yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunJob:
    transactions: Transactions
    institutions: Institutions
    catalogue: Catalogue
    register_rows: RegisterRows
    clock: Clock

    def __call__(self, job: Job, read: ReadChunks, *, lease: timedelta | None) -> Iterator[Job]:
        """The job after each chunk. lease: how long nobody else takes the job on, from one chunk to the next.

        Raises `JobTakenOverError`, or what `read` raises; refuses with `TypeUnknown`, `TypeNotEntitled` or
        `SignerNotCertified`.
        """
        if job.finished_at is not None:
            return
        institution = self.institutions.by_id(job.terms.institution_id)
        rulebook = find_type(self.catalogue, institution, job.terms.type_id)
        memory = JobMemory(published_at=self.clock())
        if job.progress.done:
            job = self._resumed(job, memory)
        for chunk in read(job):
            leased = replace(job, leased_until=None if lease is None else self.clock() + lease)
            institution = self.institutions.by_id(job.terms.institution_id)  # its key may have been changed meanwhile
            job = self.register_rows(institution, rulebook, leased, chunk, memory)
            yield job

    def _resumed(self, job: Job, memory: JobMemory) -> Job:
        """What was remembered is lost: lists may be left to publish. A check begins anew, since it wrote nothing that
        would tell which numbers it has seen."""

        def work(register: Register) -> Job:
            if job.terms.mode is JobMode.CHECK:
                return register.jobs.restart(job)
            shards = (register.shards.find(shard_id) for shard_id in register.shards.published())
            own = (shard.id for shard in shards if shard and shard.kind.institution_id == job.terms.institution_id)
            memory.stale_shards = frozenset(own)
            return job

        return self.transactions.write(work)
