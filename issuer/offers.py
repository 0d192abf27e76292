"""Credential offers and the access tokens they turn into (OpenID4VCI 1.0, sections 4 and 6).

    Open -> Redeemed          one wallet sent the right code and transaction code
         -> Closed            too many wrong transaction codes (section 13.6.3)

An offer is for all forms in which its document can be collected. Its codes are derived, not stored (`server_secret`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OfferState(StrEnum):
    """What became of an offer; EXPIRED is never written down, since the clock says it."""

    OPEN = "open"
    REDEEMED = "redeemed"
    CLOSED = "closed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """code_fingerprint: SHA-256 of the pre-authorized code. failed_attempts: wrong transaction codes so far."""

    id: str
    document_id: str
    code_fingerprint: bytes
    created_at: datetime
    expires_at: datetime
    state: OfferState
    failed_attempts: int = 0

    def as_of(self, now: datetime) -> OfferState:
        return OfferState.EXPIRED if self.state is OfferState.OPEN and now >= self.expires_at else self.state


def unoffered(id_: str, *, document_id: str, code_fingerprint: bytes, now: datetime) -> Offer:
    """What a collection goes back to that no offer began: nobody can redeem it."""
    return Offer(
        id=id_,
        document_id=document_id,
        code_fingerprint=code_fingerprint,
        created_at=now,
        expires_at=now,
        state=OfferState.REDEEMED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What an access token permits: to collect each of the configurations once.

    token_fingerprint: SHA-256 of the token. jkt: thumbprint of the DPoP key it is bound to. client_id: as the wallet
    named itself, unauthenticated; None if it did not. identifiers: credential identifier to configuration id, where the
    token response gave identifiers (section 6.2); empty where the wallet asks by configuration id. family: fingerprint
    of the first access token of this issuance, which later ones go back to (`refreshes`).
    """

    token_fingerprint: bytes
    family: bytes
    offer_id: str
    document_id: str
    jkt: str
    client_id: str | None
    configuration_ids: tuple[str, ...]
    identifiers: Mapping[str, str]
    expires_at: datetime
