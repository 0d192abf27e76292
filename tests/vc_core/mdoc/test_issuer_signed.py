"""IssuerSigned: ISO/IEC 18013-5, 8.3.2.1.2.2, 9.1.2.4 and 9.3.1. Each case changes one thing in a valid mdoc."""

import contextlib
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT, software_key
from tests.vc_core.mdoc.sample import (
    DEVICE,
    ELEMENTS,
    ISSUER,
    NAME_SPACE,
    OTHER_NAME_SPACE,
    altered,
    changed,
    issued,
    plan,
    reason,
    with_mso,
)
from vc_core import cbor, cose, mdoc
from vc_core.cbor import CBORTag, Tagged24
from vc_core.mdoc import IssuerSignedItem
from vc_core.rejection import Rejection

VALID = issued()
PARSED = mdoc.parse_issuer_signed(VALID)
ITEMS = PARSED.name_spaces[NAME_SPACE]
AUTH = PARSED.issuer_auth


def reencoded(item: IssuerSignedItem, **changes: Any) -> Tagged24:
    members: dict[str, Any] = {
        "digest_id": item.digest_id,
        "random": item.random,
        "identifier": item.identifier,
        "value": item.value,
    }
    return mdoc.encode_item(**(members | changes))


def showing(*items: Tagged24, name_space: str = NAME_SPACE) -> bytes:
    return altered(VALID, ("nameSpaces",), {name_space: list(items)})


# -------------------------------------------------------------------------------------------------------- the form
def test_a_valid_mdoc_is_genuine() -> None:
    assert {name: {item.identifier for item in items} for name, items in PARSED.name_spaces.items()} == {
        name: set(elements) for name, elements in ELEMENTS.items()
    }
    assert mdoc.issuer_chain(PARSED) == ISSUER.chain
    mdoc.verify_issuer_auth(PARSED, ISSUER.public_key)
    mdoc.check_digests(PARSED)


BAD_FORMS: dict[str, tuple[tuple[Any, ...], object, str]] = {
    "name_spaces_an_array": (("nameSpaces",), [], "name_spaces_malformed"),
    "name_space_a_number": (("nameSpaces", 1), [], "name_spaces_malformed"),
    "items_a_map": (("nameSpaces", NAME_SPACE), {}, "name_spaces_malformed"),
    "item_not_tagged": (("nameSpaces", NAME_SPACE, 0), ITEMS[0].encoded.content, "item_not_tagged"),
    "issuer_auth_missing": (("issuerAuth",), ABSENT, "issuer_auth_missing"),
    "issuer_auth_null": (("issuerAuth",), None, "cose_malformed"),
    "issuer_auth_tagged": (("issuerAuth",), CBORTag(18, AUTH.array()), "cose_tag_unexpected"),
    "issuer_auth_of_three": (("issuerAuth",), AUTH.array()[:3], "cose_malformed"),
    "mso_missing": (("issuerAuth", 2), None, "mso_missing"),
    "mso_not_tagged": (("issuerAuth", 2), cbor.loads(AUTH.payload or b"").content, "mso_not_tagged"),
}


@pytest.mark.parametrize(("path", "value", "expected"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_bad_forms_are_refused(path: tuple[Any, ...], value: object, expected: str) -> None:
    assert reason(mdoc.parse_issuer_signed, altered(VALID, path, value)) == expected


BAD_BYTES = {
    "byte_after_it": (VALID + b"\x00", "cbor_trailing_bytes"),
    "cut_off": (VALID[:-1], "cbor_truncated"),
    "map_of_indefinite_length": (b"\xbf" + VALID[1:] + b"\xff", "cbor_indefinite_length"),
    "key_repeated": (b"\xa3" + VALID[1:] + cbor.dumps("issuerAuth") + b"\xf6", "cbor_key_repeated"),
    "bomb": (b"\xa1" + cbor.dumps("nameSpaces") + b"\x81" * 10_000, "cbor_too_deep"),
    "array": (cbor.dumps([VALID]), "issuer_signed_malformed"),
    "too_large": (bytes(cbor.MAX_BYTES + 1), "cbor_too_large"),
}


@pytest.mark.parametrize(("encoded", "expected"), BAD_BYTES.values(), ids=BAD_BYTES)
def test_bad_bytes_are_refused(encoded: bytes, expected: str) -> None:
    assert reason(mdoc.parse_issuer_signed, encoded) == expected


# --------------------------------------------------------------------------------------------------- issuerAuth
def signed_with(protected: dict[Any, Any], unprotected: dict[Any, Any] | None = None) -> bytes:
    """Signed properly with this protected header."""
    encoded = cbor.dumps(protected) if protected else b""
    signature = ISSUER.sign(cbor.dumps(["Signature1", encoded, b"", AUTH.payload]))
    return altered(VALID, ("issuerAuth",), [encoded, unprotected or {}, AUTH.payload, signature])


DER_SIGNATURE = bytes.fromhex("3044") + b"\x02\x20" + AUTH.signature[:32] + b"\x02\x20" + AUTH.signature[32:]
BAD_SIGNATURES: dict[str, tuple[bytes, str]] = {
    "algorithm_missing": (signed_with({}), "algorithm_missing"),
    "algorithm_only_unprotected": (signed_with({}, {1: -7}), "algorithm_unprotected"),
    "algorithm_none": (signed_with({1: 0}), "algorithm_not_allowed"),
    "algorithm_rs256": (signed_with({1: -257}), "algorithm_not_allowed"),
    "signature_der": (altered(VALID, ("issuerAuth", 3), DER_SIGNATURE), "signature_malformed"),
    "signature_truncated": (altered(VALID, ("issuerAuth", 3), AUTH.signature[:-1]), "signature_malformed"),
    "signature_of_other_bytes": (altered(VALID, ("issuerAuth", 3), ISSUER.sign(b"")), "signature_invalid"),
    "signed_by_the_holder": (mdoc.sign(plan(), signer=DEVICE), "signature_invalid"),
    "mso_changed": (
        altered(VALID, ("issuerAuth", 2), cbor.tag24(cbor.dumps({**plan().mso, "docType": "org.example.other"})).raw),
        "signature_invalid",
    ),
}


@pytest.mark.parametrize(("encoded", "expected"), BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
def test_bad_issuer_signatures_are_refused_and_digests_still_match(encoded: bytes, expected: str) -> None:
    parsed = mdoc.parse_issuer_signed(encoded)
    assert reason(mdoc.verify_issuer_auth, parsed, ISSUER.public_key) == expected
    mdoc.check_digests(parsed)


def test_other_algorithms_are_for_the_caller_to_allow() -> None:
    assert reason(mdoc.verify_issuer_auth, PARSED, ISSUER.public_key, {cose.ES384}) == "algorithm_not_allowed"


def test_a_chain_in_the_protected_header_is_let_pass() -> None:
    parsed = mdoc.parse_issuer_signed(signed_with({1: -7, **cose.x5chain_header(ISSUER.chain)}))
    assert mdoc.issuer_chain(parsed) == ISSUER.chain
    mdoc.verify_issuer_auth(parsed, ISSUER.public_key)


def test_a_missing_chain_is_named() -> None:
    assert reason(mdoc.issuer_chain, mdoc.parse_issuer_signed(signed_with({1: -7}))) == "x5chain_missing"


# ------------------------------------------------------------------------------------------------------- digests
FIRST, SECOND = ITEMS[0], ITEMS[1]
SHORT_HEADS = FIRST.encoded
LONG_HEADS = Tagged24(
    b"\xd9\x00\x18\x59" + len(SHORT_HEADS.content).to_bytes(2, "big") + SHORT_HEADS.content, SHORT_HEADS.content
)
FIRST_DIGEST = ("valueDigests", NAME_SPACE, FIRST.digest_id)

BAD_DIGESTS: dict[str, tuple[bytes, str]] = {
    "element_tampered": (showing(reencoded(FIRST, value="Meier")), "digest_mismatch"),
    "element_renamed": (showing(reencoded(FIRST, identifier="given_name")), "digest_mismatch"),
    "salt_changed": (showing(reencoded(FIRST, random=bytes(16))), "digest_mismatch"),
    "heads_lengthened_on_the_way": (showing(LONG_HEADS), "digest_mismatch"),
    "digest_id_of_another_item": (showing(reencoded(FIRST, digest_id=SECOND.digest_id)), "digest_mismatch"),
    "digest_id_not_in_the_mso": (showing(reencoded(FIRST, digest_id=99)), "digest_id_unknown"),
    "digest_taken_out_of_the_mso": (with_mso(FIRST_DIGEST, ABSENT), "digest_id_unknown"),
    "digest_over_the_bytes_inside_tag_24": (
        with_mso(FIRST_DIGEST, hashlib.sha256(FIRST.encoded.content).digest()), "digest_untagged"
    ),
    "digest_truncated": (with_mso(FIRST_DIGEST, hashlib.sha256(FIRST.encoded.raw).digest()[:16]), "digest_mismatch"),
    "item_shown_twice": (showing(FIRST.encoded, FIRST.encoded), "digest_id_repeated"),
    "element_shown_with_two_values": (
        showing(FIRST.encoded, reencoded(FIRST, digest_id=99, random=bytes(16))), "element_repeated"
    ),
    "salts_all_the_same": (issued(random=bytes), "random_repeated"),
    "in_a_name_space_not_in_the_mso": (showing(FIRST.encoded, name_space="org.example"), "name_space_unknown"),
    "in_another_name_space_of_the_mso": (showing(FIRST.encoded, name_space=OTHER_NAME_SPACE), "digest_mismatch"),
    "digest_algorithm_md5": (with_mso(("digestAlgorithm",), "MD5"), "digest_algorithm_unknown"),
    "digest_algorithm_in_lower_case": (with_mso(("digestAlgorithm",), "sha-256"), "digest_algorithm_unknown"),
    "digest_algorithm_another": (with_mso(("digestAlgorithm",), "SHA-512"), "digest_mismatch"),
    "name_spaces_empty": (altered(VALID, ("nameSpaces",), {}), "name_spaces_empty"),
    "name_spaces_missing": (altered(VALID, ("nameSpaces",), ABSENT), "name_spaces_empty"),
    "name_space_without_items": (showing(), "name_spaces_empty"),
}  # fmt: skip


@pytest.mark.parametrize(("encoded", "expected"), BAD_DIGESTS.values(), ids=BAD_DIGESTS)
def test_bad_digests_are_refused_though_the_issuer_signed(encoded: bytes, expected: str) -> None:
    parsed = mdoc.parse_issuer_signed(encoded)
    mdoc.verify_issuer_auth(parsed, ISSUER.public_key)
    assert reason(mdoc.check_digests, parsed) == expected


def test_digests_are_over_the_bytes_received() -> None:
    """An issuer that writes longer heads has its items accepted as they are."""
    valid = plan()
    items = (LONG_HEADS, *valid.name_spaces[NAME_SPACE][1:])
    mso = changed(dict(valid.mso), FIRST_DIGEST, hashlib.sha256(LONG_HEADS.raw).digest())
    name_spaces = {**valid.name_spaces, NAME_SPACE: items}
    parsed = mdoc.parse_issuer_signed(mdoc.sign(replace(valid, mso=mso, name_spaces=name_spaces), signer=ISSUER))
    mdoc.check_digests(parsed)


@pytest.mark.parametrize("name", ["SHA-384", "SHA-512"])
def test_longer_digests_are_accepted(name: str) -> None:
    valid = plan()
    digests = {
        name_space: {index: hashlib.new(name.replace("-", ""), item.raw).digest() for index, item in enumerate(items)}
        for name_space, items in valid.name_spaces.items()
    }
    mso = {**valid.mso, "digestAlgorithm": name, "valueDigests": digests}
    mdoc.check_digests(mdoc.parse_issuer_signed(mdoc.sign(replace(valid, mso=mso), signer=ISSUER)))


def test_a_mismatch_shows_both_digests_and_no_value() -> None:
    with pytest.raises(Rejection) as caught:
        mdoc.check_digests(mdoc.parse_issuer_signed(showing(reencoded(FIRST, value="Meier"))))
    assert caught.value.where == f"/nameSpaces/{NAME_SPACE}/{FIRST.identifier}"
    assert caught.value.evidence == {
        "digest_id": FIRST.digest_id,
        "expected": hashlib.sha256(FIRST.encoded.raw).hexdigest(),
        "actual": hashlib.sha256(reencoded(FIRST, value="Meier").raw).hexdigest(),
    }


@given(st.integers(0, len(VALID) - 1), st.integers(1, 255))
def test_a_changed_byte_is_never_missed_and_raises_nothing_but_a_rejection(position: int, change: int) -> None:
    damaged = bytearray(VALID)
    damaged[position] ^= change
    with contextlib.suppress(Rejection):
        parsed = mdoc.parse_issuer_signed(bytes(damaged))
        mdoc.verify_issuer_auth(parsed, software_key(11).public_key)
        mdoc.check_digests(parsed)
        unsigned = cose.x5chain_header(ISSUER.chain)[cose.X5CHAIN]
        assert isinstance(unsigned, bytes)
        start = VALID.index(unsigned)
        assert position in range(start - 8, start + len(unsigned)), "only the unprotected header is not covered"
