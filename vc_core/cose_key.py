"""COSE_Key for public EC keys (RFC 9052, section 7; RFC 9053, section 7.1.1).

Key type EC2 on P-256, P-384 or P-521. A key that brings its private part is refused, for whoever published it has lost
it. Left out: octet key pairs, symmetric keys, `key_ops`. Messages are in `cose`.
"""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

_KTY, _CRV, _X, _Y, _D = 1, -1, -2, -3, -4
_EC2 = 2
_CURVES: dict[int, tuple[ec.EllipticCurve, int]] = {
    1: (ec.SECP256R1(), 32),
    2: (ec.SECP384R1(), 48),
    3: (ec.SECP521R1(), 66),
}
_CURVE_NUMBERS = {curve.name: number for number, (curve, _) in _CURVES.items()}
_UNCOMPRESSED = b"\x04"
_SECTION = "RFC 9053, section 7.1.1"


def cose_key(key: PublicKey) -> dict[int, int | bytes]:
    """kty, crv, x and y of the key, ready for `cbor.dumps`."""
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    size = len(point) // 2
    return {_KTY: _EC2, _CRV: _CURVE_NUMBERS[key.curve.name], _X: point[1 : size + 1], _Y: point[size + 1 :]}


def public_key_from_cose(value: object, *, where: str = "") -> PublicKey:
    """The public key of a decoded COSE_Key; y may be the sign bit only. Other labels than kty, crv, x, y are not read.

    Rejections: cose_key_malformed, cose_key_private, cose_key_unsupported, cose_key_not_on_curve.
    """
    if not isinstance(value, Mapping):
        raise Rejection("cose_key_malformed", where=where, section="RFC 9052, section 7")
    if _D in value:
        raise Rejection("cose_key_private", where=where, section=_SECTION)
    kty, crv = value.get(_KTY), value.get(_CRV)
    if type(kty) is not int or type(crv) is not int:
        raise Rejection("cose_key_malformed", where=where, section=_SECTION)
    if kty != _EC2 or crv not in _CURVES:
        raise Rejection("cose_key_unsupported", where=where, section=_SECTION)
    curve, size = _CURVES[crv]
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, _point(value, size, where))
    except ValueError:
        raise Rejection("cose_key_not_on_curve", where=where, section=_SECTION) from None


def _point(key: Mapping[object, object], size: int, where: str) -> bytes:
    """The point as SEC 1 writes it, compressed when y is a boolean."""
    x, y = key.get(_X), key.get(_Y)
    if type(x) is bytes and len(x) == size:
        if type(y) is bytes and len(y) == size:
            return _UNCOMPRESSED + x + y
        if type(y) is bool:
            return (b"\x03" if y else b"\x02") + x
    raise Rejection("cose_key_malformed", where=where, section=_SECTION)
