"""cwt: signs and verifies CWTs and other COSE_Sign1 messages."""

import base64
from typing import Any

import cbor2
from answering import answer
from cwt import COSE, COSEKey
from cwt import decode as decode_cwt
from cwt.exceptions import CWTError


def sign(payload: str, private_jwk: dict[str, Any], typ: str, certificate: str) -> dict[str, Any]:
    """A tagged COSE_Sign1 with its type protected and its certificate in x5chain."""
    key = COSEKey.from_jwk(private_jwk)
    message = COSE.new(alg_auto_inclusion=True).encode_and_sign(
        bytes.fromhex(payload), key, protected={16: typ}, unprotected={33: bytes.fromhex(certificate)}
    )
    return {"message": message.hex()}


def sign_code(payload: str, private_jwk: dict[str, Any], typ: str, key_id: str) -> dict[str, Any]:
    """A tagged COSE_Sign1 with its type and key id protected."""
    message = COSE.new(alg_auto_inclusion=True).encode_and_sign(
        bytes.fromhex(payload), COSEKey.from_jwk(private_jwk), protected={4: bytes.fromhex(key_id), 16: typ}
    )
    return {"message": message.hex()}


def verify(message: str, public_jwk: dict[str, Any], key_id: str = "") -> dict[str, Any]:
    """The protected header's type, and the claims set as CBOR. key_id: needed where the message names one."""
    protected, _, payload = COSE.new().decode_with_headers(bytes.fromhex(message), _key(public_jwk, key_id))
    return {"typ": protected[16], "payload": payload.hex()}


def verify_cwt(message: str, public_jwk: dict[str, Any], key_id: str) -> dict[str, Any]:
    """The claims set as CBOR, its times held against the clock; the message has to name its key."""
    claims = decode_cwt(bytes.fromhex(message), _key(public_jwk, key_id))
    return {"payload": cbor2.dumps(claims).hex()}


def _key(jwk: dict[str, Any], key_id: str) -> Any:
    x, y = (base64.urlsafe_b64decode(jwk[part] + "=") for part in ("x", "y"))
    key: dict[int, Any] = {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    return COSEKey.new({**key, 2: bytes.fromhex(key_id)} if key_id else key)


if __name__ == "__main__":
    answer(
        {"sign": sign, "sign_code": sign_code, "verify": verify, "verify_cwt": verify_cwt},
        refusals=(CWTError, ValueError),
    )
