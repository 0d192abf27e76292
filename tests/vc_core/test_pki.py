"""`pki`: each certificate has the form its profile prescribes, and the chains it makes are accepted."""

from datetime import timedelta

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtensionOID, NameOID

from tests import pilot
from vc_core import pki, x509

ROOT = pilot.FRENCH_ROOT.certificate
LEAF = pilot.DOCUMENT_SIGNER.chain[0]


def critical(certificate: library.Certificate) -> set[library.ObjectIdentifier]:
    return {extension.oid for extension in certificate.extensions if extension.critical}


def test_a_state_root_is_an_iaca_root() -> None:
    """ISO/IEC 18013-5, annex B.1.2: certifies leaves only, for itself."""
    constraints = ROOT.extensions.get_extension_for_class(library.BasicConstraints).value
    usage = ROOT.extensions.get_extension_for_class(library.KeyUsage).value
    assert (constraints.ca, constraints.path_length) == (True, 0)
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    assert critical(ROOT) == {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE}
    assert ROOT.subject == ROOT.issuer
    ROOT.verify_directly_issued_by(ROOT)


def test_a_document_signer_has_the_profile_of_table_b_3() -> None:
    """MDO-9; the purpose is our own, revocation lists are left to the trust list."""
    extensions = LEAF.extensions
    root_key = ROOT.extensions.get_extension_for_class(library.SubjectKeyIdentifier).value.key_identifier
    assert extensions.get_extension_for_class(library.AuthorityKeyIdentifier).value.key_identifier == root_key
    assert extensions.get_extension_for_class(library.SubjectKeyIdentifier)
    assert extensions.get_extension_for_class(library.IssuerAlternativeName).value.get_values_for_type(
        library.UniformResourceIdentifier
    ) == ["https://pki.example/"]
    assert LEAF.issuer.public_bytes() == ROOT.subject.public_bytes()
    assert critical(LEAF) == {ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE}
    assert LEAF.serial_number.bit_length() <= 160
    assert LEAF.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)[0].value == "FR"


def test_the_list_operator_signs_its_own_certificate_and_no_other() -> None:
    operator = pilot.OPERATOR.chain[0]
    assert operator.subject == operator.issuer
    operator.verify_directly_issued_by(operator)
    x509.require_profile(operator, x509.LIST_OPERATOR)
    assert not x509.is_authority(operator)


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
def test_larger_curves_sign_with_their_digest(curve: ec.EllipticCurve) -> None:
    organization = pki.Organization(country="FR", name="Root")
    root = pki.root(
        private_key=ec.derive_private_key(77, curve),
        organization=organization,
        common_name="Root",
        contact="https://pki.example/",
        term=pilot.term(77),
    )
    leaf = pki.document_signer(
        root, public_key=pilot.private_key(78).public_key(), organization=pilot.URSSAF, term=pilot.term(78)
    )
    x509.validate_chain([leaf], [root.certificate], pilot.NOW, x509.DOCUMENT_SIGNER)
    assert leaf.signature_hash_algorithm is not None
    assert leaf.signature_hash_algorithm.name == {"secp384r1": "sha384", "secp521r1": "sha512"}[curve.name]


@pytest.mark.parametrize(
    "term",
    [
        pilot.term(9, end=ROOT.not_valid_after_utc + timedelta(seconds=1)),
        pilot.term(9, start=ROOT.not_valid_before_utc - timedelta(seconds=1)),
        pilot.term(9, start=pilot.NOW, end=pilot.NOW),
    ],
    ids=["outlives_its_authority", "older_than_its_authority", "never_valid"],
)
def test_a_period_outside_the_authority_s_is_not_made(term: pki.Term) -> None:
    key = pilot.private_key(9).public_key()
    with pytest.raises(ValueError, match="period"):
        pki.document_signer(pilot.FRENCH_ROOT, public_key=key, organization=pilot.URSSAF, term=term)
