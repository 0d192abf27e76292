"""A JWT taken apart, to be changed in one place and signed again.

An honest JWT is read, one member of its header or claims is changed, and it is signed by whom the fault says. `alg`
stands in the header like every other member, so that it can lie.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vc_core import base64url, jose, strict_json
from vc_core.signer import PublicKey, Signer, SoftwareKey
from wallet_sim.faults.fault import NotApplicable


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtDraft:
    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signer: Signer

    @classmethod
    def of(cls, text: str, signer: Signer) -> "JwtDraft":
        """An honest JWT; signer: whose it is, or who signs it from now on."""
        jws = jose.parse_jws(text)
        return cls(header=dict(jws.header), claims=jws.claims(), signer=signer)

    def with_header(self, **changes: Any) -> "JwtDraft":
        return replace(self, header={**self.header, **changes})

    def with_claims(self, **changes: Any) -> "JwtDraft":
        return replace(self, claims={**self.claims, **changes})

    def without(self, name: str) -> "JwtDraft":
        """Without this member, of header or claims."""
        return replace(self, header=_without(self.header, name), claims=_without(self.claims, name))

    def signed_by(self, signer: Signer) -> "JwtDraft":
        return replace(self, signer=signer)

    def sign(self) -> str:
        return jose.sign_input(_encode(self.header), _encode(self.claims), self.signer)

    def unsigned(self) -> str:
        """`alg` none, and an empty signature (RFC 7515, appendix A.5)."""
        return f"{_encode({**self.header, 'alg': 'none'})}.{_encode(self.claims)}."

    def with_mac_of(self, key: PublicKey) -> str:
        """`alg` HS256, with a public key as the secret (RFC 8725, section 2.1)."""
        signed = f"{_encode({**self.header, 'alg': 'HS256'})}.{_encode(self.claims)}"
        secret = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return f"{signed}.{base64url.encode(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def private_jwk(signer: Signer) -> dict[str, str]:
    """The key with its secret half, as a careless wallet would give it away; of a key in memory only."""
    if not isinstance(signer, SoftwareKey):
        raise NotApplicable("the key does not leave its hardware")
    secret = signer.private_key.private_numbers().private_value
    size = (signer.private_key.key_size + 7) // 8
    return {**jose.jwk_from_public_key(signer.public_key), "d": base64url.encode(secret.to_bytes(size, "big"))}


def break_signature(text: str) -> str:
    """The same with another signature: one bit in the middle of it is flipped."""
    rest, _, signature = text.rpartition(".")
    octets = bytearray(base64url.decode(signature))
    octets[len(octets) // 2] ^= 1
    return f"{rest}.{base64url.encode(bytes(octets))}"


def _encode(members: Mapping[str, Any]) -> str:
    return base64url.encode(strict_json.dump(members))


def _without(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {known: value for known, value in members.items() if known != name}
