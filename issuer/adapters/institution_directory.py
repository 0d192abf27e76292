"""Institutions from the data folder: `institutions.toml`, and under `pki/institutions/` their keys and certificates.

Read once, at the start. Key files are the only place where private key bytes are read.
"""

import hashlib
import hmac
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from issuer.institutions import Institution
from vc_core.signer import SoftwareKey


@dataclass(frozen=True, slots=True)
class InstitutionDirectory:
    """`issuer.ports.Institutions`. Institutions by id, and the SHA-256 of each one's bearer key."""

    institutions: Mapping[str, Institution]
    key_digests: Mapping[str, bytes]

    @classmethod
    def read(cls, data: Path) -> "InstitutionDirectory":
        """Raises `OSError`, `KeyError` or `ValueError` if the folder is not as `socsec pki init` makes it."""
        entries = tomllib.loads((data / "institutions.toml").read_text(encoding="utf-8"))["institution"]
        institutions = {entry["id"]: _institution(data, entry) for entry in entries}
        digests = {entry["id"]: bytes.fromhex(entry["api_key_sha256"]) for entry in entries}
        return cls(institutions, digests)

    def by_api_key(self, api_key: str) -> Institution | None:
        """Compares with every key, in constant time."""
        digest = hashlib.sha256(api_key.encode()).digest()
        found = [id_ for id_, known in self.key_digests.items() if hmac.compare_digest(digest, known)]
        return self.institutions[found[0]] if found else None

    def by_id(self, institution_id: str) -> Institution:
        return self.institutions[institution_id]


def _institution(data: Path, entry: Mapping[str, Any]) -> Institution:
    home = data / "pki" / "institutions" / entry["id"].replace(":", "-")
    return Institution(
        id=entry["id"],
        name=entry["name"],
        country=entry["country"],
        types=frozenset(entry["types"]),
        document_signer=load_signer(home, "document_signer"),
        status_signer=load_signer(home, "status_signer"),
    )


def load_signer(folder: Path, name: str) -> SoftwareKey:
    """A signer from a PEM chain (leaf first, without the anchor) and a PKCS #8 PEM key.

    Raises `ValueError` if the key is not the leaf's, or of another kind.
    """
    return load_key(folder / f"{name}.pem", folder / f"{name}.key.pem")


def load_key(certificates: Path, private_key: Path) -> SoftwareKey:
    """The same from two files anywhere."""
    chain = tuple(x509.load_pem_x509_certificates(certificates.read_bytes()))
    key = load_pem_private_key(private_key.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != chain[0].public_key():
        raise ValueError(f"{private_key} is not the key of its certificate")
    return SoftwareKey(private_key=key, chain=chain)
