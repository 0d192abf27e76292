"""Checks who calls with an access token: RFC 6750, section 2.1, with DPoP in its place; RFC 9449, section 7.

1. The token is sent in one Authorization header of the DPoP scheme and is one of ours.  `AccessTokenMissing`,
   `AccessTokenRefused`
2. The request is bound to the token's key, with a nonce of ours.  `AccessProofRefused`, `AccessNonceNeeded`
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from issuer.identifiers import fingerprint
from issuer.offers import Grant
from issuer.ports import Register, Transactions
from issuer.refusals import AccessNonceNeeded, AccessProofRefused, AccessTokenMissing, AccessTokenRefused
from issuer.use_cases.check_possession import NONCE_REASONS, CheckPossession, SentProof
from vc_core.dpop import DpopProof
from vc_core.rejection import Rejection

MAX_TOKEN_LENGTH = 512


class Wrapping(Enum):
    """What a body says that it is."""

    PLAIN = "plain"
    ENCRYPTED = "encrypted"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizedCall:
    """One request as it came. authorization: the values of all `Authorization` headers; body: within bounds, unread."""

    authorization: tuple[str, ...]
    proof: SentProof
    body: bytes
    wrapping: Wrapping = Wrapping.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the token permits, and the proof that is still to be used up."""

    grant: Grant
    proof: DpopProof


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAccess:
    transactions: Transactions
    possession: CheckPossession

    def __call__(self, call: AuthorizedCall, *, now: datetime) -> Access:
        token = _bearer(call.authorization)  # 1
        grant = self.transactions.read(lambda register: register.grants.find(fingerprint(token)))
        if grant is None or now >= grant.expires_at:
            raise AccessTokenRefused("token_unknown_or_expired")
        return Access(grant=grant, proof=self._proof(call.proof, token, grant, now))  # 2

    def spend(self, register: Register, access: Access, *, now: datetime) -> None:
        """Uses the proof up. Refuses with `AccessProofRefused`."""
        if not self.possession.spend(register, access.proof, now=now):
            raise AccessProofRefused("jti_repeated")

    def _proof(self, sent: SentProof, token: str, grant: Grant, now: datetime) -> DpopProof:
        try:
            return self.possession(sent, now=now, access_token=token, jkt=grant.jkt)
        except Rejection as rejection:
            if rejection.reason in NONCE_REASONS:
                raise AccessNonceNeeded(rejection.reason, self.possession.new_nonce(now)) from rejection
            if rejection.reason == "jkt_wrong":
                raise AccessTokenRefused("token_bound_to_another_key") from rejection
            raise AccessProofRefused(rejection.reason) from rejection


def _bearer(authorization: tuple[str, ...]) -> str:
    """The access token; the scheme's case does not matter (RFC 9110, section 11.1)."""
    if not authorization:
        raise AccessTokenMissing("authorization_missing")
    scheme, _, token = authorization[0].partition(" ")
    if len(authorization) > 1 or scheme.lower() != "dpop" or not 0 < len(token) <= MAX_TOKEN_LENGTH:
        raise AccessTokenRefused("authorization_scheme_wrong")
    return token
