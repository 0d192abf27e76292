"""The harness's world on disk, so that services under test can start from it (layout of `socsec pki init`).

    pki/trust-list.jwt, operator.pem, access-ca.pem, verifier/, institutions/<id>/    what services read
    institutions.toml, api-keys.json                                                  who may use an issuer's interface
    pki/operator/, pki/roots/, pki/access/, world.json                                what the harness reads back

Keys are PKCS #8 PEM files, readable by their owner only. Simulated, as `world` is: no real folder holds all keys.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conformance.world import World
from vc_core import base64url, trust
from vc_core.pilot import InstitutionKeys
from vc_core.pki import Authority
from vc_core.signer import SoftwareKey

_PEM = serialization.Encoding.PEM


def write_world(world: World, folder: Path) -> Mapping[str, str]:
    """Writes the folder and returns each institution's bearer key. Raises `FileExistsError` if there is one already."""
    (folder / "pki").mkdir(parents=True)
    pilot, pki = world.pilot, folder / "pki"
    publish_trust(folder, pilot.trust_list_text)
    (pki / "operator.pem").write_bytes(_pem(pilot.operator))
    access = SoftwareKey(pilot.access_authority.private_key, (pilot.access_authority.certificate,))
    (pki / "access-ca.pem").write_bytes(_pem(access))
    _write_key(pki / "operator", "operator", pilot.operator)
    _write_key(pki / "access", "access", access)
    _write_key(pki / "verifier", "access", pilot.relying_party)
    for country, root in pilot.roots.items():
        _write_key(pki / "roots", country, SoftwareKey(root.private_key, (root.certificate,)))
    for id_, keys in pilot.institutions.items():
        _write_key(_home(pki, id_), "document_signer", keys.document_signer)
        _write_key(_home(pki, id_), "status_signer", keys.status_signer)
    random = world.random("api keys")
    api_keys = {id_: base64url.encode(random(32)) for id_ in world.institutions}
    (folder / "institutions.toml").write_text(_directory(world, api_keys), encoding="utf-8")
    _write_private(folder / "api-keys.json", json.dumps(api_keys, indent=2).encode())
    made = {"now": world.now.isoformat(), "status": world.places.status, "trust_list": pilot.trust_list_text}
    (folder / "world.json").write_text(json.dumps(made))
    return api_keys


def read_world(folder: Path, **changes: Any) -> World:
    """The world of a folder; changes: as `World.make` takes them, `now` above all. Raises `OSError`, `ValueError`."""
    made = json.loads((folder / "world.json").read_text())
    pki = folder / "pki"
    plain = World.make(**changes, places={"status": made["status"]})
    operator = _read_key(pki / "operator", "operator")
    text = made["trust_list"]
    pilot = replace(
        plain.pilot,
        roots={file.stem: _authority(pki / "roots", file.stem) for file in (pki / "roots").glob("??.pem")},
        institutions={
            id_: InstitutionKeys(
                document_signer=_read_key(_home(pki, id_), "document_signer"),
                status_signer=_read_key(_home(pki, id_), "status_signer"),
            )
            for id_ in plain.institutions
        },
        access_authority=_authority(pki / "access", "access"),
        relying_party=_read_key(pki / "verifier", "access"),
        operator=operator,
        trust_list=trust.read_trust_list(text, operator=operator.chain[0], now=plain.now),
        trust_list_text=text,
    )
    return World.make(**changes, places={"status": made["status"]}, stored=pilot)


def publish_trust(folder: Path, text: str) -> None:
    """Another trust list, in one step, for whoever reads it from the folder."""
    place = folder / "pki" / "trust-list.jwt"
    fresh = place.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(place)


def _home(pki: Path, institution_id: str) -> Path:
    return pki / "institutions" / institution_id.replace(":", "-")


def _authority(folder: Path, name: str) -> Authority:
    key = _read_key(folder, name)
    return Authority(private_key=key.private_key, certificate=key.chain[0])


def _read_key(folder: Path, name: str) -> SoftwareKey:
    chain = x509.load_pem_x509_certificates((folder / f"{name}.pem").read_bytes())
    key = serialization.load_pem_private_key((folder / f"{name}.key.pem").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{name}.key.pem is no key of an elliptic curve")
    return SoftwareKey(key, tuple(chain))


def _write_key(folder: Path, name: str, key: SoftwareKey) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.pem").write_bytes(_pem(key))
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    _write_private(folder / f"{name}.key.pem", key.private_key.private_bytes(_PEM, pkcs8, plain))


def _write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _pem(key: SoftwareKey) -> bytes:
    return b"".join(certificate.public_bytes(_PEM) for certificate in key.chain)


def _directory(world: World, api_keys: Mapping[str, str]) -> str:
    blocks = [
        "[[institution]]\n"
        f"id = {json.dumps(one.id)}\n"
        f"name = {json.dumps(one.name, ensure_ascii=False)}\n"
        f"country = {json.dumps(one.country)}\n"
        f"types = {json.dumps(list(one.types))}\n"
        f'api_key_sha256 = "{hashlib.sha256(api_keys[one.id].encode()).hexdigest()}"\n'
        for one in world.institutions.values()
    ]
    return "\n".join(blocks)
