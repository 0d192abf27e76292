"""Who sent a request, and did they send just this one: OpenID4VP 1.0, sections 5, 5.8, 5.9.3 and 5.10; RFC 9101.

The first of a wallet's two stages (the second is `acceptance`). A request that fails here is dropped and nobody is
told: there is no address that could be trusted. Only what stands in the request object counts, never the link, except
that both have to name the same client; an `iss` is ignored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509

from vc_core.authorization_request.client_id import ClientIdPrefix, require_named_by, split_client_id
from vc_core.authorization_request.link import UnsignedRequest
from vc_core.authorization_request.request_object import STATIC_AUDIENCE, TYP
from vc_core.jose import parse_jws, parse_x5c, require_type, verify_jws
from vc_core.jwt_claims import numeric_date
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.x509 import ACCESS_CERTIFICATE, CertificateProfile, public_key, require_path, require_profile

CLOCK_SKEW_SECONDS = 60

_SECTION = "OpenID4VP 1.0, section 5"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticRequest:
    """Parameters of which it is known who set them; chain: empty for an unsigned request."""

    client_id: str
    claims: Mapping[str, Any]
    chain: tuple[x509.Certificate, ...]


def authenticate_request_object(
    text: str,
    *,
    client_id: str,
    anchors: Sequence[x509.Certificate],
    now: datetime,
    wallet_nonce: str | None = None,
    certificate_profile: CertificateProfile | None = ACCESS_CERTIFICATE,
) -> AuthenticRequest:
    """Who asks; client_id: as it stood in the link; certificate_profile: None accepts any end-entity certificate.

    1. A JWS of the right type.  as `parse_jws`, `type_wrong`
    2. A chain to an authority that certifies verifiers.  as `parse_x5c`, `require_path`, `require_profile`
    3. Signed by the leaf.  as `verify_jws`
    4. By the client of the link, whom the leaf names.  `client_id_missing`, `client_id_mismatch`, as `require_named_by`
    5. For us, now.  `aud_missing`, `aud_mismatch`, `request_expired`, `request_not_yet_valid`
    6. In answer to our nonce.  `wallet_nonce_missing`, `wallet_nonce_mismatch`
    """
    jws = parse_jws(text)  # 1
    require_type(jws, TYP)
    prefix, _ = split_client_id(client_id)
    if prefix is ClientIdPrefix.REDIRECT_URI:
        raise Rejection("client_id_prefix_unsigned_only", where="/client_id", section=f"{_SECTION}.9.3")
    chain = parse_x5c(jws.header)  # 2
    require_path(chain, anchors, now)
    if certificate_profile is not None:
        require_profile(chain[0], certificate_profile)
    verify_jws(jws, public_key(chain[0]))  # 3
    claims = Members(jws.claims(), "/payload", f"{_SECTION}.10")
    if claims.required("client_id", str) != client_id:  # 4
        raise claims.reject("client_id_mismatch", "client_id")
    require_named_by(client_id, chain[0])
    _require_audience(claims)  # 5
    _require_time(claims, now)
    if wallet_nonce is not None and claims.required("wallet_nonce", str) != wallet_nonce:  # 6
        raise claims.reject("wallet_nonce_mismatch", "wallet_nonce")
    return AuthenticRequest(client_id=client_id, claims=claims.values, chain=chain)


def authenticate_unsigned(link: UnsignedRequest) -> AuthenticRequest:
    """An unsigned request: nobody is authenticated, so the answer may only go to the client identifier itself.

    Rejects with `request_not_signed` unless the prefix is `redirect_uri`, or as `split_client_id`.
    """
    prefix, address = split_client_id(link.client_id)
    if prefix is not ClientIdPrefix.REDIRECT_URI:
        raise Rejection("request_not_signed", where="/client_id", section=f"{_SECTION}.9.3")
    claims = {"response_uri": address, **link.claims}
    return AuthenticRequest(client_id=link.client_id, claims=claims, chain=())


def _require_audience(claims: Members) -> None:
    """Section 5.8: a string, or an array with it (RFC 7519, section 4.1.3)."""
    if "aud" not in claims.values:
        raise claims.reject("aud_missing", "aud")
    audience = claims.values["aud"]
    if STATIC_AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise claims.reject("aud_mismatch", "aud")


def _require_time(claims: Members, now: datetime) -> None:
    expires = numeric_date(claims.values, "exp", section="RFC 7519, section 4.1.4")
    if expires is not None and now.timestamp() >= expires + CLOCK_SKEW_SECONDS:
        raise claims.reject("request_expired", "exp")
    begins = numeric_date(claims.values, "nbf", section="RFC 7519, section 4.1.5")
    if begins is not None and now.timestamp() < begins - CLOCK_SKEW_SECONDS:
        raise claims.reject("request_not_yet_valid", "nbf")
