"""Refresh tokens (RFC 6749, section 6): with one a wallet comes for fresh copies of a document without a new offer.

    Current -> Used           an anonymous wallet redeemed it and got another (RFC 9700, section 4.14.2)

All tokens that go back to one issuance are a family, named by the fingerprint of its first access token, and end at one
instant. A token of a wallet that is attested is bound to the instance's key and stays the same (attestation-based
client authentication, section 9.3; FAPI 2.0 Security Profile, section 5.3.2.1); one of an anonymous wallet is bound to
its DPoP key (RFC 9449, section 5) and good once: should it come again, the whole family ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class RefreshState(StrEnum):
    CURRENT = "current"
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymousHolder:
    """client_id: as the wallet named itself, None if it did not; jkt: thumbprint of its DPoP key."""

    client_id: str | None
    jkt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestedHolder:
    """instance: thumbprint of the key that the wallet's attestation is for."""

    client_id: str
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """fingerprint: SHA-256 of the token. configuration_ids, identifiers: as in the `Grant` that it renews."""

    fingerprint: bytes
    family: bytes
    document_id: str
    holder: AnonymousHolder | AttestedHolder
    configuration_ids: tuple[str, ...]
    identifiers: Mapping[str, str]
    expires_at: datetime
    state: RefreshState = RefreshState.CURRENT

    def is_current(self, now: datetime) -> bool:
        return self.state is RefreshState.CURRENT and now < self.expires_at


def successor(used: RefreshToken, fingerprint: bytes) -> RefreshToken:
    """The token that comes after."""
    return replace(used, fingerprint=fingerprint)
