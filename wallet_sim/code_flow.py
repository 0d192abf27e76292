"""The authorization code flow as a wallet goes through it: HAIP 1.0, section 4; OpenID4VCI 1.0, sections 5 and 6.

1. The authorization server's metadata, of which the offer may name one.
2. A request pushed, with the wallet's attestation and the DPoP key that the code is to be bound to.
3. The holder's browser: who they are is shown from this wallet, and they agree.
4. A code for this issuer and this request, redeemed for a token.
5. Every credential of the offer, here or to come, or none, as in `issuance`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from vc_core import base64url
from vc_core.client_attestation import CHALLENGE_HEADER
from wallet_sim import access_token, authorization
from wallet_sim.access_token import AccessToken
from wallet_sim.attestation import AttestedInstance, Attester
from wallet_sim.authorization import CodeServer, Wish
from wallet_sim.browser import Browser, Show
from wallet_sim.exchange import JSON, Answer, Headers, RequestDraft, declined
from wallet_sim.issuance import Delivery, Issuance, fetch_server_metadata
from wallet_sim.refusals import PeerDeclined

USE_CHALLENGE = "use_attestation_challenge"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFlow:
    """An offer being taken by a holder who identifies themselves. show: presents an identity from this wallet."""

    issuance: Issuance
    attester: Attester
    browser: Browser
    show: Show

    def collect(self) -> Delivery:
        """Every credential of the offer, here or to come, or none. Raises a `Rejection` or a `WalletRefusal`."""
        server = self._server()  # 1
        instance = self.attester.attest(random=self.issuance.random, now=self.issuance.now)
        wish = self._wish(instance.client_id)
        request_uri = self._push(server, wish, instance)  # 2
        address = authorization.authorization_address(server, wish, request_uri)
        callback = self.browser.authorize(address, back=authorization.REDIRECT_URI, show=self.show)  # 3
        code = authorization.read_callback(callback, server, wish)  # 4
        token = self._redeem(server, wish, instance, code)
        delivery = replace(self.issuance, client_id=instance.client_id).collect_with(token)  # 5
        return replace(delivery, client=instance)

    def _server(self) -> CodeServer:
        offer = self.issuance.offer
        named = None if offer.code_grant is None else offer.code_grant.authorization_server
        issuer, body = fetch_server_metadata(named, offer.metadata, self.issuance.exchange)
        return authorization.parse_code_server(body, issuer=issuer, http=self.issuance.exchange.policy)

    def _wish(self, client_id: str) -> Wish:
        offer, random = self.issuance.offer, self.issuance.random
        return Wish(
            client_id=client_id,
            configurations=offer.configurations,
            issuer_state=None if offer.code_grant is None else offer.code_grant.issuer_state,
            state=base64url.encode(random(16)),
            verifier=base64url.encode(random(32)),
        )

    def _push(self, server: CodeServer, wish: Wish, instance: AttestedInstance) -> str:
        answer = post_attested(
            self.issuance, server, instance, lambda headers: authorization.push_request(server, wish, headers)
        )
        return authorization.read_pushed(answer)

    def _redeem(self, server: CodeServer, wish: Wish, instance: AttestedInstance, code: str) -> AccessToken:
        answer = post_attested(
            self.issuance, server, instance, lambda headers: authorization.code_request(server, wish, code, headers)
        )
        return access_token.read_token(answer)


def post_attested(
    issuance: Issuance, server: CodeServer, instance: AttestedInstance, make: Callable[[Headers], RequestDraft]
) -> Answer:
    """Sends with a challenge of the server, and once more where the server asks for another one. make: of the headers
    that authenticate the client."""

    def post(challenge: str | None) -> Answer:
        return issuance.possession.post_made(
            lambda: make(instance.headers(server.issuer, challenge)), now=issuance.now
        )  # fmt: skip

    answer = post(_challenge(server, issuance))
    fresh = answer.headers.get(CHALLENGE_HEADER.lower())
    return post(fresh) if fresh is not None and _asks_for_challenge(answer) else answer


def _challenge(server: CodeServer, issuance: Issuance) -> str | None:
    if server.challenge_endpoint is None:
        return None
    answer = issuance.exchange.post(server.challenge_endpoint, b"", media_type=JSON)
    return authorization.read_challenge(answer)


def _asks_for_challenge(answer: Answer) -> bool:
    if answer.status not in (400, 401):
        return False
    refusal = declined(answer)
    return isinstance(refusal, PeerDeclined) and refusal.error == USE_CHALLENGE
