"""Institutions from the data folder: `institutions.toml`, and under `pki/institutions/` their keys and certificates.

Which of an institution's signers is used now stands in `pki/institutions/signers.toml`; without an entry there
it is the one that the folder was made with. That file is replaced as a whole when a key is changed, and is looked at
before every use, so that a running service takes up the new key with its next request. Key files are the only place
where private key bytes are read; a key may lie in a hardware security module instead, which a file beside its
certificate names.
"""

import hashlib
import hmac
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from issuer.adapters.pkcs11_signer import Pkcs11Key
from issuer.adapters.pkcs11_uri import Pkcs11Uri
from issuer.institutions import Institution, KeyUse, Officer, Role
from vc_core.signer import Signer, SoftwareKey


@dataclass(frozen=True, slots=True)
class _State:
    """What was read. version: of the file that names the signers; None if there is none."""

    institutions: Mapping[str, Institution]
    version: tuple[int, int] | None


ONLY_OFFICER = "clerk"
"""The officer of an institution that is written down with one key and without officers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An officer as written down. digest: SHA-256 of the bearer key."""

    institution_id: str
    id: str
    name: str
    roles: frozenset[Role]
    digest: bytes


class InstitutionDirectory:
    """`issuer.ports.Institutions`. An `Institution` that was handed out keeps its keys: one request has one key."""

    def __init__(self, data: Path, entries: list[Mapping[str, Any]]) -> None:
        self._data, self._entries = data, entries
        self._officers = {(one.institution_id, one.id): one for entry in entries for one in _officers(entry)}
        self._lock = threading.Lock()
        self._state = self._read()

    @classmethod
    def read(cls, data: Path) -> "InstitutionDirectory":
        """Raises `OSError`, `KeyError` or `ValueError` if the folder is not as `socsec pki init` makes it."""
        return cls(data, tomllib.loads((data / "institutions.toml").read_text(encoding="utf-8"))["institution"])

    @property
    def institutions(self) -> Mapping[str, Institution]:
        """By id, each with the keys that are used now."""
        if _version(self._data) != self._state.version:
            with self._lock:
                if _version(self._data) != self._state.version:
                    self._state = self._read()
        return self._state.institutions

    def by_api_key(self, api_key: str) -> Officer | None:
        """Compares with every key, in constant time."""
        digest = hashlib.sha256(api_key.encode()).digest()
        found = [one for one in self._officers.values() if hmac.compare_digest(digest, one.digest)]
        return self.officer(found[0].institution_id, found[0].id) if found else None

    def officer(self, institution_id: str, officer_id: str) -> Officer:
        known = self._officers[institution_id, officer_id]
        return Officer(id=known.id, name=known.name, roles=known.roles, institution=self.by_id(institution_id))

    def all(self) -> tuple[Institution, ...]:
        return tuple(self.institutions.values())

    def by_id(self, institution_id: str) -> Institution:
        return self.institutions[institution_id]

    def _read(self) -> _State:
        version = _version(self._data)  # before the content: a change meanwhile is read the next time
        used = used_signers(self._data)
        institutions = {entry["id"]: _institution(self._data, entry, used) for entry in self._entries}
        return _State(institutions, version)


def _officers(entry: Mapping[str, Any]) -> list[_Known]:
    """Raises `ValueError` if two have one id, or a role is none."""
    written = entry.get("officer") or [
        {"id": ONLY_OFFICER, "name": entry["name"], "roles": [Role.CLERK], "key_sha256": entry["api_key_sha256"]}
    ]
    if len({one["id"] for one in written}) < len(written):
        raise ValueError(f"two officers of {entry['id']} have one id")
    return [
        _Known(
            institution_id=entry["id"],
            id=one["id"],
            name=one["name"],
            roles=frozenset(map(Role, one["roles"])),
            digest=bytes.fromhex(one["key_sha256"]),
        )
        for one in written
    ]


def institution_folder(data: Path, institution_id: str) -> Path:
    """Where an institution's keys and certificates lie."""
    return data / "pki" / "institutions" / institution_id.replace(":", "-")


def signers_file(data: Path) -> Path:
    return data / "pki" / "institutions" / "signers.toml"


def used_signers(data: Path) -> dict[tuple[KeyUse, str], str]:
    """By use and institution, the name of the files of the signer that is used now, where it is not the first."""
    try:
        tables = tomllib.loads(signers_file(data).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {(use, id_): name for use in KeyUse for id_, name in tables.get(use, {}).items()}


def _version(data: Path) -> tuple[int, int] | None:
    try:
        found = signers_file(data).stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def _institution(data: Path, entry: Mapping[str, Any], used: Mapping[tuple[KeyUse, str], str]) -> Institution:
    home = institution_folder(data, entry["id"])
    return Institution(
        id=entry["id"],
        name=entry["name"],
        country=entry["country"],
        types=frozenset(entry["types"]),
        document_signer=_signer(home, used.get((KeyUse.DOCUMENTS, entry["id"]), KeyUse.DOCUMENTS)),
        status_signer=_signer(home, used.get((KeyUse.STATUS, entry["id"]), KeyUse.STATUS)),
        four_eyes=entry.get("four_eyes", False),
    )


def _signer(home: Path, name: str) -> Signer:
    """From a file, or from the module that `<name>.key.uri` names."""
    uri = key_uri(home, name)
    if uri is None:
        return load_signer(home, name)
    return Pkcs11Key.open(uri, tuple(x509.load_pem_x509_certificates((home / f"{name}.pem").read_bytes())))


def key_uri(home: Path, name: str) -> Pkcs11Uri | None:
    """Where the key lies if it is not in a file. Raises `ValueError`."""
    file = home / f"{name}.key.uri"
    return Pkcs11Uri.parse(file.read_text(encoding="utf-8")) if file.exists() else None


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
