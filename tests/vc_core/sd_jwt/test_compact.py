"""The compact form and the issuer's signature: RFC 9901, sections 4 and 7.1, steps 1 and 2."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT, changed, forge
from tests.vc_core.sd_jwt.handmade import (
    DISCLOSURES,
    GIVEN_NAME,
    HEADER,
    ISSUER,
    PAYLOAD,
    STRANGER,
    VALID,
    VALID_KB,
    b64,
    disclosure,
    sd_jwt,
)
from vc_core.jose import ALGORITHMS
from vc_core.rejection import Rejection
from vc_core.sd_jwt.compact import MAX_BYTES, MAX_DISCLOSURES, parse_compact, verify_issuer_signature

JWT, *_ = VALID.split("~")
KB_JWT = VALID_KB.removeprefix(VALID)


@pytest.mark.parametrize("text", [VALID, VALID_KB, sd_jwt(PAYLOAD), JWT + "~" + KB_JWT])
def test_parts_are_kept_as_transmitted(text: str) -> None:
    assert str(parse_compact(text)) == text


def test_parts() -> None:
    read = parse_compact(VALID_KB)
    assert read.jwt.text == JWT
    assert read.payload == PAYLOAD
    assert tuple(disclosure.text for disclosure in read.disclosures) == DISCLOSURES
    assert read.kb_jwt == KB_JWT
    assert read.text == VALID


def test_without_key_binding_the_last_component_is_empty() -> None:
    assert parse_compact(VALID).kb_jwt is None


MALFORMED = {
    "no_tilde": (JWT, "tilde_missing", ""),
    "empty_text": ("", "tilde_missing", ""),
    "last_tilde_missing": (VALID.removesuffix("~"), "final_tilde_missing", ""),
    "extra_tilde": (VALID + "~", "disclosure_empty", "/disclosures/5"),
    "extra_tilde_before_key_binding": (VALID + "~" + KB_JWT, "disclosure_empty", "/disclosures/5"),
    "leading_tilde": ("~" + VALID, "jws_malformed", "/jwt"),
    "disclosure_after_key_binding": (VALID_KB + "~" + GIVEN_NAME + "~", "base64url_malformed", "/disclosures/5"),
    "disclosure_padded": (JWT + "~" + GIVEN_NAME + "=~", "base64url_malformed", "/disclosures/0"),
    "disclosure_not_array": (sd_jwt(PAYLOAD, b64(b"{}")), "disclosure_not_array", "/disclosures/0"),
    "disclosure_of_four": (sd_jwt(PAYLOAD, disclosure("s", "n", 1, 2)), "disclosure_wrong_length", "/disclosures/0"),
    "jwt_of_two_parts": (JWT.rpartition(".")[0] + "~", "jws_malformed", "/jwt"),
    "jwt_padded": (JWT + "=~", "base64url_malformed", "/jwt/signature"),
    "jwt_payload_an_array": (
        JWT.split(".")[0] + "." + b64(b"[]") + "." + JWT.split(".")[2] + "~", "json_not_object", "/payload",
    ),
    "jwt_payload_repeats_a_member": (
        JWT.split(".")[0] + "." + b64(b'{"vct":"a","vct":"b"}') + "." + JWT.split(".")[2] + "~",
        "json_member_repeated", "/payload",
    ),
    "jwt_alg_missing": (
        sd_jwt(PAYLOAD, header=changed(HEADER, {"alg": ABSENT})), "algorithm_missing", "/jwt/header/alg",
    ),
    "jwt_crit": (
        sd_jwt(PAYLOAD, header={**HEADER, "crit": ["b64"]}), "critical_header_unknown", "/jwt/header/crit",
    ),
    "too_many_disclosures": (JWT + "~" + f"{GIVEN_NAME}~" * (MAX_DISCLOSURES + 1), "disclosures_too_many", ""),
    "too_many_tildes": (JWT + "~" * 100_000, "disclosures_too_many", ""),
    "too_large": (JWT + "~" + "A" * MAX_BYTES + "~", "sd_jwt_too_large", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "reason", "where"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_texts(text: str, reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_compact(text)
    assert (caught.value.reason, caught.value.where) == (reason, where)


def test_as_many_disclosures_as_allowed() -> None:
    texts = [disclosure(f"s{index}", f"n{index}", index) for index in range(MAX_DISCLOSURES)]
    assert len(parse_compact(sd_jwt({}, *texts)).disclosures) == MAX_DISCLOSURES


def _part_replaced(index: int, part: str) -> str:
    parts = JWT.split(".")
    parts[index] = part
    return ".".join(parts) + "~"


SIGNATURE_CASES = {
    "header_tampered": (_part_replaced(0, b64(b'{"alg":"ES256","typ":"other"}')), "signature_invalid"),
    "payload_tampered": (_part_replaced(1, b64(b'{"vct":"urn:example:type:2"}')), "signature_invalid"),
    "signature_tampered": (_part_replaced(2, b64(bytes(64))), "signature_invalid"),
    "signature_truncated": (_part_replaced(2, b64(bytes(63))), "signature_invalid"),
    "signature_empty": (_part_replaced(2, ""), "signature_invalid"),
    "alg_none": (sd_jwt(PAYLOAD, header={**HEADER, "alg": "none"}), "algorithm_not_allowed"),
    "alg_hs256": (sd_jwt(PAYLOAD, header={**HEADER, "alg": "HS256"}), "algorithm_not_allowed"),
    "alg_rs256": (sd_jwt(PAYLOAD, header={**HEADER, "alg": "RS256"}), "algorithm_not_allowed"),
    "alg_es384_where_es256_only": (sd_jwt(PAYLOAD, header={**HEADER, "alg": "ES384"}), "algorithm_not_allowed"),
    "other_issuers_key": (forge(HEADER, PAYLOAD, STRANGER) + "~", "signature_invalid"),
}


@pytest.mark.parametrize(("text", "reason"), SIGNATURE_CASES.values(), ids=SIGNATURE_CASES)
def test_issuer_signature_refused(text: str, reason: str) -> None:
    """RFC 9901, section 7.1, steps 2.1 and 2.2."""
    with pytest.raises(Rejection) as caught:
        verify_issuer_signature(parse_compact(text), ISSUER.public_key)
    assert caught.value.reason == reason


def test_issuer_signature_accepted() -> None:
    verify_issuer_signature(parse_compact(VALID), ISSUER.public_key)


def test_algorithm_and_curve_go_together() -> None:
    text = sd_jwt(PAYLOAD, header={**HEADER, "alg": "ES384"})
    with pytest.raises(Rejection) as caught:
        verify_issuer_signature(parse_compact(text), ISSUER.public_key, ALGORITHMS)
    assert caught.value.reason == "algorithm_key_mismatch"


@given(st.text(st.sampled_from("~." + JWT), max_size=80), st.integers(0, len(VALID_KB)), st.integers(0, 40))
def test_only_rejections(junk: str, at: int, removed: int) -> None:
    with contextlib.suppress(Rejection):
        parse_compact(VALID_KB[:at] + junk + VALID_KB[at + removed :])


@given(st.text())
def test_only_rejections_of_any_text(text: str) -> None:
    with contextlib.suppress(Rejection):
        parse_compact(text)
