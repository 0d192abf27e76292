"""Addresses: https, or http to loopback where policy allows it."""

import pytest

from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection


@pytest.mark.parametrize("url", ["https://issuer.example/x?y=1", "https://127.0.0.1:8443/", "https://[::1]/a"])
def test_https_is_accepted_under_either_policy(url: str) -> None:
    assert require_url(url, policy=LoopbackHttp.REFUSED) == url
    assert require_url(url, policy=LoopbackHttp.ALLOWED) == url


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001/a", "http://localhost/a", "http://[::1]:80/a"])
def test_http_to_loopback_only_where_policy_allows_it(url: str) -> None:
    assert require_url(url, policy=LoopbackHttp.ALLOWED) == url
    with pytest.raises(Rejection, match="url_not_https"):
        require_url(url, policy=LoopbackHttp.REFUSED)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("http://issuer.example/", "url_not_https", id="http_elsewhere"),
        pytest.param("http://127.0.0.1.example/", "url_not_https", id="loopback_as_a_label"),
        pytest.param("data:text/plain,x", "url_malformed", id="data_url"),
        pytest.param("file:///etc/passwd", "url_malformed", id="file_url"),
        pytest.param("/relative", "url_malformed", id="relative"),
        pytest.param("https://user@host/", "url_malformed", id="user_info"),
        pytest.param("https://host/#f", "url_malformed", id="fragment"),
        pytest.param("https://host:99999/", "url_malformed", id="port_out_of_range"),
        pytest.param("https://ho st/", "url_malformed", id="space"),
        pytest.param("https://host/\n", "url_malformed", id="newline"),
        pytest.param("https://hôte/", "url_malformed", id="not_ascii"),
        pytest.param("https://[::1", "url_malformed", id="open_bracket"),
        pytest.param("https://h/" + "a" * 2048, "url_malformed", id="too_long"),
        pytest.param(None, "url_malformed", id="not_text"),
    ],
)
def test_bad_addresses(url: object, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        require_url(url, policy=LoopbackHttp.ALLOWED, where="uri")
    assert (caught.value.reason, caught.value.where) == (reason, "uri")
