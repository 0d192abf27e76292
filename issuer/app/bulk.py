"""Wiring of bulk jobs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import assert_never

from fastapi import APIRouter

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.repeating import repeated
from issuer.adapters.row_files import RowFile
from issuer.adapters.spool import FolderSpool, OpenRows
from issuer.addresses import Addresses
from issuer.csv_rows import CsvTable
from issuer.http.institution_access import InstitutionAccess
from issuer.http.jobs_api import jobs_router, template_router
from issuer.jobs import Chunk, FileForm, Job
from issuer.row_forms import JsonRows, RowForm
from issuer.settings import IssuerSettings
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.register_rows import RegisterRows
from issuer.use_cases.run_job import RunJob
from issuer.use_cases.show_job import ShowJob
from issuer.use_cases.start_job import StartJob
from issuer.use_cases.submit_file import SubmitFile
from issuer.use_cases.work_jobs import WorkJobs
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRegistration:
    """What a command, or the service's worker, registers files of documents with."""

    settings: IssuerSettings
    institutions: InstitutionDirectory
    open_rows: OpenRows
    start: StartJob
    submit: SubmitFile
    run: RunJob
    work: WorkJobs
    show: ShowJob

    def chunks(self, path: Path, job: Job) -> Iterator[Chunk]:
        """What is left to do of a job's file."""
        file = self.open_rows(path, job.terms.type_id, job.terms.form)
        return file.chunks(job.progress.offset, job.progress.done)

    @contextmanager
    def worked(self) -> Iterator[None]:
        """Works on jobs in a thread meanwhile; not at all where the settings say so."""
        over = threading.Event()
        with repeated(lambda: self.work(over.is_set), every_seconds=self.settings.job_seconds):
            try:
                yield
            finally:
                over.set()


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
    run = RunJob(
        transactions=transactions,
        institutions=institutions,
        catalogue=register.catalogue,
        register_rows=rows,
        clock=clock,
    )
    start = StartJob(transactions=transactions, catalogue=register.catalogue, clock=clock, random=register.random)
    open_rows = partial(_open_rows, settings, register.catalogue)
    spool = FolderSpool(folder=settings.spool_folder, open_rows=open_rows)
    return BulkRegistration(
        settings=settings,
        institutions=institutions,
        open_rows=open_rows,
        start=start,
        submit=SubmitFile(start=start, spool=spool, random=register.random),
        run=run,
        work=WorkJobs(transactions=transactions, run=run, spool=spool, clock=clock),
        show=ShowJob(transactions=transactions),
    )


def jobs_routers(bulk: BulkRegistration, access: InstitutionAccess, addresses: Addresses) -> Iterator[APIRouter]:
    yield jobs_router(
        access=access,
        submit=bulk.submit,
        show=bulk.show,
        addresses=addresses,
        max_upload_bytes=bulk.settings.bulk_upload_bytes,
    )
    yield template_router(access, bulk.start.catalogue)


def _open_rows(settings: IssuerSettings, catalogue: Catalogue, path: Path, type_id: str, form: FileForm) -> RowFile:
    match form:
        case FileForm.NDJSON:
            rows: RowForm | CsvTable = JsonRows(settings.max_body_bytes)
        case FileForm.CSV:
            rows = CsvTable(schema=catalogue.type(type_id).schema)
        case _:
            assert_never(form)
    return RowFile(
        path=path, form=rows, max_row_bytes=settings.max_body_bytes, max_bytes=settings.bulk_content_bytes
    )  # fmt: skip
