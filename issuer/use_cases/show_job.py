"""Shows what was wrong with the rows of a bulk job, and the state of an institution's register as one digest."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from issuer.institutions import Institution
from issuer.jobs import Job, RowFault
from issuer.ports import Register, Transactions

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowJob:
    transactions: Transactions

    def each_fault(self, job: Job, take: Callable[[Iterator[RowFault]], _T]) -> _T:
        """What `take` makes of the faults, in the order of the rows, read as it asks for them."""
        return self.transactions.read(lambda register: take(register.jobs.faults(job.id)))

    def register_digest(self, institution: Institution, type_id: str) -> str:
        """SHA-256, in hex, over the digests of the institution's documents of a type (`Bulk.digests`): equal if and
        only if two registers hold the same documents in the same state."""

        def work(register: Register) -> str:
            digest = hashlib.sha256()
            for one in register.bulk.digests(institution.id, type_id):
                digest.update(one)
            return digest.hexdigest()

        return self.transactions.read(work)
