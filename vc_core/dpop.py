"""DPoP proofs: a client shows with each request that it holds the key its tokens are bound to (RFC 9449).

`make_proof` is the client's side, `check_proof` the server's. What needs memory is the caller's: that a `jti` is used
once (section 11.1), that a nonce is one it gave out (section 8, passed in as `nonce_ok`), and which key thumbprint a
token or code is bound to (sections 6 and 10, passed in as `jkt`). Left out: the `Authorization` and
`WWW-Authenticate` headers, and all error codes of the protocol.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from vc_core import base64url, jose, jwt_claims
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import Signer

TYP = "dpop+jwt"
MAX_BYTES = 8192
WINDOW = jwt_claims.Window(past=timedelta(seconds=60))

_CLAIMS = "RFC 9449, section 4.2"
_CHECKS = "RFC 9449, section 4.3"
_URL = re.compile(r"[\x21-\x7e]+")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class DpopProof:
    """What a checked proof says. jkt: SHA-256 thumbprint of its key, base64url (RFC 9449, section 6.1).

    jti: to be remembered by the caller until `issued_at` leaves the window, and refused if seen before.
    """

    jkt: str
    jti: str
    issued_at: datetime
    nonce: str | None


def make_proof(
    signer: Signer,
    *,
    method: str,
    url: str,
    jti: str,
    issued_at: datetime,
    access_token: str | None = None,
    nonce: str | None = None,
) -> str:
    """A proof for one request: the value of its `DPoP` header (RFC 9449, section 4.2).

    url: of the request; its query and fragment are left out. jti: at least 96 unpredictable bits.
    """
    claims: dict[str, Any] = {
        "jti": jti,
        "htm": method,
        "htu": urlsplit(url)._replace(query="", fragment="").geturl(),
        "iat": int(issued_at.timestamp()),
    }
    if access_token is not None:
        claims["ath"] = access_token_hash(access_token)
    if nonce is not None:
        claims["nonce"] = nonce
    return jose.sign_jws({"typ": TYP, "jwk": jose.jwk_from_public_key(signer.public_key)}, claims, signer)


def check_proof(
    headers: Sequence[str],
    *,
    method: str,
    url: str,
    now: datetime,
    access_token: str | None = None,
    jkt: str | None = None,
    nonce_ok: Callable[[str | None], bool] | None = None,
    algorithms: AbstractSet[str] = jose.HAIP_ALGORITHMS,
    window: jwt_claims.Window = WINDOW,
) -> DpopProof:
    """Checks the proof of one request: RFC 9449, section 4.3.

    1. There is exactly one `DPoP` header (`headers` holds the values of all).  `dpop_missing`, `dpop_repeated`
    2. It is a JWS whose type is `dpop+jwt`.  `type_wrong`, and the reasons of `jose.parse_jws`
    3. Its algorithm is allowed, and the public key in its header made the signature.  `algorithm_not_allowed`,
       `jwk_missing`, `signature_invalid`, and the reasons of `jose.public_key_from_jwk`
    4. Method and address are those of this request.  `htm_*` and `htu_*`: `missing`, `malformed`, `wrong`
    5. The nonce is one the server gave out, where it demands one.  `nonce_missing`, `nonce_wrong`
    6. It was made just now.  `iat_missing`, `iat_too_old`, `iat_in_future`, and those of `jwt_claims`
    7. It is made for this access token, and by the key the token is bound to.  `ath_*`, `jkt_wrong`
    8. It has an identifier.  `jti_missing`, `jti_malformed`
    """
    jws = _single(headers)  # 1, 2
    thumbprint = _verified_thumbprint(jws, algorithms)  # 3
    claims = Members(jws.claims(), "/payload", _CLAIMS)
    _check_request(claims, method, url)  # 4
    nonce = claims.optional("nonce", str)
    _check_nonce(nonce, nonce_ok)  # 5
    issued_at = jwt_claims.issued_at(claims.values, now=now, window=window, section=_CHECKS)  # 6
    jwt_claims.require_current(claims.values, now=now, leeway=window.future, section=_CHECKS)
    if access_token is not None:  # 7
        _check_token(claims, access_token)
    if jkt is not None and not hmac.compare_digest(jkt.encode(), thumbprint.encode()):
        raise Rejection(
            "jkt_wrong", where="/header/jwk", section="RFC 9449, section 6", evidence={"actual": thumbprint}
        )
    jti = claims.required("jti", str)  # 8
    return DpopProof(jkt=thumbprint, jti=jti, issued_at=issued_at, nonce=nonce)


def access_token_hash(access_token: str) -> str:
    """The value of `ath`: base64url of the SHA-256 of the token's ASCII (RFC 9449, section 4.2).

    Rejects with `access_token_malformed`.
    """
    if not access_token.isascii():
        raise Rejection("access_token_malformed", section="RFC 9449, section 7.1")
    return base64url.encode(hashlib.sha256(access_token.encode("ascii")).digest())


def _single(headers: Sequence[str]) -> jose.Jws:
    if not headers:
        raise Rejection("dpop_missing", section=_CHECKS)
    if len(headers) > 1:
        raise Rejection("dpop_repeated", section=_CHECKS, evidence={"count": len(headers)})
    jws = jose.parse_jws(headers[0], max_bytes=MAX_BYTES)
    jose.require_type(jws, TYP)
    return jws


def _verified_thumbprint(jws: jose.Jws, algorithms: AbstractSet[str]) -> str:
    if "jwk" not in jws.header:
        raise Rejection("jwk_missing", where="/header/jwk", section=_CLAIMS)
    jwk = jws.header["jwk"]
    jose.require_algorithm(jws, algorithms)
    jose.verify_jws(jws, jose.public_key_from_jwk(jwk, where="/header/jwk"), algorithms)
    return base64url.encode(jose.jwk_thumbprint(jwk))


def _check_request(claims: Members, method: str, url: str) -> None:
    htm = claims.required("htm", str)
    if htm != method:
        raise Rejection("htm_wrong", where="/payload/htm", section=_CHECKS, evidence={"expected": method})
    htu = claims.required("htu", str)
    try:
        target = _target(htu)
    except ValueError:
        raise Rejection("htu_malformed", where="/payload/htu", section=_CLAIMS) from None
    if target != _target(url):
        raise Rejection("htu_wrong", where="/payload/htu", section=_CHECKS, evidence={"expected": url})


def _target(url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and path, normalised as RFC 3986, sections 6.2.2 and 6.2.3; query and fragment dropped.

    Dot segments stay as they are: no client sends them. Raises ValueError for what is no absolute address.
    """
    parts = urlsplit(url)
    if not _URL.fullmatch(url) or not parts.scheme or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not an absolute URL")
    port = _DEFAULT_PORTS.get(parts.scheme) if parts.port is None else parts.port
    return parts.scheme, parts.hostname, port, _ESCAPED.sub(_unescape, parts.path or "/")


def _unescape(match: re.Match[str]) -> str:
    sign = chr(int(match[0][1:], 16))
    return sign if _UNRESERVED.fullmatch(sign) else match[0].upper()


def _check_nonce(nonce: str | None, nonce_ok: Callable[[str | None], bool] | None) -> None:
    if nonce_ok is not None and not nonce_ok(nonce):
        reason = "nonce_missing" if nonce is None else "nonce_wrong"
        raise Rejection(reason, where="/payload/nonce", section="RFC 9449, section 8")


def _check_token(claims: Members, access_token: str) -> None:
    ath = claims.required("ath", str)
    if not hmac.compare_digest(ath.encode(), access_token_hash(access_token).encode()):
        raise Rejection("ath_wrong", where="/payload/ath", section=_CHECKS)
