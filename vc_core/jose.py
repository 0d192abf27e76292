"""Compact JWS, JWK and `x5c`: RFC 7515, RFC 7517, RFC 7518 (ECDSA only), RFC 7638.

Only the ECDSA algorithms exist here: what is not in the table (`none`, HMAC, RSA, EdDSA) cannot be verified by mistake.
A parsed `Jws` says nothing about its signature; `verify_jws` does, with a list of algorithms allowed. PyJWT's algorithm
objects decide whether a signature is good; time and audience are judged by the callers (`jwt_claims` has what they
share). `where` of a rejection begins with what the caller passed, else it is relative to the JWS. Left out: JSON
serialisation (`sd_jwt` has its own), unencoded payloads (RFC 7797), encryption (`jwe`).
"""

import binascii
import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from vc_core import base64url, strict_json
from vc_core.certificate import der_bytes, load_certificate
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer

ALGORITHMS = frozenset({"ES256", "ES384", "ES512"})
HAIP_ALGORITHMS = frozenset({"ES256"})
"""OpenID4VC HAIP 1.0, section 7."""

MAX_BYTES = 65536
MAX_CERTIFICATES = 8

_MAX_HEADER_KEPT = 8192

_VERIFIERS = {
    "ES256": (ECAlgorithm(ECAlgorithm.SHA256), "secp256r1"),
    "ES384": (ECAlgorithm(ECAlgorithm.SHA384), "secp384r1"),
    "ES512": (ECAlgorithm(ECAlgorithm.SHA512), "secp521r1"),
}
_CURVES: dict[str, tuple[ec.EllipticCurve, int]] = {
    "P-256": (ec.SECP256R1(), 32),
    "P-384": (ec.SECP384R1(), 48),
    "P-521": (ec.SECP521R1(), 66),
}
CURVES = frozenset(_CURVES)
_CURVE_NAMES = {curve.name: (name, size) for name, (curve, size) in _CURVES.items()}
# RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1; `priv` for the key types registered later.
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Jws:
    """A JWS in compact serialisation, as received: its signature is not verified.

    payload, signature: decoded bytes. signing_input: ASCII of `header.payload`, as received. text: the whole.
    """

    header: Mapping[str, Any]
    payload: bytes
    signature: bytes
    signing_input: bytes
    text: str

    @property
    def algorithm(self) -> str:
        algorithm: str = self.header["alg"]
        return algorithm

    def claims(self, *, where: str = "") -> dict[str, Any]:
        """The payload as a JSON object; rejects as `strict_json.parse_object` does."""
        return strict_json.parse_object(self.payload, max_bytes=len(self.payload), where=f"{where}/payload")


def parse_jws(text: str, *, max_bytes: int = MAX_BYTES, where: str = "") -> Jws:
    """Takes a compact JWS apart: RFC 7515, section 5.2, steps 1 to 7.

    Rejects with `jws_too_large`, `jws_malformed`, `algorithm_missing`, `critical_header_unknown`,
    `payload_unencoded`, or as `base64url.decode` and `strict_json.parse_object` do.
    """
    if len(text) > max_bytes:
        raise Rejection("jws_too_large", where=where, evidence={"bytes": len(text), "limit": max_bytes})
    parts = text.split(".")
    if len(parts) != 3:
        raise Rejection("jws_malformed", where=where, section="RFC 7515, section 7.1", evidence={"parts": len(parts)})
    read_header = _read_header if len(parts[0]) > _MAX_HEADER_KEPT else _read_header_once
    return Jws(
        header=read_header(parts[0], max_bytes, f"{where}/header"),
        payload=base64url.decode(parts[1], where=f"{where}/payload"),
        signature=base64url.decode(parts[2], where=f"{where}/signature"),
        signing_input=text[: len(parts[0]) + 1 + len(parts[1])].encode("ascii"),
        text=text,
    )


def _read_header(text: str, max_bytes: int, where: str) -> Mapping[str, Any]:
    header = strict_json.parse_object(base64url.decode(text, where=where), max_bytes=max_bytes, where=where)
    _check_header(header, where)
    return MappingProxyType(header)


_read_header_once = lru_cache(maxsize=128)(_read_header)
"""Headers are few and come back all the time, with the same certificates."""


def _check_header(header: Mapping[str, Any], where: str) -> None:
    if "crit" in header:  # no extension is understood here, and an empty or malformed list is an error too
        raise Rejection("critical_header_unknown", where=f"{where}/crit", section="RFC 7515, section 4.1.11")
    if "b64" in header:
        raise Rejection("payload_unencoded", where=f"{where}/b64", section="RFC 7797, section 3")
    if type(header.get("alg")) is not str:
        raise Rejection("algorithm_missing", where=f"{where}/alg", section="RFC 7515, section 4.1.1")


def require_type(jws: Jws, typ: str) -> None:
    """Rejects with `type_wrong` unless the header's `typ` is exactly `typ` (RFC 8725, section 3.11)."""
    if jws.header.get("typ") != typ:
        raise Rejection("type_wrong", where="/header/typ", section="RFC 8725, section 3.11")


def require_algorithm(jws: Jws, algorithms: AbstractSet[str]) -> None:
    """Rejects with `algorithm_not_allowed`; for callers that take the key from the header, before they look at it."""
    if jws.algorithm not in algorithms or jws.algorithm not in _VERIFIERS:
        raise Rejection("algorithm_not_allowed", where="/header/alg", section="RFC 8725, section 3.1")


def verify_jws(jws: Jws, key: PublicKey, algorithms: AbstractSet[str] = HAIP_ALGORITHMS) -> None:
    """Whether `key` made the signature, with an algorithm allowed: RFC 7515, section 5.2, step 8.

    Rejects with `algorithm_not_allowed`, `algorithm_key_mismatch` or `signature_invalid`.
    """
    require_algorithm(jws, algorithms)
    verifier, curve = _VERIFIERS[jws.algorithm]
    if key.curve.name != curve:
        raise Rejection("algorithm_key_mismatch", where="/header/alg", section="RFC 7518, section 3.4")
    if not verifier.verify(jws.signing_input, key, jws.signature):
        raise Rejection("signature_invalid", where="/signature", section="RFC 7515, section 5.2")


def sign_jws(header: Mapping[str, Any], payload: bytes | Mapping[str, Any], signer: Signer) -> str:
    """A compact JWS; `alg` is set to the signer's. A mapping is written as compact JSON."""
    octets = payload if isinstance(payload, bytes) else strict_json.dump(payload)
    return sign_input(encode_header(header, signer.algorithm), base64url.encode(octets), signer)


class ProtectedHeader(NamedTuple):
    """A header and its base64url text; a caller that signs often with one header encodes it once."""

    members: Mapping[str, Any]
    text: str


def protect(header: Mapping[str, Any], algorithm: str) -> ProtectedHeader:
    """The protected header with `alg` set."""
    members = {**header, "alg": algorithm}
    return ProtectedHeader(MappingProxyType(members), base64url.encode(strict_json.dump(members)))


def encode_header(header: Mapping[str, Any], algorithm: str) -> str:
    """The text of `protect`."""
    return protect(header, algorithm).text


def sign_input(header_b64: str, payload_b64: str, signer: Signer) -> str:
    """A compact JWS of parts already encoded; the header must name the signer's algorithm (`encode_header`)."""
    signing_input = f"{header_b64}.{payload_b64}"
    return f"{signing_input}.{base64url.encode(signer.sign(signing_input.encode('ascii')))}"


def x5c_header(chain: Sequence[x509.Certificate]) -> list[str]:
    """The value of `x5c`: DER in standard base64 with padding, leaf first (RFC 7515, section 4.1.6)."""
    return [binascii.b2a_base64(der_bytes(certificate), newline=False).decode("ascii") for certificate in chain]


def parse_x5c(header: Mapping[str, Any], *, where: str = "") -> tuple[x509.Certificate, ...]:
    """The certificates of `x5c`, leaf first; nothing about them is checked (`x509` does).

    Rejects with `x5c_missing`, `x5c_malformed` or `x5c_too_long`.
    """
    place, section = f"{where}/header/x5c", "RFC 7515, section 4.1.6"
    if "x5c" not in header:
        raise Rejection("x5c_missing", where=place, section=section)
    texts = header["x5c"]
    if type(texts) is not list or not texts:
        raise Rejection("x5c_malformed", where=place, section=section)
    if len(texts) > MAX_CERTIFICATES:
        raise Rejection("x5c_too_long", where=place, evidence={"count": len(texts), "limit": MAX_CERTIFICATES})
    try:
        return tuple(load_certificate(binascii.a2b_base64(text, strict_mode=True)) for text in texts)
    except (TypeError, ValueError, x509.InvalidVersion):
        raise Rejection("x5c_malformed", where=place, section=section) from None


def public_key_from_jwk(jwk: object, *, where: str = "") -> PublicKey:
    """The EC public key of a JWK (RFC 7518, section 6.2); only kty, crv, x and y are read.

    Rejects with `jwk_malformed`, `jwk_private`, `jwk_unsupported` (key type or curve) or `jwk_not_on_curve`.
    """
    if not isinstance(jwk, Mapping):
        raise Rejection("jwk_malformed", where=where, section="RFC 7517, section 4")
    require_public(jwk, where=where)
    curve, size = _curve(jwk, where)
    point = b"\x04" + _coordinate(jwk, "x", size, where) + _coordinate(jwk, "y", size, where)
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except ValueError:
        raise Rejection("jwk_not_on_curve", where=where, section="RFC 7518, section 6.2.1") from None


def require_public(jwk: Mapping[str, Any], *, where: str = "") -> None:
    """Rejects with `jwk_private` a key of any type that has secret members."""
    if not _PRIVATE_MEMBERS.isdisjoint(jwk):
        raise Rejection("jwk_private", where=where, section="RFC 7518, section 6.2.2")


def _curve(jwk: Mapping[str, Any], where: str) -> tuple[ec.EllipticCurve, int]:
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if type(kty) is not str or (kty == "EC" and type(crv) is not str):
        raise Rejection("jwk_malformed", where=where, section="RFC 7518, section 6.2.1")
    if kty != "EC" or crv not in _CURVES:
        raise Rejection("jwk_unsupported", where=where, section="RFC 7518, section 6.2.1.1")
    return _CURVES[crv]


def _coordinate(jwk: Mapping[str, Any], name: str, size: int, where: str) -> bytes:
    text = jwk.get(name)
    octets = base64url.decode(text, where=f"{where}/{name}") if type(text) is str else b""
    if len(octets) != size:
        raise Rejection("jwk_malformed", where=f"{where}/{name}", section="RFC 7518, section 6.2.1.2")
    return octets


def jwk_from_public_key(key: PublicKey) -> dict[str, str]:
    """kty, crv, x and y of the key."""
    crv, size = _CURVE_NAMES[key.curve.name]
    numbers = key.public_numbers()
    x, y = (base64url.encode(number.to_bytes(size, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": crv, "x": x, "y": y}


def jwk_thumbprint(jwk: Mapping[str, Any]) -> bytes:
    """SHA-256 thumbprint, 32 bytes (RFC 7638, section 3), of an EC key that `public_key_from_jwk` accepts."""
    return hashlib.sha256(strict_json.dump({name: jwk[name] for name in ("crv", "kty", "x", "y")})).digest()
