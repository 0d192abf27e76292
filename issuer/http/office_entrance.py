"""The back office's first page: sign in, and what there is to do; sign out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.http.office_pages import OFFICE_STYLE, home, note_refusal, office_page, see_other
from issuer.http.office_reception import COOKIE, ENTRANCE_COOKIE, Reception, Visit, read_form
from vc_core.catalogue import Catalogue


def start_page(
    request: Request, visit: Visit, catalogue: Catalogue, *, status: int = 200, unknown: bool = False
) -> Response:
    """unknown: no document has the number that was looked for."""
    types = [catalogue.type(type_id) for type_id in sorted(visit.institution.types)]
    return visit.page(request, "start.html", status=status, types=types, unknown=unknown)


def add_entrance(router: APIRouter, reception: Reception, catalogue: Catalogue) -> None:
    content_of = Annotated[bytes, Depends(read_form)]

    def entrance(request: Request, *, refused: bool = False) -> Response:
        session = reception.session(request, ENTRANCE_COOKIE) or reception.sessions.open(None, now=reception.clock())
        answer = office_page(
            request,
            "sign_in.html",
            status=403 if refused else 200,
            form_token=reception.sessions.form_token(session),
            refused=refused,
        )
        reception.set_cookie(answer, request, ENTRANCE_COOKIE, session)
        return answer

    @router.get("", name="office_start")
    def start(request: Request) -> Response:
        try:
            visit = reception.visit(request)
        except refusals.OfficeSignedOut:
            return entrance(request)
        return start_page(request, visit, catalogue)

    @router.post("/sign-in")
    def sign_in(request: Request, content: content_of) -> Response:
        session = reception.session(request, ENTRANCE_COOKIE)
        if session is None:
            return see_other(home(request))
        key = reception.form(request, content, session, "key").get("key", "").strip()
        try:
            officer = reception.access.officer_with_key(request, key)
        except refusals.ApiKeyUnknown as refusal:
            note_refusal(request, type(refusal))
            return entrance(request, refused=True)
        answer = see_other(home(request))
        opened = reception.sessions.open((officer.institution.id, officer.id), now=reception.clock())
        reception.set_cookie(answer, request, COOKIE, opened)
        answer.delete_cookie(ENTRANCE_COOKIE, path=home(request))
        return answer

    @router.post("/sign-out")
    def sign_out(request: Request, content: content_of) -> Response:
        visit = reception.visit(request)
        reception.form(request, content, visit.session)
        answer = see_other(home(request))
        answer.delete_cookie(COOKIE, path=home(request))
        return answer

    @router.get("/office.css")
    def style() -> Response:
        return Response(OFFICE_STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})
