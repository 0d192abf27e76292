"""Redeems an offer: a pre-authorized code and a transaction code become an access token bound to the wallet's key.

OpenID4VCI 1.0, sections 6.1 to 6.3. An offer is redeemed once; the offer's row is held while the codes are compared, so
of two wallets one wins, and wrong transaction codes are counted even when many are tried at once (section 13.6.3).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.configurations import Configurations
from issuer.identifiers import fingerprint
from issuer.offers import Grant, Offer, OfferState
from issuer.ports import Clock, Lock, Register, Transactions
from issuer.refreshes import AnonymousHolder
from issuer.refusals import (
    AuthorizationDetailsRefused,
    CodeRefused,
    GrantTypeUnsupported,
    TokenProofRefused,
    TokenRequestMalformed,
    TransactionCodeMissing,
)
from issuer.server_secret import ServerSecret
from issuer.use_cases.check_possession import CheckPossession, SentProof
from issuer.use_cases.collectable import collectable
from issuer.use_cases.give_tokens import DrawnTokens, GiveTokens, TokenAnswer
from vc_core import strict_json
from vc_core.credential_offer import PRE_AUTHORIZED_CODE
from vc_core.rejection import Rejection

PARAMETERS = ("grant_type", "pre-authorized_code", "tx_code", "client_id", "authorization_details")
MAX_DETAILS_BYTES = 16384


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What a well-formed request comes down to. drawn: what it gets if the codes are right."""

    drawn: DrawnTokens
    jkt: str
    client_id: str | None
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemOffer:
    transactions: Transactions
    configurations: Configurations
    secret: ServerSecret
    possession: CheckPossession
    tokens: GiveTokens
    attempts: int
    clock: Clock

    def __call__(self, form: Mapping[str, str], sent: SentProof) -> TokenAnswer:
        """form: the parameters of `PARAMETERS` that were sent. Refuses with any `TokenRefusal`."""
        now = self.clock()
        code, tx_code = _codes(form)
        proof = self.possession.at_authorization_server(sent, now=now)
        call = _Call(
            drawn=self.tokens.draw(),
            jkt=proof.jkt,
            client_id=form.get("client_id"),
            wanted=wanted_configurations(form.get("authorization_details")),
        )

        def work(register: Register) -> tuple[Grant, str | None] | CodeRefused:
            offer = register.offers.by_code(fingerprint(code), lock=Lock.HELD)
            if offer is None or offer.as_of(now) is not OfferState.OPEN:
                return CodeRefused("code_not_redeemable")
            if not hmac.compare_digest(tx_code.encode(), self.secret.tx_code(offer.id).encode()):
                register.offers.save(self._after_failure(offer))
                return CodeRefused("code_not_redeemable")
            grant = self._grant(register, offer, call, now)
            if not self.possession.spend(register, proof, now=now):
                raise TokenProofRefused("jti_repeated")
            register.offers.save(replace(offer, state=OfferState.REDEEMED))
            if register.bundles.members(offer.id):
                register.grants.add(grant)
                return grant, None
            holder = AnonymousHolder(client_id=call.client_id, jkt=call.jkt)
            self.tokens.begin(register, grant, call.drawn, holder, now=now)
            return grant, call.drawn.refresh

        match self.transactions.write(work):
            case CodeRefused() as refusal:
                raise refusal
            case grant, refresh_token:
                return self.tokens.answer(grant, call.drawn, refresh_token, now=now)

    def _after_failure(self, offer: Offer) -> Offer:
        failed = offer.failed_attempts + 1
        state = OfferState.CLOSED if failed >= self.attempts else OfferState.OPEN
        return replace(offer, failed_attempts=failed, state=state)

    def _grant(self, register: Register, offer: Offer, call: _Call, now: datetime) -> Grant:
        """Where the offer stands for several documents, each is named by an identifier, asked for or not."""
        there = collectable(register, self.configurations, offer)
        if not there:
            raise CodeRefused("code_not_redeemable")
        offered = tuple(dict.fromkeys(one.configuration_id for one in there))
        for configuration_id in call.wanted:
            if configuration_id not in offered:
                raise AuthorizationDetailsRefused("credential_configuration_not_offered")
        named = call.wanted or (offered if register.bundles.members(offer.id) else ())
        return Grant(
            token_fingerprint=fingerprint(call.drawn.access),
            family=fingerprint(call.drawn.access),
            offer_id=offer.id,
            document_id=offer.document_id,
            jkt=call.jkt,
            client_id=call.client_id,
            configuration_ids=call.wanted or offered,
            identifiers={
                f"{one.configuration_id}/{one.offer_id}": one.configuration_id
                for one in there
                if one.configuration_id in named
            },
            expires_at=now + self.tokens.access_lifetime,
        )


def _codes(form: Mapping[str, str]) -> tuple[str, str]:
    if "grant_type" not in form:
        raise TokenRequestMalformed("grant_type_missing")
    if form["grant_type"] != PRE_AUTHORIZED_CODE:
        raise GrantTypeUnsupported("grant_type_unsupported")
    if not form.get("pre-authorized_code"):
        raise TokenRequestMalformed("pre_authorized_code_missing")
    if not form.get("tx_code"):
        raise TransactionCodeMissing("tx_code_missing")
    return form["pre-authorized_code"], form["tx_code"]


def wanted_configurations(details: str | None) -> tuple[str, ...]:
    """The configuration ids asked for by authorization details of type `openid_credential` (section 5.1.1)."""
    if details is None:
        return ()
    try:
        parsed = strict_json.parse(details, max_bytes=MAX_DETAILS_BYTES)
    except Rejection as rejection:
        raise AuthorizationDetailsRefused(rejection.reason) from rejection
    if not isinstance(parsed, list) or not parsed:
        raise AuthorizationDetailsRefused("authorization_details_malformed")
    return tuple(dict.fromkeys(_configuration(detail) for detail in parsed))


def _configuration(detail: object) -> str:
    match detail:
        case {"type": "openid_credential", "credential_configuration_id": str(configuration_id)}:
            return configuration_id
        case {"type": str(other)} if other != "openid_credential":
            raise AuthorizationDetailsRefused("authorization_details_type_unknown")
        case _:
            raise AuthorizationDetailsRefused("authorization_details_malformed")
