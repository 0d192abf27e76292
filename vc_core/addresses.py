"""Which addresses may be used at all: https everywhere, and plain http to this machine only where policy says so.

Specifications require https for every endpoint (OpenID4VCI 1.0, 12.2.4; OpenID4VP 1.0, 14.1). A demonstration on one
machine has no certificates; the departure is recorded in `conformance/DIVERGENCES.md`. Whether a host may be asked for
a status list is decided by the trust list, not here.
"""

import ipaddress
from enum import Enum
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from vc_core.rejection import Rejection

MAX_URL = 2048


class LoopbackHttp(Enum):
    """Whether `http` to a loopback host is accepted beside https."""

    ALLOWED = "allowed"
    REFUSED = "refused"


def require_url(url: object, *, policy: LoopbackHttp, where: str = "") -> str:
    """The address unchanged, if it is an absolute https URL without user info or fragment.

    Raises `Rejection`: `url_malformed`, `url_not_https`.
    """
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or " " in url or len(url) > MAX_URL:
        raise Rejection("url_malformed", where=where)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Rejection("url_malformed", where=where) from error
    if not parts.hostname or parts.username is not None or "#" in url or port == 0:
        raise Rejection("url_malformed", where=where)
    if parts.scheme == "https" or (parts.scheme == "http" and policy is LoopbackHttp.ALLOWED and is_loopback(parts)):
        return url
    raise Rejection("url_not_https", where=where, evidence={"scheme": parts.scheme})


def is_loopback(parts: SplitResult) -> bool:
    """Whether the host is `localhost` or a literal loopback address; names are not looked up."""
    return _is_loopback(parts.hostname or "")


@lru_cache(maxsize=64)
def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
