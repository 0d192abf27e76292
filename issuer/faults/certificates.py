"""Faults of the signer: the certificate that signs, or the chain that is sent along, is not what it should be.

For the formats that carry a chain (`x5c`, `x5chain`); a format that names its signer by thumbprint has other faults.
Each certificate is made for the occasion by the State's root and differs from a good one in one thing.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.faults.desk import CredentialFault, Desk
from vc_core import pki
from vc_core.formats import mso_mdoc, sd_jwt_vc
from vc_core.pilot import new_key
from vc_core.pki import Authority, Organization, Term
from vc_core.signer import SoftwareKey
from vc_core.x509 import DIGITAL_SIGNATURE_ONLY, DOCUMENT_SIGNING, STATUS_SIGNING

_DAY = timedelta(days=1)
_ALSO_CERTIFYING = x509.KeyUsage(True, False, False, False, False, True, False, False, False)
_UNKNOWN_CRITICAL = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.1.2.3"), b"\x05\x00")
_PATH, _PROFILE = "RFC 5280, section 6.1", "ISO/IEC 18013-5, annex B.1.4"


def certified(
    desk: Desk,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    authority: Authority | None = None,
    organization: Organization | None = None,
    days: tuple[int, int] = (-2, 30),
    usage: x509.KeyUsage = DIGITAL_SIGNATURE_ONLY,
    purpose: x509.ObjectIdentifier = DOCUMENT_SIGNING,
    extension: x509.ExtensionType | None = None,
) -> SoftwareKey:
    """A fresh key with a document signer's certificate; by default a good one. days: its period, counted from now."""
    key, above = key or new_key(desk.random), authority or desk.authority
    above_identifier = above.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateBuilder(
            subject_name=(organization or desk.organization).subject("document signer"),
            issuer_name=above.certificate.subject,
            public_key=key.public_key(),
            serial_number=int.from_bytes(desk.random(16), "big") | 1,
            not_valid_before=desk.now + days[0] * _DAY,
            not_valid_after=desk.now + days[1] * _DAY,
        )
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above_identifier), critical=False)
    )
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    return SoftwareKey(key, (builder.sign(above.private_key, hashes.SHA256()),))


def _own_root(desk: Desk) -> Authority:
    """A root that nobody lists."""
    key, real = new_key(desk.random), desk.authority.certificate
    return pki.root(
        private_key=key,
        organization=Organization(country=desk.organization.country, name="Unlisted authority"),
        common_name="Unlisted root",
        contact="https://unlisted.example/",
        term=Term(serial=1, not_before=real.not_valid_before_utc, not_after=real.not_valid_after_utc),
    )


def _self_signed(desk: Desk) -> SoftwareKey:
    key, name = new_key(desk.random), desk.organization.subject("document signer")
    builder = x509.CertificateBuilder(
        subject_name=name,
        issuer_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=desk.now - 2 * _DAY,
        not_valid_after=desk.now + 30 * _DAY,
    ).add_extension(DIGITAL_SIGNATURE_ONLY, critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=True)
    return SoftwareKey(key, (builder.sign(key, hashes.SHA256()),))


def _signed_by(id_: str, says: str, section: str, signer: Callable[[Desk], SoftwareKey]) -> CredentialFault:
    return CredentialFault(
        id=f"signer.{id_}", says=says, section=section, formats=(sd_jwt_vc.ID, mso_mdoc.ID),
        make=lambda desk: desk.credential(signer=signer(desk)),
    )  # fmt: skip


def _with_chain(
    id_: str, says: str, section: str, chain: Callable[[Desk], tuple[x509.Certificate, ...]]
) -> CredentialFault:
    return _signed_by(id_, says, section, lambda desk: replace(desk.signer, chain=chain(desk)))


FAULTS = (
    _with_chain(
        "chain_missing", "No certificate is sent along.", "HAIP 1.0, section 6.1.1", lambda _: (),
    ),
    _with_chain(
        "chain_with_anchor", "The trust anchor is sent along.", "HAIP 1.0, section 6.1.1",
        lambda desk: (*desk.signer.chain, desk.authority.certificate),
    ),
    _with_chain(
        "chain_disordered", "The second certificate of the chain did not issue the first.", _PATH,
        lambda desk: (*desk.signer.chain, *desk.status_signer.chain),
    ),
    _with_chain(
        "chain_too_long", "The chain has more certificates than any of the pilot.", _PATH,
        lambda desk: desk.signer.chain * 5,
    ),
    _with_chain(
        "key_of_other_certificate", "The key that signs is not the one in the certificate.", "RFC 9901, section 7.1",
        lambda desk: certified(desk).chain,
    ),
    _signed_by(
        "institution_differs", "Another institution of the trust list signs it than the one it names.",
        "SD-JWT VC, section 2.5", lambda desk: desk.stranger,
    ),
    _signed_by(
        "institution_unlisted", "Its certificate names an institution that is not on the trust list.",
        "SD-JWT VC, section 2.5",
        lambda desk: certified(desk, organization=replace(desk.organization, identifier="FR:NOBODY")),
    ),
    _signed_by(
        "institution_unnamed", "Its certificate names no institution.", _PROFILE,
        lambda desk: certified(desk, organization=replace(desk.organization, identifier=None)),
    ),
    _signed_by("self_signed", "The leaf is self-signed.", "HAIP 1.0, section 6.1.1", _self_signed),
    _signed_by(
        "root_unlisted", "Its certificate is issued by a root that is not on the trust list.", _PATH,
        lambda desk: certified(desk, authority=_own_root(desk)),
    ),
    _signed_by(
        "certificate_forged", "Its certificate names the State's root, which did not sign it.", _PATH,
        lambda desk: certified(desk, authority=replace(desk.authority, private_key=new_key(desk.random))),
    ),
    _signed_by(
        "certificate_expired", "Its certificate ended yesterday.", "RFC 5280, section 4.1.2.5",
        lambda desk: certified(desk, days=(-30, -1)),
    ),
    _signed_by(
        "certificate_not_yet_valid", "Its certificate begins tomorrow.", "RFC 5280, section 4.1.2.5",
        lambda desk: certified(desk, days=(1, 30)),
    ),
    _signed_by(
        "certificate_of_authority", "The leaf is a certification authority.", _PROFILE,
        lambda desk: certified(desk, extension=x509.BasicConstraints(ca=True, path_length=0)),
    ),
    _signed_by(
        "certificate_key_usage_wrong", "Its key may certify besides signing.", _PROFILE,
        lambda desk: certified(desk, usage=_ALSO_CERTIFYING),
    ),
    _signed_by(
        "certificate_purpose_wrong", "Its certificate is for signing status lists.", _PROFILE,
        lambda desk: certified(desk, purpose=STATUS_SIGNING),
    ),
    _signed_by(
        "certificate_critical_extension", "Its certificate has a critical extension that nobody knows.",
        "RFC 5280, section 4.2", lambda desk: certified(desk, extension=_UNKNOWN_CRITICAL),
    ),
    _signed_by(
        "algorithm_es384", "It is signed with ES384, where only ES256 is allowed.", "HAIP 1.0, section 7",
        lambda desk: certified(desk, key=ec.derive_private_key(int.from_bytes(desk.random(32), "big"), ec.SECP384R1())),
    ),
)  # fmt: skip
