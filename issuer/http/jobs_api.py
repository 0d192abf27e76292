"""Bulk jobs: a file of documents sent at once, how far it has got, and what was wrong with its rows."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from issuer import refusals
from issuer.addresses import Addresses
from issuer.csv_rows import template
from issuer.http import answers
from issuer.http.bodies import bounded, media_type
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, institution_asking
from issuer.http.problems import NO_STORE
from issuer.http.schemas import JobBody, JobsBody, RowFaultBody, problem_responses
from issuer.institutions import Institution
from issuer.jobs import FileForm, Job, JobMode, RowFault
from issuer.ports import SpooledFile
from issuer.use_cases.find_type import find_type
from issuer.use_cases.show_job import ShowJob
from issuer.use_cases.submit_file import SubmitFile
from vc_core import strict_json
from vc_core.catalogue import Catalogue
from vc_core.rulebook import Rulebook

NDJSON, CSV = "application/x-ndjson", "text/csv"
FORMS = {NDJSON: FileForm.NDJSON, "application/jsonl": FileForm.NDJSON, CSV: FileForm.CSV}
_PARAMETERS = [
    {
        "name": "type",
        "in": "query",
        "required": True,
        "description": "Type of the documents",
        "schema": {"type": "string"},
    },
    {
        "name": "mode",
        "in": "query",
        "description": "`check`: judge every row and register nothing",
        "schema": {"enum": [mode.value for mode in JobMode], "default": JobMode.REGISTER.value},
    },
]


def jobs_router(
    *, access: InstitutionAccess, submit: SubmitFile, show: ShowJob, addresses: Addresses, max_upload_bytes: int
) -> APIRouter:
    router = APIRouter(prefix="/v1/jobs", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]

    @router.post(
        "",
        operation_id="postJob",
        summary="Register a file of documents; it is worked on afterwards",
        status_code=202,
        response_model=JobBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.TypeUnknown,
            refusals.TypeNotEntitled,
            refusals.BindingNotAllowed,
            refusals.JobQueryMalformed,
            refusals.RowsUnreadable,
            refusals.RowsMediaTypeUnknown,
            refusals.BodyTooLarge,
            refusals.TooManyJobs,
        ),
        openapi_extra={
            "parameters": _PARAMETERS,
            "requestBody": {
                "required": True,
                "description": "Plain or gzip",
                "content": {kind: {"schema": {"type": "string"}} for kind in FORMS},
            },
        },
    )
    async def post_job(request: Request, institution: asking) -> Response:
        form, mode = _form(request), _mode(request)
        type_id = request.query_params.get("type")
        if not type_id:
            raise refusals.JobQueryMalformed("/type")
        file = await run_in_threadpool(submit.begin, institution, type_id)
        try:
            await _receive(request, file, max_upload_bytes)
        except (refusals.BodyTooLarge, ClientDisconnect):
            await run_in_threadpool(submit.abandon, file)
            raise
        job = await run_in_threadpool(submit, institution, type_id, form, mode, file)
        body = _job(job, addresses)
        return answers.json(body, status=202, headers={**NO_STORE, "Location": addresses.job(job.id)})

    @router.get(
        "",
        operation_id="getJobs",
        summary="The institution's newest jobs",
        response_model=JobsBody,
        responses=problem_responses(*KEY_REFUSALS),
    )
    def get_jobs(institution: asking) -> Response:
        return answers.json({"jobs": [_job(job, addresses) for job in show.newest(institution)]})

    @router.get(
        "/{job_id}",
        operation_id="getJob",
        summary="How far a job has got",
        response_model=JobBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.JobUnknown),
    )
    def get_job(job_id: str, institution: asking) -> Response:
        return answers.json(_job(show(institution, job_id), addresses))

    @router.get(
        "/{job_id}/results",
        operation_id="getJobResults",
        summary="What was wrong with rows, one a line, as far as the job has got",
        response_class=StreamingResponse,
        responses={
            200: {"content": {NDJSON: {"schema": RowFaultBody.model_json_schema()}}, "description": "Lines of JSON"},
            **problem_responses(*KEY_REFUSALS, refusals.JobUnknown),
        },
    )
    def get_job_results(job_id: str, institution: asking) -> Response:
        lines = fault_lines(show.faults(show(institution, job_id)))
        return StreamingResponse(lines, media_type=NDJSON, headers=NO_STORE)

    return router


def template_router(access: InstitutionAccess, catalogue: Catalogue) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["institutions"])
    asking = Annotated[Institution, Depends(institution_asking(access))]

    @router.get(
        "/{type_id}/csv-template",
        operation_id="getCsvTemplate",
        summary="The header of a CSV file with documents of a type",
        response_class=Response,
        responses={
            200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "One line"},
            **problem_responses(*KEY_REFUSALS, refusals.TypeUnknown, refusals.TypeNotEntitled),
        },
    )
    def get_csv_template(type_id: str, institution: asking) -> Response:
        return csv_template(find_type(catalogue, institution, type_id))

    return router


def csv_template(rulebook: Rulebook) -> Response:
    """The header of a file of a type, to be kept."""
    return Response(
        template(rulebook.schema),
        media_type=CSV,
        headers={"Content-Disposition": f'attachment; filename="{rulebook.type_id}.csv"'},
    )


def _form(request: Request) -> FileForm:
    form = FORMS.get(media_type(request))
    if form is None:
        raise refusals.RowsMediaTypeUnknown
    return form


def _mode(request: Request) -> JobMode:
    try:
        return JobMode(request.query_params.get("mode", JobMode.REGISTER))
    except ValueError:
        raise refusals.JobQueryMalformed("/mode") from None


async def _receive(request: Request, file: SpooledFile, limit: int) -> None:
    """Writes the body down as it comes. Refuses with `BodyTooLarge`."""
    async for content in bounded(request, limit, refusals.BodyTooLarge):
        await run_in_threadpool(file.write, content)


def fault_lines(faults: Iterator[RowFault]) -> Iterator[bytes]:
    for fault in faults:
        yield strict_json.dump(asdict(fault)) + b"\n"


def _job(job: Job, addresses: Addresses) -> dict[str, Any]:
    progress, left = job.progress, job.time_left
    return {
        "id": job.id,
        "type": job.terms.type_id,
        "mode": job.terms.mode.value,
        "state": job.state.value,
        "finished": job.finished_at is not None,
        "total": job.terms.survey.rows,
        "done": progress.done,
        "issued": progress.issued,
        "failed": progress.failed,
        "duplicate": progress.duplicate,
        "rate": round(job.rate, 1),
        "eta_seconds": None if left is None else round(left.total_seconds()),
        "created_at": answers.instant(job.created_at),
        "finished_at": None if job.finished_at is None else answers.instant(job.finished_at),
        "results": f"{addresses.job(job.id)}/results",
    }
