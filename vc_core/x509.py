"""Certificate chains as credentials, status lists, trust lists and access requests carry them.

RFC 5280, section 6, cut down to what HAIP 1.0 and ISO/IEC 18013-5, annex B.1, let in: leaf first, no trust anchor in
the chain, no self-signed leaf, ECDSA only, few authorities. The instant and the anchors are handed in; nothing is
fetched. Two questions are kept apart: does the chain lead to an anchor (`require_path`), and is its leaf a certificate
for this purpose (`require_profile`)? `validate_chain` asks both. What one certificate says is read in `certificate`.

Left out: revocation lists and OCSP (an authority or a leaf is revoked by leaving the trust list, see `trust`),
policies, cross-certificates. Building certificates is in `pki`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import SignatureAlgorithmOID

from vc_core.certificate import (
    MALFORMED,
    CertificateFacts,
    authority_key_identifier,
    is_authority,
    key_bytes,
    organization_identifier,
    parse_certificate,
    public_key,
    read_certificate,
    remembered,
    san_dns,
    thumbprint,
)
from vc_core.name_constraints import require_names_within
from vc_core.rejection import Rejection

__all__ = [
    "ACCESS_CERTIFICATE",
    "DIGITAL_SIGNATURE_ONLY",
    "DOCUMENT_SIGNER",
    "LIST_OPERATOR",
    "MAX_CHAIN",
    "STATUS_SIGNER",
    "WALLET_PROVIDER",
    "CertificateProfile",
    "authority_key_identifier",
    "is_authority",
    "key_bytes",
    "organization_identifier",
    "parse_certificate",
    "public_key",
    "require_attester",
    "require_path",
    "require_profile",
    "require_valid_at",
    "san_dns",
    "thumbprint",
    "validate_chain",
]

MAX_CHAIN = 4

# Purposes for which no registered identifier fits lie under an arc of our own, made from a UUID and so needing no
# registration (ITU-T X.667). 18013-5 has a purpose for driving licences only; the one that Token Status List,
# section 10, names has no number yet. Both choices stand in conformance/DIVERGENCES.md.
_ARC = "2.25.263811670985828358925770856438976486859"
DOCUMENT_SIGNING = x509.ObjectIdentifier(f"{_ARC}.1")
STATUS_SIGNING = x509.ObjectIdentifier(f"{_ARC}.2")
RELYING_PARTY_ACCESS = x509.ObjectIdentifier(f"{_ARC}.3")
ATTESTATION_SIGNING = x509.ObjectIdentifier(f"{_ARC}.4")
TRUST_LIST_SIGNING = x509.ObjectIdentifier("0.4.0.2231.3.0")  # id-tsl-kp-tslSigning, TS 119 612, section 5.7.1

_SIGNATURE_ALGORITHMS = frozenset(
    {
        SignatureAlgorithmOID.ECDSA_WITH_SHA256,
        SignatureAlgorithmOID.ECDSA_WITH_SHA384,
        SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateProfile:
    """What a leaf must be, besides valid: no authority, key usage exactly digitalSignature (critical), this purpose.

    purpose: the extended key usage that has to be named.
    purpose_critical: whether that extension has to be critical, as ISO/IEC 18013-5, table B.3, asks.
    """

    name: str
    purpose: x509.ObjectIdentifier
    purpose_critical: bool = False


DOCUMENT_SIGNER = CertificateProfile(name="document signer", purpose=DOCUMENT_SIGNING, purpose_critical=True)
STATUS_SIGNER = CertificateProfile(name="status signer", purpose=STATUS_SIGNING)
LIST_OPERATOR = CertificateProfile(name="trust list operator", purpose=TRUST_LIST_SIGNING)
WALLET_PROVIDER = CertificateProfile(name="wallet provider", purpose=ATTESTATION_SIGNING)
ACCESS_CERTIFICATE = CertificateProfile(name="relying-party access", purpose=RELYING_PARTY_ACCESS)


def validate_chain(
    chain: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    profile: CertificateProfile,
) -> None:
    """Both questions: `require_path`, then `require_profile` of the leaf."""
    require_path(chain, anchors, at)
    require_profile(chain[0], profile)


def require_path(chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], at: datetime) -> None:
    """The chain, leaf first, leads to one of the anchors, and all of it including the anchor is valid at that instant.

    1. Form (HAIP 1.0, section 6.1.1): not empty or too long, no anchor in it, leaf not self-signed, each certificate
       followed by its issuer. `chain_empty`, `path_too_long`, `anchor_in_chain`, `leaf_self_signed`,
       `chain_order_wrong`
    2. An anchor by the name and key identifier that the last one asks for. `issuer_unknown`
    3. Each issuer may certify, so far down. `issuer_not_authority`, `path_too_long`, `name_constraint_violated`
    4. Signatures. `certificate_algorithm_not_allowed`, `certificate_signature_invalid`
    5. Validity. `certificate_not_yet_valid`, `certificate_expired`
    Besides: `certificate_malformed`, `critical_extension_unknown`. `where` is the index in the chain, or `anchor`.
    """
    _require_form(chain, anchors)  # 1
    certificates = [read_certificate(certificate, str(index)) for index, certificate in enumerate(chain)]
    if certificates[0].subject == certificates[0].issuer:
        raise Rejection("leaf_self_signed", where="0", section="HAIP 1.0, section 6.1.1")
    for below, above in pairwise(certificates):
        if below.issuer != above.subject:
            raise Rejection("chain_order_wrong", where=above.where, section="RFC 5280, section 6.1")
    path = [*certificates, _find_anchor(certificates[-1], anchors)]  # 2
    for depth, authority in enumerate(path[1:]):
        _require_authority(authority, path[: depth + 1])  # 3
    for below, above in pairwise(path):
        _require_issued(below, above)  # 4
    for certificate in path:
        _require_valid(certificate, at)  # 5


def require_profile(leaf: x509.Certificate, profile: CertificateProfile) -> None:
    """Rejects with `leaf_is_ca`, `key_usage_wrong`, `extended_key_usage_wrong` or `certificate_key_not_allowed`."""
    facts = read_certificate(leaf)
    if facts.is_authority:
        raise Rejection("leaf_is_ca", where="0", section="ISO/IEC 18013-5, annex B.1.4")
    usage = facts.extension(x509.KeyUsage)
    if usage is None or not usage.critical or usage.value != DIGITAL_SIGNATURE_ONLY:
        raise Rejection("key_usage_wrong", where="0", section="ISO/IEC 18013-5, annex B.1.4")
    purposes = facts.extension(x509.ExtendedKeyUsage)
    if purposes is None or profile.purpose not in purposes.value or (profile.purpose_critical > purposes.critical):
        raise Rejection(
            "extended_key_usage_wrong",
            where="0",
            section="ISO/IEC 18013-5, annex B.1.4",
            evidence={"expected": profile.purpose.dotted_string},
        )
    public_key(leaf)


def require_attester(chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], at: datetime) -> None:
    """The chain of a wallet provider (HAIP 1.0, sections 4.4.1 and 4.5.1): `require_path`, and `leaf_is_ca`.

    No purpose is asked for, because none is registered for attestations.
    """
    require_path(chain, anchors, at)
    if is_authority(chain[0]):
        raise Rejection("leaf_is_ca", where="0", section="HAIP 1.0, section 4.4.1")


def require_valid_at(certificate: x509.Certificate, at: datetime) -> None:
    """Rejects with `certificate_not_yet_valid` or `certificate_expired`; both ends of the period are inside."""
    _require_valid(read_certificate(certificate), at)


DIGITAL_SIGNATURE_ONLY = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def _require_form(chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]) -> None:
    if not chain:
        raise Rejection("chain_empty", section="HAIP 1.0, section 6.1.1")
    if len(chain) > MAX_CHAIN:
        raise Rejection("path_too_long", evidence={"certificates": len(chain), "limit": MAX_CHAIN})
    for index, certificate in enumerate(chain):
        if certificate in anchors:
            raise Rejection("anchor_in_chain", where=str(index), section="HAIP 1.0, section 6.1.1")


def _find_anchor(last: CertificateFacts, anchors: Sequence[x509.Certificate]) -> CertificateFacts:
    """The anchor of the issuer's name and key identifier; should several have both, the one that signed."""
    named = [read_certificate(anchor, "anchor") for anchor in anchors if _names(last.certificate, anchor)]
    found = [anchor for anchor in named if _identifies(last.extension(x509.AuthorityKeyIdentifier), anchor)]
    if not found:
        raise Rejection("issuer_unknown", where=last.where, section="RFC 5280, section 6.1")
    signed = [one for one in found if _issued(last.certificate, one.certificate)] if len(found) > 1 else found
    return (signed or found)[0]


@remembered
def _names(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    return authority.subject == certificate.issuer


def _identifies(wanted: x509.Extension[x509.AuthorityKeyIdentifier] | None, authority: CertificateFacts) -> bool:
    held = authority.extension(x509.SubjectKeyIdentifier)
    return wanted is None or held is None or wanted.value.key_identifier in (None, held.value.digest)


def _require_authority(authority: CertificateFacts, below: Sequence[CertificateFacts]) -> None:
    """RFC 5280, section 6.1.4 (k) to (n) and (g); `below` are the leaf and the authorities between, leaf first."""
    constraints = authority.extension(x509.BasicConstraints)
    usage = authority.extension(x509.KeyUsage)
    if constraints is None or not constraints.value.ca or usage is None or not usage.value.key_cert_sign:
        raise Rejection("issuer_not_authority", where=authority.where, section="RFC 5280, section 4.2.1.9")
    limit = constraints.value.path_length
    if limit is not None and len(below) - 1 > limit:
        raise Rejection("path_too_long", where=authority.where, section="RFC 5280, section 4.2.1.9")
    names = authority.extension(x509.NameConstraints)
    if names is not None:
        for certificate in below:
            require_names_within(names.value, certificate.names, where=certificate.where)


def _require_issued(below: CertificateFacts, above: CertificateFacts) -> None:
    if below.certificate.signature_algorithm_oid not in _SIGNATURE_ALGORITHMS:
        raise Rejection("certificate_algorithm_not_allowed", where=below.where)
    if not _issued(below.certificate, above.certificate):
        raise Rejection("certificate_signature_invalid", where=below.where, section="RFC 5280, section 6.1.3")


@remembered
def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (InvalidSignature, *MALFORMED):
        return False
    return True


def _require_valid(facts: CertificateFacts, at: datetime) -> None:
    starts, ends = facts.certificate.not_valid_before_utc, facts.certificate.not_valid_after_utc
    if at < starts:
        raise _outside("certificate_not_yet_valid", facts.where, at, starts)
    if at > ends:
        raise _outside("certificate_expired", facts.where, at, ends)


def _outside(reason: str, where: str, at: datetime, limit: datetime) -> Rejection:
    evidence = {"at": at.isoformat(), "limit": limit.isoformat()}
    return Rejection(reason, where=where, section="RFC 5280, section 4.1.2.5", evidence=evidence)
