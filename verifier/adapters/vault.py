"""JSON values sealed with a key derived from the service's secret: AES-256-GCM (NIST SP 800-38D).

What is sealed for one purpose and subject opens for these only. Layout: 12 bytes of nonce, then ciphertext and tag; the
plaintext is the JSON, deflated (RFC 1950).
"""

import hashlib
import hmac
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vc_core import strict_json
from verifier.ports import RandomBytes

NONCE_BYTES = 12
MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 2 * strict_json.MAX_DEPTH


class Vault:
    """`ports.Vault` of one purpose."""

    def __init__(self, secret: bytes, purpose: str, random: RandomBytes) -> None:
        self._cipher = AESGCM(hmac.digest(secret, purpose.encode(), hashlib.sha256))
        self._random = random

    def seal(self, value: Any, subject: str) -> bytes:
        nonce = self._random(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(strict_json.dump(value)), subject.encode())

    def open(self, sealed: bytes, subject: str) -> Any | None:
        try:
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], subject.encode())
        except (InvalidTag, ValueError):
            return None
        return strict_json.parse(zlib.decompress(plain), max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
