"""Integrity of documents that a credential refers to: `vct#integrity`, `extends#integrity`, `uri#integrity`
(SD-JWT VC, draft -24, section 6; syntax of W3C Subresource Integrity, section 3).

A value holds hash expressions separated by white space; those of the strongest algorithm understood count, and one of
them has to match the octets as retrieved. Options after `?` mean nothing here.
"""

import binascii
import hashlib
import hmac

from vc_core.rejection import Rejection

_STRONGEST_FIRST = (("sha512", hashlib.sha512), ("sha384", hashlib.sha384), ("sha256", hashlib.sha256))

_SECTION = "SD-JWT VC, section 6"


def integrity_of(document: bytes) -> str:
    """The value that pins these octets, as `sha256-<base64>`."""
    return f"sha256-{binascii.b2a_base64(hashlib.sha256(document).digest(), newline=False).decode('ascii')}"


def require_integrity(document: bytes, metadata: str, *, where: str = "") -> None:
    """Rejects with `integrity_malformed`, `integrity_algorithm_unknown` or `integrity_mismatch`."""
    expressions = [_expression(text, where) for text in metadata.split()]
    for algorithm, hash_ in _STRONGEST_FIRST:
        expected = [value for name, value in expressions if name == algorithm]
        if not expected:
            continue
        actual = hash_(document).digest()
        if any(hmac.compare_digest(actual, _decoded(value, where)) for value in expected):
            return
        raise Rejection("integrity_mismatch", where=where, section=_SECTION, evidence={"algorithm": algorithm})
    raise Rejection("integrity_algorithm_unknown", where=where, section=_SECTION)


def _expression(text: str, where: str) -> tuple[str, str]:
    algorithm, dash, value = text.partition("?")[0].partition("-")
    if not (algorithm and dash and value):
        raise Rejection("integrity_malformed", where=where, section=_SECTION)
    return algorithm, value


def _decoded(value: str, where: str) -> bytes:
    try:
        return binascii.a2b_base64(value.encode("ascii"), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Rejection("integrity_malformed", where=where, section=_SECTION) from None
