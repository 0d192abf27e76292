"""Encrypted credential requests and responses: OpenID4VCI 1.0, sections 8.2, 9.1, 10 and 12.2.4.

ECDH-ES on P-256 with AES-GCM, no compression. Wallets encrypt requests to one key of the service, which all its
processes derive from the server secret; responses are encrypted to a key that the wallet sends along, and only in a
request that was encrypted itself, so that nobody on the way can put another key in its place. Errors stay in the clear.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from vc_core import base64url, jwe
from vc_core.jose import jwk_from_public_key, jwk_thumbprint
from vc_core.members import Members

MEDIA_TYPE = "application/jwt"
RESPONSE_ENCRYPTION = "credential_response_encryption"

_SECTION = "OpenID4VCI 1.0, section 8.2"


class EncryptionPolicy(StrEnum):
    """Whether wallets may or must encrypt."""

    OFFERED = "offered"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class ResponseEncryption:
    """What a wallet asked for. jwk: its public key; enc: content encryption."""

    jwk: Mapping[str, Any]
    enc: str

    def seal(self, body: Mapping[str, Any]) -> str:
        """A compact JWE of the body."""
        return jwe.encrypt(body, self.jwk, self.enc)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MessageEncryption:
    """key: private, that requests are encrypted to."""

    key: ec.EllipticCurvePrivateKey
    policy: EncryptionPolicy

    def metadata(self) -> dict[str, Any]:
        """The members of the issuer's metadata."""
        required = self.policy is EncryptionPolicy.REQUIRED
        methods = {"enc_values_supported": list(jwe.ENCRYPTIONS), "encryption_required": required}
        jwk = {**self._jwk, "kid": self._kid, "use": "enc", "alg": jwe.ALGORITHM}
        return {
            "credential_request_encryption": {"jwks": {"keys": [jwk]}, **methods},
            RESPONSE_ENCRYPTION: {"alg_values_supported": [jwe.ALGORITHM], **methods},
        }

    def open(self, text: str, *, max_bytes: int) -> dict[str, Any]:
        """The JSON object in an encrypted request; rejects as `jwe.decrypt`."""
        return jwe.decrypt(text, {self._kid: self.key}, max_bytes=max_bytes)

    @property
    def _jwk(self) -> Mapping[str, str]:
        return jwk_from_public_key(self.key.public_key())

    @property
    def _kid(self) -> str:
        return base64url.encode(jwk_thumbprint(self._jwk))


def parse_response_encryption(wish: object) -> ResponseEncryption:
    """Reads the member of a request.

    Rejects as `Members` and `jwe.require_key`, and with `response_alg_unsupported`, `response_enc_unsupported`,
    `response_zip_unsupported` or `response_key_use_wrong`.
    """
    members = Members.of(
        wish, called="response_encryption", where=f"/{RESPONSE_ENCRYPTION}", section=_SECTION
    )  # fmt: skip
    jwk = members.object("jwk")
    if jwk.required("alg", str) != jwe.ALGORITHM:
        raise jwk.reject("response_alg_unsupported", "alg")
    if jwk.values.get("use", "enc") != "enc":
        raise jwk.reject("response_key_use_wrong", "use")
    jwe.require_key(jwk.values, where=members.at("jwk"))
    enc = members.required("enc", str)
    if enc not in jwe.ENCRYPTIONS:
        raise members.reject("response_enc_unsupported", "enc")
    if "zip" in members.values:
        raise members.reject("response_zip_unsupported", "zip")
    return ResponseEncryption(jwk.values, enc)
