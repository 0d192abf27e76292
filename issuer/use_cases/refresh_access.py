"""Redeems a refresh token for a new access token, with which a document is collected anew: RFC 6749, section 6;
RFC 9449, section 5; attestation-based client authentication, section 9.3; OpenID4VCI 1.0, section 14.5.

What is collected goes back to an offer that exists for nothing else, so fresh copies are issued; earlier ones stay
good.

1. There is a refresh token.  `TokenRequestMalformed`, `CodeRefused`
2. Whoever sends it is who got it: attested with the same instance key, or in possession of the same DPoP key.
   `ClientRefused`, `AttestationChallengeNeeded`, `TokenProofRefused`, `TokenNonceNeeded`, `CodeRefused`
3. In one transaction: the proofs are unused, the token is current, the document stands.  One of an anonymous wallet
   that was used before ends its whole family.  `TokenProofRefused`, `ClientRefused`, `CodeRefused`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from issuer.identifiers import fingerprint, unguessable_id
from issuer.offers import Grant, unoffered
from issuer.ports import Clock, Lock, RandomBytes, Register, Transactions
from issuer.refreshes import AnonymousHolder, AttestedHolder, RefreshState, RefreshToken, successor
from issuer.refusals import ClientRefused, CodeRefused, TokenProofRefused, TokenRequestMalformed
from issuer.server_secret import ServerSecret
from issuer.use_cases.authenticate_client import AuthenticateClient, SentAttestation
from issuer.use_cases.check_possession import CheckPossession, SentProof
from issuer.use_cases.give_tokens import DrawnTokens, GiveTokens, TokenAnswer
from vc_core.client_attestation import AttestedClient
from vc_core.dpop import DpopProof

GRANT_TYPE = "refresh_token"
PARAMETERS = ("grant_type", "refresh_token", "client_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshCall:
    """One request as it came. form: the parameters of `PARAMETERS` that were sent."""

    form: Mapping[str, str]
    attestation: SentAttestation
    proof: SentProof


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caller:
    """Who sends the token, as established. client: None for an anonymous wallet."""

    client: AttestedClient | None
    proof: DpopProof
    drawn: DrawnTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshAccess:
    """authenticate: None where no wallet provider is trusted."""

    transactions: Transactions
    secret: ServerSecret
    authenticate: AuthenticateClient | None
    possession: CheckPossession
    tokens: GiveTokens
    clock: Clock
    random: RandomBytes

    def __call__(self, call: RefreshCall) -> TokenAnswer:
        """Refuses with a `TokenRefusal`."""
        now = self.clock()
        if not call.form.get("refresh_token"):
            raise TokenRequestMalformed("refresh_token_missing")
        sent = fingerprint(call.form["refresh_token"])
        known = self.transactions.read(lambda register: register.refreshes.find(sent))
        if known is None:
            raise CodeRefused("refresh_token_not_redeemable")  # 1
        caller = self._caller(call, known.holder, now)  # 2

        def work(register: Register) -> Grant | CodeRefused:  # 3
            self._spend(register, caller, now)
            token = register.refreshes.find(sent, lock=Lock.HELD)
            if token is not None and token.state is RefreshState.USED:
                register.grants.revoke_family(token.family)
                register.refreshes.end_family(token.family)
                return CodeRefused("refresh_token_used")
            if token is None or not token.is_current(now):
                raise CodeRefused("refresh_token_not_redeemable")
            return self._renew(register, token, caller, now)

        match self.transactions.write(work):
            case CodeRefused() as refusal:
                raise refusal
            case grant:
                rotated = caller.drawn.refresh if isinstance(known.holder, AnonymousHolder) else None
                return self.tokens.answer(grant, caller.drawn, rotated, now=now)

    def _caller(self, call: RefreshCall, holder: AnonymousHolder | AttestedHolder, now: datetime) -> _Caller:
        named, drawn = call.form.get("client_id"), self.tokens.draw()
        match holder:
            case AttestedHolder():
                if self.authenticate is None:
                    raise ClientRefused("attestation_not_taken")
                client = self.authenticate(call.attestation, client_id=named, now=now)
                if (client.client_id, client.instance) != (holder.client_id, holder.instance):
                    raise CodeRefused("refresh_token_of_another_wallet")
                proof = self.possession.at_authorization_server(call.proof, now=now)
                return _Caller(client=client, proof=proof, drawn=drawn)
            case AnonymousHolder():
                if named not in (None, holder.client_id):
                    raise CodeRefused("refresh_token_of_another_wallet")
                proof = self.possession.at_authorization_server(call.proof, now=now, jkt=holder.jkt)
                return _Caller(client=None, proof=proof, drawn=drawn)

    def _spend(self, register: Register, caller: _Caller, now: datetime) -> None:
        if self.authenticate is not None and caller.client is not None:
            self.authenticate.spend(register, caller.client, now=now)
        if not self.possession.spend(register, caller.proof, now=now):
            raise TokenProofRefused("jti_repeated")

    def _renew(self, register: Register, token: RefreshToken, caller: _Caller, now: datetime) -> Grant:
        document = register.documents.by_id(token.document_id, lock=Lock.HELD)
        if document.gone:
            raise CodeRefused(document.gone)
        offer_id = unguessable_id(self.random)
        code = self.secret.code_fingerprint(offer_id)
        register.offers.add(unoffered(offer_id, document_id=token.document_id, code_fingerprint=code, now=now))
        grant = Grant(
            token_fingerprint=fingerprint(caller.drawn.access),
            family=token.family,
            offer_id=offer_id,
            document_id=token.document_id,
            jkt=caller.proof.jkt,
            client_id=token.holder.client_id,
            configuration_ids=token.configuration_ids,
            identifiers=token.identifiers,
            expires_at=now + self.tokens.access_lifetime,
        )
        register.grants.add(grant)
        if isinstance(token.holder, AnonymousHolder):
            register.refreshes.use(token.fingerprint)
            register.refreshes.add(successor(token, fingerprint(caller.drawn.refresh)))
        return grant
