"""Pins of referenced documents: SD-JWT VC, draft -24, section 6; W3C Subresource Integrity, section 3."""

import base64
import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc_core.rejection import Rejection
from vc_core.sd_jwt_vc import integrity_of, require_integrity

DOCUMENT = b'{"vct":"urn:example:type:1"}'


def pin(algorithm: str, document: bytes = DOCUMENT) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, document).digest()).decode()}"


SHA256, SHA384, SHA512 = pin("sha256"), pin("sha384"), pin("sha512")
WRONG256, WRONG512 = pin("sha256", b"other"), pin("sha512", b"other")

GOOD = {
    "sha256": SHA256,
    "sha384": SHA384,
    "sha512": SHA512,
    "with_options": f"{SHA256}?ct=application/json",
    "one_of_two_matches": f"{WRONG256} {SHA256}",
    "strongest_decides_over_a_wrong_weaker_one": f"{WRONG256} {SHA512}",
    "unknown_algorithms_are_passed_over": f"md5-AAAA {SHA256}",
    "any_white_space": f"  {SHA256}\n\t{SHA384} ",
}


@pytest.mark.parametrize("metadata", GOOD.values(), ids=GOOD)
def test_the_document_is_the_one_meant(metadata: str) -> None:
    require_integrity(DOCUMENT, metadata)


BAD = {
    "mismatch": (WRONG256, "integrity_mismatch"),
    "strongest_does_not_match": (f"{SHA256} {SHA384} {WRONG512}", "integrity_mismatch"),
    "algorithm_in_upper_case": (SHA256.replace("sha256", "SHA256"), "integrity_algorithm_unknown"),
    "algorithm_unknown": ("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "integrity_algorithm_unknown"),
    "empty": ("", "integrity_algorithm_unknown"),
    "hash_without_algorithm": (SHA256.removeprefix("sha256-"), "integrity_malformed"),
    "algorithm_without_hash": ("sha256-", "integrity_malformed"),
    "base64url": ("sha256-" + "_" * 43 + "=", "integrity_malformed"),
    "padding_missing": (SHA256.removesuffix("="), "integrity_malformed"),
    "hash_truncated": ("sha256-" + base64.b64encode(bytes(16)).decode(), "integrity_mismatch"),
    "not_ascii": ("sha256-é", "integrity_malformed"),
}


@pytest.mark.parametrize(("metadata", "reason"), BAD.values(), ids=BAD)
def test_the_document_is_refused(metadata: str, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        require_integrity(DOCUMENT, metadata, where="urn:example:type:1")
    assert (caught.value.reason, caught.value.where) == (reason, "urn:example:type:1")


def test_one_byte_more_is_another_document() -> None:
    with pytest.raises(Rejection):
        require_integrity(DOCUMENT + b"\n", integrity_of(DOCUMENT))


@given(st.binary())
def test_what_we_pin_matches(document: bytes) -> None:
    require_integrity(document, integrity_of(document))


@given(st.one_of(st.text(), st.text().map("sha256-{}".format)))
def test_only_rejections(metadata: str) -> None:
    with contextlib.suppress(Rejection):
        require_integrity(DOCUMENT, metadata)
