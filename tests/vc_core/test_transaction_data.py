"""Transaction data (OpenID4VP 1.0, 5.1, 8.4, B.2.1, B.3.3.1): read, hashed as received, held against proofs."""

import hashlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.dcql.examples import FORMATS, credential_query
from vc_core import base64url, strict_json
from vc_core.dcql import parse_query
from vc_core.rejection import Rejection
from vc_core.transaction_data import (
    INSPECTION,
    Transaction,
    device_elements,
    encode_transaction,
    hash_claims,
    parse_transactions,
    require_authorised,
    require_device_elements,
    require_hashes,
    transactions_for,
)

QUERY = parse_query(
    {
        "credentials": [
            credential_query(id="first"),
            credential_query(id="second"),
            credential_query(id="unbound", require_cryptographic_holder_binding=False),
        ]
    },
    FORMATS,
)
GOOD: dict[str, Any] = {"type": INSPECTION.id, "credential_ids": ["first", "second"], "case_ref": "2026/17"}


def item(**changes: Any) -> str:
    members = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return base64url.encode(strict_json.dump(members))


def read(*items: object) -> tuple[Transaction, ...]:
    return parse_transactions(items, QUERY)


def test_what_a_verifier_makes_a_wallet_reads() -> None:
    text = encode_transaction(INSPECTION, {"case_ref": "2026/17"}, ["first"])
    (one,) = read(text)
    assert (one.text, one.type, one.credential_ids, one.members["case_ref"]) == (
        text, INSPECTION, ("first",), "2026/17",
    )  # fmt: skip


def test_other_members_than_those_of_the_type_are_not_sent() -> None:
    with pytest.raises(ValueError, match="case_ref"):
        encode_transaction(INSPECTION, {"amount": "1"}, ["first"])


BAD: list[tuple[str, list[object], str, str]] = [
    ("none", [], "transaction_data_empty", ""),
    ("too_many", [item()] * 17, "transaction_data_too_many", ""),
    ("number", [7], "transaction_data_malformed", "/0"),
    ("padded", [item() + "="], "base64url_malformed", "/0"),
    ("not_json", [base64url.encode(b"no")], "json_malformed", "/0"),
    ("array", [base64url.encode(b"[]")], "json_not_object", "/0"),
    ("member_twice", [base64url.encode(b'{"type":"a","type":"a"}')], "json_member_repeated", "/0"),
    ("type_missing", [item(type=None)], "transaction_type_missing", "/0/type"),
    ("type_unknown", [item(type="urn:example:payment")], "transaction_data_unsupported", "/0/type"),
    ("one_of_two_unknown", [item(), item(type="urn:x")], "transaction_data_unsupported", "/1/type"),
    ("member_of_the_type_missing", [item(case_ref=None)], "transaction_case_ref_missing", "/0/case_ref"),
    ("member_of_the_type_number", [item(case_ref=1)], "transaction_case_ref_malformed", "/0/case_ref"),
    ("hash_unknown", [item(transaction_data_hashes_alg=["sha-512"])], "transaction_hash_unsupported",
     "/0/transaction_data_hashes_alg"),
    ("hash_text", [item(transaction_data_hashes_alg="sha-256")], "transaction_data_hashes_alg_malformed",
     "/0/transaction_data_hashes_alg"),
    ("ids_missing", [item(credential_ids=None)], "transaction_credential_ids_missing", "/0/credential_ids"),
    ("ids_empty", [item(credential_ids=[])], "transaction_credential_ids_empty", "/0/credential_ids"),
    ("id_unknown", [item(credential_ids=["third"])], "transaction_credential_unknown", "/0/credential_ids"),
    ("without_holder", [item(credential_ids=["unbound"])], "transaction_credential_unbound", "/0/credential_ids"),
]  # fmt: skip


@pytest.mark.parametrize(("items", "reason", "where"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_wallet_refuses(items: list[object], reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_transactions(items, QUERY)
    assert (caught.value.reason, caught.value.where) == (reason, f"/transaction_data{where}")


def test_several_hashes_may_be_offered_if_one_is_known() -> None:
    assert read(item(transaction_data_hashes_alg=["sha-512", "sha-256"]))


def test_each_is_authorised_once_by_the_first_of_its_credentials_that_is_shown() -> None:
    """Section 8.4: only one of the referenced credentials."""
    both, last = read(item(), item(credential_ids=["second"]))
    assert transactions_for("first", ["first", "second"], (both, last)) == (both,)
    assert transactions_for("second", ["first", "second"], (both, last)) == (last,)
    assert transactions_for("second", ["second"], (both, last)) == (both, last)
    require_authorised((both,), ["second"])
    with pytest.raises(Rejection, match="transaction_credential_unanswered"):
        require_authorised((last,), ["first"])


ASKED = read(item(), item(case_ref="2026/18"))


def test_the_hash_is_over_the_string_as_received() -> None:
    """B.3.3.1; not over the JSON in it."""
    claims = hash_claims(ASKED)
    assert claims["transaction_data_hashes"] == [
        base64url.encode(hashlib.sha256(one.text.encode()).digest()) for one in ASKED
    ]
    assert claims["transaction_data_hashes_alg"] == "sha-256"
    assert hash_claims(()) == {}


def test_a_proof_over_all_of_them() -> None:
    claims = hash_claims(ASKED)
    require_hashes(claims, ASKED)
    require_hashes({"transaction_data_hashes": claims["transaction_data_hashes"][::-1]}, ASKED)
    require_hashes({}, ())
    require_device_elements(device_elements(ASKED), ASKED)


HASHES = hash_claims(ASKED)["transaction_data_hashes"]
PROOFS: dict[str, tuple[dict[str, Any], str]] = {
    "missing": ({}, "transaction_hashes_missing"),
    "text": ({"transaction_data_hashes": HASHES[0]}, "transaction_hashes_malformed"),
    "number": ({"transaction_data_hashes": [1, 2]}, "transaction_hashes_malformed"),
    "of_one_only": ({"transaction_data_hashes": HASHES[:1]}, "transaction_hashes_mismatch"),
    "of_one_more": ({"transaction_data_hashes": [*HASHES, HASHES[0]]}, "transaction_hashes_mismatch"),
    "of_another": ({"transaction_data_hashes": ["A" * 43, HASHES[1]]}, "transaction_hashes_mismatch"),
    "other_hash": (
        {"transaction_data_hashes": HASHES, "transaction_data_hashes_alg": "sha-512"},
        "transaction_hash_wrong",
    ),
}


@pytest.mark.parametrize(("claims", "reason"), PROOFS.values(), ids=PROOFS)
def test_a_proof_that_is_not_over_them(claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejection, match=reason):
        require_hashes(claims, ASKED)


def test_a_proof_over_what_nobody_asked() -> None:
    with pytest.raises(Rejection, match="transaction_hashes_mismatch"):
        require_hashes(hash_claims(ASKED), ())


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        pytest.param((), "transaction_hashes_missing", id="missing"),
        pytest.param(ASKED[:1], "transaction_hashes_mismatch", id="of_one_only"),
    ],
)
def test_a_device_that_signed_something_else(asked: tuple[Transaction, ...], reason: str) -> None:
    with pytest.raises(Rejection, match=reason):
        require_device_elements(device_elements(asked), ASKED)


@given(st.text() | st.integers() | st.binary().map(base64url.encode))
def test_anything_is_read_or_rejected(value: object) -> None:
    with suppress(Rejection):
        read(value)
