"""Session encryption between an mdoc and a reader in proximity (ISO/IEC 18013-5, 9.1.1).

Two AES-256-GCM keys are derived from ephemeral keys and the session transcript, one for each direction; each message
has its number in the nonce. Online, the transport is TLS and `jwe`. Left out: device engagement and data transfer.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vc_core import cbor
from vc_core.rejection import Rejection
from vc_core.signer import KeyAgreement, PublicKey


class Direction(Enum):
    """Who sends: the label the key is derived with, and the first eight bytes of each nonce."""

    FROM_READER = (b"SKReader", bytes(8))
    FROM_DEVICE = (b"SKDevice", bytes(7) + b"\x01")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKey:
    """The key of one direction, 32 bytes."""

    key: bytes
    direction: Direction

    def encrypt(self, plaintext: bytes, *, number: int) -> bytes:
        """Ciphertext, then the tag of 16 bytes. number: counts the messages of this direction from 1."""
        return AESGCM(self.key).encrypt(self._nonce(number), plaintext, None)

    def decrypt(self, data: bytes, *, number: int) -> bytes:
        """The reverse of `encrypt`. Rejections: session_data_undecryptable."""
        try:
            return AESGCM(self.key).decrypt(self._nonce(number), data, None)
        except (InvalidTag, ValueError):
            raise Rejection("session_data_undecryptable", section="ISO/IEC 18013-5, 9.1.1") from None

    def _nonce(self, number: int) -> bytes:
        return self.direction.value[1] + number.to_bytes(4, "big")


def session_key(direction: Direction, own: KeyAgreement, peer: PublicKey, session_transcript: bytes) -> SessionKey:
    """The same from either side. session_transcript: CBOR, without tag 24."""
    salt = hashlib.sha256(cbor.tag24(session_transcript).raw).digest()
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=direction.value[0])
    return SessionKey(key=derivation.derive(own.agree(peer)), direction=direction)
