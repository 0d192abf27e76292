"""COSE messages as credentials use them: COSE_Sign1, COSE_Mac0 and `x5chain` (RFC 9052, RFC 9053, RFC 9360, RFC 9864).

ECDSA and HMAC 256/256 only; what is not in the tables cannot be verified by mistake. The algorithm must stand in the
protected header. What was signed is the protected bytes and the payload as received. A parsed message says nothing
about its signature: `verify_sign1` does, with an explicit list of algorithms.

Left out: several signers or recipients, encryption, counter signatures, `crit` of any kind, `x5t` and `x5u`. Chains are
judged in `x509`. Neighbours: `cbor` and `cose_key` below; `mdoc`, `status_token`, `inspection_code` above.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from vc_core import cbor
from vc_core.certificate import der_bytes, parse_certificate
from vc_core.cose_key import cose_key, public_key_from_cose
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer

__all__ = [
    "ALGORITHMS",
    "HAIP_ALGORITHMS",
    "Mac0",
    "Message",
    "Sign1",
    "Tagging",
    "cose_key",
    "encode_mac0",
    "encode_sign1",
    "mac0",
    "parse_mac0",
    "parse_sign1",
    "public_key_from_cose",
    "sign1",
    "verify_mac0",
    "verify_sign1",
    "x5chain",
    "x5chain_header",
]

ALG, CRIT, CONTENT_TYPE, KID, TYP, X5CHAIN = 1, 2, 3, 4, 16, 33
"""Header labels (IANA COSE Header Parameters)."""

ES256, ES384, ES512 = -7, -35, -36
ESP256, ESP384, ESP512 = -9, -51, -52
HMAC_256 = 5
"""Algorithm numbers (IANA COSE Algorithms). The `ESP` ones name the curve too (RFC 9864, section 2.1)."""

ALGORITHMS = frozenset({ES256, ES384, ES512, ESP256, ESP384, ESP512})
HAIP_ALGORITHMS = frozenset({ES256, ESP256})
"""OpenID4VC HAIP 1.0, section 7."""

MAX_CERTIFICATES = 8

_P256 = ("secp256r1", 32, ec.ECDSA(hashes.SHA256()))
_P384 = ("secp384r1", 48, ec.ECDSA(hashes.SHA384()))
_P521 = ("secp521r1", 66, ec.ECDSA(hashes.SHA512()))
_VERIFIERS = {ES256: _P256, ESP256: _P256, ES384: _P384, ESP384: _P384, ES512: _P521, ESP512: _P521}
_NUMBERS = {"ES256": ES256, "ES384": ES384, "ES512": ES512}
_EMPTY: Mapping[Any, Any] = MappingProxyType({})


class Tagging(Enum):
    """Whether a message carries its CBOR tag, or must."""

    REQUIRED = auto()
    FORBIDDEN = auto()
    EITHER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What COSE_Sign1 and COSE_Mac0 have in common, as received: nothing in it is verified.

    protected_bytes: the encoded protected header, without its byte string head. payload: None when detached.
    """

    protected_bytes: bytes
    protected: Mapping[Any, Any]
    unprotected: Mapping[Any, Any]
    payload: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign1(Message):
    """COSE_Sign1; signature: r || s, each of the curve's size (RFC 9053, section 2.1)."""

    signature: bytes

    def array(self) -> list[object]:
        """The untagged structure, for embedding in a larger one."""
        return [self.protected_bytes, self.unprotected, self.payload, self.signature]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mac0(Message):
    """COSE_Mac0; tag: 32 bytes."""

    tag: bytes

    def array(self) -> list[object]:
        """The untagged structure, for embedding in a larger one."""
        return [self.protected_bytes, self.unprotected, self.payload, self.tag]


def parse_sign1(value: object, *, tagging: Tagging = Tagging.EITHER, where: str = "") -> Sign1:
    """A COSE_Sign1 as `cbor.loads` returns it: a list of four, or tag 18 with one (RFC 9052, section 4.2).

    Rejections: cose_tag_missing, cose_tag_unexpected, cose_malformed, header_repeated, critical_header_unknown, or as
    `cbor.loads` does for the protected header.
    """
    protected_bytes, unprotected, payload, signature = _parts(value, cbor.SIGN1, tagging, where)
    return Sign1(
        protected_bytes=protected_bytes,
        protected=_protected_header(protected_bytes, unprotected, where),
        unprotected=unprotected,
        payload=payload,
        signature=signature,
    )


def parse_mac0(value: object, *, tagging: Tagging = Tagging.EITHER, where: str = "") -> Mac0:
    """A COSE_Mac0: a list of four, or tag 17 with one (RFC 9052, section 6.2). Rejections as `parse_sign1`."""
    protected_bytes, unprotected, payload, tag = _parts(value, cbor.MAC0, tagging, where)
    return Mac0(
        protected_bytes=protected_bytes,
        protected=_protected_header(protected_bytes, unprotected, where),
        unprotected=unprotected,
        payload=payload,
        tag=tag,
    )


def encode_sign1(message: Sign1, *, tagging: Tagging) -> bytes:
    """CBOR of the message, tagged when `tagging` is REQUIRED."""
    return _encode(message.array(), cbor.SIGN1, tagging)


def encode_mac0(message: Mac0, *, tagging: Tagging) -> bytes:
    """CBOR of the message, tagged when `tagging` is REQUIRED."""
    return _encode(message.array(), cbor.MAC0, tagging)


def sign1(
    payload: bytes,
    *,
    signer: Signer,
    unprotected: Mapping[int, object] = _EMPTY,
    protected_extra: Mapping[int, object] = _EMPTY,
    detached: bool = False,
    aad: bytes = b"",
) -> Sign1:
    """Signs the payload; the protected header is `alg`, then `protected_extra` (RFC 9052, section 4.4)."""
    protected = {ALG: _NUMBERS[signer.algorithm], **protected_extra}
    protected_bytes = cbor.dumps(protected)
    return Sign1(
        protected_bytes=protected_bytes,
        protected=protected,
        unprotected=unprotected,
        payload=None if detached else payload,
        signature=signer.sign(_to_be_signed(protected_bytes, aad, payload)),
    )


def verify_sign1(
    message: Sign1,
    key: PublicKey,
    algorithms: AbstractSet[int] = HAIP_ALGORITHMS,
    *,
    payload: bytes | None = None,
    aad: bytes = b"",
    where: str = "",
) -> None:
    """Whether `key` made the signature, with an algorithm allowed (RFC 9052, section 4.4); `payload`: the detached one.

    Rejections: algorithm_missing, algorithm_unprotected, algorithm_not_allowed, algorithm_key_mismatch,
    payload_missing, payload_attached, signature_malformed (DER, for one), signature_invalid.
    """
    algorithm = _algorithm(message, algorithms & ALGORITHMS, where)
    curve, size, scheme = _VERIFIERS[algorithm]
    if key.curve.name != curve:
        raise Rejection("algorithm_key_mismatch", where=where, section="RFC 9053, section 2.1")
    signed = _to_be_signed(message.protected_bytes, aad, _payload(message, payload, where))
    signature = message.signature
    if len(signature) != 2 * size:
        raise Rejection("signature_malformed", where=where, section="RFC 9053, section 2.1")
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    try:
        key.verify(encode_dss_signature(r, s), signed, scheme)
    except InvalidSignature:
        raise Rejection("signature_invalid", where=where, section="RFC 9052, section 4.4") from None


def mac0(payload: bytes, *, key: bytes, detached: bool = False, aad: bytes = b"") -> Mac0:
    """Authenticates the payload with HMAC 256/256 (RFC 9052, section 6.3); key: 32 bytes."""
    protected = {ALG: HMAC_256}
    protected_bytes = cbor.dumps(protected)
    return Mac0(
        protected_bytes=protected_bytes,
        protected=protected,
        unprotected=_EMPTY,
        payload=None if detached else payload,
        tag=_mac(protected_bytes, aad, payload, key),
    )


def verify_mac0(message: Mac0, key: bytes, *, payload: bytes | None = None, aad: bytes = b"", where: str = "") -> None:
    """Whether `key` made the tag, with HMAC 256/256; `payload`: the detached one.

    Rejections: algorithm_missing, algorithm_unprotected, algorithm_not_allowed, payload_missing, payload_attached,
    mac_invalid.
    """
    _algorithm(message, {HMAC_256}, where)
    expected = _mac(message.protected_bytes, aad, _payload(message, payload, where), key)
    if not hmac.compare_digest(expected, message.tag):
        raise Rejection("mac_invalid", where=where, section="RFC 9052, section 6.3")


def x5chain_header(chain: Sequence[x509.Certificate]) -> dict[int, object]:
    """The header with the chain, leaf first: one byte string, or an array of several (RFC 9360, section 2)."""
    ders = [der_bytes(certificate) for certificate in chain]
    return {X5CHAIN: ders[0] if len(ders) == 1 else ders} if ders else {}


def x5chain(*headers: Mapping[Any, Any], where: str = "") -> tuple[x509.Certificate, ...]:
    """The certificates, leaf first, from the first of these headers that has them; nothing about them is checked.

    An array of one is let pass. Rejections: x5chain_missing, x5chain_malformed, x5chain_too_long,
    certificate_malformed.
    """
    section = "RFC 9360, section 2"
    value = next((header[X5CHAIN] for header in headers if X5CHAIN in header), None)
    if value is None:
        raise Rejection("x5chain_missing", where=where, section=section)
    ders = value if type(value) is list else [value]
    if not ders or not all(type(der) is bytes for der in ders):
        raise Rejection("x5chain_malformed", where=where, section=section)
    if len(ders) > MAX_CERTIFICATES:
        evidence = {"count": len(ders), "limit": MAX_CERTIFICATES}
        raise Rejection("x5chain_too_long", where=where, section=section, evidence=evidence)
    return tuple(parse_certificate(der, where=f"{where}/{index}") for index, der in enumerate(ders))


def _parts(value: object, tag: int, tagging: Tagging, where: str) -> tuple[bytes, dict[Any, Any], bytes | None, bytes]:
    section = "RFC 9052, section 2"
    if isinstance(value, cbor.CBORTag):
        if tagging is Tagging.FORBIDDEN or value.tag != tag:
            raise Rejection("cose_tag_unexpected", where=where, section=section, evidence={"tag": value.tag})
        value = value.value
    elif tagging is Tagging.REQUIRED:
        raise Rejection("cose_tag_missing", where=where, section=section)
    match value:
        case [bytes() as protected, dict() as unprotected, (bytes() | None) as payload, bytes() as proof]:
            return protected, unprotected, payload, proof
        case [bytes() as protected, dict() as unprotected, cbor.UNDEFINED, bytes() as proof]:
            return protected, unprotected, None, proof
        case _:
            raise Rejection("cose_malformed", where=where, section="RFC 9052, section 3")


def _protected_header(encoded: bytes, unprotected: Mapping[Any, Any], where: str) -> Mapping[Any, Any]:
    protected = cbor.loads(encoded, where=where) if encoded else {}
    if type(protected) is not dict:
        raise Rejection("cose_malformed", where=where, section="RFC 9052, section 3")
    if not protected.keys().isdisjoint(unprotected):
        raise Rejection("header_repeated", where=where, section="RFC 9052, section 3")
    if CRIT in protected or CRIT in unprotected:
        raise Rejection("critical_header_unknown", where=where, section="RFC 9052, section 3.1")
    return protected


def _algorithm(message: Message, allowed: AbstractSet[int], where: str) -> int:
    section = "RFC 9052, section 3.1"
    if ALG not in message.protected:
        reason = "algorithm_unprotected" if ALG in message.unprotected else "algorithm_missing"
        raise Rejection(reason, where=where, section=section)
    algorithm = message.protected[ALG]
    if type(algorithm) is not int or algorithm not in allowed:
        raise Rejection("algorithm_not_allowed", where=where, section=section)
    return algorithm


def _payload(message: Message, detached: bytes | None, where: str) -> bytes:
    if message.payload is not None and detached is not None:
        raise Rejection("payload_attached", where=where, section="RFC 9052, section 4.1")
    payload = message.payload if detached is None else detached
    if payload is None:
        raise Rejection("payload_missing", where=where, section="RFC 9052, section 4.1")
    return payload


def _to_be_signed(protected: bytes, aad: bytes, payload: bytes) -> bytes:
    return cbor.dumps(["Signature1", protected, aad, payload])


def _mac(protected: bytes, aad: bytes, payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, cbor.dumps(["MAC0", protected, aad, payload]), hashlib.sha256)


def _encode(array: list[object], tag: int, tagging: Tagging) -> bytes:
    return cbor.dumps(cbor.CBORTag(tag, array) if tagging is Tagging.REQUIRED else array)
