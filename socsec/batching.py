"""`socsec batch`: a file of documents registered directly in the issuer's database, for runs over night.

It goes on where it stopped: what has been done is in the database, and so is how far that was.
"""

import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import orjson
import typer

from issuer.app.bulk import BulkRegistration
from issuer.app.commands import bulk_registration
from issuer.csv_rows import template
from issuer.institutions import Institution
from issuer.jobs import FileForm, Job, JobMode, JobTerms, RowFault, RowFileError
from issuer.settings import IssuerSettings
from issuer.use_cases.start_job import Beginning, JobInterruptedError
from socsec.garbage import collected_seldom
from socsec.options import (
    DATA,
    ISSUER_URL,
    CommandError,
    DatabaseUrl,
    Folder,
    IssuerUrl,
    institution_named,
    opened,
    told,
)
from socsec.published_addresses import require_permitted_address
from vc_core.catalogue import Catalogue

app = typer.Typer(add_completion=False)

TELL_EVERY_SECONDS = 2.0
ERRORS_SUFFIX = ".errors.ndjson"
CSV_SUFFIX = ".csv"


@app.command("batch")
def command(
    type_id: Annotated[str, typer.Argument(metavar="TYPE", help="Type of the documents, by its folder's name.")],
    file: Annotated[Path | None, typer.Argument(help="NDJSON, or CSV by its name; plain or gzip.")] = None,
    data: Folder = DATA,
    database: DatabaseUrl = None,
    issuer_url: IssuerUrl = ISSUER_URL,
    institution: Annotated[str | None, typer.Option(help="Who registers them; needed if several could.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judges every row and registers nothing.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Goes on with a file that was interrupted.")] = False,
    errors: Annotated[Path | None, typer.Option(help="File for what was wrong; FILE.errors.ndjson.")] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Prints the header of a CSV file; without FILE.")
    ] = False,
) -> None:
    """Registers a file of documents in the issuer's database. Exit status: 3 if rows failed, 1 if nothing was done,
    2 if the folder is no pilot."""
    mode = JobMode.CHECK if dry_run else JobMode.REGISTER
    beginning = Beginning.RESUMED if resume else Beginning.ANEW
    if template is (file is not None):
        raise typer.BadParameter("give either FILE or --template")
    if file is None:
        with told():
            typer.echo(csv_template(type_id), nl=False)
        return
    settings = IssuerSettings(data=data, base_url=issuer_url, database_url=database)
    with told():
        require_permitted_address(settings, datetime.now(UTC))
    status = batch(settings, type_id, file, institution_id=institution, mode=mode, beginning=beginning, errors=errors)
    raise typer.Exit(status)


def batch(
    settings: IssuerSettings,
    type_id: str,
    path: Path,
    *,
    institution_id: str | None,
    mode: JobMode,
    beginning: Beginning,
    errors: Path | None,
) -> int:
    """Prints progress to standard error and the outcome to standard output; 0 if every row was registered, or was
    before, and 3 if rows failed. What is refused is printed as `opened` does it."""
    with opened(settings.data, bulk_registration(settings)) as bulk:
        institution = _institution(bulk, type_id, institution_id)
        try:
            terms = _terms(bulk, institution, type_id, path, mode)
            with collected_seldom():
                job = _run(bulk, institution, terms, path, beginning)
        except JobInterruptedError as interrupted:
            done = interrupted.job.progress.done
            raise CommandError(f"this file was interrupted after {done} rows; go on with --resume") from None
        except (RowFileError, OSError) as error:
            raise CommandError(f"{path}: {error}") from error
        told = errors or path.with_name(path.name + ERRORS_SUFFIX)
        _write(told, bulk.show.faults(job))
        progress = job.progress
        print(f"issued={progress.issued} failed={progress.failed} duplicate={progress.duplicate}")
        print(f"registry sha256={bulk.show.register_digest(institution, type_id)}")
        print(f"errors {told}")
        return 3 if progress.failed else 0


def csv_template(type_id: str) -> str:
    """The header of a CSV file with documents of a type. Raises `CommandError`."""
    catalogue = Catalogue.load()
    if type_id not in catalogue.rulebooks:
        raise CommandError(f"no type {type_id}")
    return template(catalogue.type(type_id).schema)


def _institution(bulk: BulkRegistration, type_id: str, institution_id: str | None) -> Institution:
    """The one named, or the only one that may issue the type."""
    if institution_id is not None:
        return institution_named(bulk.institutions, institution_id)
    entitled = [one for one in bulk.institutions.all() if type_id in one.types]
    if len(entitled) != 1:
        named = ", ".join(one.id for one in entitled) or "none"
        raise CommandError(f"name the institution with --institution; those that may issue this type: {named}")
    return entitled[0]


def _terms(bulk: BulkRegistration, institution: Institution, type_id: str, path: Path, mode: JobMode) -> JobTerms:
    form = FileForm.CSV if CSV_SUFFIX in path.suffixes else FileForm.NDJSON
    survey = bulk.open_rows(path, type_id, form).survey()
    return JobTerms(
        institution_id=institution.id, type_id=type_id, form=form, mode=mode, survey=survey, source=None
    )  # fmt: skip


def _run(bulk: BulkRegistration, institution: Institution, terms: JobTerms, path: Path, beginning: Beginning) -> Job:
    job = started = bulk.start(institution, terms, beginning)
    if job.progress.done:
        _tell(job)
    told = time.monotonic()
    for job in bulk.run(started, lambda begun: bulk.chunks(path, begun), lease=None):
        if job.finished_at is not None or time.monotonic() - told >= TELL_EVERY_SECONDS:
            told = time.monotonic()
            _tell(job)
    return job


def _tell(job: Job) -> None:
    left = "" if job.time_left is None else f", {_clock(job.time_left)} left"
    print(
        f"{job.progress.done:,} of {job.terms.survey.rows:,} rows, {job.rate:,.0f} rows/s{left}",
        file=sys.stderr,
        flush=True,
    )


def _clock(span: timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _write(path: Path, faults: Iterable[RowFault]) -> None:
    with path.open("wb") as file:
        for fault in faults:
            file.write(orjson.dumps(asdict(fault)) + b"\n")
