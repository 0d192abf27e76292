"""Documents at the back office: made, found, shown, offered, released. Correcting them is `office_corrections`.

A document is made once however often its form is sent: the form holds its idempotency key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.documents import AT_ONCE, InForce, RegistrationTerms, Standing, Suspended, Timing, Withdrawn
from issuer.http.bodies import body_reader
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
from issuer.identifiers import unguessable_id
from issuer.institutions import Role
from issuer.ports import RandomBytes
from issuer.rates import RateGroup
from issuer.refusals import Refusal
from issuer.use_cases.check_role import require_role
from issuer.use_cases.find_by_number import FindByNumber
from issuer.use_cases.find_type import find_type
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.prepare_letter import PrepareLetter
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.release_document import ReleaseDocument
from issuer.use_cases.show_document import ShowDocument, code_text
from issuer.use_cases.suspend_document import lifting_role, second_officer_needed
from vc_core import inspection_code, qr
from vc_core.catalogue import Catalogue
from vc_core.rulebook import BindingMode

EXAMPLE = "valid_"
TIMINGS = {timing.name.lower(): timing for timing in Timing}
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


def add_making(router: APIRouter, reception: Reception, desk: DocumentDesk) -> None:
    content_of = Annotated[bytes, Depends(body_reader(4 * desk.max_body_bytes, refusals.BodyTooLarge))]

    def making(
        request: Request, visit: Visit, type_id: str, refusal: Refusal | None = None, **facts: object
    ) -> Response:
        problem = None if refusal is None else note_refusal(request, type(refusal))
        faults = refusal.faults if isinstance(refusal, refusals.DocumentFaulty) else ()
        rulebook = find_type(desk.catalogue, visit.institution, type_id)
        names = [name for name in desk.catalogue.examples(type_id) if name.startswith(EXAMPLE)]
        examples = {name: name.removeprefix(EXAMPLE).replace("_", " ") for name in sorted(names)}
        shown: dict[str, object] = {
            "faults": labelled(rulebook, faults, request),
            "problem": "" if problem is None or faults else problem.code,
            "key": unguessable_id(desk.random),
            "status": 200 if problem is None else problem.status,
            "terms": AT_ONCE,
            "timings": TIMINGS,
            "bindings": [mode for mode in BindingMode if mode in rulebook.bindings],
        }
        given = {**shown, **facts}
        return visit.page(request, "make.html", rulebook=rulebook, examples=examples, **given)  # type: ignore[arg-type]

    @router.get("/documents/{type_id}/new")
    def new(type_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        require_role(visit.officer, Role.CLERK)
        find_type(desk.catalogue, visit.institution, type_id)
        chosen = request.query_params.get("example", "")
        example = desk.catalogue.examples(type_id).get(chosen) if chosen.startswith(EXAMPLE) else None
        text = "" if example is None else orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
        return making(request, visit, type_id, claims=text, chosen=chosen)

    @router.post("/documents/{type_id}")
    def make(type_id: str, request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        form = reception.form(request, content, visit.session, "claims", "key", "timing", "binding")
        require_role(visit.officer, Role.CLERK)
        claims, key = form.get("claims", ""), form.get("key", "")
        if not key.isascii() or not 0 < len(key) <= 64:
            raise refusals.OfficeFormMalformed
        find_type(desk.catalogue, visit.institution, type_id)
        terms = _terms(form)
        again = {"claims": claims, "chosen": "", "terms": terms}
        try:
            made = desk.register(visit.institution, type_id, f"office-{key}", claims.encode(), terms, by=visit.actor)
        except (refusals.DocumentFaulty, refusals.BodyMalformed, refusals.DocumentNumberTaken) as refusal:
            return making(request, visit, type_id, refusal, **again)
        return see_other(document_address(request, type_id, made.document.id), Done.MADE)


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


def _terms(form: Mapping[str, str]) -> RegistrationTerms:
    """What is not chosen is as by default. Refuses with `OfficeFormMalformed`."""
    try:
        return RegistrationTerms(
            timing=TIMINGS[form["timing"]] if "timing" in form else AT_ONCE.timing,
            binding=BindingMode(form.get("binding", AT_ONCE.binding)),
        )
    except (KeyError, ValueError):
        raise refusals.OfficeFormMalformed from None


def _image(text: str, max_version: int) -> Response:
    return Response(qr.svg(text, max_version=max_version), media_type="image/svg+xml", headers=HEADERS)
