"""The officers of the key ceremony: three people, each with a key that only their passphrase opens.

    pki/key-officers/officers.json      name to public key (JWK)
    pki/key-officers/<name>.key.pem     PKCS #8, encrypted with the passphrase

Two of the three have to be there whenever a signing key is made. Simulated: in production each keeps their key on a
card of their own, and no machine has all of them.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from socsec.key_files import write_private
from socsec.options import CommandError
from vc_core import jose, strict_json
from vc_core.pilot import new_key
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, RandomBytes, SoftwareKey

OFFICERS = 3
NEEDED = 2
SHORTEST_PASSPHRASE = 12
MAX_BYTES = 65536
_NAME = re.compile(r"[a-z][a-z0-9.-]{0,39}")


class CeremonyRefusedError(CommandError):
    """Why no key is made; for a person to read."""


def has_officers(data: Path) -> bool:
    return _registry(data).exists()


def make_officers(data: Path, passphrases: Mapping[str, str], *, random: RandomBytes) -> None:
    """Three officers, once and for all. Raises `CeremonyRefusedError`."""
    if has_officers(data):
        raise CeremonyRefusedError("there are officers already; their keys are left as they are")
    if len(passphrases) != OFFICERS:
        raise CeremonyRefusedError(f"{OFFICERS} officers are needed, each once")
    if not all(_NAME.fullmatch(name) for name in passphrases):
        raise CeremonyRefusedError("a name has small letters, digits, dots and hyphens, and begins with a letter")
    if any(len(passphrase) < SHORTEST_PASSPHRASE for passphrase in passphrases.values()):
        raise CeremonyRefusedError(f"a passphrase has at least {SHORTEST_PASSPHRASE} characters")
    if len(set(passphrases.values())) != OFFICERS:
        raise CeremonyRefusedError("each officer has a passphrase of their own")
    _registry(data).parent.mkdir()
    public = {}
    for name, passphrase in passphrases.items():
        key = new_key(random)
        public[name] = jose.jwk_from_public_key(key.public_key())
        encryption = BestAvailableEncryption(passphrase.encode())
        write_private(_key_file(data, name), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    write_private(_registry(data), json.dumps(public, indent=2).encode() + b"\n")


def known_officers(data: Path) -> Mapping[str, PublicKey]:
    """Raises `CeremonyRefusedError` if there are none that can be read."""
    try:
        keys = strict_json.parse_object(_registry(data).read_bytes(), max_bytes=MAX_BYTES)
        return {name: jose.public_key_from_jwk(jwk) for name, jwk in keys.items()}
    except FileNotFoundError:
        raise CeremonyRefusedError("there are no officers yet: socsec keys officers") from None
    except Rejection as rejection:
        raise CeremonyRefusedError(f"the officers' public keys cannot be read: {rejection}") from rejection


def open_officer(data: Path, name: str, passphrase: str) -> SoftwareKey:
    """The officer's key. Raises `CeremonyRefusedError` for an unknown officer or a wrong passphrase, in one wording."""
    refused = CeremonyRefusedError(f"no officer {name} with this passphrase")
    public = known_officers(data).get(name)
    if public is None:
        raise refused
    try:
        key = load_pem_private_key(_key_file(data, name).read_bytes(), password=passphrase.encode() or b"\0")
    except (OSError, ValueError):
        raise refused from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != public:
        raise refused
    return SoftwareKey(key)


def _registry(data: Path) -> Path:
    return data / "pki" / "key-officers" / "officers.json"


def _key_file(data: Path, name: str) -> Path:
    return data / "pki" / "key-officers" / f"{name}.key.pem"
