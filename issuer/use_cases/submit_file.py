"""Takes a file of documents that an institution sent: surveyed, and written down as a job for the worker."""

from dataclasses import dataclass

from issuer.identifiers import unguessable_id
from issuer.institutions import Institution
from issuer.jobs import FileForm, Job, JobMode, JobTerms, RowFileError
from issuer.ports import RandomBytes, Spool, SpooledFile
from issuer.refusals import Refusal, RowsUnreadable
from issuer.use_cases.find_type import find_type
from issuer.use_cases.start_job import Beginning, StartJob


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitFile:
    start: StartJob
    spool: Spool
    random: RandomBytes

    def begin(self, institution: Institution, type_id: str) -> SpooledFile:
        """An empty file to be written. Refuses with `TypeUnknown` or `TypeNotEntitled`, before anything is sent."""
        find_type(self.start.catalogue, institution, type_id)
        return self.spool.begin(unguessable_id(self.random))

    def __call__(self, institution: Institution, type_id: str, form: FileForm, mode: JobMode, file: SpooledFile) -> Job:
        """The job that waits for the worker. A file that is refused is discarded.

        Refuses with `RowsUnreadable`, or as `StartJob` does.
        """
        file.close()
        try:
            survey = self.spool.survey(file.name, type_id, form)
            terms = JobTerms(
                institution_id=institution.id, type_id=type_id, form=form, mode=mode, survey=survey, source=file.name
            )  # fmt: skip
            return self.start(institution, terms, Beginning.ANEW)
        except RowFileError as error:
            self.spool.discard(file.name)
            raise RowsUnreadable(error.reason, error.where[:100]) from error
        except Refusal:
            self.spool.discard(file.name)
            raise

    def abandon(self, file: SpooledFile) -> None:
        """What was sent is too large, or broke off."""
        file.close()
        self.spool.discard(file.name)
