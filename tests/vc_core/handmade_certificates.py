"""Certificates that `pki` refuses to make, for negative tests."""

from collections.abc import Sequence
from typing import Any

from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes

from tests import pilot
from vc_core import x509
from vc_core.pki import Authority, Organization

Extensions = Sequence[tuple[library.ExtensionType, bool]]

CERTIFY = library.KeyUsage(False, False, False, False, False, True, True, False, False)
SIGNER_EXTENSIONS: Extensions = (
    (x509.DIGITAL_SIGNATURE_ONLY, True),
    (library.ExtendedKeyUsage([x509.DOCUMENT_SIGNING]), True),
)


def subject(common_name: str) -> library.Name:
    return Organization(country="FR", name="Urssaf", identifier="FR:117000").subject(common_name)


def certificate(
    above: Authority | None = pilot.FRENCH_ROOT,
    *,
    number: int = 40,
    name: library.Name | None = None,
    extensions: Extensions = SIGNER_EXTENSIONS,
    key: Any = None,
    digest: Any = None,
) -> library.Certificate:
    """By default a plain document signer under the pilot's root; `above` None signs itself."""
    own = pilot.private_key(number)
    name = name or subject(f"by hand {number}")
    builder = library.CertificateBuilder(
        subject_name=name,
        issuer_name=above.certificate.subject if above else name,
        public_key=key or own.public_key(),
        serial_number=number,
        not_valid_before=pilot.NOW - pilot.YEAR,
        not_valid_after=pilot.NOW + pilot.YEAR,
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(above.private_key if above else own, digest or hashes.SHA256())


def authority(
    number: int,
    above: Authority | None = None,
    *,
    is_authority: bool = True,
    path_length: int | None = None,
    usage: library.KeyUsage = CERTIFY,
    limits: library.NameConstraints | None = None,
) -> Authority:
    extensions: list[tuple[library.ExtensionType, bool]] = [
        (library.BasicConstraints(is_authority, path_length), True),
        (usage, True),
    ]
    if limits is not None:
        extensions.append((limits, True))
    made = certificate(above, number=number, name=subject(f"authority {number}"), extensions=extensions)
    return Authority(private_key=pilot.private_key(number), certificate=made)
