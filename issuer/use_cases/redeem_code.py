"""Redeems an authorization code: RFC 6749, section 4.1.3; RFC 7636, 4.6; RFC 9449, 5 and 10; OpenID4VCI 1.0, 6.

A code is redeemed once, by the wallet that asked for it. One that comes again takes back the tokens it had become (FAPI
2.0 Security Profile, section 5.3.2.2). What is collected goes back to an offer, as with the other grant: the one that
the wallet named, or one that exists for nothing else.

1. The parameters are there.  `TokenRequestMalformed`
2. The wallet is attested, and holds a DPoP key.  `ClientRefused`, `AttestationChallengeNeeded`, `TokenProofRefused`,
   `TokenNonceNeeded`
3. In one transaction: the code is of this wallet, this way back, this verifier, this key; it is current and unused, and
   so are the proofs; the document stands.  `CodeRefused`, `TokenProofRefused`, `ClientRefused`
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.authorizations import Granted, Redeemed, redeem
from issuer.configurations import Configurations
from issuer.documents import Document
from issuer.identifiers import fingerprint, unguessable_id
from issuer.offers import Grant, OfferState, unoffered
from issuer.ports import Clock, Lock, RandomBytes, Register, Transactions
from issuer.refreshes import AttestedHolder
from issuer.refusals import CodeRefused, TokenProofRefused, TokenRequestMalformed
from issuer.server_secret import ServerSecret
from issuer.use_cases.authenticate_client import AuthenticateClient, SentAttestation
from issuer.use_cases.check_possession import CheckPossession, SentProof
from issuer.use_cases.give_tokens import DrawnTokens, GiveTokens, TokenAnswer
from vc_core import pkce
from vc_core.client_attestation import AttestedClient
from vc_core.dpop import DpopProof
from vc_core.rejection import Rejection

PARAMETERS = ("grant_type", "code", "redirect_uri", "code_verifier", "client_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCall:
    """One request as it came. form: the parameters of `PARAMETERS` that were sent."""

    form: Mapping[str, str]
    attestation: SentAttestation
    proof: SentProof


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caller:
    """Who redeems, as established. drawn: what it gets."""

    client: AttestedClient
    proof: DpopProof
    drawn: DrawnTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemCode:
    transactions: Transactions
    configurations: Configurations
    secret: ServerSecret
    authenticate: AuthenticateClient
    possession: CheckPossession
    tokens: GiveTokens
    clock: Clock
    random: RandomBytes

    def __call__(self, call: CodeCall) -> TokenAnswer:
        """Refuses with a `TokenRefusal`."""
        now, form = self.clock(), call.form
        for name in ("code", "redirect_uri", "code_verifier"):  # 1
            if not form.get(name):
                raise TokenRequestMalformed(f"{name}_missing")
        client = self.authenticate(call.attestation, client_id=form.get("client_id"), now=now)  # 2
        proof = self.possession.at_authorization_server(call.proof, now=now)
        caller = _Caller(client=client, proof=proof, drawn=self.tokens.draw())

        def work(register: Register) -> Grant | CodeRefused:  # 3
            match register.authorizations.by_code(fingerprint(form["code"]), lock=Lock.HELD):
                case Granted() as granted if granted.terms.client_id == client.client_id:
                    return self._redeem(register, granted, caller, form, now)
                case Redeemed() as used if used.terms.client_id == client.client_id:
                    register.grants.revoke_family(used.token_fingerprint)
                    register.refreshes.end_family(used.token_fingerprint)
                    return CodeRefused("code_used")
                case _:
                    return CodeRefused("code_not_redeemable")

        match self.transactions.write(work):
            case CodeRefused() as refusal:
                raise refusal
            case grant:
                return self.tokens.answer(grant, caller.drawn, caller.drawn.refresh, now=now)

    def _redeem(
        self, register: Register, granted: Granted, caller: _Caller, form: Mapping[str, str], now: datetime
    ) -> Grant:
        _require_current(granted, form, now)
        if granted.terms.jkt not in (None, caller.proof.jkt):
            raise TokenProofRefused("jkt_wrong")
        self.authenticate.spend(register, caller.client, now=now)
        if not self.possession.spend(register, caller.proof, now=now):
            raise TokenProofRefused("jti_repeated")
        grant = self._grant(register, granted, caller, now)
        holder = AttestedHolder(client_id=caller.client.client_id, instance=caller.client.instance)
        self.tokens.begin(register, grant, caller.drawn, holder, now=now)
        register.authorizations.save(redeem(granted, token_fingerprint=grant.token_fingerprint))
        return grant

    def _grant(self, register: Register, granted: Granted, caller: _Caller, now: datetime) -> Grant:
        document = register.documents.by_id(granted.document_id, lock=Lock.HELD)
        if document.gone:
            raise CodeRefused(document.gone)
        wanted = self._collectable(granted, document)
        offer_id = self._offer(register, granted, now)
        named = wanted if granted.terms.identifiers_wanted else ()
        return Grant(
            token_fingerprint=fingerprint(caller.drawn.access),
            family=fingerprint(caller.drawn.access),
            offer_id=offer_id,
            document_id=granted.document_id,
            jkt=caller.proof.jkt,
            client_id=caller.client.client_id,
            configuration_ids=wanted,
            identifiers={f"{configuration_id}/{offer_id}": configuration_id for configuration_id in named},
            expires_at=now + self.tokens.access_lifetime,
        )

    def _collectable(self, granted: Granted, document: Document) -> tuple[str, ...]:
        """Of what the wallet wants, what there is of a document with this binding."""
        there = self.configurations.of_document(document.type_id, document.binding)
        wanted = tuple(id_ for id_ in granted.terms.configuration_ids if id_ in there)
        if not wanted:
            raise CodeRefused("document_bound_otherwise")
        return wanted

    def _offer(self, register: Register, granted: Granted, now: datetime) -> str:
        """The id of the offer that is used up by this."""
        if granted.terms.offer_id is None:
            id_ = unguessable_id(self.random)
            made = unoffered(
                id_, document_id=granted.document_id, code_fingerprint=self.secret.code_fingerprint(id_), now=now
            )
            register.offers.add(made)
            return id_
        offer = register.offers.by_code(self.secret.code_fingerprint(granted.terms.offer_id), lock=Lock.HELD)
        if offer is None or offer.as_of(now) is not OfferState.OPEN:
            raise CodeRefused("offer_not_redeemable")
        register.offers.save(replace(offer, state=OfferState.REDEEMED))
        return offer.id


def _require_current(granted: Granted, form: Mapping[str, str], now: datetime) -> None:
    if now >= granted.code_expires_at:
        raise CodeRefused("code_expired")
    if form["redirect_uri"] != granted.terms.redirect_uri:
        raise CodeRefused("redirect_uri_wrong")
    try:
        pkce.check_verifier(form["code_verifier"], granted.terms.code_challenge)
    except Rejection as rejection:
        raise CodeRefused(rejection.reason) from rejection
