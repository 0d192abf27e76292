"""Wiring of bulk jobs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.row_files import RowFile
from issuer.jobs import Chunk, FileForm, Job
from issuer.row_forms import JsonRows
from issuer.settings import IssuerSettings
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.register_rows import RegisterRows
from issuer.use_cases.run_job import RunJob
from issuer.use_cases.show_job import ShowJob
from issuer.use_cases.start_job import StartJob


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRegistration:
    """What a command, or the service's worker, registers files of documents with."""

    settings: IssuerSettings
    institutions: InstitutionDirectory
    start: StartJob
    run: RunJob
    show: ShowJob

    def file(self, path: Path, form: FileForm) -> RowFile:
        settings = self.settings
        match form:
            case FileForm.NDJSON:
                rows = JsonRows(settings.max_body_bytes)
            case _:
                assert_never(form)
        return RowFile(
            path=path, form=rows, max_row_bytes=settings.max_body_bytes, max_bytes=settings.bulk_content_bytes
        )  # fmt: skip

    def chunks(self, path: Path, job: Job) -> Iterator[Chunk]:
        """What is left to do of a job's file."""
        return self.file(path, job.terms.form).chunks(job.progress.offset, job.progress.done)


def bulk_jobs(
    settings: IssuerSettings, institutions: InstitutionDirectory, register: RegisterDocument
) -> BulkRegistration:
    """Register, types, keys, clock and randomness are those that documents are registered with one by one."""
    transactions, clock = register.transactions, register.clock
    rows = RegisterRows(
        transactions=transactions,
        draft=register.draft,
        sign=register.sign,
        withdraw=register.withdraw,
        end_notice=register.end_notice,
        clock=clock,
    )
    return BulkRegistration(
        settings=settings,
        institutions=institutions,
        start=StartJob(transactions=transactions, catalogue=register.catalogue, clock=clock, random=register.random),
        run=RunJob(
            transactions=transactions,
            institutions=institutions,
            catalogue=register.catalogue,
            register_rows=rows,
            clock=clock,
        ),
        show=ShowJob(transactions=transactions),
    )
