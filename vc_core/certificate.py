"""What one X.509 certificate says, read with every structural fault turned into a refusal (RFC 5280, section 4).

The library parses names, keys and extensions when they are first looked at, so each of these can fail late;
`read_certificate` looks at all of them. Whether the certificate is to be believed is `x509`'s question.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, TypeVar, TypeVarTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

MAX_CERTIFICATE_BYTES = 16_384
_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_RECENT = 128
_T = TypeVar("_T", bound=x509.ExtensionType)
_Answer = TypeVar("_Answer")
_Asked = TypeVarTuple("_Asked")
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


def remembered(function: Callable[[*_Asked], _Answer]) -> Callable[[*_Asked], _Answer]:
    """Keeps the answers about certificates met lately: signers are few and come back all the time.

    They are known by identity, which `load_certificate` gives them; to compare them by their bytes, as `lru_cache`
    would, takes longer than most answers.
    """
    kept: dict[tuple[int, ...], tuple[tuple[*_Asked], _Answer]] = {}

    @wraps(function)
    def answer(*asked: *_Asked) -> _Answer:
        identity = tuple(map(id, asked))
        found = kept.get(identity)
        if found is None:
            if len(kept) >= _RECENT:
                kept.clear()
            found = kept[identity] = (asked, function(*asked))  # kept as well, so that nothing else takes its identity
        return found[1]

    return answer


def parse_certificate(der: bytes, *, where: str = "") -> x509.Certificate:
    """One DER certificate with nothing after it. Rejects with `certificate_malformed`."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise Rejection("certificate_malformed", where=where, evidence={"limit": MAX_CERTIFICATE_BYTES})
    try:
        return load_certificate(der)
    except MALFORMED:
        raise _malformed(where) from None


@lru_cache(maxsize=_RECENT)
def load_certificate(der: bytes) -> x509.Certificate:
    """The library's certificate: the same object for one met lately, which keeps the key and extensions once parsed.

    Raises what the library does (`MALFORMED`).
    """
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise ValueError("a certificate too large to keep")
    return x509.load_der_x509_certificate(der)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says, all of it found well formed; `where` is its place in the input."""

    certificate: x509.Certificate
    where: str
    subject: x509.Name
    issuer: x509.Name
    extensions: Mapping[type[x509.ExtensionType], x509.Extension[Any]]

    def extension(self, kind: type[_T]) -> x509.Extension[_T] | None:
        return self.extensions.get(kind)

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
        extensions, unknown = _read_extensions(certificate)
        facts = CertificateFacts(certificate, where, certificate.subject, certificate.issuer, extensions)
    except MALFORMED:
        raise _malformed(where) from None
    if unknown:
        raise Rejection(
            "critical_extension_unknown", where=where, section="RFC 5280, section 4.2", evidence={"oid": unknown[0]}
        )
    return facts


@remembered
def _read_extensions(
    certificate: x509.Certificate,
) -> tuple[Mapping[type[x509.ExtensionType], x509.Extension[Any]], tuple[str, ...]]:
    """The extensions by kind, and the OIDs of the critical ones that nothing here processes."""
    extensions = certificate.extensions
    unknown = (one.oid.dotted_string for one in extensions if one.critical and not isinstance(one.value, _PROCESSED))
    return {type(one.value): one for one in extensions}, tuple(unknown)


def _malformed(where: str) -> Rejection:
    return Rejection("certificate_malformed", where=where, section="RFC 5280, section 4.1")


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether its basic constraints call it a certification authority."""
    return read_certificate(certificate).is_authority


@remembered
def public_key(certificate: x509.Certificate) -> PublicKey:
    """The certified key, on P-256, P-384 or P-521; anything else is refused with `certificate_key_not_allowed`."""
    try:
        key = certificate.public_key()
    except MALFORMED:
        raise _malformed("0") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in _CURVES:
        raise Rejection("certificate_key_not_allowed", where="0")
    return key


@remembered
def key_bytes(certificate: x509.Certificate) -> bytes:
    """The certified key as the certificate holds it, whatever its kind (SubjectPublicKeyInfo, DER).

    Rejects with `certificate_malformed` one that cannot be read.
    """
    try:
        return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except MALFORMED:
        raise _malformed("0") from None


@remembered
def organization_identifier(certificate: x509.Certificate) -> str | None:
    """The one organizationIdentifier (2.5.4.97) of the subject; None when it has none or several."""
    try:
        values = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    except MALFORMED:
        raise _malformed("0") from None
    return str(values[0].value) if len(values) == 1 else None


@remembered
def authority_key_identifier(certificate: x509.Certificate) -> bytes | None:
    """The key identifier of the issuer, as DCQL's `aki` means it (OpenID4VP 1.0, section 6.1.1.1)."""
    extension = read_certificate(certificate).extension(x509.AuthorityKeyIdentifier)
    return extension.value.key_identifier if extension else None


def san_dns(certificate: x509.Certificate) -> tuple[str, ...]:
    """The dNSName entries of the subject alternative name, in order, as written."""
    extension = read_certificate(certificate).extension(x509.SubjectAlternativeName)
    return tuple(extension.value.get_values_for_type(x509.DNSName)) if extension else ()


@remembered
def der_bytes(certificate: x509.Certificate) -> bytes:
    """The certificate as it travels; the library writes it anew each time."""
    return certificate.public_bytes(Encoding.DER)


def thumbprint(certificate: x509.Certificate) -> bytes:
    """SHA-256 of the DER bytes, 32 bytes: `x5t#S256` and `x509_hash` carry it as base64url."""
    return hashlib.sha256(der_bytes(certificate)).digest()
