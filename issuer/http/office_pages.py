"""The pages of the back office: rendered here, whole without JavaScript, in the reader's language.

Nothing inline, nothing from elsewhere, no frames, no cache. A refusal becomes a page; whoever is not signed in is sent
to sign in. Words come from the table `office` of `issuer/words/*.toml`, titles and labels from the rulebooks.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from issuer.documents import Document, Remark
from issuer.http.consent_pages import HOME, STYLE, TEMPLATES, WORDS, language
from issuer.http.problem_table import PROBLEMS, Problem
from issuer.http.problems import pause
from issuer.refusals import InstitutionRefusal, OfficeRefusal, OfficeSignedOut, Refusal
from vc_core.catalogue import Catalogue
from vc_core.claims import find
from vc_core.code_list import CodeList
from vc_core.rulebook import Rulebook

OFFICE_STYLE = STYLE + (HOME / "static" / "office.css").read_text(encoding="utf-8")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language, Cookie",
}
_DONE = "done"
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


def home(request: Request) -> str:
    """The path of the first page."""
    return str(request.app.url_path_for("office_start"))


def document_address(request: Request, type_id: str, document_id: str) -> str:
    """The path of a document's page."""
    return f"{home(request)}/documents/{type_id}/{document_id}"


def office_page(request: Request, template: str, *, status: int = 200, **facts: Any) -> Response:
    tag = language(request)
    given = {"institution": None, "form_token": "", **facts}
    body = TEMPLATES.get_template(f"office/{template}").render(
        words=WORDS[tag]["office"], tag=tag, home=home(request), **given
    )
    return HTMLResponse(body, status, headers=HEADERS)


class Done(StrEnum):
    """What was done right before a page is shown, which says so; each has words."""

    MADE = "made"
    RELEASED = "released"
    CORRECTED = "corrected"
    OFFERED = "offered"
    SUSPENDED = "suspended"
    LIFTED = "lifted"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL_ASKED_FOR = "withdrawal_asked_for"
    WITHDRAWAL_APPROVED = "withdrawal_approved"
    WITHDRAWAL_REJECTED = "withdrawal_rejected"


def see_other(location: str, done: Done | None = None, *, part: str = "") -> Response:
    """On to a page, by GET. part: what of the page to show, by its id."""
    query, fragment = "" if done is None else f"?{_DONE}={done}", f"#{part}" if part else ""
    return Response(status_code=303, headers={**HEADERS, "Location": f"{location}{query}{fragment}"})


def done_before(request: Request) -> Done | None:
    """What the address of a page says was done; anybody can write it there."""
    said = request.query_params.get(_DONE)
    return next((one for one in Done if one == said), None)


def note_refusal(request: Request, refusal: type[Refusal]) -> Problem:
    """Told to the log and the numbers as what the interface refuses is, also where a form comes back to be mended."""
    problem = PROBLEMS[refusal]
    request.scope.setdefault("state", {}).update(problem=problem.code, refused=problem.code)
    return problem


class OfficeRoute(APIRoute):
    """A route whose refusals are pages."""

    def get_route_handler(self) -> Handle:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except OfficeSignedOut:
                return see_other(home(request))
            except (OfficeRefusal, InstitutionRefusal) as refusal:
                problem = note_refusal(request, type(refusal))
                page = office_page(request, "refused.html", status=problem.status, code=problem.code)
                page.headers.update(pause(refusal))
                return page

        return handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim of a document for people."""

    box: str | None
    label: str
    value: str


def rows(rulebook: Rulebook, document: Document, tag: str) -> Iterator[Row]:
    """Every claim that is no structure, in the order of the rulebook; codes in words, with the code behind.

    tag: a language that there are words for.
    """
    words = WORDS[tag]["office"]["document"]
    for entry in rulebook.claims:
        for selected in find(document.claims, entry.path):
            value = selected.value
            if isinstance(value, bool):
                value = words["yes"] if value else words["no"]
            elif isinstance(value, list | tuple) and not any(isinstance(one, dict | list) for one in value):
                value = ", ".join(str(one) for one in value)
            elif isinstance(value, str) and entry.code_list is not None:
                value = _in_words(entry.code_list, value, tag)
            if isinstance(value, str | int | float):
                yield Row(box=rulebook.box(entry.path), label=entry.label(tag), value=str(value))


def _in_words(codes: CodeList, written: str, tag: str) -> str:
    label = codes.label(codes.canonical(written), tag)
    return written if label == written else f"{label} ({written})"


def titles(catalogue: Catalogue, request: Request) -> Mapping[str, str]:
    """By type, what the rulebook calls it in the reader's language."""
    return {type_id: rulebook.title(language(request)) for type_id, rulebook in catalogue.rulebooks.items()}


def labelled(rulebook: Rulebook, remarks: Iterable[Remark], request: Request) -> list[tuple[Remark, str]]:
    """Remarks as `remarks.html` shows them."""
    return [(remark, _label(rulebook, remark, request)) for remark in remarks]


def _label(rulebook: Rulebook, remark: Remark, request: Request) -> str:
    """What the rulebook calls the claim at the remark's pointer, or the nearest one around it; empty for the whole."""
    path = tuple(
        int(token) if token.isdecimal() else token.replace("~1", "/").replace("~0", "~")
        for token in remark.pointer.split("/")[1:]
    )
    for length in range(len(path), 0, -1):
        entry = rulebook.claim(path[:length])
        if entry is not None:
            return entry.label(language(request))
    return ""
