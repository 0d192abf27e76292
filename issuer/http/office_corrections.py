"""Correcting a document at the back office, in the form it was made with: that holds the claims as they are registered,
and which version they are of, so that nobody undoes unseen what somebody else has corrected meanwhile."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.documents import Document, Timing
from issuer.http.bodies import body_reader
from issuer.http.office_content import (
    CONTENT_FIELDS,
    Content,
    FormContent,
    body_of,
    content_of,
    sent_content,
    shown_content,
    wants_json,
)
from issuer.http.office_pages import Done, document_address, see_other
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
    body = Annotated[bytes, Depends(body_reader(4 * desk.max_body_bytes, refusals.BodyTooLarge))]

    def correctable(visit: Visit, type_id: str, document_id: str) -> Document:
        """Refuses with `RoleMissing`, `DocumentUnknown`, `DocumentOnHold` or as `require_standing`."""
        require_role(visit.officer, Role.CLERK)
        file = desk.show(visit.institution, type_id, document_id)
        require_standing(file.document)
        if file.timing is Timing.ON_RELEASE:
            raise refusals.DocumentOnHold
        return file.document

    def correcting(
        request: Request,
        visit: Visit,
        document: Document,
        content: Content,
        version: int,
        refusal: Refusal | None = None,
    ) -> Response:
        """version: as the form holds it."""
        rulebook = desk.catalogue.type(document.type_id)
        return visit.page(
            request,
            "correct.html",
            document=document,
            rulebook=rulebook,
            as_json=wants_json(request),
            version=version,
            **shown_content(rulebook, content, request, refusal),
        )

    @router.get("/documents/{type_id}/{document_id}/correct")
    def ask(type_id: str, document_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        document = correctable(visit, type_id, document_id)
        content = content_of(desk.catalogue.type(type_id), document.claims, as_json=wants_json(request))
        return correcting(request, visit, document, content, document.version)

    @router.post("/documents/{type_id}/{document_id}/correct")
    def correct(type_id: str, document_id: str, request: Request, body: body) -> Response:
        visit = reception.visit(request)
        form = reception.document_form(request, body, visit.session, "version", *CONTENT_FIELDS)
        document = correctable(visit, type_id, document_id)
        version = form.get("version", "")
        if not (version.isascii() and version.isdecimal() and len(version) <= MAX_DIGITS):
            raise refusals.OfficeFormMalformed
        rulebook = desk.catalogue.type(type_id)
        content = sent_content(rulebook, form)
        if isinstance(content, FormContent) and content.focus is not None:
            return correcting(request, visit, document, content, int(version))
        claims = body_of(rulebook, content)
        try:
            desk.correct(visit.institution, type_id, document_id, claims, version=int(version), by=visit.actor)
        except (
            refusals.DocumentFaulty,
            refusals.BodyMalformed,
            refusals.CorrectionRenumbers,
            refusals.CorrectionOutdated,
        ) as refusal:
            return correcting(request, visit, document, content, int(version), refusal)
        return see_other(document_address(request, type_id, document_id), Done.CORRECTED)
