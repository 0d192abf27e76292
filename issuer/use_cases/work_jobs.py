"""Runs the jobs of files that institutions sent, one after the other, until there is none left or it is to stop.

A job is leased from chunk to chunk. What a worker leaves behind that was killed, or met an error, is taken up by any
worker when the lease has run out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from issuer.jobs import Job
from issuer.ports import Clock, Spool, Transactions
from issuer.use_cases.register_rows import JobTakenOverError
from issuer.use_cases.run_job import RunJob

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkJobs:
    transactions: Transactions
    run: RunJob
    spool: Spool
    clock: Clock

    def __call__(self, is_over: Callable[[], bool]) -> None:
        """Raises or refuses as `RunJob` does; the job is left to be taken up again."""
        while not is_over() and (job := self._leased()) is not None:
            try:
                self._work(job, is_over)
            except JobTakenOverError:
                continue

    def _leased(self) -> Job | None:
        now = self.clock()
        return self.transactions.write(lambda register: register.jobs.lease(now=now, until=now + LEASE))

    def _work(self, job: Job, is_over: Callable[[], bool]) -> None:
        for done in self.run(job, self.spool.chunks, lease=LEASE):
            if done.finished_at is not None:
                if done.terms.source is not None:
                    self.spool.discard(done.terms.source)
            elif is_over():
                self._release(done)
                return

    def _release(self, job: Job) -> None:
        """For the next worker at once."""
        free = replace(job, leased_until=None)
        self.transactions.write(lambda register: register.jobs.save(free))
