"""The inspector's pages: rendered here, with a little plain JavaScript for the camera and for waiting on a wallet.

A strict content security policy holds for them: nothing inline, nothing from elsewhere. Verdict pages are whole pages;
the script takes their `main` part. Words come from `words`, everything true of a credential type from its rulebook.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from vc_core.catalogue import Catalogue
from verifier.expectation import territories
from verifier.http.asking import desk_of
from verifier.http.direct_route import DirectRoute
from verifier.http.recheck_view import recheck_view
from verifier.http.refusal_table import TABLE
from verifier.http.verdict_answers import handed_json, record_json
from verifier.http.verdict_view import Describe, VerdictView
from verifier.http.words import Languages, Words
from verifier.identifiers import fingerprint
from verifier.inspection_profiles import InspectionProfile, Profiles
from verifier.ports import Clock, Result
from verifier.rechecks import Queued
from verifier.refusals import Refusal
from verifier.transactions import Refused
from verifier.verify_text import Handed

IDENTIFYING = "identity"
"""The query that types have which tell who a person is."""

_TEMPLATES = Path(__file__).parents[1] / "templates"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(self)",
    "Vary": "Accept, Accept-Language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a list on the page. meanwhile: what holds at this place as long as nothing could be checked.

    expects: what has to be filled in before anything is checked there, parted by blanks.
    """

    value: str
    label: str
    reader: str = ""
    meanwhile: str = ""
    expects: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A document that can be asked of a wallet at a place. identified_by: the identity document asked beside it."""

    place: str
    type_id: str
    title: str
    identified_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """Where the answer about the person goes, and the question to the institution; with which token.

    sealed: what the question is made of, where this service does not keep it. mark: by which the device of whoever asks
    knows the document again; empty where it is bound to its holder's wallet.
    """

    identity: str
    case_file: str
    token: str
    sealed: str = ""
    mark: str = ""


class Pages:
    """state: the State that is preselected, None for none."""

    def __init__(
        self, *, catalogue: Catalogue, languages: Languages, clock: Clock, state: str | None, profiles: Profiles
    ) -> None:
        self.profiles = profiles
        self._catalogue, self._languages, self._clock, self._state = catalogue, languages, clock, state
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip

    def start(self, request: Request) -> Response:
        """The page on which everything begins."""
        words = self.words(request)
        return self._page(
            "inspect.html",
            request,
            words,
            places=self._places(words),
            states=self._states(words),
            state=self._state or "",
            offers=self._offers(words),
            now=self._clock(),
        )

    def handed(self, request: Request, handed: Handed) -> Response:
        """The verdict on what was handed in."""
        base, words = f"/v1/verdicts/{handed.id}", self.words(request)
        steps = NextSteps(
            identity=f"{base}/identity",
            case_file=f"{base}/case-file?{urlencode({'lang': words.tag})}",
            token=handed.identity_token,
            sealed=handed.sealed,
            mark=_mark(handed, desk_of(request)),
        )
        profile = self.profiles.of(place_of(request))
        view = self._describe(request, words, profile).verdict(handed_json(handed))
        return self._verdicts(request, words, [view], steps)

    def result(self, request: Request, result: Result, *, token: str) -> Response:
        """The verdicts on a wallet's answer. token: records the identity step."""
        transaction, words = result.transaction, self.words(request)
        describe = self._describe(request, words, self.profiles.of(transaction.terms.profile))
        verdicts = [record_json(record) for record in result.records]
        views = [describe.verdict(verdict, verdicts) for verdict in verdicts]
        if isinstance(transaction, Refused) and not views:
            views = [describe.refused(error=transaction.error, check=transaction.check)]
        code = request.query_params.get("response_code", "")
        coded = {"response_code": code} if code else {}
        base = f"/v1/requests/{transaction.terms.id}"
        steps = NextSteps(
            identity=f"{base}/identity?{urlencode(coded)}" if coded else f"{base}/identity",
            case_file=f"{base}/case-file?{urlencode({**coded, 'lang': words.tag})}",
            token=token,
        )
        return self._verdicts(request, words, views, steps)

    def case_file(self, request: Request, content: Mapping[str, Any]) -> Response:
        """The case file to be printed."""
        return self._page("case_file.html", request, self.words(request), case=content)

    def rechecks(self, request: Request, queue: Sequence[Queued]) -> Response:
        """The part of the start page that tells what became of verdicts given on old data."""
        words = self.words(request)
        items = [recheck_view(queued, self._catalogue, words) for queued in queue]
        return self._page("rechecks.html", request, words, items=items, is_open=any(item.is_open for item in items))

    def refused(self, request: Request, *, status: int, code: str) -> Response:
        """For people who opened an address themselves: why there is nothing to be seen, and the way back."""
        return self._page("refused.html", request, self.words(request), status=status, code=code)

    def _verdicts(self, request: Request, words: Words, views: Sequence[VerdictView], steps: NextSteps) -> Response:
        identity = next((view for view in views if view.identity is not None), None)
        dialogues = next((view.dialogues for view in views if view.dialogues), ())
        return self._page(
            "verdict.html", request, words, views=views, identity=identity, steps=steps, dialogues=dialogues
        )

    def _page(self, template: str, request: Request, words: Words, *, status: int = 200, **values: Any) -> Response:
        languages = [Choice(value=tag, label=one("language")) for tag, one in self._languages.by_tag.items()]
        text = self._templates.get_template(template).render(
            words=words, languages=languages, path=request.url.path, **values
        )
        return HTMLResponse(text, status, headers=HEADERS)

    def words(self, request: Request) -> Words:
        asked = request.query_params.get("lang")
        return self._languages.choose(asked, request.headers.get("accept-language", ""))

    def _describe(self, request: Request, words: Words, profile: InspectionProfile) -> Describe:
        return Describe(catalogue=self._catalogue, words=words, place=place_of(request), profile=profile)

    def _places(self, words: Words) -> list[Choice]:
        queries = (name for rulebook in self._catalogue.types() for name in rulebook.queries)
        names = dict.fromkeys((*queries, *self.profiles.by_id))
        return [
            Choice(
                value=name,
                label=words.get("place", name) or words("place", "other", name=name),
                reader=self.profiles.of(name).reader,
                meanwhile=words.get("meanwhile", name) or "",
                expects=" ".join(self.profiles.of(name).expects),
            )
            for name in names
        ]

    def _states(self, words: Words) -> list[Choice]:
        codes = {code: known for one in territories(self._catalogue) for code, known in one.codes.items()}
        labels = {code: known.labels.get(words.tag, known.labels["en"]) for code, known in codes.items()}
        return [Choice(value=code, label=label) for code, label in sorted(labels.items(), key=lambda item: item[1])]

    def _offers(self, words: Words) -> list[Offer]:
        """A document with its holder's identity comes before the document alone, which may carry no name."""
        places = dict.fromkeys(
            (*(name for rulebook in self._catalogue.types() for name in rulebook.queries), *self.profiles.by_id)
        )
        return [offer for place in places for offer in self._offers_at(place, words)]

    def _offers_at(self, place: str, words: Words) -> Iterator[Offer]:
        profile = self.profiles.of(place)
        known = [one for one in self._catalogue.types() if profile.query in one.queries and profile.suits(one.type_id)]
        identity = next((one for one in known if IDENTIFYING in one.queries), None)
        for rulebook in known:
            alone = Offer(place=place, type_id=rulebook.type_id, title=rulebook.title(words.tag))
            if identity is not None and rulebook is not identity:
                title = words("wallet", "with_identity", document=alone.title)
                yield replace(alone, title=title, identified_by=identity.type_id)
            yield alone


def _mark(handed: Handed, desk: str | None) -> str:
    """Tells whoever has not the secret of the desk nothing; empty without one, and for a document without number."""
    document = handed.verdict.document
    if desk is None or not document.document_number:
        return ""
    return fingerprint("\n".join((desk, document.type_id, document.institution_id, document.document_number))).hex()


def place_of(request: Request) -> str:
    """The profile of inspection that whoever asks works by; empty if not said."""
    return request.query_params.get("place", "")


def wants_page(request: Request) -> bool:
    """Whether the peer accepts a page: a browser, not a program that takes anything."""
    return "text/html" in request.headers.get("accept", "")


def shown_refusal(request: Request, refusal: Refusal, pages: Pages) -> Response:
    """A refusal at an address that a browser opens: as a page to whoever accepts one. Raises it for others."""
    if not wants_page(request):
        raise refusal
    status, code = TABLE[type(refusal)]
    return pages.refused(request, status=status, code=code)


def pages_router(pages: Pages) -> APIRouter:
    router = APIRouter(include_in_schema=False, route_class=DirectRoute)

    @router.get("/")
    def start(request: Request) -> Response:
        return pages.start(request)

    return router
