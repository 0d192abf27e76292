"""The pilot on disk: what `socsec pki init` writes, so that issuer, verifier and wallet start from one command.

Keys are PKCS#8 PEM files readable by their owner only; a folder that exists already is left as it is. The bearer keys
of the institutions' clerks are shown once and kept in `api-keys.json`, those of their second officers in
`approver-keys.json`; services see their hashes only.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.x509 import Certificate

from socsec.key_files import write_key, write_private
from vc_core import base64url
from vc_core.pilot import Institution, Pilot, make_pilot
from vc_core.signer import RandomBytes, SoftwareKey
from vc_core.trust import Contact

INSTITUTIONS = Path(__file__).parent / "pilot.toml"


class PilotExistsError(Exception):
    """The folder holds a pilot already; its keys are not overwritten."""


def read_institutions(path: Path, *, status_base: str) -> tuple[Institution, ...]:
    """The institutions of a pilot file; their status lists lie under `status_base`, which ends in a slash."""
    document = tomllib.loads(path.read_text())
    return tuple(_institution(entry, status_base) for entry in document["institution"])


def create_pilot(
    folder: Path,
    *,
    issuer_url: str,
    verifier_hosts: Sequence[str],
    now: datetime,
    random: RandomBytes,
    institutions: Path = INSTITUTIONS,
) -> Mapping[str, str]:
    """Writes the pilot and returns the bearer key of each institution's clerk. Raises `PilotExistsError`."""
    if (folder / "pki").exists():
        raise PilotExistsError(folder)
    members = read_institutions(institutions, status_base=f"{issuer_url}/status/")
    pilot = make_pilot(members, verifier_hosts=verifier_hosts, now=now, random=random)
    api_keys = {institution.id: base64url.encode(random(32)) for institution in members}
    approver_keys = {institution.id: base64url.encode(random(32)) for institution in members}
    _write_pki(folder / "pki", pilot)
    (folder / "institutions.toml").write_text(_directory(members, {"clerk": api_keys, "approver": approver_keys}))
    for name, keys in (("api-keys", api_keys), ("approver-keys", approver_keys)):
        write_private(folder / f"{name}.json", json.dumps(keys, indent=2).encode() + b"\n")
    return api_keys


def _institution(entry: Mapping[str, Any], status_base: str) -> Institution:
    return Institution(
        id=entry["id"],
        name=entry["name"],
        country=entry["country"],
        types=tuple(entry["types"]),
        status_prefix=status_base,
        contact=Contact(**entry["contact"]),
        issue_from=date.fromisoformat(str(entry["issue_from"])),
        issue_until=date.fromisoformat(str(entry["issue_until"])) if "issue_until" in entry else None,
        four_eyes=entry.get("four_eyes", False),
    )


def _write_pki(folder: Path, pilot: Pilot) -> None:
    folder.mkdir(parents=True)
    (folder / "trust-list.jwt").write_text(pilot.trust_list_text)
    (folder / "operator.pem").write_bytes(_pem(pilot.operator.chain))
    (folder / "access-ca.pem").write_bytes(_pem((pilot.access_authority.certificate,)))
    write_key(folder / "operator", "operator", pilot.operator)
    write_key(folder / "verifier", "access", pilot.relying_party)
    (folder / "wallet-providers.pem").write_bytes(_pem((pilot.wallet_authority.certificate,)))
    write_key(folder / "wallet-provider", "attestation", pilot.wallet_provider)
    for institution_id, keys in pilot.institutions.items():
        home = folder / "institutions" / institution_id.replace(":", "-")
        write_key(home, "document_signer", keys.document_signer)
        write_key(home, "status_signer", keys.status_signer)
    for country, authority in pilot.roots.items():
        write_key(folder / "roots", country, SoftwareKey(authority.private_key, (authority.certificate,)))


def _pem(chain: Sequence[Certificate]) -> bytes:
    return b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in chain)


def _directory(institutions: Sequence[Institution], keys: Mapping[str, Mapping[str, str]]) -> str:
    """`institutions.toml`: who may use the issuer's interface, by the hash of their bearer key.

    keys: by role, which also names the officer, and by institution.
    """
    blocks = [
        "[[institution]]\n"
        f"id = {json.dumps(one.id)}\n"
        f"name = {json.dumps(one.name, ensure_ascii=False)}\n"
        f"country = {json.dumps(one.country)}\n"
        f"types = {json.dumps(list(one.types))}\n"
        f"four_eyes = {json.dumps(one.four_eyes)}\n"
        + "".join(_officer(role, of_role[one.id]) for role, of_role in keys.items())
        for one in institutions
    ]
    return "\n".join(blocks)


def _officer(role: str, key: str) -> str:
    return (
        "\n[[institution.officer]]\n"
        f"id = {json.dumps(role)}\n"
        f"name = {json.dumps(role.title())}\n"
        f"roles = {json.dumps([role])}\n"
        f'key_sha256 = "{hashlib.sha256(key.encode()).hexdigest()}"\n'
    )
