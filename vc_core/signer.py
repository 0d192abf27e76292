"""Private keys as the rest of the program sees them: something that signs bytes and shows its public key and chain.

A hardware key and a file key look the same here. Key agreement (for mdoc's device MAC) is a second, smaller port, since
few keys can do both. Randomness is a port too: `RandomBytes` gives n fresh bytes. Nothing in the core makes a key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

RandomBytes = Callable[[int], bytes]
"""n -> n unpredictable bytes; `os.urandom` in production, a fixed source in tests."""

PublicKey = ec.EllipticCurvePublicKey

_ALGORITHMS: dict[str, tuple[str, hashes.HashAlgorithm, int]] = {
    "secp256r1": ("ES256", hashes.SHA256(), 32),
    "secp384r1": ("ES384", hashes.SHA384(), 48),
    "secp521r1": ("ES512", hashes.SHA512(), 66),
}


class Signer(Protocol):
    """Signs bytes with one private key."""

    @property
    def algorithm(self) -> str:
        """JWS name of the algorithm (RFC 7518, section 3.1): `ES256`, `ES384` or `ES512`."""
        ...

    @property
    def public_key(self) -> PublicKey: ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Leaf first, then intermediates; never the trust anchor; empty for a key without certificate."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature as r || s, each of the curve's size (RFC 7518, section 3.4)."""
        ...


class KeyAgreement(Protocol):
    """Derives a shared secret with one private key (mdoc device MAC, ISO/IEC 18013-5, 9.1.3.5)."""

    @property
    def public_key(self) -> PublicKey: ...

    def agree(self, peer: PublicKey) -> bytes:
        """The raw ECDH shared secret (the x coordinate)."""
        ...


@dataclass(frozen=True, slots=True)
class SoftwareKey:
    """An EC private key held in memory, as loaded by an adapter; a `Signer` and a `KeyAgreement`."""

    private_key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def algorithm(self) -> str:
        return _ALGORITHMS[self.private_key.curve.name][0]

    @property
    def public_key(self) -> PublicKey:
        return self.private_key.public_key()

    def sign(self, data: bytes) -> bytes:
        _, digest, size = _ALGORITHMS[self.private_key.curve.name]
        r, s = decode_dss_signature(self.private_key.sign(data, ec.ECDSA(digest)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def agree(self, peer: PublicKey) -> bytes:
        return self.private_key.exchange(ec.ECDH(), peer)


_TRIAL = b"socsec: a trial signature, which says nothing"


def signs(signer: Signer) -> bool:
    """Whether its signatures are good under its certificate now: signs a fixed text that no protocol knows."""
    public_key = signer.chain[0].public_key()
    if not isinstance(public_key, ec.EllipticCurvePublicKey):
        return False
    _, digest, size = _ALGORITHMS[public_key.curve.name]
    signature = signer.sign(_TRIAL)
    r, s = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
    try:
        public_key.verify(encode_dss_signature(r, s), _TRIAL, ec.ECDSA(digest))
    except InvalidSignature:
        return False
    return True
