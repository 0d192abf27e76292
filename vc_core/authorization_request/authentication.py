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

from vc_core.authorization_request.attestation import HEADER, check_verifier_attestation
from vc_core.authorization_request.client_id import ClientIdPrefix, require_named_by, split_client_id
from vc_core.authorization_request.link import UnsignedRequest
from vc_core.authorization_request.request_object import STATIC_AUDIENCE, TYP
from vc_core.jose import Jws, parse_jws, parse_x5c, require_type, verify_jws
from vc_core.jwt_claims import numeric_date
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey
from vc_core.x509 import ACCESS_CERTIFICATE, CertificateProfile, public_key, require_path, require_profile

CLOCK_SKEW_SECONDS = 60

_SECTION = "OpenID4VP 1.0, section 5"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticRequest:
    """Parameters of which it is known who set them.

    chain: empty for a request that is unsigned or vouched for. addresses: the only ones that the answer may go to,
    where the sender's attestation names any.
    """

    client_id: str
    claims: Mapping[str, Any]
    chain: tuple[x509.Certificate, ...]
    addresses: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose signature a request bears; the fields as in `AuthenticRequest`."""

    chain: tuple[x509.Certificate, ...] = ()
    addresses: tuple[str, ...] | None = None


_NO_ATTESTERS: Mapping[str, PublicKey] = {}


def authenticate_request_object(
    text: str,
    *,
    client_id: str,
    anchors: Sequence[x509.Certificate],
    now: datetime,
    wallet_nonce: str | None = None,
    certificate_profile: CertificateProfile | None = ACCESS_CERTIFICATE,
    attesters: Mapping[str, PublicKey] = _NO_ATTESTERS,
) -> AuthenticRequest:
    """Who asks; client_id: as it stood in the link; the rest as `authenticate_sender`.

    1. A JWS of the right type.  as `parse_jws`, `type_wrong`
    2. Signed by the client of the link.  as `authenticate_sender`, `client_id_missing`, `client_id_mismatch`
    3. For us, now.  `aud_missing`, `aud_mismatch`, `request_expired`, `request_not_yet_valid`
    4. In answer to our nonce.  `wallet_nonce_missing`, `wallet_nonce_mismatch`
    """
    jws = parse_jws(text)  # 1
    require_type(jws, TYP)
    sender = authenticate_sender(  # 2
        jws, client_id=client_id, anchors=anchors, now=now, certificate_profile=certificate_profile, attesters=attesters
    )
    claims = Members(jws.claims(), "/payload", f"{_SECTION}.10")
    if claims.required("client_id", str) != client_id:
        raise claims.reject("client_id_mismatch", "client_id")
    require_addressed_to_us(claims, now)  # 3
    if wallet_nonce is not None and claims.required("wallet_nonce", str) != wallet_nonce:  # 4
        raise claims.reject("wallet_nonce_mismatch", "wallet_nonce")
    return AuthenticRequest(
        client_id=client_id, claims=claims.values, chain=sender.chain, addresses=sender.addresses
    )  # fmt: skip


def authenticate_sender(
    jws: Jws,
    *,
    client_id: str,
    anchors: Sequence[x509.Certificate],
    now: datetime,
    certificate_profile: CertificateProfile | None = ACCESS_CERTIFICATE,
    attesters: Mapping[str, PublicKey] = _NO_ATTESTERS,
) -> Sender:
    """Whether this client signed, by what its prefix says (section 5.9.3).

    anchors: authorities that certify verifiers; certificate_profile: None accepts any end-entity certificate;
    attesters: who may vouch for verifiers, by `iss`. Rejects with `client_id_prefix_unsigned_only`, or as
    `check_verifier_attestation`, `parse_x5c`, `require_path`, `require_profile`, `verify_jws` and `require_named_by`.
    """
    prefix, name = split_client_id(client_id)
    if prefix is ClientIdPrefix.REDIRECT_URI:
        raise Rejection("client_id_prefix_unsigned_only", where="/client_id", section=f"{_SECTION}.9.3")
    if prefix is ClientIdPrefix.VERIFIER_ATTESTATION:
        attested = check_verifier_attestation(jws.header.get(HEADER), subject=name, attesters=attesters, now=now)
        verify_jws(jws, attested.key)
        return Sender(addresses=attested.redirect_uris)
    chain = parse_x5c(jws.header)
    require_path(chain, anchors, now)
    if certificate_profile is not None:
        require_profile(chain[0], certificate_profile)
    verify_jws(jws, public_key(chain[0]))
    require_named_by(client_id, chain[0])
    return Sender(chain=chain)


def authenticate_unsigned(link: UnsignedRequest) -> AuthenticRequest:
    """An unsigned request: nobody is authenticated, so the answer may only go to the client identifier itself.

    Rejects with `request_not_signed` unless the prefix is `redirect_uri`, or as `split_client_id`.
    """
    prefix, address = split_client_id(link.client_id)
    if prefix is not ClientIdPrefix.REDIRECT_URI:
        raise Rejection("request_not_signed", where="/client_id", section=f"{_SECTION}.9.3")
    claims = {"response_uri": address, **link.claims}
    return AuthenticRequest(client_id=link.client_id, claims=claims, chain=())


def require_addressed_to_us(claims: Members, now: datetime) -> None:
    """For any wallet, and in force (sections 5.8; RFC 7519, sections 4.1.4 and 4.1.5)."""
    _require_audience(claims)
    require_in_force(claims, now)


def _require_audience(claims: Members) -> None:
    """Section 5.8: a string, or an array with it (RFC 7519, section 4.1.3)."""
    if "aud" not in claims.values:
        raise claims.reject("aud_missing", "aud")
    audience = claims.values["aud"]
    if STATIC_AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise claims.reject("aud_mismatch", "aud")


def require_in_force(claims: Members, now: datetime) -> None:
    """RFC 7519, sections 4.1.4 and 4.1.5. Rejects with `request_expired` or `request_not_yet_valid`."""
    expires = numeric_date(claims.values, "exp", section="RFC 7519, section 4.1.4")
    if expires is not None and now.timestamp() >= expires + CLOCK_SKEW_SECONDS:
        raise claims.reject("request_expired", "exp")
    begins = numeric_date(claims.values, "nbf", section="RFC 7519, section 4.1.5")
    if begins is not None and now.timestamp() < begins - CLOCK_SKEW_SECONDS:
        raise claims.reject("request_not_yet_valid", "nbf")
