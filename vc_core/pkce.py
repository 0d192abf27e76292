"""Proof Key for Code Exchange: whoever redeems an authorization code is whoever asked for it (RFC 7636).

Method `S256` only, as FAPI 2.0 Security Profile, section 5.3.2.2, and HAIP 1.0, section 4, demand: `plain`, also by
default, is refused. `challenge_of` is the client's side, `parse_challenge` and `check_verifier` the server's.
"""

import hashlib
import hmac
import re

from vc_core import base64url
from vc_core.rejection import Rejection

METHOD = "S256"

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_ASKED = "RFC 7636, section 4.3"
_REDEEMED = "RFC 7636, section 4.6"


def challenge_of(verifier: str) -> str:
    """base64url of the SHA-256 of the verifier's ASCII (section 4.2)."""
    return base64url.encode(hashlib.sha256(verifier.encode("ascii")).digest())


def parse_challenge(challenge: str | None, method: str | None) -> str:
    """The challenge of an authorization request.

    Rejects with `code_challenge_missing`, `code_challenge_method_unsupported` or `code_challenge_malformed`.
    """
    if not challenge:
        raise Rejection("code_challenge_missing", where="/code_challenge", section=_ASKED)
    if method != METHOD:
        raise Rejection("code_challenge_method_unsupported", where="/code_challenge_method", section=_ASKED)
    if not _CHALLENGE.fullmatch(challenge):
        raise Rejection("code_challenge_malformed", where="/code_challenge", section="RFC 7636, section 4.2")
    return challenge


def check_verifier(verifier: str | None, challenge: str) -> None:
    """The verifier of a token request is the one that the challenge was made from.

    Rejects with `code_verifier_missing`, `code_verifier_malformed` or `code_verifier_wrong`.
    """
    if not verifier:
        raise Rejection("code_verifier_missing", where="/code_verifier", section=_REDEEMED)
    if not _VERIFIER.fullmatch(verifier):
        raise Rejection("code_verifier_malformed", where="/code_verifier", section="RFC 7636, section 4.1")
    if not hmac.compare_digest(challenge_of(verifier).encode(), challenge.encode()):
        raise Rejection("code_verifier_wrong", where="/code_verifier", section=_REDEEMED)
