"""Shows bulk jobs, what was wrong with their rows, and the state of an institution's register as one digest."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from issuer.institutions import Institution
from issuer.jobs import Job, RowFault
from issuer.ports import Register, Transactions
from issuer.refusals import JobUnknown

NEWEST, PAGE = 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowJob:
    transactions: Transactions

    def __call__(self, institution: Institution, job_id: str) -> Job:
        """Refuses with `JobUnknown`."""
        job = self.transactions.read(lambda register: register.jobs.find(institution.id, job_id))
        if job is None:
            raise JobUnknown
        return job

    def newest(self, institution: Institution) -> tuple[Job, ...]:
        return self.transactions.read(lambda register: register.jobs.newest(institution.id, limit=NEWEST))

    def faults(self, job: Job) -> Iterator[RowFault]:
        """In the order of the rows, read a page at a time as they are asked for."""
        page = self._page(job, 0)
        while page:
            yield from page
            page = self._page(job, page[-1].row)

    def _page(self, job: Job, after: int) -> tuple[RowFault, ...]:
        return self.transactions.read(lambda register: register.jobs.faults(job.id, after=after, limit=PAGE))

    def register_digest(self, institution: Institution, type_id: str) -> str:
        """SHA-256, in hex, over the digests of the institution's documents of a type (`Bulk.digests`): equal if and
        only if two registers hold the same documents in the same state."""

        def work(register: Register) -> str:
            digest = hashlib.sha256()
            for one in register.bulk.digests(institution.id, type_id):
                digest.update(one)
            return digest.hexdigest()

        return self.transactions.read(work)
