"""Sessions of the back office in a browser: a signed cookie that expires, and a token for every form of its pages.

A cookie is `officer.expiry.noise.signature`: base64url of the ids of institution and officer with a space between them
(empty before sign-in), seconds since 1970, 128 random bits, HMAC-SHA256 of what stands before it. The token of a form
is another HMAC of the same cookie, so that a form sent from elsewhere is told apart even where a browser sends the
cookie along. Nothing is stored.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from vc_core import base64url
from vc_core.rejection import Rejection
from vc_core.signer import RandomBytes

NOISE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSession:
    """One browser's session. officer: ids of institution and officer, None before sign-in. cookie: as it is kept."""

    officer: tuple[str, str] | None
    expires_at: datetime
    cookie: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OfficeSessions:
    """key: 32 bytes that all processes share. lifetime: of a session, from sign-in."""

    key: bytes
    lifetime: timedelta
    random: RandomBytes

    def open(self, officer: tuple[str, str] | None, *, now: datetime) -> OfficeSession:
        """A new session; one before sign-in and one after it have nothing in common."""
        expires_at = (now + self.lifetime).replace(microsecond=0)
        name = base64url.encode(" ".join(officer or ()).encode())
        signed = f"{name}.{int(expires_at.timestamp())}.{base64url.encode(self.random(NOISE_BYTES))}"
        return OfficeSession(officer=officer, expires_at=expires_at, cookie=f"{signed}.{self._mac('session', signed)}")

    def read(self, cookie: str, *, now: datetime) -> OfficeSession | None:
        """The session of a cookie; None if it was not made here or has expired."""
        signed, _, mac = cookie.rpartition(".")
        if not cookie.isascii() or not hmac.compare_digest(mac, self._mac("session", signed)):
            return None
        name, expiry, _ = signed.split(".")
        expires_at = datetime.fromtimestamp(int(expiry), now.tzinfo)
        if now >= expires_at:
            return None
        institution_id, _, officer_id = _text(name).partition(" ")
        officer = (institution_id, officer_id) if officer_id else None
        return OfficeSession(officer=officer, expires_at=expires_at, cookie=cookie)

    def form_token(self, session: OfficeSession) -> str:
        """What every form of the session's pages carries."""
        return self._mac("form", session.cookie)

    def is_own(self, session: OfficeSession, form_token: str) -> bool:
        return form_token.isascii() and hmac.compare_digest(form_token, self.form_token(session))

    def _mac(self, purpose: str, text: str) -> str:
        return base64url.encode(hmac.digest(self.key, f"{purpose}\0{text}".encode(), hashlib.sha256))


def _text(name: str) -> str:
    try:
        return base64url.decode(name).decode()
    except (Rejection, UnicodeDecodeError):
        return ""
