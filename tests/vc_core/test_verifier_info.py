"""What others say of a verifier (OpenID4VP 1.0, section 5.11): a registration certificate counts, or refuses."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pilot import NOW, private_key
from tests.vc_core.authorization_request.examples import BY_HASH, accept
from tests.vc_core.dcql.examples import FORMATS, credential_query
from vc_core.dcql import parse_query
from vc_core.jose import sign_jws
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.verifier_info import (
    Registration,
    VerifierInfo,
    check_registration,
    encode_registration,
    encode_verifier_info,
    parse_verifier_info,
)

REGISTRAR, STRANGER = SoftwareKey(private_key(74)), SoftwareKey(private_key(75))
ISSUER = "https://registrar.example"
QUERY = parse_query({"credentials": [credential_query(id="pid")]}, FORMATS)
GOOD = Registration(
    registrar=ISSUER, subject=BY_HASH, name="Zoll", purpose="Checks on building sites", expires_at=NOW + timedelta(1)
)


def check(info: VerifierInfo, subjects: tuple[str, ...] = (BY_HASH,)) -> Registration | None:
    return check_registration([info], subjects=subjects, registrars={ISSUER: REGISTRAR.public_key}, now=NOW)


def about(data: object, format_id: str = "registration_cert") -> VerifierInfo:
    return VerifierInfo(where="/verifier_info/0", format=format_id, data=data, credential_ids=None)


def test_it_is_carried_and_believed() -> None:
    items = encode_verifier_info(encode_registration(GOOD, REGISTRAR))
    (info,) = accept(verifier_info=items).verifier_info
    assert check(info) == GOOD


def test_what_is_of_another_format_is_passed_over() -> None:
    assert check(about({"anything": 1}, "unheard_of")) is None


def signed(*, header: dict[str, Any] | None = None, signer: SoftwareKey = REGISTRAR, **changes: Any) -> str:
    claims = {"iss": ISSUER, "sub": BY_HASH, "name": "Zoll", "exp": int(NOW.timestamp()) + 60} | changes
    return sign_jws(
        {"typ": "rc-rp+jwt"} | (header or {}),
        {name: value for name, value in claims.items() if value is not None},
        signer,
    )


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "object": (lambda: {"a": 1}, "registration_malformed"),
    "not_a_jwt": (lambda: "abc", "jws_malformed"),
    "typ_wrong": (lambda: signed(header={"typ": "JWT"}), "type_wrong"),
    "registrar_unknown": (lambda: signed(iss="https://elsewhere.example"), "registrar_unknown"),
    "signed_by_another": (lambda: signed(signer=STRANGER), "signature_invalid"),
    "expired": (lambda: signed(exp=int(NOW.timestamp()) - 61), "exp_passed"),
    "exp_missing": (lambda: signed(exp=None), "exp_missing"),
    "of_another_verifier": (lambda: signed(sub="x509_hash:AAAA"), "registration_subject_mismatch"),
    "sub_missing": (lambda: signed(sub=None), "sub_missing"),
    "name_missing": (lambda: signed(name=None), "name_missing"),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_a_registration_that_does_not_hold_refuses_the_request(data: Callable[[], object], reason: str) -> None:
    with pytest.raises(Rejection, match=reason):
        check(about(data()))


MALFORMED: dict[str, tuple[list[object], str]] = {
    "empty": ([], "verifier_info_empty"),
    "too_many": ([{"format": "a", "data": "b"}] * 9, "verifier_info_too_many"),
    "text": (["a"], "verifier_info_malformed"),
    "format_missing": ([{"data": "b"}], "verifier_info_format_missing"),
    "data_missing": ([{"format": "a"}], "verifier_info_data_missing"),
    "data_number": ([{"format": "a", "data": 7}], "verifier_info_data_malformed"),
    "ids_empty": ([{"format": "a", "data": "b", "credential_ids": []}], "credential_ids_empty"),
    "id_unknown": ([{"format": "a", "data": "b", "credential_ids": ["x"]}], "verifier_info_credential_unknown"),
}


@pytest.mark.parametrize(("items", "reason"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_items(items: list[object], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_verifier_info(items, QUERY)
    assert caught.value.reason == reason


@given(st.dictionaries(st.sampled_from(["format", "data", "credential_ids"]), st.text() | st.lists(st.text())))
def test_any_item_is_read_or_rejected(item: dict[str, Any]) -> None:
    with suppress(Rejection):
        parse_verifier_info([item], QUERY)
