"""The wallet's attestations: HAIP 1.0, sections 4.4.1 and 4.5.1; draft-ietf-oauth-attestation-based-client-auth-10;
OpenID4VCI 1.0, appendix D.

Every issuance has an instance key and an attestation of its own, so that no two issuers can compare; `sub` names the
wallet product and is the same for all its holders. Keys of credentials are attested where an issuer asks for it.
Simulated: the provider's key lies beside the wallet, where a real one is asked over the network; so no attestation
claims that a key is kept in hardware.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vc_core import base64url
from vc_core.client_attestation import ATTESTATION_HEADER, POP_HEADER, make_attestation, make_pop
from vc_core.key_attestation import make_attestation as make_key_attestation
from vc_core.pilot import new_key
from vc_core.signer import PublicKey, RandomBytes, Signer, SoftwareKey
from wallet_sim.exchange import Headers

LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attester:
    """The wallet provider. client_id: of the wallet product."""

    provider: Signer
    client_id: str

    def attest(self, *, random: RandomBytes, now: datetime, key: SoftwareKey | None = None) -> "AttestedInstance":
        """key: of an instance that goes back to where it was; None for a fresh one."""
        instance = key or SoftwareKey(new_key(random))
        attestation = make_attestation(
            self.provider,
            client_id=self.client_id,
            instance_key=instance.public_key,
            issued_at=now,
            expires_at=now + LIFETIME,
        )
        return AttestedInstance(client_id=self.client_id, key=instance, attestation=attestation, random=random, now=now)

    def attest_key(self, key: PublicKey, *, nonce: str | None, now: datetime) -> str:
        """OpenID4VCI 1.0, appendix D.1, for one key and the `c_nonce` of its proof."""
        return make_key_attestation(self.provider, [key], issued_at=now, expires_at=now + LIFETIME, nonce=nonce)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestedInstance:
    """One instance key towards one authorization server."""

    client_id: str
    key: SoftwareKey
    attestation: str
    random: RandomBytes
    now: datetime

    def headers(self, audience: str, challenge: str | None) -> Headers:
        """For one request; a proof is not sent twice. challenge: the server's, None if it has given none."""
        jti = base64url.encode(self.random(16))
        proof = make_pop(self.key, audience=audience, jti=jti, issued_at=self.now, challenge=challenge)
        return (ATTESTATION_HEADER, self.attestation), (POP_HEADER, proof)


def load_provider(folder: Path) -> SoftwareKey | None:
    """The provider of a pilot folder, `attestation.pem` and `attestation.key.pem`; None where there is none."""
    certificates = folder / "attestation.pem"
    if not certificates.exists():
        return None
    key = load_pem_private_key((folder / "attestation.key.pem").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{folder} holds no EC key")
    return SoftwareKey(key, tuple(x509.load_pem_x509_certificates(certificates.read_bytes())))
