"""What a verifier says of itself in a request: OpenID4VP 1.0, sections 5.1 (`client_metadata`), 8.3 and 11.1.

The formats it reads, and for an encrypted answer the key to encrypt to: one ephemeral P-256 key a request, its `kid`
the key's thumbprint, with both content encryptions named (HAIP 1.0, section 5). The wallet looks at nothing else, and
passes over keys that it cannot use. The keys never verify a request's signature.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from vc_core import base64url, jwe
from vc_core.jose import jwk_from_public_key, jwk_thumbprint
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

SECTION = "OpenID4VP 1.0, section 5.1"

_ENC_VALUES = "encrypted_response_enc_values_supported"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseEncryption:
    """What an answer is encrypted with. jwk: the verifier's public key as it stood in the request."""

    jwk: Mapping[str, Any]
    enc: str

    @property
    def thumbprint(self) -> bytes:
        """RFC 7638, 32 bytes: what the session transcript of a mdoc names (B.2.6.1)."""
        return jwk_thumbprint(self.jwk)


def build_client_metadata(
    vp_formats_supported: Mapping[str, Any], encryption_key: PublicKey | None = None
) -> dict[str, Any]:
    """The value of `client_metadata`; encryption_key: made for this one request, None for a plain answer."""
    metadata: dict[str, Any] = {"vp_formats_supported": dict(vp_formats_supported)}
    if encryption_key is not None:
        metadata["jwks"] = {"keys": [_encryption_jwk(encryption_key)]}
        metadata[_ENC_VALUES] = sorted(jwe.ENCRYPTIONS)
    return metadata


def encryption_key_id(key: PublicKey) -> str:
    """The `kid` under which `build_client_metadata` announces a key: its thumbprint (RFC 7638) in base64url."""
    return _key_id(jwk_from_public_key(key))


def _key_id(jwk: Mapping[str, str]) -> str:
    return base64url.encode(jwk_thumbprint(jwk))


def _encryption_jwk(key: PublicKey) -> dict[str, str]:
    jwk = jwk_from_public_key(key)
    return {**jwk, "kid": _key_id(jwk), "use": "enc", "alg": jwe.ALGORITHM}


def choose_encryption(metadata: Members) -> ResponseEncryption:
    """The wallet's choice: the first key it can use, the best content encryption that both know (section 8.3).

    Rejects with `jwks_missing`, `jwks_malformed`, `keys_missing`, `keys_malformed`, `keys_empty`, `kid_repeated`,
    `jwe_key_none_usable`, `jwe_encryption_none_usable`, `encrypted_response_enc_values_supported_malformed`, `_empty`.
    """
    jwks = metadata.object("jwks")
    keys = [jwk for jwk in jwks.items("keys") if isinstance(jwk, Mapping) and type(jwk.get("kid")) is str]
    if len({jwk["kid"] for jwk in keys}) != len(keys):
        raise jwks.reject("kid_repeated", "keys")
    offered = metadata.texts(_ENC_VALUES) if _ENC_VALUES in metadata.values else (jwe.DEFAULT_ENCRYPTION,)
    return ResponseEncryption(jwk=jwe.choose_key(keys), enc=jwe.choose_encryption(offered))


def require_common_format(metadata: Members, formats: Container[str]) -> None:
    """The verifier reads at least one of our formats.

    Rejects with `vp_formats_supported_missing`, `vp_formats_supported_malformed` or `vp_formats_not_supported`.
    """
    announced = metadata.object("vp_formats_supported")
    if not any(format_id in formats for format_id in announced.values):
        raise Rejection("vp_formats_not_supported", where=announced.where, section="OpenID4VP 1.0, section 8.5")
