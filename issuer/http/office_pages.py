"""The pages of the back office: rendered here, whole without JavaScript, in the reader's language.

Nothing inline, nothing from elsewhere, no frames, no cache. A refusal becomes a page; whoever is not signed in is sent
to sign in. Words come from the table `office` of `issuer/words/*.toml`, titles and labels from the rulebooks.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
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
from vc_core.claims import ClaimPath, find, read_path
from vc_core.rulebook import ClaimEntry, Rulebook

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
    given = {"institution": None, "form_token": "", "form": None, **facts}
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
                page = office_page(
                    request, "refused.html", status=problem.status, code=problem.code, facts=vars(refusal)
                )
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

    What belongs to one element of an array stands together, and is numbered where there are several.
    tag: a language that there are words for.
    """
    firsts: dict[ClaimPath, int] = {}
    found: list[tuple[tuple[int, int, int], Row]] = []
    for position, entry in enumerate(rulebook.claims):
        for selected in find(document.claims, entry.path):
            value, label = _value(entry, selected.value, tag), entry.label(tag)
            array, index = _element(selected.path)
            if value is None:
                continue
            if len(find(document.claims, (*array, None))) > 1:
                label = f"{label} ({index + 1})"
            first = firsts.setdefault(array, position) if array else position
            found.append(((first, index, position), Row(box=rulebook.box(entry.path), label=label, value=value)))
    for _, row in sorted(found, key=itemgetter(0)):
        yield row


def _value(entry: ClaimEntry, value: object, tag: str) -> str | None:
    """What stands there for people; None for a structure."""
    match value:
        case bool():
            words = WORDS[tag]["office"]["document"]
            return str(words["yes"] if value else words["no"])
        case list() | tuple() if not any(isinstance(one, dict | list) for one in value):
            return ", ".join(str(one) for one in value)
        case str() if entry.code_list is not None:
            label = entry.code_list.label(entry.code_list.canonical(value), tag)
            return value if label == value else f"{label} ({value})"
        case str() | int() | float():
            return str(value)
        case _:
            return None


def _element(path: ClaimPath) -> tuple[ClaimPath, int]:
    """The outermost array around a claim, and which of its elements that belongs to; no path where there is none."""
    for depth, part in enumerate(path):
        if isinstance(part, int):
            return path[:depth], part
    return (), 0


def titles(catalogue: Catalogue, request: Request) -> Mapping[str, str]:
    """By type, what the rulebook calls it in the reader's language."""
    return {type_id: rulebook.title(language(request)) for type_id, rulebook in catalogue.rulebooks.items()}


def labelled(rulebook: Rulebook, remarks: Iterable[Remark], request: Request) -> list[tuple[Remark, str]]:
    """Remarks as `remarks.html` shows them."""
    return [(remark, _label(rulebook, remark, request)) for remark in remarks]


def _label(rulebook: Rulebook, remark: Remark, request: Request) -> str:
    """What the rulebook calls the claim at the remark's pointer, or the nearest one around it; empty for the whole."""
    path = read_path(remark.pointer) if remark.pointer else ()
    for length in range(len(path), 0, -1):
        entry = rulebook.claim(path[:length])
        if entry is not None:
            return entry.label(language(request))
    return ""
