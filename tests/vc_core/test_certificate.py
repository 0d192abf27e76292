"""What is kept of certificates met lately, and how long. What they say is tested through chains (`test_x509`)."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests import pilot
from vc_core import certificate
from vc_core.rejection import Rejection

DER = pilot.DOCUMENT_SIGNER.chain[0].public_bytes(Encoding.DER)


def test_the_same_bytes_give_the_same_certificate() -> None:
    assert certificate.load_certificate(bytes(bytearray(DER))) is certificate.load_certificate(DER)
    assert certificate.der_bytes(certificate.load_certificate(DER)) == DER


def test_a_certificate_too_large_is_not_kept() -> None:
    with pytest.raises(ValueError, match="too large"):
        certificate.load_certificate(DER + bytes(certificate.MAX_CERTIFICATE_BYTES))
    with pytest.raises(Rejection, match="certificate_malformed"):
        certificate.parse_certificate(DER + bytes(certificate.MAX_CERTIFICATE_BYTES))


def test_an_answer_is_found_once_for_each_object() -> None:
    asked: list[object] = []

    @certificate.remembered
    def answer(one: object, other: object) -> int:
        asked.append((one, other))
        return len(asked)

    same, another = x509.Name([]), x509.Name([])
    assert [answer(same, same), answer(same, another), answer(same, same), answer(another, same)] == [1, 2, 1, 3]


def test_no_more_than_so_many_answers_are_kept() -> None:
    """Objects are kept with their answers, so that an identity is not used again, and let go together."""
    asked: list[object] = []

    @certificate.remembered
    def answer(one: object) -> None:
        asked.append(one)

    first, others = object(), [object() for _ in range(1000)]
    for one in (first, *others, first):
        answer(one)
    assert asked.count(first) == 2


def test_a_failure_is_not_kept() -> None:
    @certificate.remembered
    def answer(_: object) -> None:
        raise Rejection("certificate_malformed")

    one = object()
    for _ in range(2):
        with pytest.raises(Rejection):
            answer(one)
