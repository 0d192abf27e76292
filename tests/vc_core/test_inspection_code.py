"""The inspection code: fits one QR code, says what the rulebook lets it say, and refuses everything malformed."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pilot
from tests.vc_core.issued import CATALOGUE, NOW, STATUS
from vc_core import base45, cbor, cose, inspection_code, qr
from vc_core.rejection import Rejection
from vc_core.trust import TrustLists

EXAMPLES = [
    (rulebook.type_id, name)
    for rulebook in CATALOGUE.types()
    if rulebook.inspection_code
    for name in CATALOGUE.examples(rulebook.type_id)
    if name.startswith("valid_")
]


def plan(type_id: str = "a1", name: str = "valid_posted_worker") -> dict[int, Any]:
    profile = CATALOGUE.type(type_id).inspection_code
    assert profile is not None
    return inspection_code.plan(
        profile,
        CATALOGUE.examples(type_id)[name],
        issued_at=NOW,
        expires_at=NOW + timedelta(days=90),
        status=STATUS,
    )


def text_of(payload: dict[int, Any]) -> str:
    return inspection_code.write(inspection_code.sign(payload, pilot.DOCUMENT_SIGNER))


@pytest.mark.parametrize(("type_id", "name"), EXAMPLES, ids=["-".join(example) for example in EXAMPLES])
def test_every_example_fits_a_code_that_a_phone_reads(type_id: str, name: str) -> None:
    """design.md 8: version 20-M or less."""
    text = text_of(plan(type_id, name))
    symbol = qr.symbol(text, max_version=inspection_code.MAX_QR_VERSION)
    assert symbol.version <= inspection_code.MAX_QR_VERSION
    assert qr.read(symbol.png()) == (text,)


@pytest.mark.parametrize(("type_id", "name"), EXAMPLES, ids=["-".join(example) for example in EXAMPLES])
def test_what_is_read_is_what_was_said(type_id: str, name: str) -> None:
    profile, claims = CATALOGUE.type(type_id).inspection_code, CATALOGUE.examples(type_id)[name]
    assert profile is not None
    code = inspection_code.read(text_of(plan(type_id, name)))
    read = inspection_code.canonical_claims(profile, code.members)
    again = inspection_code.plan(
        profile, read, issued_at=code.issued_at, expires_at=code.expires_at, status=STATUS
    )  # fmt: skip
    cut = {claim.key for claim in inspection_code.truncated(profile, code.members)}
    assert {key: value for key, value in again[-65537][1].items() if key not in cut} == {
        key: value for key, value in code.members.items() if key not in (*cut, 0)
    }
    assert not CATALOGUE.type(type_id).schema.faults(read, partial=True)
    assert "personal_administrative_number" not in read or type_id != "a1"
    assert set(read) <= set(claims)


def test_a_code_names_its_signer_by_the_thumbprint() -> None:
    code = inspection_code.read(text_of(plan()))
    assert code.key_id == inspection_code.key_id(pilot.DOCUMENT_SIGNER.chain[0])
    assert TrustLists.of(pilot.trust_list()).certificate(code.key_id) == pilot.DOCUMENT_SIGNER.chain[0]
    cose.verify_sign1(code.message, pilot.DOCUMENT_SIGNER.public_key)


def test_a_long_list_is_cut_and_says_so() -> None:
    profile = CATALOGUE.type("a1").inspection_code
    assert profile is not None
    code = inspection_code.read(text_of(plan(name="valid_twelve_employers")))
    assert inspection_code.truncated(profile, code.members)
    assert not inspection_code.truncated(profile, inspection_code.read(text_of(plan())).members)


def test_what_does_not_fit_is_a_fault_of_the_program() -> None:
    payload = plan()
    payload[-65537][1][99] = hashlib.shake_256(b"incompressible").digest(700)
    with pytest.raises(ValueError, match="the limit is 640"):
        text_of(payload)


GOOD = text_of(plan())
MESSAGE = zlib.decompress(base45.decode(GOOD.removeprefix(inspection_code.PREFIX)))


def packed(data: bytes) -> str:
    return inspection_code.PREFIX + base45.encode(data)


def altered(**changes: Any) -> str:
    """The good message with one part of its COSE structure changed; not signed anew, for reading comes first."""
    message = cose.parse_sign1(cbor.loads(MESSAGE))
    changed = replace(message, **changes)
    return inspection_code.write(cose.encode_sign1(changed, tagging=cose.Tagging.REQUIRED))


def with_claims(change: Callable[[dict[int, Any]], object]) -> str:
    payload = plan()
    change(payload)
    return text_of(payload)


def header(**changes: Any) -> bytes:
    labels = {"kid": cose.KID, "alg": cose.ALG}
    protected = dict(cose.parse_sign1(cbor.loads(MESSAGE)).protected)
    for name, value in changes.items():
        protected[labels[name]] = value
    return cbor.dumps({key: value for key, value in protected.items() if value is not None})


BAD: dict[str, tuple[str, str]] = {
    "text_of_a_pdf": ("CERTIFICAT A1 No 4711", "code_prefix_missing"),
    "other_version": ("SSC2:" + GOOD[5:], "code_prefix_missing"),
    "lower_case": (GOOD.lower(), "code_prefix_missing"),
    "not_base45": (GOOD + "a", "base45_malformed"),
    "not_zlib": (packed(MESSAGE), "code_not_zlib"),
    "zlib_truncated": (packed(zlib.compress(MESSAGE, 9)[:-4]), "code_not_zlib"),
    "bytes_after_zlib": (packed(zlib.compress(MESSAGE, 9) + b"\0\0"), "code_not_zlib"),
    "inflation_bomb": (packed(zlib.compress(bytes(100_000), 9)), "code_too_large"),
    "too_long": (inspection_code.PREFIX + "A" * 2000, "code_too_large"),
    "not_cbor": (packed(zlib.compress(b"\x1c")), "cbor_malformed"),
    "bytes_after_cbor": (packed(zlib.compress(MESSAGE + b"\0")), "cbor_trailing_bytes"),
    "untagged": (packed(zlib.compress(MESSAGE[1:])), "cose_tag_missing"),
    "kid_missing": (altered(protected_bytes=header(kid=None)), "code_malformed"),
    "kid_short": (altered(protected_bytes=header(kid=b"1234567")), "code_malformed"),
    "payload_missing": (altered(payload=None), "cbor_truncated"),
    "payload_no_map": (altered(payload=cbor.dumps([1])), "code_malformed"),
    "number_missing": (with_claims(lambda payload: payload.pop(-65537)), "code_malformed"),
    "number_text": (with_claims(lambda payload: payload[-65537].__setitem__(0, "1")), "code_malformed"),
    "member_key_text": (with_claims(lambda payload: payload[-65537][1].__setitem__("1", 2)), "code_malformed"),
    "iat_missing": (with_claims(lambda payload: payload.pop(6)), "code_malformed"),
    "iat_negative": (with_claims(lambda payload: payload.__setitem__(6, -1)), "code_malformed"),
    "exp_text": (with_claims(lambda payload: payload.__setitem__(4, "2026")), "code_malformed"),
}


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD)
def test_bad_codes(text: str, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        inspection_code.read(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("starting_date", "2026-02-01", id="day_as_text"),
        pytest.param("starting_date", 10**9, id="day_out_of_the_calendar"),
        pytest.param("starting_date", -719_163, id="day_before_the_calendar"),
        pytest.param("employer", [["Ateliers Durance SAS"]], id="record_too_short"),
        pytest.param("employer", [[b"Ateliers Durance SAS", None]], id="field_of_bytes"),
        pytest.param("employer", [[-(2**64), None]], id="field_as_number"),
        pytest.param("employer", [[{1: 2}, None]], id="field_with_members"),
        pytest.param("employer", [[cbor.UNDEFINED, None]], id="field_undefined"),
        pytest.param("family_name", 5, id="text_as_number"),
    ],
)
def test_members_of_the_wrong_kind(name: str, value: object) -> None:
    profile = CATALOGUE.type("a1").inspection_code
    assert profile is not None
    claim = next(claim for claim in profile.claims if name in claim.target)
    with pytest.raises(Rejection, match="code_claim_malformed"):
        inspection_code.canonical_claims(profile, {claim.key: value})


@given(st.binary(max_size=300))
def test_bytes_in_a_code_raise_nothing_but_rejections(data: bytes) -> None:
    for text in (packed(data), packed(zlib.compress(data))):
        with pytest.raises(Rejection):
            inspection_code.read(text)
