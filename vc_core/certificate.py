"""What one X.509 certificate says, read with every structural fault turned into a refusal (RFC 5280, section 4).

The library parses names, keys and extensions when they are first looked at, so each of these can fail late;
`read_certificate` looks at all of them. Whether the certificate is to be believed is `x509`'s question.
"""

import hashlib
from dataclasses import dataclass
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

MAX_CERTIFICATE_BYTES = 16_384
_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_T = TypeVar("_T", bound=x509.ExtensionType)
_PROCESSED = (
    x509.BasicConstraints,
    x509.KeyUsage,
    x509.ExtendedKeyUsage,
    x509.NameConstraints,
    x509.SubjectAlternativeName,
)
# What the library raises on a certificate whose inner structures turn out malformed when they are first looked at.
MALFORMED = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


def parse_certificate(der: bytes, *, where: str = "") -> x509.Certificate:
    """One DER certificate with nothing after it. Rejects with `certificate_malformed`."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise Rejection("certificate_malformed", where=where, evidence={"limit": MAX_CERTIFICATE_BYTES})
    try:
        return x509.load_der_x509_certificate(der)
    except MALFORMED:
        raise _malformed(where) from None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says, all of it found well formed; `where` is its place in the input."""

    certificate: x509.Certificate
    where: str
    subject: x509.Name
    issuer: x509.Name
    extensions: x509.Extensions

    def extension(self, kind: type[_T]) -> x509.Extension[_T] | None:
        try:
            return self.extensions.get_extension_for_class(kind)
        except x509.ExtensionNotFound:
            return None

    @property
    def is_authority(self) -> bool:
        constraints = self.extension(x509.BasicConstraints)
        return constraints is not None and constraints.value.ca

    @property
    def names(self) -> list[x509.GeneralName]:
        alternative = self.extension(x509.SubjectAlternativeName)
        return [x509.DirectoryName(self.subject), *(alternative.value if alternative else ())]


def read_certificate(certificate: x509.Certificate, where: str = "0") -> CertificateFacts:
    """Rejects with `certificate_malformed`, or `critical_extension_unknown` for one that nothing here processes."""
    try:
        facts = CertificateFacts(certificate, where, certificate.subject, certificate.issuer, certificate.extensions)
    except MALFORMED:
        raise _malformed(where) from None
    for extension in facts.extensions:
        if extension.critical and not isinstance(extension.value, _PROCESSED):
            raise Rejection(
                "critical_extension_unknown",
                where=where,
                section="RFC 5280, section 4.2",
                evidence={"oid": extension.oid.dotted_string},
            )
    return facts


def _malformed(where: str) -> Rejection:
    return Rejection("certificate_malformed", where=where, section="RFC 5280, section 4.1")


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether its basic constraints call it a certification authority."""
    return read_certificate(certificate).is_authority


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The certified key, on P-256, P-384 or P-521; anything else is refused with `certificate_key_not_allowed`."""
    try:
        key = certificate.public_key()
    except MALFORMED:
        raise _malformed("0") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in _CURVES:
        raise Rejection("certificate_key_not_allowed", where="0")
    return key


def organization_identifier(certificate: x509.Certificate) -> str | None:
    """The one organizationIdentifier (2.5.4.97) of the subject; None when it has none or several."""
    try:
        values = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    except MALFORMED:
        raise _malformed("0") from None
    return str(values[0].value) if len(values) == 1 else None


def authority_key_identifier(certificate: x509.Certificate) -> bytes | None:
    """The key identifier of the issuer, as DCQL's `aki` means it (OpenID4VP 1.0, section 6.1.1.1)."""
    extension = read_certificate(certificate).extension(x509.AuthorityKeyIdentifier)
    return extension.value.key_identifier if extension else None


def san_dns(certificate: x509.Certificate) -> tuple[str, ...]:
    """The dNSName entries of the subject alternative name, in order, as written."""
    extension = read_certificate(certificate).extension(x509.SubjectAlternativeName)
    return tuple(extension.value.get_values_for_type(x509.DNSName)) if extension else ()


def thumbprint(certificate: x509.Certificate) -> bytes:
    """SHA-256 of the DER bytes, 32 bytes: `x5t#S256` and `x509_hash` carry it as base64url."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
