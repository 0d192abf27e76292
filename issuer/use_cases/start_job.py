"""Starts a bulk job, or finds the one that was interrupted."""

from dataclasses import dataclass
from enum import Enum

from issuer.documents import AT_ONCE
from issuer.identifiers import row_id
from issuer.institutions import Institution
from issuer.jobs import MAX_UNFINISHED, Job, JobMode, JobTerms, Progress
from issuer.ports import Clock, RandomBytes, Register, Transactions
from issuer.refusals import BindingNotAllowed, TooManyJobs
from issuer.use_cases.find_type import find_type
from vc_core.catalogue import Catalogue


class Beginning(Enum):
    """ANEW: a file whose job was interrupted is refused. RESUMED: the file's newest job goes on, or is shown if it has
    finished; without one it is begun."""

    ANEW = "anew"
    RESUMED = "resumed"


class JobInterruptedError(Exception):
    """A job on the same terms was interrupted."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.id)
        self.job = job


@dataclass(frozen=True, slots=True, kw_only=True)
class StartJob:
    transactions: Transactions
    catalogue: Catalogue
    clock: Clock
    random: RandomBytes

    def __call__(self, institution: Institution, terms: JobTerms, beginning: Beginning) -> Job:
        """Raises `JobInterruptedError`; refuses with `TypeUnknown`, `TypeNotEntitled`, `BindingNotAllowed` or
        `TooManyJobs`."""
        rulebook = find_type(self.catalogue, institution, terms.type_id)
        if AT_ONCE.binding not in rulebook.bindings:
            raise BindingNotAllowed
        now = self.clock()
        begun = Job(id=row_id(now, self.random), terms=terms, progress=Progress(), created_at=now)

        def work(register: Register) -> Job:
            latest = register.jobs.latest(terms)
            if latest is not None and beginning is Beginning.RESUMED:
                return latest
            if latest is not None and latest.finished_at is None and terms.mode is JobMode.REGISTER:
                raise JobInterruptedError(latest)
            if terms.source is not None and register.jobs.unfinished(institution.id) >= MAX_UNFINISHED:
                raise TooManyJobs
            register.jobs.add(begun)
            return begun

        return self.transactions.write(work)
