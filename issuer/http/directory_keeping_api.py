"""The directory for its managers: names, contacts and competences of institutions, and what they were.

What verifiers go by is the trust list, and that changes when whoever runs the service signs the next one. Certificates
are added and revoked there too: they decide whose signatures are believed.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from issuer import refusals
from issuer.directory import DirectoryChange, DirectoryEntry
from issuer.http import answers
from issuer.http.bodies import body_reader
from issuer.http.institution_access import KEY_REFUSALS, InstitutionAccess, officer_asking
from issuer.http.orders import parsed
from issuer.http.schemas import (
    DirectoryEntryBody,
    DirectoryHistoryBody,
    DirectoryOrderBody,
    problem_responses,
    request_body,
)
from issuer.institutions import Officer, Role
from issuer.use_cases.check_role import require_role
from issuer.use_cases.keep_directory import KeepDirectory

MAX_BODY_BYTES = 64 * 1024


def directory_keeping_router(access: InstitutionAccess, directory: KeepDirectory) -> APIRouter:
    router = APIRouter(prefix="/v1/directory", tags=["directory"])
    asking = officer_asking(access)

    def manager(officer: Annotated[Officer, Depends(asking)]) -> Officer:
        require_role(officer, Role.DIRECTORY_MANAGER)
        return officer

    manager_of = Annotated[Officer, Depends(manager)]
    body = Annotated[bytes, Depends(body_reader(MAX_BODY_BYTES, refusals.BodyTooLarge))]

    @router.get(
        "/{institution_id}",
        operation_id="getDirectoryEntry",
        summary="An institution as the directory has it",
        response_model=DirectoryEntryBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.NotInDirectory),
        dependencies=[Depends(manager)],
    )
    def get_directory_entry(institution_id: str) -> Response:
        return answers.json(_entry(directory.entry(institution_id)))

    @router.get(
        "/{institution_id}/history",
        operation_id="getDirectoryHistory",
        summary="Every change of an institution: when, by whom, what was and what is",
        response_model=DirectoryHistoryBody,
        responses=problem_responses(*KEY_REFUSALS, refusals.NotInDirectory),
        dependencies=[Depends(manager)],
    )
    def get_directory_history(institution_id: str) -> Response:
        return answers.json({"changes": [_change(one) for one in directory.history(institution_id)]})

    @router.post(
        "/{institution_id}",
        operation_id="changeDirectory",
        summary="Add an institution, or change what is given of one; in force with the next signed trust list",
        response_model=DirectoryEntryBody,
        responses=problem_responses(
            *KEY_REFUSALS,
            refusals.BodyMalformed,
            refusals.BodyTooLarge,
            refusals.OrderMalformed,
            refusals.DirectoryEntryRefused,
            refusals.CompetencesOverlap,
            refusals.CompetenceUnknown,
            refusals.DirectoryUnreadable,
        ),
        openapi_extra=request_body("application/json", DirectoryOrderBody.model_json_schema()),
    )
    def change_directory(institution_id: str, officer: manager_of, content: body) -> Response:
        order = parsed(DirectoryOrderBody, content, MAX_BODY_BYTES).order()
        return answers.json(_entry(directory.set(institution_id, order, actor=_actor(officer))))

    return router


def _actor(officer: Officer) -> str:
    """Whom the history names: the ids of officers are unique within an institution only."""
    return f"{officer.institution.id} {officer.id}"


def _entry(entry: DirectoryEntry) -> dict[str, Any]:
    return {"id": entry.id, **entry.summary()}


def _change(change: DirectoryChange) -> dict[str, Any]:
    changed = {name: {"before": before, "after": after} for name, (before, after) in change.members.items()}
    return {"number": change.number, "at": answers.instant(change.at), "by": change.actor, "changed": changed}
