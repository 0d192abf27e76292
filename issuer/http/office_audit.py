"""The audit log at the back office: who did what and when, for a document or the whole institution, and whether the
entries shown are as they were written. Any officer reads it, as over the interface."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from issuer import refusals
from issuer.audit import officer_id_of
from issuer.documents import Document
from issuer.http.answers import json
from issuer.http.audit_answers import audit_file
from issuer.http.office_pages import HEADERS, document_address, home, titles
from issuer.http.office_reception import Reception, Visit
from issuer.use_cases.export_audit import ExportAudit
from issuer.use_cases.show_audit import AuditPage, ShowAudit, ShownEntry
from vc_core.catalogue import Catalogue

MAX_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDesk:
    """What the pages of the audit log need."""

    catalogue: Catalogue
    show: ShowAudit
    export: ExportAudit


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry for people. at: as it was logged, UTC. officer: by name, None if no officer did it. details:
    identifiers and digests as they were logged."""

    sequence: int
    at: str
    actor: str
    officer: str | None
    event: str
    details: Mapping[str, object]
    document: Document | None


def add_audit(router: APIRouter, reception: Reception, desk: AuditDesk) -> None:
    def page(
        request: Request, visit: Visit, found: AuditPage, path: str, before: int | None, document: Document | None
    ) -> Response:
        return visit.page(
            request,
            "audit.html",
            found=found,
            lines=[_line(reception, visit, entry) for entry in found.entries],
            titles=titles(desk.catalogue, request),
            path=path,
            before=before,
            document=document,
        )

    @router.get("/audit")
    def log(request: Request) -> Response:
        visit, before = reception.visit(request), _before(request)
        found = desk.show(visit.institution, before=before)
        return page(request, visit, found, f"{home(request)}/audit", before, None)

    @router.get("/documents/{type_id}/{document_id}/audit")
    def log_of_document(type_id: str, document_id: str, request: Request) -> Response:
        visit, before = reception.visit(request), _before(request)
        document, found = desk.show.of_document(visit.institution, type_id, document_id, before=before)
        path = f"{document_address(request, type_id, document_id)}/audit"
        return page(request, visit, found, path, before, document)

    @router.get("/documents/{type_id}/{document_id}/audit.json")
    def evidence(type_id: str, document_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        body = audit_file(desk.export.of_institution(visit.institution, type_id, document_id))
        return json(
            body, headers={**HEADERS, "Content-Disposition": f'attachment; filename="audit-{body["document"]}.json"'}
        )


def _before(request: Request) -> int | None:
    """Refuses with `OfficeFormMalformed` what is no sequence number."""
    sent = request.query_params.get("before")
    if sent is None:
        return None
    if not sent.isascii() or not sent.isdecimal() or len(sent) > MAX_DIGITS:
        raise refusals.OfficeFormMalformed
    return int(sent)


def _line(reception: Reception, visit: Visit, entry: ShownEntry) -> Line | None:
    """None if it is not as this service writes entries."""
    match entry.members:
        case {"at": str(at), "actor": str(actor), "event": str(event), "details": dict(details)}:
            return Line(
                sequence=entry.stored.sequence,
                at=f"{at[:19].replace('T', ' ')} UTC",
                actor=actor,
                officer=_name(reception, visit, officer_id_of(actor)),
                event=event,
                details=details,
                document=entry.document,
            )
    return None


def _name(reception: Reception, visit: Visit, officer_id: str | None) -> str | None:
    """With the id, as only that is sure to stay."""
    if officer_id is None:
        return None
    try:
        return f"{reception.access.institutions.officer(visit.institution.id, officer_id).name} ({officer_id})"
    except KeyError:
        return officer_id
