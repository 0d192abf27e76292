"""A signer changed, in the order that leaves no moment in which something signed is not to be verified.

1. The new key is made and certified; in a ceremony its officers sign the protocol.
2. It is announced: in the directory, in the log, on the trust list that verifiers fetch.
3. The log says that the old key is retired; then the new one is put to use, and the old private key destroyed. So
   nothing is done that the log lacks.
Broken off before 3, the old key stays in use and the new one is merely known.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.x509 import Certificate

from issuer.adapters.institution_directory import load_signer
from issuer.adapters.pkcs11_signer import Pkcs11Error
from issuer.adapters.pkcs11_uri import Pkcs11Uri
from issuer.app.keys import Keys
from issuer.audit import key_id
from issuer.institutions import Institution, KeyUse
from socsec.key_files import make_signer, replace_file, use_signer
from socsec.key_officers import NEEDED, CeremonyRefusedError, has_officers
from socsec.key_protocol import Protocol, make_protocol
from vc_core.pilot import TRUST_LIST_TERM
from vc_core.signer import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """old, new: certificates. protocol: None without a ceremony."""

    old: Certificate
    new: Certificate
    protocol: Protocol | None


def change_signer(
    data: Path,
    keys: Keys,
    institution: Institution,
    use: KeyUse = KeyUse.DOCUMENTS,
    *,
    by: str,
    officers: Mapping[str, Signer] | None = None,
    module: Pkcs11Uri | None = None,
) -> Change:
    """officers: who is there, by name. module: the token in which the key is made; a file without.

    Raises `CeremonyRefusedError` if there are too few officers, or root or module is not here.
    """
    there = officers or {}
    if has_officers(data) and len(there) < NEEDED:
        raise CeremonyRefusedError(f"a key is made with {NEEDED} officers only: socsec keys ceremony")
    old, now = institution.signer(use).chain[0], datetime.now(UTC)
    try:
        new = make_signer(data, institution, use, now=now, random=os.urandom, module=module)  # 1
    except OSError as error:
        raise CeremonyRefusedError(f"no root here that certifies {institution.id}: {error}") from error
    except Pkcs11Error as error:
        raise CeremonyRefusedError(f"no key in the module: {error}") from error
    protocol = make_protocol(institution, use, new, there, now=now) if there else None
    keys.keep.announce(institution, use, new, by=by, protocol=None if protocol is None else protocol.digest)  # 2
    publish_trust_list(data, keys)
    keys.keep.retire(institution, use, old, by=by)  # 3
    use_signer(data, institution.id, new, use)
    if protocol is not None:
        _keep(data, protocol, new)
    return Change(old=old, new=new, protocol=protocol)


def publish_trust_list(data: Path, keys: Keys, *, term: timedelta = TRUST_LIST_TERM) -> None:
    """Signed with the operator's key, in the place of the old one."""
    text = keys.keep.directory.export(load_signer(data / "pki" / "operator", "operator"), term=term)
    replace_file(keys.trust_list, text)


def _keep(data: Path, protocol: Protocol, certificate: Certificate) -> None:
    folder = data / "pki" / "ceremonies"
    folder.mkdir(exist_ok=True)
    replace_file(folder / f"{key_id(certificate)}.json", protocol.text())
