"""Credentials that a wallet has asked for and that wait for the institution (OpenID4VCI 1.0, section 9).

An institution may register a document on hold: it is offered, and whoever comes for it shows their keys and is told to
come again. Once the document is released, the wallet gets, for its transaction id, what it had asked for, once.
"""

from dataclasses import dataclass
from datetime import datetime

from vc_core.signer import PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferral:
    """fingerprint: SHA-256 of the `transaction_id`. family: of the tokens that may collect it (`refreshes`).

    keys: as proven, one for each credential; None for one that is bound to none.
    """

    fingerprint: bytes
    family: bytes
    offer_id: str
    document_id: str
    configuration_id: str
    keys: tuple[PublicKey | None, ...]
    asked_at: datetime
