"""Correcting a document at the back office: the form holds the claims as they are registered, and which version they
are of, so that nobody undoes unseen what somebody else has corrected meanwhile."""

from dataclasses import dataclass
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.documents import Document, Timing
from issuer.http.bodies import body_reader
from issuer.http.office_pages import Done, document_address, labelled, note_refusal, see_other
from issuer.http.office_reception import Reception, Visit
from issuer.institutions import Role
from issuer.refusals import Refusal
from issuer.use_cases.check_role import require_role
from issuer.use_cases.correct_document import CorrectDocument
from issuer.use_cases.find_document import require_standing
from issuer.use_cases.show_document import ShowDocument
from vc_core.catalogue import Catalogue

MAX_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionDesk:
    """What the page for corrections needs."""

    catalogue: Catalogue
    show: ShowDocument
    correct: CorrectDocument
    max_body_bytes: int


def add_correction(router: APIRouter, reception: Reception, desk: CorrectionDesk) -> None:
    content_of = Annotated[bytes, Depends(body_reader(4 * desk.max_body_bytes, refusals.BodyTooLarge))]

    def correctable(visit: Visit, type_id: str, document_id: str) -> Document:
        """Refuses with `RoleMissing`, `DocumentUnknown`, `DocumentOnHold` or as `require_standing`."""
        require_role(visit.officer, Role.CLERK)
        file = desk.show(visit.institution, type_id, document_id)
        require_standing(file.document)
        if file.timing is Timing.ON_RELEASE:
            raise refusals.DocumentOnHold
        return file.document

    def correcting(
        request: Request, visit: Visit, document: Document, claims: str, version: int, refusal: Refusal | None = None
    ) -> Response:
        """claims, version: as the form holds them."""
        rulebook = desk.catalogue.type(document.type_id)
        problem = None if refusal is None else note_refusal(request, type(refusal))
        faults = refusal.faults if isinstance(refusal, refusals.DocumentFaulty) else ()
        return visit.page(
            request,
            "correct.html",
            status=200 if problem is None else problem.status,
            document=document,
            rulebook=rulebook,
            claims=claims,
            version=version,
            faults=labelled(rulebook, faults, request),
            problem="" if problem is None or faults else problem.code,
        )

    @router.get("/documents/{type_id}/{document_id}/correct")
    def ask(type_id: str, document_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        document = correctable(visit, type_id, document_id)
        text = orjson.dumps(dict(document.claims), option=orjson.OPT_INDENT_2).decode()
        return correcting(request, visit, document, text, document.version)

    @router.post("/documents/{type_id}/{document_id}/correct")
    def correct(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        form = reception.form(request, content, visit.session, "claims", "version")
        document = correctable(visit, type_id, document_id)
        claims, version = form.get("claims", ""), form.get("version", "")
        if not (version.isascii() and version.isdecimal() and len(version) <= MAX_DIGITS):
            raise refusals.OfficeFormMalformed
        try:
            desk.correct(visit.institution, type_id, document_id, claims.encode(), version=int(version), by=visit.actor)
        except (
            refusals.DocumentFaulty,
            refusals.BodyMalformed,
            refusals.CorrectionRenumbers,
            refusals.CorrectionOutdated,
        ) as refusal:
            return correcting(request, visit, document, claims, int(version), refusal)
        return see_other(document_address(request, type_id, document_id), Done.CORRECTED)
