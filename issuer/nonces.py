"""Nonces that need no storage until they are spent: OpenID4VCI 1.0, section 7; RFC 9449, section 8.

A nonce is base64url of 16 random bytes, the second in which it expires and a MAC over both, so that any process of the
service knows its own. Each purpose has its key: a nonce for key proofs is none for DPoP. Whether a nonce was used
before is for the register to say.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vc_core import base64url
from vc_core.rejection import Rejection
from vc_core.signer import RandomBytes

_RANDOM, _EXPIRY, _MAC = 16, 6, 16


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NonceMint:
    """Makes nonces of one purpose and knows them again."""

    key: bytes
    lifetime: timedelta

    def make(self, now: datetime, random: RandomBytes) -> str:
        expiry = int((now + self.lifetime).timestamp())
        content = random(_RANDOM) + expiry.to_bytes(_EXPIRY, "big")
        return base64url.encode(content + self._mac(content))

    def expiry(self, nonce: str) -> datetime | None:
        """When a nonce of this mint expires; None for any other text."""
        try:
            octets = base64url.decode(nonce)
        except Rejection:
            return None
        content, mac = octets[:-_MAC], octets[-_MAC:]
        if len(content) != _RANDOM + _EXPIRY or not hmac.compare_digest(mac, self._mac(content)):
            return None
        return datetime.fromtimestamp(int.from_bytes(content[_RANDOM:], "big"), UTC)

    def is_current(self, nonce: str, now: datetime) -> bool:
        expiry = self.expiry(nonce)
        return expiry is not None and now < expiry

    def _mac(self, content: bytes) -> bytes:
        return hmac.digest(self.key, content, hashlib.sha256)[:_MAC]
