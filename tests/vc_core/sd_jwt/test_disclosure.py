"""Disclosures and digests: RFC 9901, section 4.2."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import JSON
from tests.vc_core.sd_jwt.handmade import b64, digest, disclosure
from vc_core import strict_json
from vc_core.rejection import Rejection
from vc_core.sd_jwt.disclosure import digest as digest_of
from vc_core.sd_jwt.disclosure import digest_algorithm, parse_disclosure

# Section 4.2.1: one claim value, three texts, all valid.
MOEBIUS = (
    "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
    "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNXHUwMGY2Yml1cyJd",
    "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd",
    "WwoiXzI2YmM0TFQtYWM2cTJLSTZjQlc1ZXMiLAoiZmFtaWx5X25hbWUiLAoiTcO2Yml1cyIKXQ",
)


@pytest.mark.parametrize("text", MOEBIUS, ids=["spaced", "escaped", "compact", "lines"])
def test_any_spelling_of_the_contents_is_read(text: str) -> None:
    read = parse_disclosure(text)
    assert (read.text, read.salt, read.name, read.value) == (text, "_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius")


def test_an_array_element_has_no_name() -> None:
    read = parse_disclosure("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0")
    assert (read.salt, read.name, read.value) == ("lklxF5jMYlGTPUovMNIvCA", None, "FR")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MOEBIUS[0], "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"),
        ("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0", "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"),
    ],
    ids=["section_4.2.3", "section_4.2.4.2"],
)
def test_the_digest_is_over_the_text(text: str, expected: str) -> None:
    assert digest_of(text) == expected


@pytest.mark.parametrize(("name", "in_hashlib"), [("sha-256", "sha256"), ("sha-384", "sha384"), ("sha-512", "sha512")])
def test_hash_algorithms_by_their_iana_names(name: str, in_hashlib: str) -> None:
    assert digest_of(MOEBIUS[0], name) == digest(MOEBIUS[0], in_hashlib)
    assert digest_algorithm({"_sd_alg": name}) == name


def test_absent_sd_alg_is_sha_256() -> None:
    assert digest_algorithm({}) == "sha-256"


MALFORMED = {
    "empty": ("", "disclosure_empty"),
    "padded": (b64(b'["s","n",1]') + "=", "base64url_malformed"),
    "standard_alphabet": ("WyJz/+", "base64url_malformed"),
    "white_space": ("WyJz IiwxXQ", "base64url_malformed"),
    "not_ascii": ("WyJzIiwxXQé", "base64url_malformed"),
    "not_json": (b64(b"salt, name, value"), "json_malformed"),
    "not_utf8": (b64(b'["s","n","\xff"]'), "json_malformed"),
    "trailing_data": (b64(b'["s","n",1]]'), "json_malformed"),
    "repeated_member": (b64(b'["s","n",{"a":1,"a":2}]'), "json_member_repeated"),
    "json_object": (b64(b'{"salt":"s"}'), "disclosure_not_array"),
    "json_string": (b64(b'"s"'), "disclosure_not_array"),
    "no_elements": (disclosure(), "disclosure_wrong_length"),
    "one_element": (disclosure("s"), "disclosure_wrong_length"),
    "four_elements": (disclosure("s", "n", 1, 2), "disclosure_wrong_length"),
    "salt_is_number": (disclosure(1, "n", 1), "salt_not_string"),
    "salt_of_element_is_null": (disclosure(None, 1), "salt_not_string"),
    "name_is_number": (disclosure("s", 1, 1), "claim_name_not_string"),
    "name_is_null": (disclosure("s", None, 1), "claim_name_not_string"),
}


@pytest.mark.parametrize(("text", "reason"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_disclosures(text: str, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_disclosure(text, where="/disclosures/0")
    assert (caught.value.reason, caught.value.where) == (reason, "/disclosures/0")


UNKNOWN_HASHES = {
    "upper_case": "SHA-256",
    "jose_name": "S256",
    "no_dash": "sha256",
    "sha_1": "sha-1",
    "md5": "md5",
    "truncated": "sha-256-128",
    "sha_3": "sha3-256",
    "empty": "",
    "null": None,
    "array": ["sha-256"],
}


@pytest.mark.parametrize("name", UNKNOWN_HASHES.values(), ids=UNKNOWN_HASHES)
def test_unknown_hash_algorithm(name: object) -> None:
    with pytest.raises(Rejection) as caught:
        digest_algorithm({"_sd_alg": name})
    assert caught.value.reason == "sd_alg_unknown"


@given(st.one_of(st.text(), st.binary().map(b64), JSON.map(strict_json.dump).map(b64)))
def test_only_rejections(text: str) -> None:
    with contextlib.suppress(Rejection):
        parse_disclosure(text)


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")), JSON)
def test_what_is_written_is_read(salt: str, name: str, value: object) -> None:
    assert parse_disclosure(disclosure(salt, name, value))[1:] == (salt, name, value)
