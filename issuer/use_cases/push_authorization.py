"""Takes a pushed authorization request: RFC 9126; OpenID4VCI 1.0, section 5.1; FAPI 2.0 Security Profile, 5.3.2.2.

1. No `request_uri` and no request object; `response_type` is `code`.  `TokenRequestMalformed`,
   `ResponseTypeUnsupported`
2. The wallet is attested.  `ClientRefused`, `AttestationChallengeNeeded`
3. Somewhere to go on, a challenge of PKCE.  `TokenRequestMalformed`
4. The key that the code is to be bound to (RFC 9449, section 10).  `TokenProofRefused`, `TokenNonceNeeded`
5. Scopes and details name configurations of one type.  `ScopeRefused`, `AuthorizationDetailsRefused`
6. In one transaction: proofs are unused, the offer named is open.  `ClientRefused`, `TokenRequestMalformed`
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.authorizations import Pushed, PushedTerms
from issuer.configurations import Configurations
from issuer.identifiers import fingerprint
from issuer.identity import IdentityTypes
from issuer.offers import OfferState
from issuer.ports import Clock, RandomBytes, Register, Transactions
from issuer.refusals import (
    AuthorizationDetailsRefused,
    ResponseTypeUnsupported,
    ScopeRefused,
    TokenProofRefused,
    TokenRequestMalformed,
)
from issuer.use_cases.authenticate_client import AuthenticateClient, SentAttestation
from issuer.use_cases.check_possession import CheckPossession, SentProof
from issuer.use_cases.redeem_offer import wanted_configurations
from vc_core import base64url, pkce
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.dpop import DpopProof
from vc_core.rejection import Rejection

PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "authorization_details",
    "issuer_state",
    "request",
    "request_uri",
    "response_mode",
)
REQUEST_URI = "urn:ietf:params:oauth:request_uri:"
MAX_REDIRECT_URI = 2048
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_BROWSERS_OWN = frozenset({"about", "blob", "data", "file", "filesystem", "ftp", "javascript", "mailto", "vbscript"})
_JKT = re.compile(r"[A-Za-z0-9_-]{43}")
_KEPT = timedelta(hours=1)
"""How long a request is remembered after it expired, so that a code that comes again is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushCall:
    """One request as it came. form: the parameters of `PARAMETERS` that were sent."""

    form: Mapping[str, str]
    attestation: SentAttestation
    proof: SentProof


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """expires_in: seconds. dpop_nonce: for the next proof."""

    request_uri: str
    expires_in: int
    dpop_nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAuthorization:
    """lifetime: of a request, below 600 s."""

    transactions: Transactions
    configurations: Configurations
    identity: IdentityTypes
    authenticate: AuthenticateClient
    possession: CheckPossession
    loopback_http: LoopbackHttp
    lifetime: timedelta
    clock: Clock
    random: RandomBytes

    def __call__(self, call: PushCall) -> PushAnswer:
        """Refuses with a `TokenRefusal`."""
        now, form = self.clock(), call.form
        _require_code_request(form)  # 1
        client = self.authenticate(call.attestation, client_id=form.get("client_id"), now=now)  # 2
        redirect_uri, challenge = self._way_back(form), _challenge(form)  # 3
        proof, jkt = self._binding(call, now)  # 4
        details = wanted_configurations(form.get("authorization_details"))
        wanted = self._wanted(details, form.get("scope"))  # 5
        reference = f"{REQUEST_URI}{base64url.encode(self.random(32))}"
        terms = PushedTerms(
            fingerprint=fingerprint(reference),
            client_id=client.client_id,
            redirect_uri=redirect_uri,
            state=form.get("state"),
            code_challenge=challenge,
            jkt=jkt,
            configuration_ids=wanted,
            identifiers_wanted=bool(details),
            offer_id=form.get("issuer_state"),
            expires_at=now + self.lifetime,
        )

        def work(register: Register) -> None:  # 6
            self.authenticate.spend(register, client, now=now)
            if proof is not None and not self.possession.spend(register, proof, now=now):
                raise TokenProofRefused("jti_repeated")
            self._require_offer(register, terms, now)
            register.authorizations.sweep(before=now - _KEPT)
            register.authorizations.push(Pushed(terms))

        self.transactions.write(work)
        return PushAnswer(
            request_uri=reference,
            expires_in=int(self.lifetime.total_seconds()),
            dpop_nonce=self.possession.new_nonce(now),
        )

    def _way_back(self, form: Mapping[str, str]) -> str:
        """An https address, or one of a scheme that an application of the device has claimed (RFC 8252, section 7)."""
        address = form.get("redirect_uri")
        if not address:
            raise TokenRequestMalformed("redirect_uri_missing")
        scheme, colon, rest = address.partition(":")
        if scheme in ("http", "https"):
            try:
                return require_url(address, policy=self.loopback_http)
            except Rejection as rejection:
                raise TokenRequestMalformed("redirect_uri_malformed") from rejection
        visible = address.isascii() and all("!" <= sign <= "~" for sign in address)
        own = not colon or not _SCHEME.fullmatch(scheme) or scheme in _BROWSERS_OWN or not rest.startswith("/")
        if own or not visible or "#" in address or len(address) > MAX_REDIRECT_URI:
            raise TokenRequestMalformed("redirect_uri_malformed")
        return address

    def _binding(self, call: PushCall, now: datetime) -> tuple[DpopProof | None, str | None]:
        """The DPoP proof, if one was sent, and the thumbprint that it or `dpop_jkt` names."""
        jkt = call.form.get("dpop_jkt")
        if jkt is not None and not _JKT.fullmatch(jkt):
            raise TokenRequestMalformed("dpop_jkt_malformed")
        if not call.proof.headers:
            return None, jkt
        proof = self.possession.at_authorization_server(call.proof, now=now, jkt=jkt)
        return proof, proof.jkt

    def _wanted(self, details: tuple[str, ...], scope: str | None) -> tuple[str, ...]:
        """Unknown scopes are ignored, unknown configurations are not (OpenID4VCI 1.0, sections 5.1.1 and 5.1.2)."""
        for configuration_id in details:
            if configuration_id not in self._collectable:
                raise AuthorizationDetailsRefused("credential_configuration_unknown")
        scopes = tuple(one for one in (scope or "").split(" ") if one in self._collectable)
        wanted = tuple(dict.fromkeys((*details, *scopes)))
        if not wanted:
            raise ScopeRefused("scope_missing" if not scope else "scope_unknown")
        if len({self._collectable[one] for one in wanted}) > 1:
            raise ScopeRefused("types_several")
        return wanted

    @property
    def _collectable(self) -> Mapping[str, str]:
        """Configuration id to type id; identity is not collected by showing it."""
        found = {id_: one.rulebook.type_id for id_, one in self.configurations.by_id.items()}
        return {id_: type_id for id_, type_id in found.items() if type_id not in self.identity.by_id}

    def _require_offer(self, register: Register, terms: PushedTerms, now: datetime) -> None:
        """What `issuer_state` names may have been put there by anybody: it narrows, and proves nothing (5.1.3)."""
        if terms.offer_id is None:
            return
        offer = register.offers.find(terms.offer_id)
        if offer is None or offer.as_of(now) is not OfferState.OPEN or register.bundles.members(offer.id):
            raise TokenRequestMalformed("issuer_state_unknown")
        if register.documents.by_id(offer.document_id).type_id != self._collectable[terms.configuration_ids[0]]:
            raise TokenRequestMalformed("issuer_state_of_another_type")


def _require_code_request(form: Mapping[str, str]) -> None:
    if "request_uri" in form:
        raise TokenRequestMalformed("request_uri_pushed")
    if "request" in form:
        raise TokenRequestMalformed("request_object_unsupported")
    if not form.get("response_type"):
        raise TokenRequestMalformed("response_type_missing")
    if form["response_type"] != "code":
        raise ResponseTypeUnsupported("response_type_unsupported")
    if form.get("response_mode", "query") != "query":
        raise TokenRequestMalformed("response_mode_unsupported")


def _challenge(form: Mapping[str, str]) -> str:
    try:
        return pkce.parse_challenge(form.get("code_challenge"), form.get("code_challenge_method"))
    except Rejection as rejection:
        raise TokenRequestMalformed(rejection.reason) from rejection
