"""Bulk jobs at the back office: the institution's jobs, a file handed in, how far it has got, what was wrong with it.

The same use cases and limits as `jobs_api`. A page shows a job as it is at one moment; whoever wants to follow it
asks for that, and the page then comes anew by itself until the job has finished (WCAG 2.2, 2.2.2 and 3.2.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from issuer import refusals
from issuer.http.jobs_api import NDJSON, csv_template, fault_lines
from issuer.http.office_pages import HEADERS, home, note_refusal, see_other, titles
from issuer.http.office_reception import Reception, Visit
from issuer.http.uploads import Upload, open_upload
from issuer.institutions import Role
from issuer.jobs import FileForm, Job, JobMode
from issuer.use_cases.check_role import require_role
from issuer.use_cases.find_type import find_type
from issuer.use_cases.show_job import ShowJob
from issuer.use_cases.submit_file import SubmitFile
from vc_core.catalogue import Catalogue

FIELDS = {"token", "type", "form", "mode"}
FOLLOW_SECONDS = 5
SHOWN_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDesk:
    """What the pages about bulk jobs need."""

    catalogue: Catalogue
    submit: SubmitFile
    show: ShowJob
    max_upload_bytes: int


def add_jobs(router: APIRouter, reception: Reception, desk: JobDesk) -> None:
    @router.get("/jobs")
    def jobs(request: Request) -> Response:
        return _jobs_page(request, reception.visit(request), desk, {})

    @router.post("/jobs")
    async def hand_in(request: Request) -> Response:
        visit = await run_in_threadpool(reception.visit, request)
        sent: Mapping[str, str] = {}
        try:
            upload = await open_upload(
                request,
                file_field="file",
                limit=desk.max_upload_bytes,
                too_large=refusals.BodyTooLarge,
                malformed=refusals.OfficeFormMalformed,
            )
            sent = upload.fields
            reception.require_own(visit.session, sent)
            require_role(visit.officer, Role.CLERK)
            job = await _submitted(desk, visit, upload)
        except (refusals.RowsUnreadable, refusals.BodyTooLarge, refusals.TooManyJobs) as refusal:
            return await run_in_threadpool(_jobs_page, request, visit, desk, sent, refusal)
        return see_other(f"{home(request)}/jobs/{job.id}")

    @router.get("/jobs/templates/{type_id}")
    def csv_header(type_id: str, request: Request) -> Response:
        return csv_template(find_type(desk.catalogue, reception.visit(request).institution, type_id))

    @router.get("/jobs/{job_id}")
    def job(job_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        found = desk.show(visit.institution, job_id)
        running = found.finished_at is None
        followed = running and "follow" in request.query_params
        answer = visit.page(
            request,
            "job.html",
            job=found,
            titles=titles(desk.catalogue, request),
            rate=round(found.rate, 1),
            left=None if found.time_left is None else _span(found.time_left),
            running=running,
            followed=followed,
            seconds=FOLLOW_SECONDS,
            now=reception.clock(),
            faults=tuple(islice(desk.show.faults(found), SHOWN_FAULTS)) if found.progress.done else (),
        )
        if followed:
            answer.headers["Refresh"] = str(FOLLOW_SECONDS)
        return answer

    @router.get("/jobs/{job_id}/results")
    def results(job_id: str, request: Request) -> Response:
        found = desk.show(reception.visit(request).institution, job_id)
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{found.id}.ndjson"'}
        return StreamingResponse(fault_lines(desk.show.faults(found)), media_type=NDJSON, headers=headers)


async def _submitted(desk: JobDesk, visit: Visit, upload: Upload) -> Job:
    """The file is written down as it comes. Refuses as `SubmitFile`, with `BodyTooLarge` or `OfficeFormMalformed`."""
    fields = upload.fields
    if set(fields) != FIELDS:
        raise refusals.OfficeFormMalformed
    try:
        form, mode = FileForm(fields["form"]), JobMode(fields["mode"])
    except ValueError:
        raise refusals.OfficeFormMalformed from None
    file = await run_in_threadpool(desk.submit.begin, visit.institution, fields["type"])
    try:
        async for content in upload.content:
            await run_in_threadpool(file.write, content)
    except (refusals.BodyTooLarge, refusals.OfficeFormMalformed, ClientDisconnect):
        await run_in_threadpool(desk.submit.abandon, file)
        raise
    return await run_in_threadpool(desk.submit, visit.institution, fields["type"], form, mode, file)


def _jobs_page(
    request: Request,
    visit: Visit,
    desk: JobDesk,
    sent: Mapping[str, str],
    refusal: refusals.RowsUnreadable | refusals.BodyTooLarge | refusals.TooManyJobs | None = None,
) -> Response:
    """sent: what the form held before."""
    problem = None if refusal is None else note_refusal(request, type(refusal))
    unreadable = refusal if isinstance(refusal, refusals.RowsUnreadable) else None
    return visit.page(
        request,
        "jobs.html",
        status=200 if problem is None else problem.status,
        jobs=desk.show.newest(visit.institution),
        titles=titles(desk.catalogue, request),
        types=sorted(visit.institution.types),
        forms=tuple(FileForm),
        modes=tuple(JobMode),
        sent={"type": "", "form": FileForm.CSV.value, "mode": JobMode.REGISTER.value, **sent},
        problem="" if problem is None else problem.code,
        reason="" if unreadable is None else unreadable.reason,
        column="" if unreadable is None else unreadable.column,
        facts={} if refusal is None else vars(refusal),
        file_at_fault=refusal is not None and not isinstance(refusal, refusals.TooManyJobs),
    )


def _span(left: timedelta) -> str:
    """A span for people, in units that every language writes alike."""
    seconds = round(left.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
