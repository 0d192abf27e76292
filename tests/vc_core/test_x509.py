"""`x509`: a good chain is one; each bad one of the checklist (sections 2 and 3) differs from it in one thing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tests import pilot
from tests.vc_core.handmade_certificates import SIGNER_EXTENSIONS, authority, certificate
from tests.vectors import read_hex, vectors
from vc_core import pki, x509
from vc_core.pki import Authority
from vc_core.rejection import Rejection

LEAF = pilot.DOCUMENT_SIGNER.chain[0]
ROOT = pilot.FRENCH_ROOT.certificate
SECOND = timedelta(seconds=1)

TOP = authority(50)
MIDDLE = authority(51, TOP, path_length=0)
UNDER_MIDDLE = certificate(MIDDLE, number=52)
NO_AUTHORITY = authority(53, TOP, is_authority=False)
NO_CERTIFIER = authority(54, usage=x509.DIGITAL_SIGNATURE_ONLY)
ONE_TOO_MANY = authority(55, MIDDLE)
SIGNING, PURPOSE = SIGNER_EXTENSIONS
ANY_PURPOSE = library.ExtendedKeyUsage([library.ObjectIdentifier("2.5.29.37.0")])
KEY_AGREEMENT_TOO = library.KeyUsage(True, False, False, False, True, False, False, False, False)
UNKNOWN_EXTENSION = library.UnrecognizedExtension(library.ObjectIdentifier("1.2.3"), b"\x05\x00")
UNKNOWN_TOO = library.UnrecognizedExtension(library.ObjectIdentifier("1.2.4"), b"\x05\x00")
BITCOIN_KEY = ec.derive_private_key(9, ec.SECP256K1()).public_key()
RSA_KEY = rsa.RSAPublicNumbers(65537, 2**2047 + 1).public_key()


@dataclass(frozen=True, kw_only=True)
class Case:
    chain: Sequence[library.Certificate] = (LEAF,)
    anchors: Sequence[library.Certificate] = (ROOT,)
    at: datetime = pilot.NOW
    profile: x509.CertificateProfile = field(default_factory=lambda: x509.DOCUMENT_SIGNER)

    def validate(self) -> None:
        x509.validate_chain(self.chain, self.anchors, self.at, self.profile)


def with_tampered_signature(made: library.Certificate) -> library.Certificate:
    der = bytearray(made.public_bytes(Encoding.DER))
    der[-1] ^= 1
    return library.load_der_x509_certificate(bytes(der))


def limited(number: int, **limits: Any) -> Case:
    """A leaf with a host name and the pilot's subject, under an authority with these name constraints."""
    limits = {"permitted_subtrees": None, "excluded_subtrees": None} | limits
    root = authority(number, limits=library.NameConstraints(**limits))
    hosts = library.SubjectAlternativeName(
        [library.DNSName("Verifier.zoll.example"), library.RFC822Name("a@b.example")]
    )
    leaf = certificate(root, number=number + 1, extensions=(*SIGNER_EXTENSIONS, (hosts, False)))
    return Case(chain=[leaf], anchors=[root.certificate])


def directory(**attributes: str) -> library.DirectoryName:
    oids = {"C": library.NameOID.COUNTRY_NAME, "O": library.NameOID.ORGANIZATION_NAME}
    return library.DirectoryName(library.Name([library.NameAttribute(oids[key], v) for key, v in attributes.items()]))


def signer(*extensions: tuple[library.ExtensionType, bool], above: Authority = pilot.FRENCH_ROOT, **rest: Any) -> Case:
    """A leaf with just these extensions."""
    made = certificate(above, extensions=extensions or SIGNER_EXTENSIONS, **rest)
    return Case(chain=[made], anchors=[above.certificate])


def under(*authorities: Authority, anchor: Authority = TOP) -> Case:
    """A leaf under the first of these authorities, each of which stands under the next."""
    chain = [certificate(authorities[0], number=52), *(one.certificate for one in authorities)]
    return Case(chain=chain, anchors=[anchor.certificate])


def twin(of: Authority, number: int) -> Authority:
    """An authority of the same name with another key."""
    extensions = [(one.value, one.critical) for one in of.certificate.extensions]
    made = certificate(None, number=number, name=of.certificate.subject, extensions=extensions)
    return Authority(private_key=pilot.private_key(number), certificate=made)


GOOD = {
    "document_signer": Case(),
    "status_signer": Case(chain=pilot.STATUS_SIGNER.chain, profile=x509.STATUS_SIGNER),
    "access_certificate": Case(
        chain=pilot.RELYING_PARTY.chain, anchors=[pilot.ACCESS_ROOT.certificate], profile=x509.ACCESS_CERTIFICATE
    ),
    "anchor_among_several": Case(anchors=[pilot.ACCESS_ROOT.certificate, ROOT]),
    "anchor_beside_one_of_the_same_name": Case(anchors=[pilot.root(60).certificate, ROOT]),
    "two_of_a_name_and_no_key_identifiers": Case(
        chain=[UNDER_MIDDLE], anchors=[twin(MIDDLE, 61).certificate, MIDDLE.certificate]
    ),
    "intermediate_authority": under(MIDDLE),
    "intermediate_as_anchor": under(MIDDLE, anchor=TOP),
    "by_hand": signer(),
    "unknown_extension_not_critical": signer(*SIGNER_EXTENSIONS, (UNKNOWN_EXTENSION, False)),
    "first_second_of_validity": Case(at=LEAF.not_valid_before_utc),
    "last_second_of_validity": Case(at=LEAF.not_valid_after_utc),
    "host_permitted": limited(70, permitted_subtrees=[library.DNSName("zoll.example")]),
    "host_not_excluded": limited(72, excluded_subtrees=[library.DNSName("ll.example")]),
    "directory_permitted": limited(74, permitted_subtrees=[directory(C="fr", O="URSSAF")]),
}

BAD = {
    "chain_empty": ("chain_empty", Case(chain=[])),
    "anchor_included": ("anchor_in_chain", Case(chain=[LEAF, ROOT])),
    "leaf_self_signed": ("leaf_self_signed", Case(chain=[certificate(None)])),
    "leaf_self_signed_and_pinned": ("anchor_in_chain", Case(chain=[ROOT])),
    "wrong_order": ("chain_order_wrong", Case(chain=[MIDDLE.certificate, UNDER_MIDDLE], anchors=[TOP.certificate])),
    "stranger_between": ("chain_order_wrong", Case(chain=[UNDER_MIDDLE, ROOT], anchors=[TOP.certificate])),
    "too_many_certificates": ("path_too_long", Case(chain=[UNDER_MIDDLE] * 5)),
    "leaf_expired": ("certificate_expired", Case(at=LEAF.not_valid_after_utc + SECOND)),
    "leaf_not_yet_valid": ("certificate_not_yet_valid", Case(at=LEAF.not_valid_before_utc - SECOND)),
    "untrusted_root": ("issuer_unknown", Case(anchors=[TOP.certificate])),
    "untrusted_root_sent_along": ("issuer_unknown", Case(chain=[LEAF, ROOT], anchors=[TOP.certificate])),
    "root_of_the_same_name_with_another_key": ("issuer_unknown", Case(anchors=[pilot.root(60).certificate])),
    "authority_taken_off_the_list": ("issuer_unknown", Case(anchors=[])),
    "intermediate_left_out": ("issuer_unknown", Case(chain=[UNDER_MIDDLE], anchors=[TOP.certificate])),
    "issuer_is_no_authority": ("issuer_not_authority", under(NO_AUTHORITY)),
    "issuer_may_not_certify": ("issuer_not_authority", signer(above=NO_CERTIFIER)),
    "more_authorities_than_allowed": ("path_too_long", under(ONE_TOO_MANY, MIDDLE)),
    "signature_tampered": ("certificate_signature_invalid", Case(chain=[with_tampered_signature(LEAF)])),
    "signed_by_the_twin": (
        "certificate_signature_invalid",
        Case(chain=[UNDER_MIDDLE], anchors=[twin(MIDDLE, 61).certificate]),
    ),
    "digest_too_short": ("certificate_algorithm_not_allowed", signer(digest=hashes.SHA224())),
    "host_outside": ("name_constraint_violated", limited(76, permitted_subtrees=[library.DNSName("douane.example")])),
    "host_excluded": ("name_constraint_violated", limited(78, excluded_subtrees=[library.DNSName("zoll.example")])),
    "directory_outside": ("name_constraint_violated", limited(80, permitted_subtrees=[directory(C="DE")])),
    "directory_excluded": ("name_constraint_violated", limited(82, excluded_subtrees=[directory(C="FR")])),
    "kind_not_understood_permitted": (
        "name_constraint_violated",
        limited(84, permitted_subtrees=[library.RFC822Name("b.example")]),
    ),
    "kind_not_understood_excluded": (
        "name_constraint_violated",
        limited(86, excluded_subtrees=[library.RFC822Name("c.example")]),
    ),
    "authority_as_leaf": ("leaf_is_ca", Case(chain=[MIDDLE.certificate], anchors=[TOP.certificate])),
    "key_usage_missing": ("key_usage_wrong", signer(PURPOSE)),
    "key_usage_not_critical": ("key_usage_wrong", signer((SIGNING[0], False), PURPOSE)),
    "key_usage_more_than_signing": ("key_usage_wrong", signer((KEY_AGREEMENT_TOO, True), PURPOSE)),
    "purpose_missing": ("extended_key_usage_wrong", signer(SIGNING)),
    "purpose_any": ("extended_key_usage_wrong", signer(SIGNING, (ANY_PURPOSE, True))),
    "purpose_not_critical": ("extended_key_usage_wrong", signer(SIGNING, (PURPOSE[0], False))),
    "purpose_of_a_status_signer": ("extended_key_usage_wrong", Case(chain=pilot.STATUS_SIGNER.chain)),
    "critical_extension_unknown": (
        "critical_extension_unknown",
        signer(*SIGNER_EXTENSIONS, (UNKNOWN_EXTENSION, True)),
    ),
    "critical_extension_unknown_before_another": (
        "critical_extension_unknown",
        signer(*SIGNER_EXTENSIONS, (UNKNOWN_EXTENSION, True), (UNKNOWN_TOO, False)),
    ),
    "rsa_key": ("certificate_key_not_allowed", signer(key=RSA_KEY)),
    "curve_not_allowed": ("certificate_key_not_allowed", signer(key=BITCOIN_KEY)),
}


@pytest.mark.parametrize("case", GOOD.values(), ids=GOOD.keys())
def test_a_good_chain_is_accepted(case: Case) -> None:
    case.validate()


@pytest.mark.parametrize(("reason", "case"), BAD.values(), ids=BAD.keys())
def test_a_bad_chain_is_refused_for_its_reason(reason: str, case: Case) -> None:
    with pytest.raises(Rejection) as caught:
        case.validate()
    assert caught.value.reason == reason


def test_an_authority_past_its_time_is_named_as_such() -> None:
    """The anchor's own period counts: annex B.1.2 limits an authority's validity."""
    old = pilot.root(63)
    leaf = certificate(old)
    with pytest.raises(Rejection) as caught:
        x509.require_path([leaf], [twin_expiring_early(old)], leaf.not_valid_after_utc)
    assert (caught.value.reason, caught.value.where) == ("certificate_expired", "anchor")


def twin_expiring_early(of: Authority) -> library.Certificate:
    return library.load_der_x509_certificate(
        pki.root(
            private_key=of.private_key,
            organization=pki.Organization(country="FR", name="République française"),
            common_name="FR social security root",
            contact="https://pki.example/",
            term=pilot.term(64, end=pilot.NOW),
        ).certificate.public_bytes(Encoding.DER)
    )


def test_what_a_certificate_says() -> None:
    assert x509.organization_identifier(LEAF) == "FR:117000"
    assert x509.organization_identifier(ROOT) is None
    assert x509.san_dns(pilot.RELYING_PARTY.chain[0]) == ("verifier.zoll.example",)
    assert x509.san_dns(LEAF) == ()
    key_identifier = ROOT.extensions.get_extension_for_class(library.SubjectKeyIdentifier).value.digest
    assert x509.authority_key_identifier(LEAF) == key_identifier
    assert x509.authority_key_identifier(ROOT) is None
    assert x509.thumbprint(LEAF) == LEAF.fingerprint(hashes.SHA256())


def test_two_organization_identifiers_are_none() -> None:
    twice = library.Name([*pilot.URSSAF.subject("twice"), *pilot.URSSAF.subject("twice")])
    assert x509.organization_identifier(certificate(name=twice)) is None


def test_the_signer_of_18013_5_annex_d_is_read_and_is_none_of_ours() -> None:
    """Annex D's document signer certificate, untouched: a driving licence signer (annex B.1.4)."""
    leaf = x509.parse_certificate(read_hex(vectors("mdoc-iso18013-5-annex-d") / "ds_cert.hex.txt"))
    licence = x509.CertificateProfile(
        name="mDL", purpose=library.ObjectIdentifier("1.0.18013.5.1.2"), purpose_critical=True
    )
    x509.require_profile(leaf, licence)
    with pytest.raises(Rejection) as caught:
        x509.require_profile(leaf, x509.DOCUMENT_SIGNER)
    assert caught.value.reason == "extended_key_usage_wrong"


@given(st.integers(0, len(LEAF.public_bytes(Encoding.DER)) - 1), st.integers(1, 255))
def test_a_certificate_with_one_byte_changed_is_refused_or_no_leaf_of_ours(position: int, change: int) -> None:
    der = bytearray(LEAF.public_bytes(Encoding.DER))
    der[position] ^= change
    with pytest.raises(Rejection):
        x509.validate_chain([x509.parse_certificate(bytes(der))], [ROOT], pilot.NOW, x509.DOCUMENT_SIGNER)


@given(st.binary(max_size=600))
def test_arbitrary_bytes_are_no_certificate(data: bytes) -> None:
    with pytest.raises(Rejection, match="certificate_malformed"):
        x509.parse_certificate(data)


def test_a_certificate_too_large_is_refused() -> None:
    with pytest.raises(Rejection, match="certificate_malformed"):
        x509.parse_certificate(LEAF.public_bytes(Encoding.DER) + bytes(20_000))
