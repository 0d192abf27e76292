"""Who sent a request: the first half of checklist section 6, "Bad input to the wallet"."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pilot import ACCESS_ROOT, FRENCH_ROOT, NOW, RELYING_PARTY, STATUS_SIGNER, private_key, term
from tests.vc_core.authorization_request.examples import (
    BY_HASH,
    BY_NAME,
    LEAF,
    REQUEST,
    WALLET_NONCE,
    authenticate,
    signed,
)
from vc_core import pki
from vc_core.authorization_request import (
    UnsignedRequest,
    authenticate_unsigned,
    encode_request_object,
    x509_hash_client_id,
)
from vc_core.jose import x5c_header
from vc_core.pki import Organization
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey

OTHER_LEAF = pki.access_certificate(
    ACCESS_ROOT,
    public_key=private_key(6).public_key(),
    organization=Organization(country="DE", name="Zoll", identifier="DE:ZOLL01"),
    dns_names=("other.zoll.example",),
    term=term(61),
)


def test_a_request_as_the_verifier_made_it() -> None:
    authentic = authenticate(encode_request_object(REQUEST, RELYING_PARTY, issued_at=NOW))
    assert (authentic.client_id, authentic.chain) == (BY_HASH, (LEAF,))
    assert authentic.claims["nonce"] == REQUEST.nonce


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"client_id": BY_NAME}, id="known_by_its_host_name"),
        pytest.param({"iss": "https://somebody-else.example"}, id="iss_is_ignored"),
        pytest.param({"aud": ["https://wallet.example", "https://self-issued.me/v2"]}, id="several_audiences"),
        pytest.param({"exp": int(NOW.timestamp()) + 300, "nbf": int(NOW.timestamp())}, id="in_its_period"),
        pytest.param({"exp": int(NOW.timestamp()) - 59}, id="expired_within_the_skew"),
        pytest.param({"nbf": int(NOW.timestamp()) + 60}, id="begins_within_the_skew"),
        pytest.param({"unknown": {"a": 1}}, id="unknown_parameter"),
        pytest.param({"nonce": "n" * 300, "state": "s" * 300}, id="long_state_and_nonce"),
    ],
)
def test_requests_that_are_authentic(changes: dict[str, Any]) -> None:
    assert authenticate(signed(**changes), client_id=changes.get("client_id", BY_HASH)).claims["response_mode"]


def test_a_host_name_in_other_case() -> None:
    client_id = "x509_san_dns:Verifier.Zoll.Example"
    assert authenticate(signed(client_id=client_id), client_id=client_id).chain == (LEAF,)


def test_no_wallet_nonce_was_sent() -> None:
    assert authenticate(signed(wallet_nonce=None), wallet_nonce=None).chain


def test_any_end_entity_certificate_if_the_caller_has_no_profile() -> None:
    leaf = STATUS_SIGNER.chain[0]
    client_id = x509_hash_client_id(leaf)
    text = signed(signer=STATUS_SIGNER, header={"x5c": x5c_header(STATUS_SIGNER.chain)}, client_id=client_id)
    expected: dict[str, Any] = {"client_id": client_id, "anchors": (FRENCH_ROOT.certificate,)}
    assert authenticate(text, **expected, certificate_profile=None).chain == (leaf,)
    with pytest.raises(Rejection, match="extended_key_usage_wrong"):
        authenticate(text, **expected)


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("typ_of_a_plain_jwt", {"header": {"typ": "JWT"}}, "type_wrong", "/header/typ"),
    ("typ_missing", {"header": {"typ": None}}, "type_wrong", "/header/typ"),
    ("x5c_missing", {"header": {"x5c": None}}, "x5c_missing", "/header/x5c"),
    ("anchor_in_x5c", {"header": {"x5c": x5c_header((LEAF, ACCESS_ROOT.certificate))}}, "anchor_in_chain", "1"),
    ("signed_by_another_key", {"signer": SoftwareKey(private_key(7))}, "signature_invalid", "/signature"),
    ("client_id_missing", {"client_id": None}, "client_id_missing", "/payload/client_id"),
    ("client_id_of_another_than_the_link", {"client_id": BY_NAME}, "client_id_mismatch", "/payload/client_id"),
    ("client_id_without_its_prefix", {"client_id": BY_HASH.split(":")[1]}, "client_id_mismatch", "/payload/client_id"),
    ("aud_missing", {"aud": None}, "aud_missing", "/payload/aud"),
    ("aud_of_another_wallet", {"aud": "https://wallet.example"}, "aud_mismatch", "/payload/aud"),
    ("aud_not_text", {"aud": {"https://self-issued.me/v2": 1}}, "aud_mismatch", "/payload/aud"),
    ("expired", {"exp": int(NOW.timestamp()) - 60}, "request_expired", "/payload/exp"),
    ("not_yet_valid", {"nbf": int(NOW.timestamp()) + 61}, "request_not_yet_valid", "/payload/nbf"),
    ("exp_not_a_number", {"exp": "tomorrow"}, "exp_malformed", "/payload/exp"),
    ("wallet_nonce_missing", {"wallet_nonce": None}, "wallet_nonce_missing", "/payload/wallet_nonce"),
    ("wallet_nonce_of_another_request", {"wallet_nonce": "x"}, "wallet_nonce_mismatch", "/payload/wallet_nonce"),
]


@pytest.mark.parametrize(("changes", "reason", "where"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_requests_that_are_not_authentic(changes: dict[str, Any], reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        authenticate(signed(**changes))
    assert (caught.value.reason, caught.value.where) == (reason, where)


LINKS: list[tuple[str, str, dict[str, Any], str]] = [
    ("no_prefix", "verifier.zoll.example", {}, "client_id_prefix_missing"),
    ("unknown_prefix", "did:example:123", {}, "client_id_prefix_unsupported"),
    ("prefix_of_another_scheme", "openid_federation:https://zoll.example", {}, "client_id_prefix_unsupported"),
    ("vouched_for_by_nobody", "verifier_attestation:zoll", {}, "attestation_missing"),
    ("reserved_prefix", "origin:https://verifier.zoll.example", {}, "client_id_prefix_reserved"),
    ("signed_though_unsigned_only", f"redirect_uri:{REQUEST.response_uri}", {}, "client_id_prefix_unsigned_only"),
    ("another_host_name", "x509_san_dns:zoll.example", {}, "client_id_san_mismatch"),
    ("hash_of_another_certificate", x509_hash_client_id(OTHER_LEAF), {}, "client_id_hash_mismatch"),
    ("hash_in_padded_base64", BY_HASH + "=", {}, "client_id_hash_mismatch"),
    ("hash_not_ascii", "x509_hash:é", {}, "client_id_hash_mismatch"),
    ("unknown_root", BY_HASH, {"anchors": (FRENCH_ROOT.certificate,)}, "issuer_unknown"),
    ("certificate_expired", BY_HASH, {"now": NOW + timedelta(days=366)}, "certificate_expired"),
    ("certificate_not_yet_valid", BY_HASH, {"now": NOW - timedelta(days=366)}, "certificate_not_yet_valid"),
]


@pytest.mark.parametrize(("client_id", "changes", "reason"), [row[1:] for row in LINKS], ids=[row[0] for row in LINKS])
def test_clients_that_are_not_who_they_say(client_id: str, changes: dict[str, Any], reason: str) -> None:
    """Section 5.9.3; link and object agree, so that nothing but the identifier is at fault."""
    with pytest.raises(Rejection) as caught:
        authenticate(signed(client_id=client_id), client_id=client_id, **changes)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("client_id", "reason"),
    [
        pytest.param("decentralized_identifier:did:example:123", "client_id_prefix_unsupported", id="unknown"),
        pytest.param(f"redirect_uri:{REQUEST.response_uri}", "client_id_prefix_unsigned_only", id="unsigned_only"),
    ],
)
def test_the_prefix_is_looked_at_before_the_certificate_that_it_may_not_have(client_id: str, reason: str) -> None:
    with pytest.raises(Rejection, match=reason):
        authenticate(signed(header={"x5c": None}, client_id=client_id), client_id=client_id)


def test_broken_signature() -> None:
    text = signed()
    with pytest.raises(Rejection, match="signature_invalid"):
        authenticate(text[:-8] + ("A" if text[-8] != "A" else "B") + text[-7:])


def test_an_unsigned_request_may_only_come_from_its_own_address() -> None:
    address = REQUEST.response_uri
    link = UnsignedRequest(client_id=f"redirect_uri:{address}", claims={"nonce": "n"})
    assert authenticate_unsigned(link).claims == {"response_uri": address, "nonce": "n"}
    with pytest.raises(Rejection, match="request_not_signed"):
        authenticate_unsigned(UnsignedRequest(client_id=BY_HASH, claims={}))


@given(text=st.text() | st.from_regex(r"[\w-]{1,9}\.[\w-]{1,9}\.[\w-]{1,9}", fullmatch=True))
def test_any_text_is_rejected(text: str) -> None:
    with pytest.raises(Rejection):
        authenticate(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(name=st.sampled_from(["client_id", "aud", "exp", "nbf", "wallet_nonce"]), value=JSON)
def test_any_claim_is_read_or_rejected(name: str, value: Any) -> None:
    with suppress(Rejection):
        authenticate(signed(**{name: value}), wallet_nonce=WALLET_NONCE)
