"""Takes a wallet's presentation of its holder's identity, once, and finds the document about them.

OpenID4VP 1.0, sections 8.1 to 8.3, 8.6, 14.1 to 14.4. What cannot be attributed to the visit leaves it open. What is
authentic closes it and sends the browser on, also where nothing was found: the page says why, the wallet does not learn
it (design.md 12). The person is matched with the document that the wallet's offer names, or with those of the type in
force; never is one chosen among several (`vc_core.person_match`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from issuer.addresses import Addresses
from issuer.authorizations import Asked, Identified, Pushed, PushedTerms, Unidentified
from issuer.configurations import Configurations
from issuer.documents import Document, InForce
from issuer.identifiers import fingerprint
from issuer.identity import IdentityTypes
from issuer.ports import Clock, RandomBytes, Register, Transactions
from issuer.refusals import IdentityRequestGone, IdentityResponseRefused
from issuer.server_secret import ServerSecret
from issuer.use_cases.ask_identity import AskIdentity, encryption_key
from issuer.use_cases.gather_evidence import GatherEvidence
from vc_core import base64url, dcql
from vc_core.authorization_request import ResponseMode, encryption_key_id
from vc_core.authorization_response import WalletError, parse_response, require_state
from vc_core.catalogue import Catalogue
from vc_core.checks import Outcome
from vc_core.formats.base import HolderChallenge, ParsedPresentation
from vc_core.formats.registry import QUERY_FORMATS
from vc_core.jose import jwk_from_public_key, jwk_thumbprint
from vc_core.person_match import Candidate, Matched, NotMatched, PersonFacts, find_document, person_facts
from vc_core.rejection import Rejection
from vc_core.verdict import Verdict, Word
from vc_core.verification import (
    CredentialUnreadable,
    Expected,
    HolderPolicy,
    Policy,
    begin,
    finish,
    wanted_status_lists,
)
from vc_core.verification.procedure import read

REFUSING = ("format.", "integrity.", "holder.", "query.")
"""Check ids that begin so refuse the response when they FAILED."""

DECLINED, NOT_CONFIRMED, AUTHORIZATION_GONE = "declined", "identity_not_confirmed", "request_gone"
_POLICY = Policy(holder=HolderPolicy.REQUIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveIdentity:
    transactions: Transactions
    configurations: Configurations
    identity: IdentityTypes
    catalogue: Catalogue
    addresses: Addresses
    secret: ServerSecret
    ask: AskIdentity
    gather: GatherEvidence
    clock: Clock
    random: RandomBytes

    def __call__(self, visit_id: str, form: Mapping[str, Sequence[str]]) -> str:
        """Where the wallet sends the browser. Refuses with `IdentityRequestGone` or `IdentityResponseRefused`.

        1. The visit waits for an answer.
        2. The response can be read and is the answer to this request.
        3. It is one presentation that was asked for, and holds.
        4. It names a person, and one document is about them.
        5. The visit is closed, by one response only.
        """
        now = self.clock()
        asked = self._awaited(visit_id, now)  # 1
        presented = _presented(asked, form)  # 2
        person = None if presented is None else self._person(asked, presented, now)  # 3
        return_code = base64url.encode(self.random(16))
        digest = fingerprint(return_code)

        def work(register: Register) -> bool:
            found = NotMatched(DECLINED) if presented is None else self._found(register, asked, person)  # 4
            match found:
                case Matched(document_id):
                    outcome = Identified(visit=asked.visit, document_id=document_id, return_code=digest)
                    return register.identifications.close(outcome)
                case NotMatched(reason):
                    return register.identifications.close(
                        Unidentified(visit=asked.visit, reason=reason, return_code=digest)
                    )

        if not self.transactions.write(work):  # 5
            raise IdentityRequestGone("request_unknown_or_answered")
        return self.addresses.identity_return(visit_id, return_code)

    def _awaited(self, visit_id: str, now: datetime) -> Asked:
        found = self.transactions.read(lambda register: register.identifications.find(visit_id))
        if not isinstance(found, Asked) or now >= found.visit.expires_at:
            raise IdentityRequestGone("request_unknown_or_answered")
        return found

    def _person(self, asked: Asked, presented: "_Presented", now: datetime) -> PersonFacts | None:
        """Whom the presentation names; None if it is authentic and yet cannot be relied on."""
        parsed = read(presented.text)
        if isinstance(parsed, CredentialUnreadable):
            raise IdentityResponseRefused("format.well_formed")
        query = dcql.parse_query(asked.visit.query, QUERY_FORMATS).credential(presented.query_id)
        if query is None:
            raise IdentityResponseRefused("query.satisfied")
        expected = Expected(day=now.date(), challenge=self._challenge(asked), query=query)
        begun = begin(parsed, expected, self.gather.read_trust(now), _POLICY, now, self.catalogue)
        verdict = finish(begun, self.gather(wanted_status_lists(begun), now))
        refusing = _refusing(verdict)
        if refusing is not None:
            raise IdentityResponseRefused(refusing)
        return self._named(parsed) if verdict.word is Word.CONFIRMED else None

    def _named(self, parsed: ParsedPresentation) -> PersonFacts | None:
        type_ = parsed.resolve(self.catalogue)
        if type_ is None or type_.rulebook.type_id not in self.identity.by_id:
            return None
        return person_facts(type_.rulebook.person, type_.claims())

    def _challenge(self, asked: Asked) -> HolderChallenge:
        key = encryption_key(asked)
        return HolderChallenge(
            nonce=asked.visit.nonce,
            client_id=self.ask.client_id,
            response_uri=self.addresses.identity_response(asked.visit.id),
            encryption_thumbprint=jwk_thumbprint(jwk_from_public_key(key.public_key)),
            agreement=key,
        )

    def _found(self, register: Register, asked: Asked, person: PersonFacts | None) -> Matched | NotMatched:
        if person is None:
            return NotMatched(NOT_CONFIRMED)
        request = register.authorizations.find(asked.visit.authorization)
        if not isinstance(request, Pushed):
            return NotMatched(AUTHORIZATION_GONE)
        documents = self._documents(register, request.terms, person)
        candidates = [self._candidate(document) for document in documents]
        return find_document(person, candidates)

    def _documents(self, register: Register, terms: PushedTerms, person: PersonFacts) -> tuple[Document, ...]:
        if terms.offer_id is not None:
            offer = register.offers.find(terms.offer_id)
            offered = () if offer is None else (register.documents.by_id(offer.document_id),)
            return tuple(document for document in offered if isinstance(document.standing, InForce))
        rulebook = self.configurations.by_id[terms.configuration_ids[0]].rulebook
        if person.birth_date is None:
            return ()
        return register.subjects.in_force(rulebook.type_id, self.secret.birth_key(rulebook.type_id, person.birth_date))

    def _candidate(self, document: Document) -> Candidate:
        rulebook = self.catalogue.type(document.type_id)
        return Candidate(
            document_id=document.id,
            institution_id=document.institution_id,
            person=person_facts(rulebook.person, document.claims),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Presented:
    """The one presentation of a response."""

    query_id: str
    text: str


def _presented(asked: Asked, form: Mapping[str, Sequence[str]]) -> _Presented | None:
    """None where the holder declined."""
    key = encryption_key(asked)
    try:
        response = parse_response(
            form, mode=ResponseMode.DIRECT_POST_JWT, keys={encryption_key_id(key.public_key): key.private_key}
        )
        require_state(response, asked.visit.state)
    except Rejection as rejection:
        raise IdentityResponseRefused(rejection.reason) from rejection
    if isinstance(response, WalletError):
        return None
    presented = [_Presented(query_id=id_, text=text) for id_, texts in response.vp_token.items() for text in texts]
    if len(presented) != 1:
        raise IdentityResponseRefused("query.satisfied")
    return presented[0]


def _refusing(verdict: Verdict) -> str | None:
    failed = (check.id for check in verdict.checks if check.outcome is Outcome.FAILED)
    return next((id_ for id_ in failed if id_.startswith(REFUSING)), None)
