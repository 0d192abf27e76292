"""The example of ISO/IEC 18013-5, annex D, read from its published form."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.vectors import read_hex, read_json, vectors
from vc_core import cbor
from vc_core.signer import SoftwareKey

_FOLDER = "mdoc-iso18013-5-annex-d"


def octets(name: str) -> bytes:
    return read_hex(vectors(_FOLDER) / f"{name}.hex.txt")


def expected() -> Any:
    return read_json(vectors(_FOLDER) / "expected.json")


def session_transcript() -> bytes:
    """Without the tag 24 it is published in."""
    content: bytes = cbor.loads(octets("session_transcript_bytes")).content
    return content


def key(name: str) -> SoftwareKey:
    """`static_device`, `ephemeral_device` or `ephemeral_reader`, checked against the public half beside it."""
    secret = SoftwareKey(ec.derive_private_key(int.from_bytes(octets(f"{name}_key_d"), "big"), ec.SECP256R1()))
    numbers = secret.public_key.public_numbers()
    assert (numbers.x, numbers.y) == tuple(int.from_bytes(octets(f"{name}_key_{part}"), "big") for part in "xy")
    return secret
