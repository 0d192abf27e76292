"""Whether a request can be answered: the second half of checklist section 6, "Bad input to the wallet", with VP-19."""

from contextlib import suppress
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
    STATE,
    VP_FORMATS,
    WALLET_NONCE,
    accept,
    claims,
)
from tests.vc_core.dcql.examples import FORMATS, credential_query
from vc_core.addresses import LoopbackHttp
from vc_core.authorization_request import (
    AuthenticRequest,
    ErrorCode,
    RequestProfile,
    ResponseMode,
    accept_request,
    authenticate_unsigned,
    build_client_metadata,
    check_request_object,
    encode_request_object,
    error_code,
    error_target,
    parse_authorization_link,
)
from vc_core.authorization_request.errors import ERROR_CODES
from vc_core.authorization_request.link import UnsignedRequest
from vc_core.jose import jwk_from_public_key
from vc_core.parameters import build_link
from vc_core.rejection import Rejection
from vc_core.strict_json import dump

LOOPBACK = "http://127.0.0.1:8002/answer"
PLAIN: dict[str, Any] = {"response_mode": "direct_post", "client_metadata": {"vp_formats_supported": VP_FORMATS}}
OTHER_FORMAT: dict[str, Any] = {"vp_formats_supported": {"ldp_vc": {}}}


def test_a_request_as_the_verifier_made_it() -> None:
    accepted = check_request_object(
        encode_request_object(REQUEST, RELYING_PARTY, issued_at=NOW),
        client_id=BY_HASH,
        anchors=ANCHORS,
        now=NOW,
        formats=FORMATS,
        wallet_nonce=WALLET_NONCE,
        profile=RequestProfile.HAIP,
    )
    assert accepted.request.dcql_query == REQUEST.dcql_query
    assert (accepted.request.nonce, accepted.request.state) == (NONCE, STATE)
    assert (accepted.request.response_uri, accepted.chain) == (REQUEST.response_uri, (LEAF,))
    assert accepted.query.credential("pid") is not None
    assert accepted.encryption is not None
    assert accepted.encryption.enc == "A256GCM"
    assert accepted.encryption.jwk["x"] == jwk_from_public_key(ENCRYPTION_KEY.public_key())["x"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"state": None}, id="no_state"),
        pytest.param({"unknown": 1}, id="unknown_parameter"),
        pytest.param({"client_metadata": {**REQUEST.client_metadata, "logo_uri": 1}}, id="unknown_metadata"),
        pytest.param({"verifier_info": [{"format": "jwt", "data": "x"}]}, id="verifier_info_is_ignored"),
        pytest.param(PLAIN, id="plain_answer"),
    ],
)
def test_requests_that_can_be_answered(changes: dict[str, Any]) -> None:
    assert accept(**changes).request.nonce == NONCE


def test_a_plain_answer_has_no_key() -> None:
    assert accept(**PLAIN).encryption is None


UNBOUND = {"credentials": [credential_query(require_cryptographic_holder_binding=False)]}
BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("response_type_missing", {"response_type": None}, "response_type_missing", "/response_type"),
    ("response_type_code", {"response_type": "code"}, "response_type_unsupported", "/response_type"),
    ("response_mode_missing", {"response_mode": None}, "response_mode_missing", "/response_mode"),
    ("response_mode_fragment", {"response_mode": "fragment"}, "response_mode_unsupported", "/response_mode"),
    (
        "redirect_uri_with_direct_post",
        {"redirect_uri": "https://verifier.zoll.example/cb"},
        "redirect_uri_with_direct_post",
        "/redirect_uri",
    ),
    ("response_uri_missing", {"response_uri": None}, "response_uri_missing", "/response_uri"),
    ("response_uri_http", {"response_uri": "http://verifier.zoll.example/a"}, "url_not_https", "/response_uri"),
    ("response_uri_loopback_http", {"response_uri": LOOPBACK}, "url_not_https", "/response_uri"),
    ("response_uri_loopback", {"response_uri": "https://localhost/a"}, "response_uri_loopback", "/response_uri"),
    ("response_uri_relative", {"response_uri": "/answer"}, "url_malformed", "/response_uri"),
    ("nonce_missing", {"nonce": None}, "nonce_missing", "/nonce"),
    ("nonce_empty", {"nonce": ""}, "nonce_malformed", "/nonce"),
    ("nonce_number", {"nonce": 1}, "nonce_malformed", "/nonce"),
    ("nonce_with_a_space", {"nonce": NONCE + " "}, "nonce_malformed", "/nonce"),
    ("nonce_with_a_plus", {"nonce": NONCE + "+"}, "nonce_malformed", "/nonce"),
    ("state_with_a_slash", {"state": "a/b"}, "state_malformed", "/state"),
    (
        "unknown_transaction_data_type",
        {"transaction_data": ["eyJ0eXBlIjoiZXhhbXBsZSIsImNyZWRlbnRpYWxfaWRzIjpbInBpZCJdfQ"]},
        "transaction_data_unsupported",
        "/transaction_data/0/type",
    ),
    ("neither_query_nor_scope", {"dcql_query": None}, "query_missing", "/dcql_query"),
    ("query_and_scope", {"scope": "com.example.card"}, "query_given_twice", "/scope"),
    ("scope_alone", {"scope": "com.example.card", "dcql_query": None}, "scope_unsupported", "/scope"),
    ("malformed_query", {"dcql_query": {"credentials": []}}, "credentials_empty", "/dcql_query/credentials"),
    (
        "query_for_unknown_formats_only",
        {"dcql_query": {"credentials": [credential_query(format="ldp_vc")]}},
        "vp_formats_not_supported",
        "/dcql_query",
    ),
    ("client_metadata_missing", {"client_metadata": None}, "client_metadata_missing", "/client_metadata"),
    ("client_metadata_text", {"client_metadata": "{}"}, "client_metadata_malformed", "/client_metadata"),
    (
        "vp_formats_missing",
        {"client_metadata": {}},
        "vp_formats_supported_missing",
        "/client_metadata/vp_formats_supported",
    ),
    (
        "verifier_reads_other_formats_only",
        {"client_metadata": OTHER_FORMAT},
        "vp_formats_not_supported",
        "/client_metadata/vp_formats_supported",
    ),
    (
        "no_state_though_no_holder_binding",
        {"dcql_query": UNBOUND, "state": None},
        "state_missing",
        "/state",
    ),
    (
        "no_key_to_encrypt_to",
        {"client_metadata": {"vp_formats_supported": VP_FORMATS}},
        "jwks_missing",
        "/client_metadata/jwks",
    ),
]


@pytest.mark.parametrize(("changes", "reason", "where"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_requests_that_cannot_be_answered(changes: dict[str, Any], reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        accept(**changes)
    assert (caught.value.reason, caught.value.where) == (reason, where)


def test_no_state_is_needed_where_holder_binding_is_proved() -> None:
    """Section 5.3."""
    assert accept(dcql_query=UNBOUND).request.state == STATE


@pytest.mark.parametrize(
    ("client_id", "response_uri", "reason"),
    [
        pytest.param(BY_NAME, "https://verifier.zoll.example.evil.example/a", "response_uri_host_mismatch", id="host"),
        pytest.param(BY_NAME, "https://zoll.example/a", "response_uri_host_mismatch", id="parent_domain"),
        pytest.param(
            f"redirect_uri:{REQUEST.response_uri}",
            f"{REQUEST.response_uri}/elsewhere",
            "response_uri_not_client_id",
            id="another_address_of_the_same_host",
        ),
    ],
)
def test_an_answer_may_go_only_where_the_client_is_at_home(client_id: str, response_uri: str, reason: str) -> None:
    """Sections 5.9.3 and 8.2."""
    accept(client_id)
    with pytest.raises(Rejection, match=reason):
        accept(client_id, response_uri=response_uri)


def test_plain_http_to_loopback_only_where_policy_allows_it() -> None:
    authentic = AuthenticRequest(client_id=BY_HASH, claims=claims(response_uri=LOOPBACK), chain=(LEAF,))
    accepted = accept_request(authentic, formats=FORMATS, http=LoopbackHttp.ALLOWED)
    assert accepted.request.response_uri == LOOPBACK


@pytest.mark.parametrize(
    ("client_id", "changes", "reason"),
    [
        pytest.param(BY_NAME, {}, "profile_client_id_prefix", id="host_name"),
        pytest.param(BY_HASH, PLAIN, "profile_response_mode", id="plain_answer"),
    ],
)
def test_what_haip_leaves_out(client_id: str, changes: dict[str, Any], reason: str) -> None:
    """HAIP 1.0, sections 5 and 5.1."""
    authentic = AuthenticRequest(client_id=client_id, claims=claims(client_id=client_id, **changes), chain=(LEAF,))
    assert accept_request(authentic, formats=FORMATS).request.client_id == client_id
    with pytest.raises(Rejection, match=reason):
        accept_request(authentic, formats=FORMATS, profile=RequestProfile.HAIP)


def test_an_unsigned_request_by_value() -> None:
    address = "https://client.example.org/cb"
    link = build_link(
        "openid4vp",
        {
            "client_id": f"redirect_uri:{address}",
            "response_type": "vp_token",
            "response_mode": "direct_post",
            "nonce": NONCE,
            "dcql_query": dump(REQUEST.dcql_query).decode(),
            "client_metadata": dump({"vp_formats_supported": VP_FORMATS}).decode(),
        },
    )
    parsed = parse_authorization_link(link)
    assert isinstance(parsed, UnsignedRequest)
    accepted = accept_request(authenticate_unsigned(parsed), formats=FORMATS)
    assert (accepted.request.response_uri, accepted.chain) == (address, ())
    assert accepted.request.response_mode is ResponseMode.DIRECT_POST


# ----------------------------------------------------------------------------------------------------------- errors
def _authentic(**changes: Any) -> AuthenticRequest:
    return AuthenticRequest(client_id=BY_NAME, claims=claims(client_id=BY_NAME, **changes), chain=(LEAF,))


def test_where_an_error_is_posted() -> None:
    target = error_target(_authentic(nonce=None))
    assert target is not None
    assert (target.response_uri, target.state) == (REQUEST.response_uri, STATE)


@pytest.mark.parametrize(
    "changes", [{"response_uri": "https://elsewhere.example/"}, {"response_uri": None}, {"state": "a b"}], ids=str
)
def test_no_error_is_posted_where_no_answer_may_go(changes: dict[str, Any]) -> None:
    assert error_target(_authentic(**changes)) is None


CODES = {
    "response_type_code": ErrorCode.UNSUPPORTED_RESPONSE_TYPE,
    "scope_alone": ErrorCode.INVALID_SCOPE,
    "unknown_transaction_data_type": ErrorCode.INVALID_TRANSACTION_DATA,
    "query_for_unknown_formats_only": ErrorCode.VP_FORMATS_NOT_SUPPORTED,
    "verifier_reads_other_formats_only": ErrorCode.VP_FORMATS_NOT_SUPPORTED,
}


@pytest.mark.parametrize(("case", "reason", "where"), [(row[0], *row[2:]) for row in BAD], ids=[row[0] for row in BAD])
def test_the_error_code_of_each_refusal(case: str, reason: str, where: str) -> None:
    """Section 8.5."""
    assert error_code(Rejection(reason, where=where)) is CODES.get(case, ErrorCode.INVALID_REQUEST)


def test_every_reason_with_a_code_of_its_own_occurs() -> None:
    """`request_uri_method_unknown` is about the link (`test_link`)."""
    assert ERROR_CODES.keys() - {row[2] for row in BAD} == {"request_uri_method_unknown"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.sampled_from([BY_HASH, "kid", "keys"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["jwks", "keys", "vp_formats_supported", "kid", "alg"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(claims())), value=JSON)
def test_any_parameter_is_read_or_rejected(name: str, value: Any) -> None:
    with suppress(Rejection):
        accept_request(
            AuthenticRequest(client_id=BY_HASH, claims={**claims(), name: value}, chain=(LEAF,)), formats=FORMATS
        )


def test_the_key_of_another_curve_is_passed_over() -> None:
    """OIDF `ignores-unusable-encryption-key`."""
    metadata = build_client_metadata(VP_FORMATS, private_key(60).public_key())
    keys = [{"kty": "OKP", "crv": "X25519", "kid": "first", "alg": "ECDH-ES", "x": "AA"}, *metadata["jwks"]["keys"]]
    accepted = accept(client_metadata={**metadata, "jwks": {"keys": keys}})
    assert accepted.encryption is not None
    assert accepted.encryption.jwk == keys[1]
