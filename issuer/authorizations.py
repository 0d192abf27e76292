"""Authorization requests of wallets (RFC 9126, RFC 6749, section 4.1), and how the holder identifies themselves.

    Pushed -> Granted         the holder identified themselves and agreed
           -> Denied          the holder did not agree
              Granted -> Redeemed    the wallet redeemed the code

    Asked -> Identified       a credential that names the person was presented, and there is one document about them
          -> Unidentified     it was presented, and there is not

An authorization request may be opened in a browser several times until one of the visits decides it; each visit asks
for the holder's identity anew and is bound to its browser.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedTerms:
    """What a wallet asked for.

    fingerprint: SHA-256 of the `request_uri`. client_id: authenticated. jkt: DPoP key that the code is bound to, None
    for any. offer_id: of the offer that the request goes back to, None if the wallet began by itself.
    identifiers_wanted: whether the request had `authorization_details`.
    """

    fingerprint: bytes
    client_id: str
    redirect_uri: str
    state: str | None
    code_challenge: str
    jkt: str | None
    configuration_ids: tuple[str, ...]
    identifiers_wanted: bool
    offer_id: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Pushed:
    """The request waits for the holder."""

    terms: PushedTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The holder agreed that the wallet collects one document. code_fingerprint: SHA-256 of the code."""

    terms: PushedTerms
    document_id: str
    code_fingerprint: bytes
    code_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed:
    """The code was redeemed. token_fingerprint: of the access token, to be revoked if the code comes again."""

    terms: PushedTerms
    document_id: str
    code_fingerprint: bytes
    token_fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Denied:
    """The holder did not agree."""

    terms: PushedTerms


Authorization: TypeAlias = Pushed | Granted | Redeemed | Denied


def grant(pushed: Pushed, *, document_id: str, code_fingerprint: bytes, code_expires_at: datetime) -> Granted:
    return Granted(
        terms=pushed.terms,
        document_id=document_id,
        code_fingerprint=code_fingerprint,
        code_expires_at=code_expires_at,
    )


def redeem(granted: Granted, *, token_fingerprint: bytes) -> Redeemed:
    return Redeemed(
        terms=granted.terms,
        document_id=granted.document_id,
        code_fingerprint=granted.code_fingerprint,
        token_fingerprint=token_fingerprint,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One browser at one authorization request.

    authorization: fingerprint of the request. browser: SHA-256 of the secret in the browser's cookie. nonce, state: of
    the presentation request. query: its DCQL query.
    """

    id: str
    authorization: bytes
    browser: bytes
    nonce: str
    state: str
    query: dict[str, Any]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The presentation is awaited. encryption_key: the private scalar, 32 bytes, kept no longer than that."""

    visit: Visit
    encryption_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """There is one document about the person. return_code: SHA-256 of the code that brings the browser back."""

    visit: Visit
    document_id: str
    return_code: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unidentified:
    """There is none, or it could not be established. reason: stable code, for people in words of their language."""

    visit: Visit
    reason: str
    return_code: bytes


Identification: TypeAlias = Asked | Identified | Unidentified
