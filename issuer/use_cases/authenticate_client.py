"""Authenticates a wallet by the attestation of its provider (attestation-based client authentication, section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.x509 import Certificate

from issuer.identifiers import fingerprint
from issuer.nonces import NonceMint
from issuer.ports import Clock, RandomBytes, Register
from issuer.refusals import AttestationChallengeNeeded, ClientRefused
from vc_core import client_attestation
from vc_core.client_attestation import AttestedClient
from vc_core.rejection import Rejection

CHALLENGE_REASONS = frozenset({"pop_challenge_missing", "pop_challenge_wrong"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAttestation:
    """The values of all headers of each name."""

    attestations: Sequence[str]
    pops: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticateClient:
    """audience: the authorization server's identifier. anchors: of the wallet providers that are trusted."""

    audience: str
    anchors: Sequence[Certificate]
    challenges: NonceMint
    clock: Clock
    random: RandomBytes

    def __call__(self, sent: SentAttestation, *, client_id: str | None, now: datetime) -> AttestedClient:
        """client_id: of the request, if it names one. Refuses with `ClientRefused` or `AttestationChallengeNeeded`."""
        try:
            return client_attestation.check_client(
                sent.attestations,
                sent.pops,
                audience=self.audience,
                now=now,
                anchors=self.anchors,
                client_id=client_id,
                challenge_ok=lambda text: text is not None and self.challenges.is_current(text, now),
            )
        except Rejection as rejection:
            if rejection.reason in CHALLENGE_REASONS:
                challenge = self.challenges.make(now, self.random)
                raise AttestationChallengeNeeded(rejection.reason, challenge) from rejection
            raise ClientRefused(rejection.reason) from rejection

    def spend(self, register: Register, client: AttestedClient, *, now: datetime) -> None:
        """Uses the proof up. Refuses with `ClientRefused` if it was used before (section 11.1)."""
        until = client.issued_at + client_attestation.WINDOW.past
        if not register.spent.spend(fingerprint(f"pop\0{client.instance}\0{client.jti}"), until=until, now=now):
            raise ClientRefused("pop_jti_repeated")

    def new_challenge(self) -> str:
        """For the next proof (section 6.1)."""
        return self.challenges.make(self.clock(), self.random)
