"""Mobile security object: ISO/IEC 18013-5, 9.1.2.4."""

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT
from tests.vc_core.mdoc.sample import (
    DEVICE,
    DOC_TYPE,
    NAME_SPACE,
    OTHER_NAME_SPACE,
    SIGNED,
    STATUS,
    VALID_UNTIL,
    changed,
    places,
    plan,
    reason,
)
from tests.vc_core.test_cbor import VALUES
from vc_core import cbor
from vc_core.cbor import CBORTag
from vc_core.mdoc.mobile_security_object import KeyAuthorizations, MobileSecurityObject, ValidityInfo, parse_mso
from vc_core.rejection import Rejection

MSO = dict(plan().mso)


def payload(mso: object) -> bytes:
    return cbor.tag24(cbor.dumps(mso)).raw


def read(*path: object, value: object) -> MobileSecurityObject:
    return parse_mso(payload(changed(MSO, path, value)))


def test_a_valid_object_is_read() -> None:
    mso = parse_mso(payload(MSO))
    assert (mso.version, mso.digest_algorithm, mso.doc_type) == ("1.0", "SHA-256", DOC_TYPE)
    assert {name: len(digests) for name, digests in mso.value_digests.items()} == {NAME_SPACE: 4, OTHER_NAME_SPACE: 2}
    assert mso.device_key == DEVICE.public_key
    assert mso.key_authorizations == KeyAuthorizations()
    assert mso.validity == ValidityInfo(signed=SIGNED, valid_from=SIGNED, valid_until=VALID_UNTIL)
    assert mso.status == STATUS


def test_what_may_be_absent_may_be_absent() -> None:
    assert read("status", value=ABSENT).status is None
    assert read("deviceKeyInfo", value=ABSENT).device_key is None
    later = CBORTag(0, "2026-04-01T00:00:00Z")
    assert read("validityInfo", "expectedUpdate", value=later).validity.expected_update == datetime(
        2026, 4, 1, tzinfo=UTC
    )


def test_key_authorizations_cover_namespaces_and_single_elements() -> None:
    granted = {"nameSpaces": ["a"], "dataElements": {"b": ["x", "y"]}}
    read_back = read("deviceKeyInfo", "keyAuthorizations", value=granted).key_authorizations
    assert [read_back.cover(*element) for element in (("a", "z"), ("b", "y"), ("b", "z"), ("c", "x"))] == [
        True, True, False, False
    ]  # fmt: skip


INFO, VALIDITY, GRANTED = "deviceKeyInfo", "validityInfo", ("deviceKeyInfo", "keyAuthorizations")
BAD: dict[str, tuple[tuple[object, ...], object, str]] = {
    "version_missing": (("version",), ABSENT, "version_missing"),
    "version_2_0": (("version",), "2.0", "mso_version_unsupported"),
    "version_a_number": (("version",), 1.0, "version_malformed"),
    "digest_algorithm_missing": (("digestAlgorithm",), ABSENT, "digest_algorithm_missing"),
    "digest_algorithm_a_number": (("digestAlgorithm",), -16, "digest_algorithm_malformed"),
    "value_digests_missing": (("valueDigests",), ABSENT, "value_digests_missing"),
    "value_digests_an_array": (("valueDigests",), [], "value_digests_malformed"),
    "name_space_a_number": (("valueDigests", 5), {}, "value_digests_malformed"),
    "digests_an_array": (("valueDigests", NAME_SPACE), [], "value_digests_malformed"),
    "digest_id_text": (("valueDigests", NAME_SPACE, "0"), bytes(32), "value_digests_malformed"),
    "digest_id_negative": (("valueDigests", NAME_SPACE, -1), bytes(32), "value_digests_malformed"),
    "digest_text": (("valueDigests", NAME_SPACE, 0), "abc", "value_digests_malformed"),
    "device_key_info_a_key": ((INFO,), [], "device_key_info_malformed"),
    "device_key_missing": ((INFO, "deviceKey"), ABSENT, "device_key_missing"),
    "device_key_bytes": ((INFO, "deviceKey"), b"", "device_key_malformed"),
    "device_key_not_on_curve": ((INFO, "deviceKey", -3), bytes(32), "cose_key_not_on_curve"),
    "device_key_private": ((INFO, "deviceKey", -4), bytes(32), "cose_key_private"),
    "device_key_of_unknown_type": ((INFO, "deviceKey", 1), 1, "cose_key_unsupported"),
    "key_authorizations_an_array": (GRANTED, [], "key_authorizations_malformed"),
    "authorized_name_spaces_text": (GRANTED, {"nameSpaces": "a"}, "key_authorizations_malformed"),
    "authorized_elements_an_array": (GRANTED, {"dataElements": ["x"]}, "key_authorizations_malformed"),
    "authorized_element_a_number": (GRANTED, {"dataElements": {"a": [1]}}, "key_authorizations_malformed"),
    "doc_type_missing": (("docType",), ABSENT, "doc_type_missing"),
    "doc_type_a_number": (("docType",), 1, "doc_type_malformed"),
    "validity_info_missing": ((VALIDITY,), ABSENT, "validity_info_missing"),
    "signed_missing": ((VALIDITY, "signed"), ABSENT, "signed_missing"),
    "valid_from_missing": ((VALIDITY, "validFrom"), ABSENT, "valid_from_missing"),
    "valid_until_missing": ((VALIDITY, "validUntil"), ABSENT, "valid_until_missing"),
    "valid_until_untagged": ((VALIDITY, "validUntil"), "2026-05-01T00:00:00Z", "tdate_malformed"),
    "valid_until_in_another_zone": ((VALIDITY, "validUntil"), CBORTag(0, "2026-05-01T00:00:00+01:00"), "tdate_not_utc"),
    "signed_with_a_fraction": ((VALIDITY, "signed"), CBORTag(0, "2026-02-01T00:00:00.0Z"), "tdate_fractional"),
    "expected_update_a_day": ((VALIDITY, "expectedUpdate"), CBORTag(1004, "2026-04-01"), "tdate_malformed"),
    "valid_before_it_was_signed": ((VALIDITY, "validFrom"), CBORTag(0, "2026-01-31T23:59:59Z"), "validity_order_wrong"),
    "valid_for_no_time": ((VALIDITY, "validUntil"), CBORTag(0, "2026-02-01T00:00:00Z"), "validity_order_wrong"),
}


@pytest.mark.parametrize(("path", "value", "expected"), BAD.values(), ids=BAD)
def test_bad_objects_are_refused(path: tuple[object, ...], value: object, expected: str) -> None:
    assert reason(read, *path, value=value) == expected


BAD_PAYLOADS = {
    "not_tagged": (cbor.dumps(MSO), "mso_not_tagged"),
    "bytes_not_tagged": (cbor.dumps(cbor.dumps(MSO)), "mso_not_tagged"),
    "array": (payload([MSO]), "mso_malformed"),
    "byte_after_it": (payload(MSO) + b"\x00", "cbor_trailing_bytes"),
    "byte_after_it_inside": (cbor.tag24(cbor.dumps(MSO) + b"\x00").raw, "cbor_trailing_bytes"),
    "empty": (b"", "cbor_truncated"),
}


@pytest.mark.parametrize(("encoded", "expected"), BAD_PAYLOADS.values(), ids=BAD_PAYLOADS)
def test_bad_payloads_are_refused(encoded: bytes, expected: str) -> None:
    assert reason(parse_mso, encoded) == expected


@given(st.sampled_from(places(cbor.loads(cbor.dumps(MSO)))), VALUES)
def test_values_of_other_types_raise_nothing_but_a_rejection(place: tuple[Any, ...], value: object) -> None:
    with contextlib.suppress(Rejection):
        read(*place, value=value)
