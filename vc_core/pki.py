"""The certificates of a pilot: who certifies whom, and how each certificate looks.

    State root          document signers and status signers of that State's institutions (ISO/IEC 18013-5, annex B.1)
    access authority    relying parties' access certificates (design: `x509_hash`, `x509_san_dns`)
    wallet authority    wallet providers, who attest wallets and their keys
    list operator       a self-signed certificate without authority, pinned by every reader of the trust list

Builders are pure: keys, serial numbers and instants are handed in. One document signer certificate signs all formats of
an institution, whose id (`CC:xxxx`) is the organizationIdentifier of the subject. Left out: revocation lists and their
distribution points, since a certificate is withdrawn by the trust list (`conformance/DIVERGENCES.md`, annex B.1.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vc_core.signer import PublicKey
from vc_core.x509 import (
    ACCESS_CERTIFICATE,
    DIGITAL_SIGNATURE_ONLY,
    DOCUMENT_SIGNER,
    LIST_OPERATOR,
    STATUS_SIGNER,
    WALLET_PROVIDER,
    CertificateProfile,
)

_CERTIFY_ONLY = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
_DIGESTS: dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What every certificate has of its own: a serial number of 1 to 20 octets, and its period (aware, UTC)."""

    serial: int
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Whom a certificate names.

    country: ISO 3166-1 alpha-2 (or `EU`), which an institution id's prefix need not be (EL, UK).
    identifier: organizationIdentifier; of an institution its id, `CC:xxxx`.
    """

    country: str
    name: str
    identifier: str | None = None

    def subject(self, common_name: str) -> x509.Name:
        attributes = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, self.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _fitting(self.name)),
        ]
        if self.identifier is not None:
            attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, self.identifier))
        return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, _fitting(common_name))])


def _fitting(name: str) -> str:
    """A name cut to the 64 characters that X.520 allows (RFC 5280, appendix A.1), counted in UTF-8 to be safe."""
    return name.encode()[:64].decode(errors="ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certification authority of the pilot: its key and its certificate."""

    private_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def root(
    *, private_key: ec.EllipticCurvePrivateKey, organization: Organization, common_name: str, contact: str, term: Term
) -> Authority:
    """A State root or an access authority, self-signed, certifying leaves only (ISO/IEC 18013-5, annex B.1.2).

    contact: URI of the authority, its issuer alternative name.
    """
    name, key = organization.subject(common_name), private_key.public_key()
    builder = _certificate(name, name, key, term).add_extension(x509.BasicConstraints(True, 0), critical=True)
    builder = builder.add_extension(_CERTIFY_ONLY, critical=True)
    alternative = x509.IssuerAlternativeName([x509.UniformResourceIdentifier(contact)])
    builder = builder.add_extension(alternative, critical=False)
    return Authority(private_key=private_key, certificate=_sign(builder, private_key))


def document_signer(
    authority: Authority, *, public_key: PublicKey, organization: Organization, term: Term
) -> x509.Certificate:
    """Signs an institution's credentials and inspection codes in every format (annex B.1.4, purpose of our own)."""
    subject = organization.subject(f"{organization.name} document signer")
    return _issue(authority, public_key, subject, term, DOCUMENT_SIGNER)


def status_signer(
    authority: Authority, *, public_key: PublicKey, organization: Organization, term: Term
) -> x509.Certificate:
    """Signs an institution's status list tokens (Token Status List, section 10)."""
    subject = organization.subject(f"{organization.name} status signer")
    return _issue(authority, public_key, subject, term, STATUS_SIGNER)


def access_certificate(
    authority: Authority, *, public_key: PublicKey, organization: Organization, dns_names: Sequence[str], term: Term
) -> x509.Certificate:
    """Signs a relying party's requests; `client_id` is its hash or one of its host names (OpenID4VP 1.0, 5.9.3)."""
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in dns_names])
    subject = organization.subject(organization.name)
    return _issue(authority, public_key, subject, term, ACCESS_CERTIFICATE, names=names)


def wallet_provider(
    authority: Authority, *, public_key: PublicKey, organization: Organization, term: Term
) -> x509.Certificate:
    """Signs attestations of wallets and of their keys (HAIP 1.0, sections 4.4.1 and 4.5.1)."""
    subject = organization.subject(f"{organization.name} attestation signer")
    return _issue(authority, public_key, subject, term, WALLET_PROVIDER)


def list_operator(
    *, private_key: ec.EllipticCurvePrivateKey, organization: Organization, term: Term
) -> x509.Certificate:
    """Signs the trust list; organization and country are the list's SchemeOperatorName and SchemeTerritory."""
    name = organization.subject(f"{organization.name} trust list operator")
    builder = _leaf(_certificate(name, name, private_key.public_key(), term), LIST_OPERATOR)
    return _sign(builder, private_key)


def _issue(
    authority: Authority,
    public_key: PublicKey,
    subject: x509.Name,
    term: Term,
    profile: CertificateProfile,
    *,
    names: x509.SubjectAlternativeName | None = None,
) -> x509.Certificate:
    issuer = authority.certificate
    if not issuer.not_valid_before_utc <= term.not_before < term.not_after <= issuer.not_valid_after_utc:
        raise ValueError("a certificate's period lies within its authority's")
    extensions = issuer.extensions
    key_identifier = extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    contact = extensions.get_extension_for_class(x509.IssuerAlternativeName).value
    builder = _leaf(_certificate(subject, issuer.subject, public_key, term), profile)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_identifier), critical=False
    ).add_extension(contact, critical=False)
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    return _sign(builder, authority.private_key)


def _certificate(subject: x509.Name, issuer: x509.Name, key: PublicKey, term: Term) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key,
        serial_number=term.serial,
        not_valid_before=term.not_before,
        not_valid_after=term.not_after,
    )
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _leaf(builder: x509.CertificateBuilder, profile: CertificateProfile) -> x509.CertificateBuilder:
    builder = builder.add_extension(DIGITAL_SIGNATURE_ONLY, critical=True)
    return builder.add_extension(x509.ExtendedKeyUsage([profile.purpose]), critical=profile.purpose_critical)


def _sign(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return builder.sign(key, _DIGESTS[key.curve.name])
