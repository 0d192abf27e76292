"""Keys of the pilot's folder, made and changed: a new signer is certified by its State's root and put to use,
and the old private key is destroyed.

Simulated: in production the root's key is not on this machine; a certificate is asked for and comes back.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate, load_pem_x509_certificate

from issuer.adapters.institution_directory import (
    institution_folder,
    key_uri,
    load_signer,
    signers_file,
    used_signers,
)
from issuer.adapters.pkcs11_signer import destroy_key, make_key
from issuer.adapters.pkcs11_uri import Pkcs11Uri
from issuer.audit import key_id
from issuer.institutions import Institution, KeyUse
from vc_core import pki
from vc_core.pilot import LEAF_TERM, new_key
from vc_core.pki import Organization, Term
from vc_core.signer import PublicKey, RandomBytes, SoftwareKey

_CERTIFY = {KeyUse.DOCUMENTS: pki.document_signer, KeyUse.STATUS: pki.status_signer}


def make_signer(
    data: Path,
    institution: Institution,
    use: KeyUse,
    *,
    now: datetime,
    random: RandomBytes,
    module: Pkcs11Uri | None = None,
) -> Certificate:
    """A new signer beside the one in use, which stays in use: its key in a file, or made in a module's token.

    Raises `OSError` without the root, `Pkcs11Error` without the module.
    """
    root = load_signer(data / "pki" / "roots", institution.country)
    anchor = root.chain[0]
    start = now.replace(microsecond=0)
    stored = _FileKey(new_key(random)) if module is None else _ModuleKey.make(module, institution.id, random)
    certificate = _CERTIFY[use](
        pki.Authority(private_key=root.private_key, certificate=anchor),
        public_key=stored.public_key,
        organization=Organization(country=institution.country, name=institution.name, identifier=institution.id),
        term=Term(
            serial=int.from_bytes(random(16), "big") | 1,
            not_before=start,
            not_after=min(start + LEAF_TERM, anchor.not_valid_after_utc),
        ),
    )
    stored.write(institution_folder(data, institution.id), _name(certificate, use), certificate)
    return certificate


@dataclass(frozen=True, slots=True)
class _FileKey:
    private_key: ec.EllipticCurvePrivateKey

    @property
    def public_key(self) -> PublicKey:
        return self.private_key.public_key()

    def write(self, folder: Path, name: str, certificate: Certificate) -> None:
        write_key(folder, name, SoftwareKey(self.private_key, (certificate,)))


@dataclass(frozen=True, slots=True)
class _ModuleKey:
    uri: Pkcs11Uri
    public_key: PublicKey

    @classmethod
    def make(cls, module: Pkcs11Uri, institution_id: str, random: RandomBytes) -> "_ModuleKey":
        uri = module.of_object(f"{institution_id} {random(6).hex()}")
        return cls(uri, make_key(uri))

    def write(self, folder: Path, name: str, certificate: Certificate) -> None:
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        write_private(folder / f"{name}.key.uri", f"{self.uri}\n".encode())


def use_signer(data: Path, institution_id: str, certificate: Certificate, use: KeyUse) -> None:
    """Puts a signer made before to use, at once and for every process, and destroys the old private key."""
    home, used = institution_folder(data, institution_id), used_signers(data)
    old = used.get((use, institution_id), use)
    used[use, institution_id] = _name(certificate, use)
    lines = []
    for table in KeyUse:
        names = {id_: name for (of, id_), name in sorted(used.items()) if of is table}
        lines += [f"[{table}]", *(f"{json.dumps(id_)} = {json.dumps(name)}" for id_, name in names.items())]
    replace_file(signers_file(data), "\n".join(lines) + "\n")
    uri = key_uri(home, old)
    if uri is None:
        (home / f"{old}.key.pem").unlink()
    else:
        destroy_key(uri)
        (home / f"{old}.key.uri").unlink()


def signer_certificates(data: Path, institution_id: str, use: KeyUse) -> Iterator[Certificate]:
    """Of all signers for this use that the institution ever had."""
    for file in sorted(institution_folder(data, institution_id).glob(f"{use}*.pem")):
        if not file.name.endswith(".key.pem"):
            yield load_pem_x509_certificate(file.read_bytes())


def write_key(folder: Path, name: str, key: SoftwareKey) -> None:
    """Chain and PKCS #8 key as PEM; the key is readable by its owner only, and no key is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    encoding = serialization.Encoding.PEM
    (folder / f"{name}.pem").write_bytes(b"".join(certificate.public_bytes(encoding) for certificate in key.chain))
    pem = key.private_key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_private(folder / f"{name}.key.pem", pem)


def write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def replace_file(place: Path, text: str) -> None:
    """No reader sees half a file."""
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(place)


def _name(certificate: Certificate, use: KeyUse) -> str:
    return f"{use}-{key_id(certificate)[:12]}"
