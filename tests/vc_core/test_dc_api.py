"""Requests through the Digital Credentials API (OpenID4VP 1.0, appendix A): good ones, and ones bad in one thing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pilot import NOW, RELYING_PARTY, private_key
from tests.vc_core.authorization_request.examples import (
    ANCHORS,
    BY_HASH,
    BY_NAME,
    ENCRYPTION_KEY,
    LEAF,
    NONCE,
    REQUEST,
    VP_FORMATS,
)
from tests.vc_core.dcql.examples import FORMATS
from vc_core import jose
from vc_core.authorization_request import build_client_metadata
from vc_core.dc_api import (
    AcceptedDcRequest,
    DcApiMode,
    DcApiRequest,
    Identity,
    Protocol,
    Trusted,
    accept_dc_request,
    encode_multisigned,
    encode_signed,
    encode_unsigned,
)
from vc_core.jose import sign_jws, x5c_header
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey

ORIGIN = "https://verifier.zoll.example"
GOOD = DcApiRequest(
    nonce=NONCE,
    response_mode=DcApiMode.DC_API_JWT,
    dcql_query=REQUEST.dcql_query,
    client_metadata=build_client_metadata(VP_FORMATS, ENCRYPTION_KEY.public_key()),
    expected_origins=("https://other.example", ORIGIN),
)
HASH, NAME = (Identity(client_id=client_id, signer=RELYING_PARTY) for client_id in (BY_HASH, BY_NAME))
STRANGER = SoftwareKey(private_key(81), RELYING_PARTY.chain)


def accept(request: object, *, origin: str = ORIGIN) -> AcceptedDcRequest:
    return accept_dc_request(request, origin=origin, trusted=Trusted(anchors=ANCHORS), now=NOW, formats=FORMATS)


def signed(*, header: dict[str, Any] | None = None, signer: SoftwareKey = RELYING_PARTY, **changes: Any) -> Any:
    text = encode_signed(GOOD, HASH, issued_at=NOW)["data"]["request"]
    claims = {name: value for name, value in (jose.parse_jws(text).claims() | changes).items() if value is not None}
    members = {"typ": "oauth-authz-req+jwt", "x5c": x5c_header(RELYING_PARTY.chain)} | (header or {})
    return {"protocol": "openid4vp-v1-signed", "data": {"request": sign_jws(members, claims, signer)}}


def unsigned(**changes: Any) -> Any:
    request = encode_unsigned(GOOD)
    data = {name: value for name, value in (request["data"] | changes).items() if value is not None}
    return {**request, "data": data}


def test_an_unsigned_request_is_bound_to_its_origin() -> None:
    """A.2: `client_id` and `expected_origins` are ignored."""
    accepted = accept(unsigned(client_id="x509_hash:abc", expected_origins=["https://elsewhere.example"], state="s"))
    assert (accepted.protocol, accepted.client_id, accepted.chain) == (Protocol.UNSIGNED, f"origin:{ORIGIN}", ())
    assert accepted.encryption is not None


def test_a_signed_request_names_its_client() -> None:
    accepted = accept(encode_signed(GOOD, HASH, issued_at=NOW))
    assert (accepted.client_id, accepted.chain, accepted.origin) == (BY_HASH, (LEAF,), ORIGIN)


def test_a_plain_answer_has_no_key() -> None:
    plain = replace(
        GOOD, response_mode=DcApiMode.DC_API, client_metadata=build_client_metadata(VP_FORMATS)
    )  # fmt: skip
    assert accept(encode_unsigned(plain)).encryption is None


def test_a_signed_request_without_origins_is_not_made() -> None:
    with pytest.raises(ValueError, match="origins"):
        encode_signed(replace(GOOD, expected_origins=()), HASH, issued_at=NOW)


@pytest.mark.parametrize("changes", [{"aud": None}, {"iss": "https://x.example"}, {"unknown": 1}], ids=str)
def test_signed_requests_that_are_accepted(changes: dict[str, Any]) -> None:
    assert accept(signed(**changes)).nonce == NONCE


BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "not_an_object": (list, "dc_request_malformed"),
    "protocol_missing": (lambda: {"data": {}}, "protocol_missing"),
    "protocol_of_another_standard": (lambda: {"protocol": "org-iso-mdoc", "data": {}}, "protocol_unknown"),
    "protocol_without_version": (lambda: {"protocol": "openid4vp", "data": {}}, "protocol_unknown"),
    "data_missing": (lambda: {"protocol": "openid4vp-v1-unsigned"}, "data_missing"),
    "request_missing": (lambda: {"protocol": "openid4vp-v1-signed", "data": {}}, "request_missing"),
    "unsigned_given_as_signed": (lambda: {**unsigned(), "protocol": "openid4vp-v1-signed"}, "request_missing"),
    "typ_wrong": (lambda: signed(header={"typ": "JWT"}), "type_wrong"),
    "signed_by_another_key": (lambda: signed(signer=STRANGER), "signature_invalid"),
    "client_id_missing": (lambda: signed(client_id=None), "client_id_missing"),
    "client_id_origin": (lambda: signed(client_id=f"origin:{ORIGIN}"), "client_id_prefix_reserved"),
    "client_id_redirect_uri": (lambda: signed(client_id="redirect_uri:https://a.example"),
                               "client_id_prefix_unsigned_only"),
    "hash_of_another": (lambda: signed(client_id="x509_hash:" + "A" * 43), "client_id_hash_mismatch"),
    "expected_origins_missing": (lambda: signed(expected_origins=None), "expected_origins_missing"),
    "expected_origins_empty": (lambda: signed(expected_origins=[]), "expected_origins_empty"),
    "expected_origins_text": (lambda: signed(expected_origins=ORIGIN), "expected_origins_malformed"),
    "another_origin": (lambda: signed(expected_origins=["https://other.example"]), "origin_not_expected"),
    "origin_with_a_slash": (lambda: signed(expected_origins=[f"{ORIGIN}/"]), "origin_not_expected"),
    "origin_in_capitals": (lambda: signed(expected_origins=[ORIGIN.upper()]), "origin_not_expected"),
    "audience_other": (lambda: signed(aud="https://wallet.example"), "aud_mismatch"),
    "expired": (lambda: signed(exp=int(NOW.timestamp()) - 61), "request_expired"),
    "response_type_code": (lambda: unsigned(response_type="code"), "response_type_unsupported"),
    "response_mode_missing": (lambda: unsigned(response_mode=None), "response_mode_missing"),
    "response_mode_direct_post": (lambda: unsigned(response_mode="direct_post"), "response_mode_unsupported"),
    "nonce_missing": (lambda: unsigned(nonce=None), "nonce_missing"),
    "nonce_characters": (lambda: unsigned(nonce="a b"), "nonce_malformed"),
    "query_missing": (lambda: unsigned(dcql_query=None), "query_missing"),
    "query_and_scope": (lambda: unsigned(scope="x"), "query_given_twice"),
    "metadata_missing": (lambda: unsigned(client_metadata=None), "client_metadata_missing"),
    "no_key": (lambda: unsigned(client_metadata={"vp_formats_supported": VP_FORMATS}), "jwks_missing"),
    "transaction_unknown": (lambda: unsigned(transaction_data=["eyJ0eXBlIjoieCJ9"]), "transaction_data_unsupported"),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "reason"), BAD.values(), ids=BAD)
def test_requests_that_are_refused(request_: Callable[[], Any], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        accept(request_())
    assert caught.value.reason == reason


# ------------------------------------------------------------------------------------------------------ several signers
def multisigned(*identities: Identity, request: DcApiRequest = GOOD) -> Any:
    return encode_multisigned(request, identities, issued_at=NOW)


def test_one_signature_that_holds_is_enough() -> None:
    """A.3.2.2; OIDF `multisigned-one-invalid-signature`."""
    broken = Identity(client_id=BY_HASH, signer=STRANGER)
    accepted = accept(multisigned(broken, NAME))
    assert (accepted.client_id, accepted.chain) == (BY_NAME, (LEAF,))


def test_verifier_info_stands_in_the_protected_header() -> None:
    request = multisigned(HASH, request=replace(GOOD, verifier_info=[{"format": "x", "data": "y"}]))
    assert [info.format for info in accept(request).verifier_info] == ["x"]


def _without_signatures(request: Any) -> Any:
    request["data"]["request"]["signatures"] = []
    return request


def _other_payload(request: Any) -> Any:
    request["data"]["request"]["payload"] = multisigned(HASH, request=replace(GOOD, nonce="n"))["data"]["request"][
        "payload"
    ]
    return request


SEVERAL: dict[str, tuple[Callable[[], Any], str]] = {
    "none": (lambda: _without_signatures(multisigned(HASH)), "signatures_empty"),
    "too_many": (lambda: multisigned(*[HASH] * 9), "signatures_too_many"),
    "none_that_holds": (lambda: multisigned(Identity(client_id=BY_HASH, signer=STRANGER)), "signature_invalid"),
    "payload_exchanged": (lambda: _other_payload(multisigned(HASH)), "signature_invalid"),
    "another_origin": (
        lambda: multisigned(HASH, request=replace(GOOD, expected_origins=("https://a.example",))),
        "origin_not_expected",
    ),
    "client_in_the_payload_only": (
        lambda: {
            "protocol": "openid4vp-v1-multisigned",
            "data": {"request": _parts(signed()["data"]["request"])},
        },
        "client_id_missing",
    ),
}


def _parts(text: str) -> dict[str, Any]:
    protected, payload, signature = text.split(".")
    return {"payload": payload, "signatures": [{"protected": protected, "signature": signature}]}


@pytest.mark.parametrize(("request_", "reason"), SEVERAL.values(), ids=SEVERAL)
def test_multisigned_requests_that_are_refused(request_: Callable[[], Any], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        accept(request_())
    assert caught.value.reason == reason


JSON = st.recursive(
    st.none() | st.text(max_size=9) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["data", "request"]), inner),
    max_leaves=6,
)


@given(protocol=st.sampled_from(sorted(Protocol)), data=JSON)
def test_any_request_is_read_or_rejected(protocol: str, data: Any) -> None:
    with suppress(Rejection):
        accept({"protocol": protocol, "data": data})
