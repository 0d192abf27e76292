"""Identifiers and secrets of this service, made from a handed-in source of randomness.

Database keys are UUIDs of version 7 (RFC 9562, section 5.7), written as base64url so that a request's address stays
short enough for a QR code of version 9. What has to be guessed by nobody (nonce, state, read token) is random alone.
"""

import hashlib
import hmac
import re
from datetime import datetime

from vc_core import base64url
from vc_core.signer import RandomBytes

ID_LENGTH = 22
_ID = re.compile(rf"[A-Za-z0-9_-]{{{ID_LENGTH}}}")
SECRET_BYTES = 24
"""192 bits: OpenID4VP 1.0, 14.1 and 5.3 ask for 128 at least."""


def new_id(now: datetime, random: RandomBytes) -> str:
    """A fresh UUID of version 7 as 22 characters of base64url; 74 bits of it are random."""
    milliseconds = int(now.timestamp() * 1000)
    noise = bytearray(random(10))
    noise[0] = 0x70 | noise[0] & 0x0F
    noise[2] = 0x80 | noise[2] & 0x3F
    return base64url.encode(milliseconds.to_bytes(6, "big") + noise)


def is_id(text: str) -> bool:
    """Whether a text from a peer has the form of an id; anything else is not even looked up."""
    return _ID.fullmatch(text) is not None


def new_secret(random: RandomBytes) -> str:
    """192 random bits as 32 URL-safe characters."""
    return base64url.encode(random(SECRET_BYTES))


def fingerprint(secret: str) -> bytes:
    """SHA-256 of a secret: what is stored in its place."""
    return hashlib.sha256(secret.encode()).digest()


def matches(secret: str, expected: bytes) -> bool:
    """Whether `secret` has that fingerprint, in constant time."""
    return hmac.compare_digest(fingerprint(secret), expected)
