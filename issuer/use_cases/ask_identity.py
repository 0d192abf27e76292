"""Opens an authorization request in a browser, and asks the holder's wallet who they are (OpenID4VP 1.0, section 5).

A visit belongs to one browser, by a secret in its cookie, so that nobody finishes what another began (HAIP 1.0, section
5.1; RFC 9700, section 4.7). The presentation request is signed anew each time it is fetched.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from issuer.addresses import Addresses
from issuer.authorizations import Asked, Denied, Granted, Pushed, PushedTerms, Redeemed, Visit
from issuer.identifiers import fingerprint, unguessable_id
from issuer.identity import IdentityTypes
from issuer.ports import Clock, RandomBytes, Register, Transactions
from issuer.refusals import IdentityRequestGone, RequestGone, RequestNotPushed
from vc_core import base64url
from vc_core.authorization_request import (
    RequestObject,
    RequestUriPost,
    ResponseMode,
    authorization_url,
    build_client_metadata,
    encode_request_object,
    x509_hash_client_id,
)
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.pilot import new_key
from vc_core.signer import Signer, SoftwareKey

SCHEME = "openid4vp"
_VP_FORMATS = {id_: format_.vp_formats for id_, format_ in WALLET_FORMATS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedVisit:
    """What the page shows. browser: the secret for its cookie. wallet_link: opens the wallet."""

    visit: Visit
    terms: PushedTerms
    browser: str
    wallet_link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskIdentity:
    """signer: with the issuer's access certificate. lifetime: of a visit."""

    transactions: Transactions
    addresses: Addresses
    identity: IdentityTypes
    signer: Signer
    lifetime: timedelta
    clock: Clock
    random: RandomBytes

    @property
    def client_id(self) -> str:
        return x509_hash_client_id(self.signer.chain[0])

    def open(self, client_id: str | None, request_uri: str | None) -> OpenedVisit:
        """A visit to a request that was pushed. Refuses with `RequestNotPushed` or `RequestGone`."""
        now = self.clock()
        if not request_uri or not client_id:
            raise RequestNotPushed("request_uri_missing" if client_id else "client_id_missing")
        browser = base64url.encode(self.random(32))
        key = new_key(self.random).private_numbers().private_value.to_bytes(32, "big")

        def work(register: Register) -> tuple[PushedTerms, Visit]:
            terms = self._pushed(register, fingerprint(request_uri), client_id, now)
            visit = self._visit(terms, fingerprint(browser), now)
            register.identifications.add(Asked(visit=visit, encryption_key=key))
            return terms, visit

        terms, visit = self.transactions.write(work)
        link = authorization_url(SCHEME, self.client_id, self.addresses.identity_request(visit.id))
        return OpenedVisit(visit=visit, terms=terms, browser=browser, wallet_link=link)

    def _pushed(self, register: Register, wanted: bytes, client_id: str, now: datetime) -> PushedTerms:
        match register.authorizations.find(wanted):
            case None:
                raise RequestGone("request_uri_unknown")
            case found if found.terms.client_id != client_id:
                raise RequestGone("request_uri_of_another_client")
            case Granted() | Redeemed() | Denied():
                raise RequestGone("request_uri_used")
            case Pushed(terms) if now < terms.expires_at:
                return terms
            case _:
                raise RequestGone("request_uri_expired")

    def _visit(self, terms: PushedTerms, browser: bytes, now: datetime) -> Visit:
        return Visit(
            id=unguessable_id(self.random),
            authorization=terms.fingerprint,
            browser=browser,
            nonce=unguessable_id(self.random),
            state=unguessable_id(self.random),
            query=self.identity.query(),
            expires_at=now + self.lifetime,
        )

    def request_object(self, visit_id: str, wallet: RequestUriPost | None = None) -> str:
        """The signed request object of a visit; wallet: what it said of itself when it fetched by post.

        Refuses with `IdentityRequestGone`.
        """
        now = self.clock()
        found = self.transactions.read(lambda register: register.identifications.find(visit_id))
        if not isinstance(found, Asked) or now >= found.visit.expires_at:
            raise IdentityRequestGone("request_unknown_or_answered")
        visit, key = found.visit, encryption_key(found)
        planned = RequestObject(
            client_id=self.client_id,
            nonce=visit.nonce,
            response_uri=self.addresses.identity_response(visit.id),
            response_mode=ResponseMode.DIRECT_POST_JWT,
            dcql_query=visit.query,
            client_metadata=self._client_metadata(key),
            state=visit.state,
            wallet_nonce=None if wallet is None else wallet.wallet_nonce,
            expires_at=visit.expires_at,
        )
        return encode_request_object(planned, self.signer, issued_at=now)

    def _client_metadata(self, key: SoftwareKey) -> dict[str, Any]:
        return build_client_metadata(_VP_FORMATS, key.public_key)


def encryption_key(asked: Asked) -> SoftwareKey:
    """The key that the answer is encrypted to."""
    return SoftwareKey(ec.derive_private_key(int.from_bytes(asked.encryption_key, "big"), ec.SECP256R1()))
