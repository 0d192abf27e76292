"""Documents at the back office: found, shown, offered, released. Making them is `office_making`, correcting them
`office_corrections`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.documents import InForce, Standing, Suspended, Withdrawn
from issuer.http.consent_pages import language
from issuer.http.letter import letter_pdf
from issuer.http.letter_api import pdf_answer
from issuer.http.office_entrance import start_page
from issuer.http.office_pages import (
    HEADERS,
    Done,
    document_address,
    done_before,
    labelled,
    note_refusal,
    rows,
    see_other,
)
from issuer.http.office_reception import Reception, Visit, read_form
from issuer.http.qr_images import OFFER_QR_VERSION
from issuer.institutions import Role
from issuer.ports import RandomBytes
from issuer.rates import RateGroup
from issuer.use_cases.check_role import require_role
from issuer.use_cases.find_by_number import FindByNumber
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.prepare_letter import PrepareLetter
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.release_document import ReleaseDocument
from issuer.use_cases.show_document import ShowDocument, code_text
from issuer.use_cases.suspend_document import lifting_role, second_officer_needed
from vc_core import inspection_code, qr
from vc_core.catalogue import Catalogue

STANDING_AFTER: Mapping[Done | None, type[Standing]] = {
    Done.MADE: InForce,
    Done.RELEASED: InForce,
    Done.CORRECTED: InForce,
    Done.OFFERED: InForce,
    Done.SUSPENDED: Suspended,
    Done.LIFTED: InForce,
    Done.WITHDRAWN: Withdrawn,
}
"""How a document stands after what was done to it: its page says so only while that is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDesk:
    """What the pages about documents need."""

    catalogue: Catalogue
    register: RegisterDocument
    release: ReleaseDocument
    show: ShowDocument
    find: FindByNumber
    offers: MakeOffer
    letter: PrepareLetter
    max_body_bytes: int
    random: RandomBytes


def add_document(router: APIRouter, reception: Reception, desk: DocumentDesk) -> None:
    content_of = Annotated[bytes, Depends(read_form)]

    @router.post("/find")
    def find(request: Request, content: content_of) -> Response:
        visit = reception.visit(request, RateGroup.READS)
        number = reception.form(request, content, visit.session, "number").get("number", "").strip()
        try:
            document = desk.find(visit.institution, number)
        except refusals.DocumentUnknown as refusal:
            status = note_refusal(request, type(refusal)).status
            return start_page(request, visit, desk.catalogue, status=status, unknown=True)
        return see_other(document_address(request, document.type_id, document.id))

    def shown(
        request: Request,
        visit: Visit,
        type_id: str,
        document_id: str,
        unreleased: refusals.DocumentFaulty | None = None,
    ) -> Response:
        """unreleased: why it is still on hold."""
        problem = None if unreleased is None else note_refusal(request, type(unreleased))
        file = desk.show(visit.institution, type_id, document_id)
        rulebook = desk.catalogue.type(type_id)
        standing = file.document.standing
        done = done_before(request)
        in_force, suspended = isinstance(standing, InForce), isinstance(standing, Suspended)
        may_lift = isinstance(standing, Suspended) and not second_officer_needed(visit.officer, standing)
        return visit.page(
            request,
            "document.html",
            status=200 if problem is None else problem.status,
            file=file,
            rulebook=rulebook,
            rows=list(rows(rulebook, file.document, language(request))),
            notes=labelled(rulebook, file.document.remarks, request),
            faults=labelled(rulebook, () if unreleased is None else unreleased.faults, request),
            in_force=in_force,
            suspended=suspended,
            may_lift=may_lift and lifting_role(visit.institution) in visit.officer.roles,
            offer=desk.offers.made(file.open_offer) if in_force and file.open_offer and visit.may_change else None,
            code=code_text(file.credentials) if in_force else None,
            done=done if isinstance(standing, STANDING_AFTER.get(done, ())) else None,
        )

    @router.get("/documents/{type_id}/{document_id}")
    def show(type_id: str, document_id: str, request: Request) -> Response:
        return shown(request, reception.visit(request), type_id, document_id)

    @router.post("/documents/{type_id}/{document_id}/release")
    def release(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        reception.form(request, content, visit.session)
        require_role(visit.officer, Role.CLERK)
        try:
            desk.release(visit.institution, type_id, document_id, by=visit.actor)
        except refusals.DocumentFaulty as refusal:
            return shown(request, visit, type_id, document_id, refusal)
        return see_other(document_address(request, type_id, document_id), Done.RELEASED)

    @router.post("/documents/{type_id}/{document_id}/offers")
    def offer(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        reception.form(request, content, visit.session)
        require_role(visit.officer, Role.CLERK)
        desk.offers(visit.institution, type_id, document_id, by=visit.actor)
        return see_other(document_address(request, type_id, document_id), Done.OFFERED, part="offer")

    @router.get("/documents/{type_id}/{document_id}/offers/{offer_id}/qr.svg")
    def offer_image(type_id: str, document_id: str, offer_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        return _image(desk.offers.find(visit.institution, type_id, document_id, offer_id).url, OFFER_QR_VERSION)

    @router.get("/documents/{type_id}/{document_id}/inspection-code.svg")
    def code_image(type_id: str, document_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        text = desk.show.inspection_code(visit.institution, type_id, document_id)
        return _image(text, inspection_code.MAX_QR_VERSION)

    @router.get("/documents/{type_id}/{document_id}/letter.pdf")
    def letter(type_id: str, document_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        facts = desk.letter(visit.institution, type_id, document_id)
        content = letter_pdf(visit.institution, desk.catalogue.type(type_id), facts, language(request))
        return pdf_answer(content, document_id)


def _image(text: str, max_version: int) -> Response:
    return Response(qr.svg(text, max_version=max_version), media_type="image/svg+xml", headers=HEADERS)
