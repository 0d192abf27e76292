"""Who asks at the back office: the session that a cookie names, the officer signed in, the forms of their pages.

The key is sent once; after it a cookie says who asks (`office_sessions`). Every form that changes something carries a
token of its session.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request, Response

from issuer import refusals
from issuer.addresses import Addresses
from issuer.audit import Actor
from issuer.audit import officer as actor_of
from issuer.claim_fields import MAX_FIELDS
from issuer.http.bodies import ReadBody, body_reader, form_parameters
from issuer.http.institution_access import InstitutionAccess
from issuer.http.office_pages import home, office_page
from issuer.institutions import Institution, Officer, Role
from issuer.office_sessions import OfficeSession, OfficeSessions
from issuer.ports import Clock
from issuer.rates import RateGroup
from issuer.refusals import Refusal
from vc_core import parameters
from vc_core.rejection import Rejection

COOKIE, ENTRANCE_COOKIE = "socsec_office", "socsec_office_entrance"
MAX_FORM_BYTES = 4096
"""Of a form without a document's content."""

read_form: ReadBody = body_reader(MAX_FORM_BYTES, refusals.BodyTooLarge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who is signed in, and the token of their forms."""

    officer: Officer
    session: OfficeSession
    form_token: str

    @property
    def institution(self) -> Institution:
        return self.officer.institution

    @property
    def actor(self) -> Actor:
        """As the audit log names whoever is signed in."""
        return actor_of(self.officer.id)

    @property
    def may_change(self) -> bool:
        """Whether they may make, offer, correct or end documents."""
        return Role.CLERK in self.officer.roles

    def page(self, request: Request, template: str, *, status: int = 200, **facts: object) -> Response:
        shown = {
            "institution": self.institution,
            "officer": self.officer,
            "may_change": self.may_change,
            "form_token": self.form_token,
            **facts,
        }
        return office_page(request, template, status=status, **shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Tells who asks."""

    sessions: OfficeSessions
    access: InstitutionAccess
    addresses: Addresses
    clock: Clock

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

    def visit(self, request: Request, group: RateGroup | None = None) -> Visit:
        """Counts as a request of the institution; group: None if the method tells which. Refuses with
        `OfficeSignedOut` or `TooManyRequests`."""
        session = self.session(request, COOKIE)
        if session is None or session.officer is None:
            raise refusals.OfficeSignedOut
        try:
            officer = self.access.institutions.officer(*session.officer)
        except KeyError:
            raise refusals.OfficeSignedOut from None
        self.access.count(request, officer, group)
        return Visit(officer=officer, session=session, form_token=self.sessions.form_token(session))

    def form(self, request: Request, content: bytes, session: OfficeSession, *known: str) -> Mapping[str, str]:
        """The fields of a form of this session's pages. Refuses with `OfficeFormMalformed` or `OfficeFormForeign`."""
        return self._own(session, form_parameters(request, content, _malformed), known)

    def document_form(self, request: Request, content: bytes, session: OfficeSession, *known: str) -> Mapping[str, str]:
        """The same with the fields of claims, whose names begin with a slash."""
        sent = form_parameters(request, content, _malformed, at_most=MAX_FIELDS)
        return self._own(session, sent, (*known, *(name for name in sent if name.startswith("/"))))

    def _own(self, session: OfficeSession, sent: Mapping[str, list[str]], known: tuple[str, ...]) -> Mapping[str, str]:
        try:
            fields = parameters.single(sent, ("token", *known))
        except Rejection as rejection:
            raise refusals.OfficeFormMalformed from rejection
        self.require_own(session, fields)
        return fields

    def require_own(self, session: OfficeSession, fields: Mapping[str, str]) -> None:
        """Refuses with `OfficeFormForeign` if the form does not carry the session's token."""
        if not self.sessions.is_own(session, fields.get("token", "")):
            raise refusals.OfficeFormForeign


def _malformed(_: str) -> Refusal:
    return refusals.OfficeFormMalformed()
