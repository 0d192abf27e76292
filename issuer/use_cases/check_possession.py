"""Checks that whoever sends a request holds its DPoP key, with a nonce of ours (RFC 9449, sections 4.3 and 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from issuer.identifiers import fingerprint
from issuer.nonces import NonceMint
from issuer.ports import RandomBytes, Register
from issuer.refusals import TokenNonceNeeded, TokenProofRefused
from vc_core import dpop
from vc_core.dpop import DpopProof
from vc_core.rejection import Rejection

NONCE_REASONS = frozenset({"nonce_missing", "nonce_wrong"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SentProof:
    """headers: the values of all `DPoP` headers of one request. url: the address as this service gives it out."""

    headers: Sequence[str]
    method: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPossession:
    nonces: NonceMint
    random: RandomBytes

    def __call__(
        self, sent: SentProof, *, now: datetime, access_token: str | None = None, jkt: str | None = None
    ) -> DpopProof:
        """Raises `Rejection`; its reason is one of `NONCE_REASONS` if only a nonce is lacking."""
        return dpop.check_proof(
            sent.headers,
            method=sent.method,
            url=sent.url,
            now=now,
            access_token=access_token,
            jkt=jkt,
            nonce_ok=lambda nonce: nonce is not None and self.nonces.is_current(nonce, now),
        )

    def at_authorization_server(self, sent: SentProof, *, now: datetime, jkt: str | None = None) -> DpopProof:
        """As a call, in the terms of /par and /token. Refuses with `TokenNonceNeeded` or `TokenProofRefused`."""
        try:
            return self(sent, now=now, jkt=jkt)
        except Rejection as rejection:
            if rejection.reason in NONCE_REASONS:
                raise TokenNonceNeeded(rejection.reason, self.new_nonce(now)) from rejection
            raise TokenProofRefused(rejection.reason) from rejection

    def spend(self, register: Register, proof: DpopProof, *, now: datetime) -> bool:
        """Uses the proof up; false if it was used before (section 11.1)."""
        until = proof.issued_at + dpop.WINDOW.past
        return register.spent.spend(fingerprint(f"dpop\0{proof.jkt}\0{proof.jti}"), until=until, now=now)

    def new_nonce(self, now: datetime) -> str:
        return self.nonces.make(now, self.random)
