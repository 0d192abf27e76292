"""Encrypted responses: compact JWE with ECDH-ES on P-256 and AES-GCM (RFC 7516, RFC 7518; HAIP 1.0, section 5).

Used for `direct_post.jwt` (OpenID4VP 1.0, section 8.3) and encrypted credential messages (OpenID4VCI 1.0, section 10):
the plaintext is a JSON object, never a nested JWS. What comes is decrypted here, once its header has been judged; what
goes out a library encrypts, which draws the ephemeral key and the IV itself. Left out: key wrapping, RSA, `dir`,
compression, other curves.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey

from vc_core import base64url, jose, strict_json
from vc_core.rejection import Rejection

ALGORITHM = "ECDH-ES"
_KEY_BITS = {"A256GCM": 256, "A128GCM": 128}
ENCRYPTIONS = tuple(_KEY_BITS)
"""Content encryption, best first: HAIP 1.0, section 5 prefers A256GCM where both sides can."""

DEFAULT_ENCRYPTION = "A128GCM"
"""Where nothing is announced: OpenID4VP 1.0, section 5.1, `encrypted_response_enc_values_supported`."""

MAX_BYTES = 262144

_IV_BYTES, _TAG_BYTES = 12, 16
_CURVE = "secp256r1"
_NESTED = re.compile(rb"[\w-]+\.[\w-]+\.[\w-]*")
_VP = "OpenID4VP 1.0, section 8.3"
_KDF = "RFC 7518, section 4.6.1"
_REGISTRY = JWERegistry(algorithms=(ALGORITHM, *ENCRYPTIONS))


def choose_key(jwks: Sequence[object]) -> Mapping[str, Any]:
    """The first key of a peer's JWK set fit to encrypt to; what is not fit is passed over (OpenID4VP 1.0, 8.3).

    Rejects with `jwe_key_none_usable`.
    """
    for jwk in jwks:
        if isinstance(jwk, Mapping) and jwk.get("use", "enc") == "enc" and jwk.get("alg", ALGORITHM) == ALGORITHM:
            try:
                require_key(jwk)
            except Rejection:
                continue
            return jwk
    raise Rejection("jwe_key_none_usable", where="/jwks", section=_VP)


def choose_encryption(offered: Sequence[object]) -> str:
    """The best content encryption of those a peer announces; rejects with `jwe_encryption_none_usable`."""
    for encryption in ENCRYPTIONS:
        if encryption in offered:
            return encryption
    raise Rejection("jwe_encryption_none_usable", section="HAIP 1.0, section 5")


def encrypt(
    payload: Mapping[str, Any],
    jwk: Mapping[str, Any],
    enc: str,
    *,
    apu: bytes | None = None,
    apv: bytes | None = None,
) -> str:
    """A compact JWE of the payload's JSON, to the public key `jwk`, whose `kid` is copied (OpenID4VP 1.0, 8.3).

    enc: one of `ENCRYPTIONS`. apu, apv: party information, raw bytes. Rejects, for a bad key, as `jose` does and
    with `jwk_unsupported`.
    """
    key = require_key(jwk)
    header: dict[str, Any] = {"alg": ALGORITHM, "enc": enc}
    header |= {name: jwk[name] for name in ("kid",) if name in jwk}
    header |= {name: base64url.encode(info) for name, info in (("apu", apu), ("apv", apv)) if info is not None}
    return encrypt_compact(header, strict_json.dump(payload), ECKey.import_key(key), registry=_REGISTRY)


def decrypt(
    text: str,
    keys: Mapping[str, ec.EllipticCurvePrivateKey],
    *,
    encryptions: AbstractSet[str] = frozenset(ENCRYPTIONS),
    max_bytes: int = MAX_BYTES,
) -> dict[str, Any]:
    """The JSON object inside; keys: by the `kid` under which each was announced.

    1. Five parts, no encrypted key (ECDH-ES direct).  `jwe_too_large`, `jwe_malformed`
    2. Algorithms announced.  `jwe_algorithm_not_allowed`, `jwe_encryption_not_allowed`
    3. Nothing critical, nothing compressed.  `critical_header_unknown`, `jwe_compressed`
    4. A key that was announced.  `jwe_kid_missing`, `jwe_kid_unknown`
    5. An ephemeral key on our curve; party information well formed.  `epk_missing`, `jwk_*`, `apu_malformed` ...
    6. It decrypts and the tag holds.  `jwe_undecryptable`
    7. A JSON object, not signed.  `jwe_nested_jws`, and the reasons of `strict_json.parse_object`
    """
    message = _parts(text, max_bytes)  # 1
    _check_algorithms(message.header, encryptions)  # 2, 3
    key = _announced_key(message.header, keys)  # 4
    content_key = _agreed_key(message.header, key)  # 5
    plaintext = _opened(message, content_key)  # 6
    if _NESTED.fullmatch(plaintext):  # 7
        raise Rejection("jwe_nested_jws", where="/payload", section=_VP)
    return strict_json.parse_object(plaintext, max_bytes=max_bytes, where="/payload")


def require_key(jwk: Mapping[str, Any], *, where: str = "") -> ec.EllipticCurvePublicKey:
    """The public key of a JWK fit to encrypt to; rejects as `jose.public_key_from_jwk`, and for another curve."""
    key = jose.public_key_from_jwk(jwk, where=where)
    if key.curve.name != _CURVE:
        raise Rejection("jwk_unsupported", where=where, section="HAIP 1.0, section 5")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """A compact JWE taken apart (RFC 7516, section 7.1). protected: the header as it came, which the tag covers too."""

    protected: bytes
    header: Mapping[str, Any]
    iv: bytes
    ciphertext: bytes
    tag: bytes


def _parts(text: str, max_bytes: int) -> _Message:
    if len(text) > max_bytes:
        raise Rejection("jwe_too_large", evidence={"bytes": len(text), "limit": max_bytes})
    parts = text.split(".")
    if len(parts) != 5 or parts[1]:
        raise Rejection("jwe_malformed", section="RFC 7516, section 7.1", evidence={"parts": len(parts)})
    iv, ciphertext, tag = (
        base64url.decode(part, where=f"/{name}")
        for part, name in zip(parts[2:], ("iv", "ciphertext", "tag"), strict=True)
    )
    octets = base64url.decode(parts[0], where="/header")
    header = strict_json.parse_object(octets, max_bytes=max_bytes, where="/header")
    return _Message(protected=parts[0].encode("ascii"), header=header, iv=iv, ciphertext=ciphertext, tag=tag)


def _check_algorithms(header: Mapping[str, Any], encryptions: AbstractSet[str]) -> None:
    if header.get("alg") != ALGORITHM:
        raise Rejection("jwe_algorithm_not_allowed", where="/header/alg", section=_VP)
    enc = header.get("enc")
    if type(enc) is not str or enc not in encryptions or enc not in ENCRYPTIONS:
        raise Rejection("jwe_encryption_not_allowed", where="/header/enc", section=_VP)
    if "crit" in header:
        raise Rejection("critical_header_unknown", where="/header/crit", section="RFC 7516, section 4.1.13")
    if "zip" in header:
        raise Rejection("jwe_compressed", where="/header/zip", section="RFC 7516, section 4.1.3")


def _announced_key(
    header: Mapping[str, Any], keys: Mapping[str, ec.EllipticCurvePrivateKey]
) -> ec.EllipticCurvePrivateKey:
    kid = header.get("kid")
    if type(kid) is not str:
        raise Rejection("jwe_kid_missing", where="/header/kid", section=_VP)
    if kid not in keys:
        raise Rejection("jwe_kid_unknown", where="/header/kid", section=_VP)
    return keys[kid]


def _agreed_key(header: Mapping[str, Any], key: ec.EllipticCurvePrivateKey) -> bytes:
    """The content encryption key, of the length that `enc` wants (RFC 7518, section 4.6.2: direct key agreement)."""
    if "epk" not in header:
        raise Rejection("epk_missing", where="/header/epk", section=_KDF)
    ephemeral = require_key(header["epk"], where="/header/epk")
    enc = header["enc"]
    bits = _KEY_BITS[enc]
    info = (enc.encode("ascii"), _party(header, "apu"), _party(header, "apv"))
    other_info = b"".join(len(one).to_bytes(4, "big") + one for one in info) + bits.to_bytes(4, "big")
    return ConcatKDFHash(hashes.SHA256(), bits // 8, other_info).derive(key.exchange(ec.ECDH(), ephemeral))


def _party(header: Mapping[str, Any], name: str) -> bytes:
    value = header.get(name, "")
    if type(value) is not str:
        raise Rejection(f"{name}_malformed", where=f"/header/{name}", section=_KDF)
    return base64url.decode(value, where=f"/header/{name}")


def _opened(message: _Message, key: bytes) -> bytes:
    """RFC 7518, section 5.3: an IV of 96 bits and a tag of 128, no other."""
    try:
        if (len(message.iv), len(message.tag)) != (_IV_BYTES, _TAG_BYTES):
            raise InvalidTag
        return AESGCM(key).decrypt(message.iv, message.ciphertext + message.tag, message.protected)
    except InvalidTag:
        raise Rejection("jwe_undecryptable", section="RFC 7516, section 5.2") from None
