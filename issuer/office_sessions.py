"""Sessions of the back office in a browser: a signed cookie that expires, and a token for every form of its pages.

A cookie is `institution.expiry.noise.signature`: base64url of the institution's id (empty before sign-in), seconds
since 1970, 128 random bits, HMAC-SHA256 of what stands before it. The token of a form is another HMAC of the same
cookie, so that a form sent from elsewhere is told apart even where a browser sends the cookie along. Nothing is stored.
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
    """One browser's session. institution_id: None before sign-in. cookie: as the browser keeps it."""

    institution_id: str | None
    expires_at: datetime
    cookie: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OfficeSessions:
    """key: 32 bytes that all processes share. lifetime: of a session, from sign-in."""

    key: bytes
    lifetime: timedelta
    random: RandomBytes

    def open(self, institution_id: str | None, *, now: datetime) -> OfficeSession:
        """A new session; one before sign-in and one after it have nothing in common."""
        expires_at = (now + self.lifetime).replace(microsecond=0)
        name = base64url.encode((institution_id or "").encode())
        signed = f"{name}.{int(expires_at.timestamp())}.{base64url.encode(self.random(NOISE_BYTES))}"
        return OfficeSession(
            institution_id=institution_id, expires_at=expires_at, cookie=f"{signed}.{self._mac('session', signed)}"
        )

    def read(self, cookie: str, *, now: datetime) -> OfficeSession | None:
        """The session of a cookie; None if it was not made here or has expired."""
        signed, _, mac = cookie.rpartition(".")
        if not cookie.isascii() or not hmac.compare_digest(mac, self._mac("session", signed)):
            return None
        name, expiry, _ = signed.split(".")
        expires_at = datetime.fromtimestamp(int(expiry), now.tzinfo)
        if now >= expires_at:
            return None
        return OfficeSession(institution_id=_text(name) or None, expires_at=expires_at, cookie=cookie)

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
