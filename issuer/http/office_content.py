"""The content of a document at the back office, in the fields of a form or as JSON: as it is sent, and shown again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

import orjson
from fastapi import Request

from issuer import refusals
from issuer.claim_entries import (
    Typed,
    claims_from,
    is_whole,
    read_form,
    typed_from,
    with_entry,
    without_blanks,
    without_entry,
)
from issuer.claim_fields import sections_of
from issuer.documents import Remark
from issuer.http.consent_pages import WORDS, language
from issuer.http.office_claims import claim_form
from issuer.http.office_pages import labelled, note_refusal
from issuer.refusals import Refusal
from vc_core.claims import ClaimPath, Claims
from vc_core.rejection import Rejection
from vc_core.rulebook import Rulebook

CONTENT_FIELDS = ("claims", "add", "remove")
"""Fields beside those of claims: the whole as JSON, and the buttons for entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonContent:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContent:
    """focus: None if the document is to be made; else only an entry was added, or removed from this list."""

    typed: Typed
    focus: ClaimPath | None = None


Content: TypeAlias = JsonContent | FormContent


def wants_json(request: Request) -> bool:
    """Whether the address of a page asks for the content as JSON."""
    return request.query_params.get("as") == "json"


def content_of(rulebook: Rulebook, claims: Claims, *, as_json: bool) -> Content:
    """Of a document that there is. As JSON too if a form would change it."""
    if as_json or not is_whole(rulebook, sections_of(rulebook), claims):
        return JsonContent(text=orjson.dumps(dict(claims), option=orjson.OPT_INDENT_2).decode())
    return FormContent(typed=typed_from(claims))


def sent_content(rulebook: Rulebook, form: Mapping[str, str]) -> Content:
    """form: of `Reception.document_form`. Refuses with `OfficeFormMalformed`."""
    given = {name: text for name, text in form.items() if name.startswith("/")}
    if "claims" in form:
        if given or "add" in form or "remove" in form:
            raise refusals.OfficeFormMalformed
        return JsonContent(text=form["claims"])
    sections = sections_of(rulebook)
    try:
        typed = read_form(sections, given)
        if "add" in form:
            typed, focus = with_entry(sections, typed, form["add"])
            return FormContent(typed=typed, focus=focus)
        if "remove" in form:
            typed, focus = without_entry(sections, typed, form["remove"])
            return FormContent(typed=typed, focus=focus)
    except Rejection as rejection:
        raise refusals.OfficeFormMalformed from rejection
    return FormContent(typed=without_blanks(typed))


def body_of(rulebook: Rulebook, content: Content) -> bytes:
    """The claims as the interface takes them."""
    match content:
        case JsonContent():
            return content.text.encode()
        case FormContent():
            return orjson.dumps(claims_from(rulebook, content.typed))
        case _:
            assert_never(content)


def shown_content(
    rulebook: Rulebook, content: Content, request: Request, refusal: Refusal | None = None
) -> dict[str, Any]:
    """What a page needs to show it: `form`, or `claims` as text; and what is wrong with it, with the page's status."""
    problem = None if refusal is None else note_refusal(request, type(refusal))
    faults = refusal.faults if isinstance(refusal, refusals.DocumentFaulty) else ()
    return {
        "status": 200 if problem is None else problem.status,
        "faults": labelled(rulebook, faults, request),
        "problem": "" if problem is None or faults else problem.code,
        **_shown(rulebook, content, request, faults),
    }


def _shown(rulebook: Rulebook, content: Content, request: Request, faults: Sequence[Remark]) -> dict[str, Any]:
    match content:
        case JsonContent():
            return {"claims": content.text}
        case FormContent():
            tag = language(request)
            words = WORDS[tag]["office"]["form"]
            return {
                "form": claim_form(
                    rulebook,
                    sections_of(rulebook),
                    content.typed,
                    words=words,
                    tag=tag,
                    faults=faults,
                    focus=content.focus,
                )
            }
        case _:
            assert_never(content)
