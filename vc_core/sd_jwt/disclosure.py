"""Disclosures and their digests: salt, name and value of one claim behind one hash (RFC 9901, sections 4.1.1 and 4.2).

A disclosure is a base64url text; the digest is taken over that very text, so it is kept as transmitted and never
written anew. Left out: hash algorithms other than SHA-2. Where digests stand in a payload is the matter of
`processing`, how they come to stand there of `concealment`.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from vc_core import base64url, strict_json
from vc_core.rejection import Rejection

SD = "_sd"
SD_ALG = "_sd_alg"
ELLIPSIS = "..."
RESERVED_NAMES = frozenset({SD, SD_ALG, ELLIPSIS})

DEFAULT_ALGORITHM = "sha-256"
HASHES: Mapping[str, Callable[[bytes], Any]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}
"""Names of the IANA registry "Named Information Hash Algorithm", case-sensitive; no others are understood."""

MAX_DISCLOSURE_BYTES = 512 * 1024


class Disclosure(NamedTuple):
    """One claim that can be shown or withheld.

    text: base64url as transmitted. name: None for an array element.
    value: may hold digests of further disclosures (section 4.2.6).
    A tuple, since dozens are made for each credential and a frozen dataclass takes three times as long to make.
    """

    text: str
    salt: str
    name: str | None
    value: Any


def parse_disclosure(text: str, *, where: str = "") -> Disclosure:
    """Reads `[salt, name, value]` or `[salt, value]` (sections 4.2.1 and 4.2.2).

    Rejects with `disclosure_empty`, `disclosure_not_array`, `disclosure_wrong_length`, `salt_not_string`,
    `claim_name_not_string`, or the reasons of `base64url.decode` and `strict_json.parse`.
    """
    if not text:
        raise _malformed("disclosure_empty", where)
    contents = strict_json.parse(base64url.decode(text, where=where), max_bytes=MAX_DISCLOSURE_BYTES, where=where)
    if type(contents) is not list:
        raise _malformed("disclosure_not_array", where)
    if len(contents) not in (2, 3):
        raise _malformed("disclosure_wrong_length", where)
    if type(contents[0]) is not str:
        raise _malformed("salt_not_string", where)
    if len(contents) == 2:
        return Disclosure(text, contents[0], None, contents[1])
    if type(contents[1]) is not str:
        raise _malformed("claim_name_not_string", where)
    return Disclosure(text, contents[0], contents[1], contents[2])


def digest(text: str, algorithm: str = DEFAULT_ALGORITHM) -> str:
    """base64url of the hash over the ASCII text, not over the bytes it encodes (section 4.2.3)."""
    return base64url.encode(HASHES[algorithm](text.encode("ascii")).digest())


def digest_each(texts: Iterable[str], algorithm: str) -> list[str]:
    """As `digest` of each, at once."""
    hash_ = HASHES[algorithm]
    return base64url.encode_each([hash_(text.encode()).digest() for text in texts])


def digest_algorithm(payload: Mapping[str, Any]) -> str:
    """What `_sd_alg` names; `sha-256` where it is absent (section 4.1.1). Rejects with `sd_alg_unknown`."""
    name = payload.get(SD_ALG, DEFAULT_ALGORITHM)
    if type(name) is not str or name not in HASHES:
        raise Rejection("sd_alg_unknown", where=f"/{SD_ALG}", section="RFC 9901, section 4.1.1")
    return name


def _malformed(reason: str, where: str) -> Rejection:
    return Rejection(reason, where=where, section="RFC 9901, section 4.2")
