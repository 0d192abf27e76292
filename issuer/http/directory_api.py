"""The directory for anybody: which institution is competent, as JSON and as a page that works without JavaScript."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from issuer import refusals
from issuer.http import answers
from issuer.http.consent_pages import TEMPLATES, WORDS, language
from issuer.http.office_pages import OFFICE_STYLE
from issuer.http.schemas import LookupBody, problem_responses, query_parameter
from issuer.use_cases.find_competent import Competent, FindCompetent

CACHED = {"Cache-Control": "public, max-age=300"}
PAGE_HEADERS = {
    **CACHED,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
}
_COUNTRY = re.compile(r"[A-Z]{2}")
_POSTCODE = re.compile(r"[A-Z0-9][A-Z0-9 -]{0,9}")
_TYPE = re.compile(r"[a-z0-9_]{1,40}")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    country: str
    competence: str
    postcode: str | None
    on: date | None
    language: str


_PARAMETERS = [
    query_parameter("country", "ISO 3166-1 code of two letters", required=True, type="string", pattern="^[A-Z]{2}$"),
    query_parameter("competence", "Credential type", required=True, type="string"),
    query_parameter("postcode", "Where the person lives or the employer is; only the nearest are told", type="string"),
    query_parameter("on", "Day asked about; today if left out", type="string", format="date"),
    query_parameter("lang", "Language of the name, if there is one in it", type="string", pattern="^[a-z]{2}$"),
]


def directory_router(competent: FindCompetent) -> APIRouter:
    router = APIRouter(tags=["directory"])

    @router.get(
        "/directory/lookup",
        operation_id="lookUpInstitution",
        summary="Which institution is competent",
        response_model=LookupBody,
        responses=problem_responses(refusals.LookupMalformed, refusals.CompetenceUnknown),
        openapi_extra={"parameters": _PARAMETERS},
    )
    def look_up(request: Request) -> Response:
        asked = _asked(request)
        found = competent(asked.country, asked.competence, postcode=asked.postcode, on=asked.on)
        body = {"institutions": [_institution(one, asked.language) for one in found]}
        return answers.json(body, headers={**CACHED, "Vary": "Accept-Language"})

    @router.get(
        "/directory",
        operation_id="showDirectory",
        summary="The directory as a page",
        response_class=HTMLResponse,
    )
    def show_directory(request: Request) -> Response:
        return _page(request, competent)

    @router.get(
        "/directory.css", operation_id="getDirectoryStyle", summary="The page's style", response_class=Response
    )  # fmt: skip
    def get_directory_style() -> Response:
        return Response(OFFICE_STYLE, headers=CACHED, media_type="text/css")

    return router


def _page(request: Request, competent: FindCompetent) -> Response:
    """The form, and what was found if something was asked."""
    found: list[dict[str, Any]] | None = None
    malformed = False
    if request.query_params.get("country"):
        try:
            asked = _asked(request)
            results = competent(asked.country, asked.competence, postcode=asked.postcode, on=asked.on)
            found = [_institution(one, asked.language) for one in results]
        except (refusals.LookupMalformed, refusals.CompetenceUnknown):
            malformed = True
    tag = language(request)
    body = TEMPLATES.get_template("directory.html").render(
        words=WORDS[tag]["directory"],
        tag=tag,
        style=request.url_for("get_directory_style").path,
        action=request.url_for("show_directory").path,
        types=[(id_, rulebook.title(tag)) for id_, rulebook in sorted(competent.catalogue.rulebooks.items())],
        asked={name: request.query_params.get(name, "")[:20] for name in ("country", "competence", "postcode")},
        found=found,
        malformed=malformed,
    )
    return HTMLResponse(body, 400 if malformed else 200, headers=PAGE_HEADERS)


def _asked(request: Request) -> _Asked:
    """Refuses with `LookupMalformed`. Small letters and an empty postcode are taken as a person means them."""
    query = request.query_params
    country = _matching(query, "country", _COUNTRY, str.upper)
    competence = _matching(query, "competence", _TYPE, str.lower)
    if country is None or competence is None:
        raise refusals.LookupMalformed("/competence" if country else "/country")
    day = query.get("on")
    try:
        on = None if day is None else date.fromisoformat(day)
    except ValueError:
        raise refusals.LookupMalformed("/on") from None
    return _Asked(
        country=country,
        competence=competence,
        postcode=_matching(query, "postcode", _POSTCODE, str.upper),
        on=on,
        language=_matching(query, "lang", _LANGUAGE, str.lower) or language(request),
    )


def _matching(query: Mapping[str, str], name: str, form: re.Pattern[str], spelt: Callable[[str], str]) -> str | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    spelling = spelt(text)
    if not form.fullmatch(spelling):
        raise refusals.LookupMalformed(f"/{name}")
    return spelling


def _institution(found: Competent, wanted: str) -> dict[str, Any]:
    entry, competence = found.entry, found.competence
    return {
        "id": entry.id,
        "name": entry.name(wanted),
        "country": entry.country,
        "contact": asdict(entry.contact),
        "competence": {
            "type": competence.type_id,
            "from": competence.issue_from.isoformat(),
            "to": competence.issue_until and competence.issue_until.isoformat(),
            "postcodes": list(competence.postcodes),
        },
    }
