"""base64url without padding, as every JOSE and OpenID text uses it (RFC 4648, section 5; RFC 7515, section 2).

Decoding is strict, so that one sequence of bytes has one spelling: no padding, no standard alphabet, no white space, no
set bits after the last byte. Standard base64 with padding, which only `x5c` uses, is decoded in `jose`.
"""

import binascii
from collections.abc import Iterable

from vc_core.rejection import Rejection

_TO_URL = bytes.maketrans(b"+/", b"-_")
# A standard-alphabet sign or a padding sign in the input becomes a byte that no alphabet has.
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")
_PADDING = {0: b"", 2: b"==", 3: b"="}
# Last signs whose bits beyond the last whole byte are zero, by length modulo 4.
_LAST = {2: b"AQgw", 3: b"AEIMQUYcgkosw048"}


def encode(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def encode_each(items: Iterable[bytes]) -> list[str]:
    """As `encode` of each, at once: a credential has dozens of digests."""
    texts = [binascii.b2a_base64(data, newline=False) for data in items]
    return b" ".join(texts).translate(_TO_URL, b"=").decode("ascii").split(" ") if texts else []


def decode(text: str, *, where: str = "") -> bytes:
    """The bytes that `text` spells; the empty text is no bytes.

    Rejects with `base64url_malformed`.
    """
    try:
        signs = text.encode("ascii")
        over = len(signs) % 4
        data = binascii.a2b_base64(signs.translate(_FROM_URL) + _PADDING[over], strict_mode=True)
    except (UnicodeEncodeError, binascii.Error, KeyError):
        raise _malformed(where) from None
    if over and signs[-1] not in _LAST[over]:
        raise _malformed(where)
    return data


def _malformed(where: str) -> Rejection:
    return Rejection("base64url_malformed", where=where, section="RFC 7515, section 2")
