"""SessionTranscript of an mdoc presented over OpenID4VP 1.0 (B.2.6), as both sides have to build it.

By redirect (`direct_post`, `direct_post.jwt`) and through the Digital Credentials API. The result is the CBOR that
DeviceAuthentication embeds, without tag 24. Left out: proximity, NFC, and ISO/IEC 18013-7, annex B, which follows older
drafts. What is signed over it is in `mdoc.device_auth`.
"""

import hashlib

from vc_core import cbor

_REDIRECT = "OpenID4VPHandover"
_DC_API = "OpenID4VPDCAPIHandover"


def openid4vp_redirect(*, client_id: str, nonce: str, jwk_thumbprint: bytes | None, response_uri: str) -> bytes:
    """OpenID4VP 1.0, B.2.6.1.

    client_id: with its prefix. jwk_thumbprint: 32 bytes (RFC 7638, SHA-256) of the verifier's encryption key; None when
    the response is not encrypted. response_uri: or the redirect_uri, as in the request.
    """
    return _transcript(_REDIRECT, [client_id, nonce, jwk_thumbprint, response_uri])


def openid4vp_dc_api(*, origin: str, nonce: str, jwk_thumbprint: bytes | None) -> bytes:
    """OpenID4VP 1.0, B.2.6.2. origin: as `https://verifier.example`, without the `origin:` prefix."""
    return _transcript(_DC_API, [origin, nonce, jwk_thumbprint])


def _transcript(handover: str, info: list[object]) -> bytes:
    return cbor.dumps([None, None, [handover, hashlib.sha256(cbor.dumps(info)).digest()]])
