"""The back office: officers of institutions sign in with their keys and make, find, offer and withdraw documents.

The key is sent once; after it a cookie says who asks (`office_sessions`). Every form that changes something carries a
token of its session. A document is made once however often its form is sent: the form holds its idempotency key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from issuer import refusals
from issuer.addresses import Addresses
from issuer.documents import InForce, WithdrawalOrder
from issuer.http.bodies import body_reader, form_parameters
from issuer.http.consent_pages import language
from issuer.http.letter import letter_pdf
from issuer.http.letter_api import pdf_answer
from issuer.http.office_pages import (
    HEADERS,
    OFFICE_STYLE,
    OfficeRoute,
    home,
    label_of,
    office_page,
    rows,
    see_other,
)
from issuer.http.qr_images import OFFER_QR_VERSION
from issuer.http.schemas import WithdrawalOrderBody
from issuer.identifiers import unguessable_id
from issuer.institutions import Institution, Officer, Role
from issuer.office_sessions import OfficeSession, OfficeSessions
from issuer.ports import Clock, Institutions, RandomBytes
from issuer.use_cases.check_role import require_role
from issuer.use_cases.decide_withdrawal import DecideWithdrawal, ShowWithdrawals
from issuer.use_cases.find_by_number import FindByNumber
from issuer.use_cases.find_type import find_type
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.order_withdrawal import OrderWithdrawal
from issuer.use_cases.prepare_letter import PrepareLetter
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.show_document import ShowDocument, code_text
from issuer.withdrawals import RequestState, WithdrawalRequest
from vc_core import inspection_code, parameters, qr
from vc_core.catalogue import Catalogue
from vc_core.rejection import Rejection

COOKIE, ENTRANCE_COOKIE = "socsec_office", "socsec_office_entrance"
ORDER = ("reason_code", "effective_from", "case_ref")
EXAMPLE = "valid_"
SHOWN = 100
"""Requests on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the pages need."""

    sessions: OfficeSessions
    institutions: Institutions
    catalogue: Catalogue
    register: RegisterDocument
    show: ShowDocument
    find: FindByNumber
    offers: MakeOffer
    letter: PrepareLetter
    withdraw: OrderWithdrawal
    decide: DecideWithdrawal
    withdrawals: ShowWithdrawals
    addresses: Addresses
    max_body_bytes: int
    clock: Clock
    random: RandomBytes

    def session(self, request: Request, cookie: str) -> OfficeSession | None:
        return self.sessions.read(request.cookies.get(cookie, ""), now=self.clock())

    def set_cookie(self, answer: Response, request: Request, name: str, session: OfficeSession) -> None:
        answer.set_cookie(
            name,
            session.cookie,
            max_age=int(self.sessions.lifetime.total_seconds()),
            path=home(request),
            secure=self.addresses.base_url.startswith("https:"),
            httponly=True,
            samesite="strict",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who is signed in, and the token of their forms."""

    officer: Officer
    session: OfficeSession
    form_token: str

    @property
    def institution(self) -> Institution:
        return self.officer.institution

    def page(self, request: Request, template: str, *, status: int = 200, **facts: object) -> Response:
        shown = {"institution": self.institution, "officer": self.officer, "form_token": self.form_token, **facts}
        return office_page(request, template, status=status, **shown)


def office_router(office: Office) -> APIRouter:
    router = APIRouter(prefix="/office", route_class=OfficeRoute, include_in_schema=False)
    _add_entrance(router, office)
    _add_making(router, office)
    _add_document(router, office)
    _add_withdrawal(router, office)
    _add_second_officer(router, office)
    return router


def _visit(office: Office, request: Request) -> Visit:
    session = office.session(request, COOKIE)
    if session is None or session.officer is None:
        raise refusals.OfficeSignedOut
    try:
        officer = office.institutions.officer(*session.officer)
    except KeyError:
        raise refusals.OfficeSignedOut from None
    return Visit(officer=officer, session=session, form_token=office.sessions.form_token(session))


def _form(office: Office, request: Request, content: bytes, session: OfficeSession, *known: str) -> Mapping[str, str]:
    """The fields of a form of this session's pages. Refuses with `OfficeFormMalformed` or `OfficeFormForeign`."""
    sent = form_parameters(request, content, lambda _: refusals.OfficeFormMalformed())
    try:
        fields = parameters.single(sent, ("token", *known))
    except Rejection as rejection:
        raise refusals.OfficeFormMalformed from rejection
    if not office.sessions.is_own(session, fields.get("token", "")):
        raise refusals.OfficeFormForeign
    return fields


def _add_entrance(router: APIRouter, office: Office) -> None:
    content_of = Annotated[bytes, Depends(body_reader(4096, refusals.BodyTooLarge))]

    def entrance(request: Request, *, refused: bool = False) -> Response:
        session = office.session(request, ENTRANCE_COOKIE) or office.sessions.open(None, now=office.clock())
        answer = office_page(
            request,
            "sign_in.html",
            status=403 if refused else 200,
            form_token=office.sessions.form_token(session),
            refused=refused,
        )
        office.set_cookie(answer, request, ENTRANCE_COOKIE, session)
        return answer

    @router.get("", name="office_start")
    def start(request: Request) -> Response:
        try:
            visit = _visit(office, request)
        except refusals.OfficeSignedOut:
            return entrance(request)
        types = [office.catalogue.type(type_id) for type_id in sorted(visit.institution.types)]
        return visit.page(request, "start.html", types=types, unknown=False)

    @router.post("/sign-in")
    def sign_in(request: Request, content: content_of) -> Response:
        session = office.session(request, ENTRANCE_COOKIE)
        if session is None:
            return see_other(home(request))
        key = _form(office, request, content, session, "key").get("key", "").strip()
        officer = office.institutions.by_api_key(key)
        if officer is None:
            return entrance(request, refused=True)
        answer = see_other(home(request))
        office.set_cookie(
            answer, request, COOKIE, office.sessions.open((officer.institution.id, officer.id), now=office.clock())
        )
        answer.delete_cookie(ENTRANCE_COOKIE, path=home(request))
        return answer

    @router.post("/sign-out")
    def sign_out(request: Request, content: content_of) -> Response:
        visit = _visit(office, request)
        _form(office, request, content, visit.session)
        answer = see_other(home(request))
        answer.delete_cookie(COOKIE, path=home(request))
        return answer

    @router.get("/office.css")
    def style() -> Response:
        return Response(OFFICE_STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


def _add_making(router: APIRouter, office: Office) -> None:
    content_of = Annotated[bytes, Depends(body_reader(4 * office.max_body_bytes, refusals.BodyTooLarge))]

    def making(request: Request, visit: Visit, type_id: str, **facts: object) -> Response:
        rulebook = find_type(office.catalogue, visit.institution, type_id)
        names = [name for name in office.catalogue.examples(type_id) if name.startswith(EXAMPLE)]
        examples = {name: name.removeprefix(EXAMPLE).replace("_", " ") for name in sorted(names)}
        shown: dict[str, object] = {"faults": (), "problem": "", "key": unguessable_id(office.random), "status": 200}
        given = {**shown, **facts}
        return visit.page(request, "make.html", rulebook=rulebook, examples=examples, **given)  # type: ignore[arg-type]

    @router.get("/documents/{type_id}/new")
    def new(type_id: str, request: Request) -> Response:
        visit = _visit(office, request)
        find_type(office.catalogue, visit.institution, type_id)
        chosen = request.query_params.get("example", "")
        example = office.catalogue.examples(type_id).get(chosen) if chosen.startswith(EXAMPLE) else None
        text = "" if example is None else orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
        return making(request, visit, type_id, claims=text, chosen=chosen)

    @router.post("/documents/{type_id}")
    def make(type_id: str, request: Request, content: content_of) -> Response:
        visit = _visit(office, request)
        form = _form(office, request, content, visit.session, "claims", "key")
        require_role(visit.officer, Role.CLERK)
        claims, key = form.get("claims", ""), form.get("key", "")
        if not key.isascii() or not 0 < len(key) <= 64:
            raise refusals.OfficeFormMalformed
        rulebook = find_type(office.catalogue, visit.institution, type_id)
        again = {"claims": claims, "chosen": ""}
        try:
            made = office.register(visit.institution, type_id, f"office-{key}", claims.encode())
        except refusals.DocumentFaulty as refusal:
            faults = [(fault, label_of(rulebook, fault, request)) for fault in refusal.faults]
            return making(request, visit, type_id, faults=faults, status=422, **again)
        except refusals.BodyMalformed:
            return making(request, visit, type_id, problem="body_malformed", status=400, **again)
        except refusals.DocumentNumberTaken:
            return making(request, visit, type_id, problem="document_number_taken", status=409, **again)
        return see_other(f"{home(request)}/documents/{type_id}/{made.document.id}?made=1")

    @router.post("/find")
    def find(request: Request, content: content_of) -> Response:
        visit = _visit(office, request)
        number = _form(office, request, content, visit.session, "number").get("number", "").strip()
        try:
            document = office.find(visit.institution, number)
        except refusals.DocumentUnknown:
            types = [office.catalogue.type(type_id) for type_id in sorted(visit.institution.types)]
            return visit.page(request, "start.html", status=404, types=types, unknown=True)
        return see_other(f"{home(request)}/documents/{document.type_id}/{document.id}")


def _add_document(router: APIRouter, office: Office) -> None:
    content_of = Annotated[bytes, Depends(body_reader(4096, refusals.BodyTooLarge))]

    @router.get("/documents/{type_id}/{document_id}")
    def show(type_id: str, document_id: str, request: Request) -> Response:
        visit = _visit(office, request)
        file = office.show(visit.institution, type_id, document_id)
        rulebook = office.catalogue.type(type_id)
        in_force = isinstance(file.document.standing, InForce)
        return visit.page(
            request,
            "document.html",
            file=file,
            rulebook=rulebook,
            rows=list(rows(rulebook, file.document, language(request))),
            notes=[(note, label_of(rulebook, note, request)) for note in file.document.remarks],
            in_force=in_force,
            offer=office.offers.made(file.open_offer) if in_force and file.open_offer else None,
            code=code_text(file.credentials) if in_force else None,
            made="made" in request.query_params,
        )

    @router.post("/documents/{type_id}/{document_id}/offers")
    def offer(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = _visit(office, request)
        _form(office, request, content, visit.session)
        require_role(visit.officer, Role.CLERK)
        office.offers(visit.institution, type_id, document_id)
        return see_other(f"{home(request)}/documents/{type_id}/{document_id}#offer")

    @router.get("/documents/{type_id}/{document_id}/offers/{offer_id}/qr.svg")
    def offer_image(type_id: str, document_id: str, offer_id: str, request: Request) -> Response:
        visit = _visit(office, request)
        return _image(office.offers.find(visit.institution, type_id, document_id, offer_id).url, OFFER_QR_VERSION)

    @router.get("/documents/{type_id}/{document_id}/inspection-code.svg")
    def code_image(type_id: str, document_id: str, request: Request) -> Response:
        visit = _visit(office, request)
        text = office.show.inspection_code(visit.institution, type_id, document_id)
        return _image(text, inspection_code.MAX_QR_VERSION)

    @router.get("/documents/{type_id}/{document_id}/letter.pdf")
    def letter(type_id: str, document_id: str, request: Request) -> Response:
        visit = _visit(office, request)
        facts = office.letter(visit.institution, type_id, document_id)
        content = letter_pdf(visit.institution, office.catalogue.type(type_id), facts, language(request))
        return pdf_answer(content, document_id)


def _image(text: str, max_version: int) -> Response:
    return Response(qr.svg(text, max_version=max_version), media_type="image/svg+xml", headers=HEADERS)


def _add_withdrawal(router: APIRouter, office: Office) -> None:
    content_of = Annotated[bytes, Depends(body_reader(4096, refusals.BodyTooLarge))]

    def asking(
        request: Request,
        visit: Visit,
        type_id: str,
        document_id: str,
        template: str,
        form: Mapping[str, str],
        **facts: int,
    ) -> Response:
        file = office.show(visit.institution, type_id, document_id)
        if not isinstance(file.document.standing, InForce):
            raise refusals.DocumentIsWithdrawn
        return visit.page(
            request,
            template,
            document=file.document,
            rulebook=office.catalogue.type(type_id),
            sent={name: form.get(name, "") for name in ORDER},
            today=file.now.date().isoformat(),
            **facts,
        )

    @router.get("/documents/{type_id}/{document_id}/withdraw")
    def ask(type_id: str, document_id: str, request: Request) -> Response:
        return asking(request, _visit(office, request), type_id, document_id, "withdraw.html", {}, refused=False)

    @router.post("/documents/{type_id}/{document_id}/withdraw/review")
    def review(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = _visit(office, request)
        form = _form(office, request, content, visit.session, *ORDER)
        order = _order(form)
        if order is None or (order.effective_from is not None and order.effective_from > office.clock().date()):
            return asking(request, visit, type_id, document_id, "withdraw.html", form, refused=True, status=422)
        return asking(request, visit, type_id, document_id, "confirm.html", form)

    @router.post("/documents/{type_id}/{document_id}/withdraw")
    def withdraw(type_id: str, document_id: str, request: Request, content: content_of) -> Response:
        visit = _visit(office, request)
        order = _order(_form(office, request, content, visit.session, *ORDER))
        if order is None:
            raise refusals.OfficeFormMalformed
        if isinstance(office.withdraw(visit.officer, type_id, document_id, order), WithdrawalRequest):
            return see_other(f"{home(request)}/withdrawals")
        return see_other(f"{home(request)}/documents/{type_id}/{document_id}")


def _add_second_officer(router: APIRouter, office: Office) -> None:
    content_of = Annotated[bytes, Depends(body_reader(4096, refusals.BodyTooLarge))]

    @router.get("/withdrawals")
    def waiting(request: Request) -> Response:
        visit = _visit(office, request)
        found = office.withdrawals.newest(visit.institution, RequestState.WAITING, before=None, limit=SHOWN)
        may_decide = Role.APPROVER in visit.officer.roles
        return visit.page(request, "withdrawals.html", requests=found, may_decide=may_decide)

    @router.post("/withdrawals/{request_id}/approve")
    def approve(request_id: str, request: Request, content: content_of) -> Response:
        visit = _visit(office, request)
        _form(office, request, content, visit.session)
        office.decide.approve(visit.officer, request_id)
        return see_other(f"{home(request)}/withdrawals")

    @router.post("/withdrawals/{request_id}/reject")
    def reject(request_id: str, request: Request, content: content_of) -> Response:
        visit = _visit(office, request)
        _form(office, request, content, visit.session)
        office.decide.reject(visit.officer, request_id)
        return see_other(f"{home(request)}/withdrawals")


def _order(form: Mapping[str, str]) -> WithdrawalOrder | None:
    """None if it is not of the form that `WithdrawalOrderBody` prescribes."""
    try:
        return WithdrawalOrderBody.model_validate({name: form[name] for name in ORDER if form.get(name)}).order()
    except ValidationError:
        return None
