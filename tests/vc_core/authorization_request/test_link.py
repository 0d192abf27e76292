"""Links and the fetching of request objects: OpenID4VP 1.0, sections 5.1 and 5.10."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.authorization_request.examples import BY_HASH, WALLET_NONCE
from tests.vectors import vectors
from vc_core.addresses import LoopbackHttp
from vc_core.authorization_request import (
    ErrorCode,
    RequestByReference,
    RequestByValue,
    RequestUriMethod,
    RequestUriPost,
    UnsignedRequest,
    authorization_url,
    encode_request_uri_post,
    error_code,
    parse_authorization_link,
    parse_request_uri_post,
)
from vc_core.rejection import Rejection

REQUEST_URI = "https://verifier.zoll.example/r/Zm9vYmFyYmF6cXV4"


def test_a_link_for_a_qr_code() -> None:
    link = authorization_url("openid4vp", BY_HASH, REQUEST_URI)
    assert link == f"openid4vp://?client_id={BY_HASH}&request_uri={REQUEST_URI}"
    assert len(link) <= 180  # version 9-M holds 180 bytes


@pytest.mark.parametrize("method", RequestUriMethod)
@pytest.mark.parametrize("scheme", ["openid4vp", "haip-vp"])
def test_a_link_comes_back_as_it_was_made(scheme: str, method: RequestUriMethod) -> None:
    link = authorization_url(scheme, BY_HASH, REQUEST_URI, method)
    assert parse_authorization_link(link) == RequestByReference(
        client_id=BY_HASH, request_uri=REQUEST_URI, method=method
    )


def _published(number: int) -> str:
    """One of the specification's GET requests, white space taken out, on a claimed https link."""
    text = (vectors("openid4vp-1.0") / "http_examples_from_spec.txt").read_text().split("-----")[number]
    return "https://wallet.example" + "".join(text.removeprefix("\n").removeprefix("GET ").split(" HTTP/")[0].split())


def test_the_published_link_by_reference() -> None:
    assert parse_authorization_link(_published(2)) == RequestByReference(
        client_id="x509_san_dns:client.example.org",
        request_uri="https://client.example.org/request/vapof4ql2i7m41m68uep",
        method=RequestUriMethod.POST,
    )


def test_the_published_link_by_value() -> None:
    assert parse_authorization_link(_published(1)) == RequestByValue(
        client_id="redirect_uri:https://client.example.org/cb", request="eyJrd..."
    )


def test_the_published_unsigned_request() -> None:
    link = parse_authorization_link(
        _published(0).replace("dcql_query=...", "dcql_query=%7B%7D").replace("&transaction_data=...", "")
    )
    assert link == UnsignedRequest(
        client_id="redirect_uri:https://client.example.org/cb",
        claims={
            "client_id": "redirect_uri:https://client.example.org/cb",
            "response_type": "vp_token",
            "redirect_uri": "https://client.example.org/cb",
            "nonce": "n-0S6_WzA2Mj",
            "dcql_query": {},
        },
    )


def test_the_link_of_a_demonstration_on_one_machine() -> None:
    link = authorization_url("openid4vp", BY_HASH, "http://127.0.0.1:8002/r/1")
    assert isinstance(parse_authorization_link(link, http=LoopbackHttp.ALLOWED), RequestByReference)


def test_unknown_parameters_are_ignored() -> None:
    link = authorization_url("openid4vp", BY_HASH, REQUEST_URI)
    assert parse_authorization_link(f"{link}&x=1&x=2") == parse_authorization_link(link)


GOOD = f"openid4vp://?client_id={BY_HASH}&request_uri={REQUEST_URI}"


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        pytest.param(GOOD.replace("openid4vp", "mailto"), "link_scheme_unknown", id="another_scheme"),
        pytest.param("https://[::1", "link_malformed", id="no_link"),
        pytest.param("openid4vp://?client_id", "link_malformed", id="no_value"),
        pytest.param(GOOD + "&state=%ff", "link_malformed", id="not_utf8"),
        pytest.param(GOOD + "&x=" + "a" * 65536, "link_too_long", id="too_long"),
        pytest.param(f"openid4vp://?request_uri={REQUEST_URI}", "client_id_missing", id="no_client_id"),
        pytest.param(GOOD.replace(BY_HASH, ""), "client_id_missing", id="empty_client_id"),
        pytest.param(f"{GOOD}&client_id={BY_HASH}", "parameter_repeated", id="client_id_twice"),
        pytest.param(GOOD.replace("https://v", "http://v"), "url_not_https", id="request_uri_http"),
        pytest.param(GOOD.replace("https://verifier", "data:verifier"), "url_malformed", id="request_uri_data"),
        pytest.param(f"{GOOD}&request=eyJ", "request_given_twice", id="by_value_and_by_reference"),
        pytest.param(f"{GOOD}&request_uri_method=POST", "request_uri_method_unknown", id="method_in_capitals"),
        pytest.param(f"{GOOD}&request_uri_method=put", "request_uri_method_unknown", id="method_put"),
        pytest.param(
            f"openid4vp://?client_id={BY_HASH}&request_uri_method=post", "request_uri_method_alone", id="method_alone"
        ),
        pytest.param(f"openid4vp://?client_id={BY_HASH}&dcql_query=x", "json_malformed", id="query_not_json"),
    ],
)
def test_links_that_are_refused(link: str, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_authorization_link(link)
    assert caught.value.reason == reason


def test_the_error_code_of_an_unknown_method() -> None:
    assert error_code(Rejection("request_uri_method_unknown")) is ErrorCode.INVALID_REQUEST_URI_METHOD


@given(st.text() | st.text().map("openid4vp://?".__add__) | st.text().map((GOOD + "&dcql_query=").__add__))
def test_any_text_is_read_or_rejected(text: str) -> None:
    with suppress(Rejection):
        parse_authorization_link(text)


# ------------------------------------------------------------------------------------------------ request_uri, post
def test_what_a_wallet_posts_comes_back() -> None:
    form = encode_request_uri_post(WALLET_NONCE, {"vp_formats_supported": {}})
    assert parse_request_uri_post({name: [value] for name, value in form.items()}) == RequestUriPost(
        wallet_nonce=WALLET_NONCE, wallet_metadata={"vp_formats_supported": {}}
    )


def test_everything_in_it_is_optional_and_the_rest_ignored() -> None:
    assert parse_request_uri_post({"x": ["1", "2"]}) == RequestUriPost(wallet_nonce=None, wallet_metadata=None)
    assert encode_request_uri_post(WALLET_NONCE) == {"wallet_nonce": WALLET_NONCE}


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        pytest.param({"wallet_nonce": ["a", "a"]}, "parameter_repeated", id="nonce_twice"),
        pytest.param({"wallet_nonce": [""]}, "wallet_nonce_malformed", id="nonce_empty"),
        pytest.param({"wallet_nonce": ["a" * 513]}, "wallet_nonce_malformed", id="nonce_too_long"),
        pytest.param({"wallet_nonce": ["é"]}, "wallet_nonce_malformed", id="nonce_not_ascii"),
        pytest.param({"wallet_nonce": ["a\x00"]}, "wallet_nonce_malformed", id="nonce_not_printable"),
        pytest.param({"wallet_metadata": ["[]"]}, "json_not_object", id="metadata_an_array"),
        pytest.param({"wallet_metadata": ["{"]}, "json_malformed", id="metadata_not_json"),
    ],
)
def test_posts_that_are_refused(form: dict[str, list[str]], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_request_uri_post(form)
    assert caught.value.reason == reason
