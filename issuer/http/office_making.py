"""Making a document at the back office: a form with the boxes of the paper form, or JSON for those who have it.

A document is made once however often its form is sent: the form holds its idempotency key. Buttons in it that add and
remove entries send it too, and get it back as it was typed.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from issuer import refusals
from issuer.claim_entries import known_before
from issuer.documents import AT_ONCE, RegistrationTerms, Timing
from issuer.http.bodies import body_reader
from issuer.http.office_content import (
    CONTENT_FIELDS,
    Content,
    FormContent,
    JsonContent,
    body_of,
    content_of,
    sent_content,
    shown_content,
    wants_json,
)
from issuer.http.office_documents import DocumentDesk
from issuer.http.office_pages import Done, document_address, see_other
from issuer.http.office_reception import Reception, Visit
from issuer.identifiers import unguessable_id
from issuer.institutions import Role
from issuer.refusals import Refusal
from issuer.use_cases.check_role import require_role
from issuer.use_cases.find_type import find_type
from vc_core.rulebook import BindingMode, Rulebook

EXAMPLE = "valid_"
TIMINGS = {timing.name.lower(): timing for timing in Timing}


def add_making(router: APIRouter, reception: Reception, desk: DocumentDesk) -> None:
    body = Annotated[bytes, Depends(body_reader(4 * desk.max_body_bytes, refusals.BodyTooLarge))]

    def making(
        request: Request,
        visit: Visit,
        rulebook: Rulebook,
        content: Content,
        terms: RegistrationTerms = AT_ONCE,
        refusal: Refusal | None = None,
    ) -> Response:
        names = [name for name in desk.catalogue.examples(rulebook.type_id) if name.startswith(EXAMPLE)]
        return visit.page(
            request,
            "make.html",
            rulebook=rulebook,
            examples={name: name.removeprefix(EXAMPLE).replace("_", " ") for name in sorted(names)},
            chosen=_example(request),
            key=unguessable_id(desk.random),
            terms=terms,
            timings=TIMINGS,
            bindings=[mode for mode in BindingMode if mode in rulebook.bindings],
            **shown_content(rulebook, content, request, refusal),
        )

    @router.get("/documents/{type_id}/new")
    def new(type_id: str, request: Request) -> Response:
        visit = reception.visit(request)
        require_role(visit.officer, Role.CLERK)
        rulebook = find_type(desk.catalogue, visit.institution, type_id)
        content: Content = JsonContent(text="")
        if chosen := _example(request):
            example = desk.catalogue.examples(type_id).get(chosen)
            content = content if example is None else content_of(rulebook, example, as_json=True)
        elif not wants_json(request):
            content = FormContent(typed=known_before(rulebook, visit.institution, reception.clock().date()))
        return making(request, visit, rulebook, content)

    @router.post("/documents/{type_id}")
    def make(type_id: str, request: Request, body: body) -> Response:
        visit = reception.visit(request)
        form = reception.document_form(request, body, visit.session, "key", "timing", "binding", *CONTENT_FIELDS)
        require_role(visit.officer, Role.CLERK)
        key = form.get("key", "")
        if not key.isascii() or not 0 < len(key) <= 64:
            raise refusals.OfficeFormMalformed
        rulebook = find_type(desk.catalogue, visit.institution, type_id)
        content, terms = sent_content(rulebook, form), _terms(form)
        if isinstance(content, FormContent) and content.focus is not None:
            return making(request, visit, rulebook, content, terms)
        claims = body_of(rulebook, content)
        try:
            made = desk.register(visit.institution, type_id, f"office-{key}", claims, terms, by=visit.actor)
        except (refusals.DocumentFaulty, refusals.BodyMalformed, refusals.DocumentNumberTaken) as refusal:
            return making(request, visit, rulebook, content, terms, refusal)
        return see_other(document_address(request, type_id, made.document.id), Done.MADE)


def _example(request: Request) -> str:
    """The example that the address asks for; empty if none."""
    chosen = request.query_params.get("example", "")
    return chosen if chosen.startswith(EXAMPLE) else ""


def _terms(form: Mapping[str, str]) -> RegistrationTerms:
    """What is not chosen is as by default. Refuses with `OfficeFormMalformed`."""
    try:
        return RegistrationTerms(
            timing=TIMINGS[form["timing"]] if "timing" in form else AT_ONCE.timing,
            binding=BindingMode(form.get("binding", AT_ONCE.binding)),
        )
    except (KeyError, ValueError):
        raise refusals.OfficeFormMalformed from None
