"""Identifiers of this service, made from a handed-in source of randomness.

Documents are keyed by UUIDs of version 7 (RFC 9562, section 5.7), which grow with time and keep indexes dense. What
leaves in a credential, or must be guessed by nobody, holds no time.
"""

import hashlib
import uuid
from datetime import datetime

from vc_core import base64url
from vc_core.signer import RandomBytes


def row_id(now: datetime, random: RandomBytes) -> str:
    """A fresh UUID of version 7; 74 bits of it are random."""
    milliseconds = int(now.timestamp() * 1000)
    noise = int.from_bytes(random(10), "big")
    low, high = noise & (1 << 62) - 1, noise >> 62 & 0xFFF
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low))


def first_row_id(at: datetime) -> str:
    """What no id is less than that is made in this millisecond or later; ids made before are less."""
    return str(uuid.UUID(int=max(0, int(at.timestamp() * 1000)) << 80))


def unguessable_id(random: RandomBytes) -> str:
    """128 random bits as 22 URL-safe characters."""
    return base64url.encode(random(16))


def unlinkable_id(random: RandomBytes) -> str:
    """A UUID of version 4 as a URN: the id of one credential, which says nothing about when it was made."""
    return uuid.UUID(bytes=random(16), version=4).urn


def fingerprint(secret: str) -> bytes:
    """SHA-256 of a secret with at least 128 random bits: what is stored in its place."""
    return hashlib.sha256(secret.encode()).digest()
