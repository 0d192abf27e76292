"""Client identifiers with their prefix: OpenID4VP 1.0, sections 5.9.1 and 5.9.3; HAIP 1.0, section 5.

The prefix says how the verifier is authenticated. Here: by its certificate (`x509_hash`, `x509_san_dns`), by a party
that vouches for it (`verifier_attestation`), or not at all, where the identifier is the address of the answer
(`redirect_uri`, for unsigned requests). The full identifier, prefix included, is what is compared and what a holder's
proof names (section 14.10). Left out: pre-registered clients, and `decentralized_identifier` and `openid_federation`,
which are refused.
"""

import hmac
from enum import StrEnum

from cryptography import x509

from vc_core import base64url
from vc_core.rejection import Rejection
from vc_core.x509 import san_dns, thumbprint

_SECTION = "OpenID4VP 1.0, section 5.9.3"


class ClientIdPrefix(StrEnum):
    """The prefixes understood here, as they are written."""

    X509_HASH = "x509_hash"
    X509_SAN_DNS = "x509_san_dns"
    VERIFIER_ATTESTATION = "verifier_attestation"
    REDIRECT_URI = "redirect_uri"


def x509_hash_client_id(leaf: x509.Certificate) -> str:
    """`x509_hash:` and the base64url SHA-256 of the DER certificate."""
    return f"{ClientIdPrefix.X509_HASH}:{base64url.encode(thumbprint(leaf))}"


def x509_san_dns_client_id(leaf: x509.Certificate) -> str:
    """`x509_san_dns:` and the first DNS name of the certificate; a certificate without one is a `ValueError`."""
    names = san_dns(leaf)
    if not names:
        raise ValueError("the certificate has no dNSName to be known by")
    return f"{ClientIdPrefix.X509_SAN_DNS}:{names[0]}"


def split_client_id(client_id: str, *, where: str = "/client_id") -> tuple[ClientIdPrefix, str]:
    """The prefix, which ends at the first colon, and what follows it.

    Rejects with `client_id_prefix_missing` (no client is pre-registered), `client_id_prefix_reserved` (`origin`, which
    only the browser API uses) or `client_id_prefix_unsupported`.
    """
    prefix, colon, rest = client_id.partition(":")
    if not colon:
        raise Rejection("client_id_prefix_missing", where=where, section="OpenID4VP 1.0, section 5.9.2")
    if prefix == "origin":
        raise Rejection("client_id_prefix_reserved", where=where, section=_SECTION)
    try:
        return ClientIdPrefix(prefix), rest
    except ValueError:
        raise Rejection("client_id_prefix_unsupported", where=where, section=_SECTION) from None


def require_named_by(client_id: str, leaf: x509.Certificate) -> None:
    """The certificate that signed is the one that the identifier names.

    Rejects with `client_id_hash_mismatch`, `client_id_san_mismatch`, `client_id_not_by_certificate`, or as
    `split_client_id`.
    """
    prefix, name = split_client_id(client_id)
    match prefix:
        case ClientIdPrefix.X509_HASH:
            if not hmac.compare_digest(name.encode(), base64url.encode(thumbprint(leaf)).encode()):
                raise Rejection("client_id_hash_mismatch", where="/client_id", section=_SECTION)
        case ClientIdPrefix.X509_SAN_DNS:
            if name.lower() not in {dns_name.lower() for dns_name in san_dns(leaf)}:
                raise Rejection("client_id_san_mismatch", where="/client_id", section=_SECTION)
        case ClientIdPrefix.VERIFIER_ATTESTATION | ClientIdPrefix.REDIRECT_URI:
            raise Rejection("client_id_not_by_certificate", where="/client_id", section=_SECTION)
