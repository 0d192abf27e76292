"""A signer that can be tried out."""

import os

from cryptography.hazmat.primitives.asymmetric import ec

from tests.pilot import DOCUMENT_SIGNER
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey, signs


def test_a_key_that_is_its_certificates() -> None:
    assert signs(DOCUMENT_SIGNER)


def test_a_key_of_another_certificate() -> None:
    assert not signs(SoftwareKey(new_key(os.urandom), DOCUMENT_SIGNER.chain))


def test_a_key_of_another_curve_than_the_certificates() -> None:
    assert not signs(SoftwareKey(ec.generate_private_key(ec.SECP384R1()), DOCUMENT_SIGNER.chain))
