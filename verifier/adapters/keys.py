"""Key files: the only place where private key bytes are read."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vc_core.signer import SoftwareKey


def load_signer(certificates: Path, private_key: Path) -> SoftwareKey:
    """A signer from a PEM chain (leaf first, without the anchor) and a PKCS #8 PEM key.

    Raises `ValueError` if the key is not the leaf's, or of another kind.
    """
    chain = tuple(x509.load_pem_x509_certificates(certificates.read_bytes()))
    key = load_pem_private_key(private_key.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != chain[0].public_key():
        raise ValueError(f"{private_key} is not the key of {certificates}")
    return SoftwareKey(private_key=key, chain=chain)


def load_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())
