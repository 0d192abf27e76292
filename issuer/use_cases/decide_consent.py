"""The holder's decision: what they are shown when they come back from their wallet, and what comes of it.

A code is given to the wallet that asked, once, and for a minute at most (FAPI 2.0 Security Profile, section 5.3.2.2);
the answer names the issuer (RFC 9207).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from issuer.addresses import Addresses
from issuer.authorizations import Denied, Identification, Identified, Pushed, PushedTerms, Unidentified, grant
from issuer.documents import Document
from issuer.identifiers import fingerprint
from issuer.ports import Clock, Institutions, Lock, RandomBytes, Register, Transactions
from issuer.refusals import DecisionMalformed, RequestGone, VisitGone
from issuer.server_secret import ServerSecret
from vc_core import base64url


class Decision(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyToAgree:
    """The person is known. institution: name of the one that made the document."""

    terms: PushedTerms
    document: Document
    institution: str
    form_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingFound:
    """reason: stable code, told in words."""

    terms: PushedTerms
    reason: str
    form_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideConsent:
    """code_lifetime: 60 s at most."""

    transactions: Transactions
    institutions: Institutions
    addresses: Addresses
    secret: ServerSecret
    code_lifetime: timedelta
    clock: Clock
    random: RandomBytes

    def form_token(self, visit_id: str, browser: str) -> str:
        """What a form of this visit carries, and no other site can know."""
        return base64url.encode(self.secret.derive("consent form", f"{visit_id}\0{browser}"))

    def show(self, visit_id: str, browser: str, return_code: str) -> ReadyToAgree | NothingFound:
        """What the holder sees on return. Refuses with `VisitGone` or `RequestGone`."""
        now = self.clock()
        token = self.form_token(visit_id, browser)

        def work(register: Register) -> ReadyToAgree | NothingFound:
            found = _visited(register, visit_id, browser, now)
            if not isinstance(found, Identified | Unidentified) or not _same(found.return_code, return_code):
                raise VisitGone("response_code_wrong")
            terms = _pushed(register, found.visit.authorization).terms
            if isinstance(found, Unidentified):
                return NothingFound(terms=terms, reason=found.reason, form_token=token)
            document = register.documents.by_id(found.document_id)
            name = self.institutions.by_id(document.institution_id).name
            return ReadyToAgree(terms=terms, document=document, institution=name, form_token=token)

        return self.transactions.read(work)

    def __call__(self, visit_id: str, browser: str, form: Mapping[str, str]) -> str:
        """Where the browser is sent with the answer. Refuses with `DecisionMalformed`, `VisitGone` or `RequestGone`."""
        now = self.clock()
        if not hmac.compare_digest(form.get("token", "").encode(), self.form_token(visit_id, browser).encode()):
            raise DecisionMalformed("token_wrong")
        try:
            decision = Decision(form.get("decision", ""))
        except ValueError:
            raise DecisionMalformed("decision_unknown") from None
        code = base64url.encode(self.random(32))

        def work(register: Register) -> tuple[PushedTerms, dict[str, str]]:
            found = _visited(register, visit_id, browser, now)
            pushed = _pushed(register, found.visit.authorization, lock=Lock.HELD)
            if decision is Decision.DENY:
                register.authorizations.save(Denied(pushed.terms))
                return pushed.terms, {"error": "access_denied"}
            if not isinstance(found, Identified):
                raise DecisionMalformed("holder_not_identified")
            granted = grant(
                pushed,
                document_id=found.document_id,
                code_fingerprint=fingerprint(code),
                code_expires_at=now + self.code_lifetime,
            )
            register.authorizations.save(granted)
            return pushed.terms, {"code": code}

        return self._answer(*self.transactions.write(work))

    def _answer(self, terms: PushedTerms, outcome: Mapping[str, str]) -> str:
        state = {} if terms.state is None else {"state": terms.state}
        query = urlencode({**outcome, **state, "iss": self.addresses.base_url})
        joint = "&" if "?" in terms.redirect_uri else "?"
        return f"{terms.redirect_uri}{joint}{query}"


def _visited(register: Register, visit_id: str, browser: str, now: datetime) -> Identification:
    found = register.identifications.find(visit_id)
    if found is None or now >= found.visit.expires_at:
        raise VisitGone("visit_unknown_or_expired")
    if not _same(found.visit.browser, browser):
        raise VisitGone("browser_wrong")
    return found


def _pushed(register: Register, wanted: bytes, *, lock: Lock = Lock.NONE) -> Pushed:
    """The request, undecided; that it was opened in time is known, since there is a visit."""
    found = register.authorizations.find(wanted, lock=lock)
    if not isinstance(found, Pushed):
        raise RequestGone("request_uri_used")
    return found


def _same(digest: bytes, secret: str) -> bool:
    return hmac.compare_digest(digest, fingerprint(secret))
