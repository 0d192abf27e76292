"""HTTP as a wallet may have it: permitted addresses, bounded answers, no redirects, failures by name."""

from collections.abc import Callable

import httpx2
import pytest

from tests.wallet_sim.fakes import Network
from vc_core.addresses import LoopbackHttp
from vc_core.rejection import Rejection
from wallet_sim.exchange import Exchange, declined, require_ok
from wallet_sim.refusals import PeerDeclined, PeerUnavailable

URL = "https://peer.example/place"


def exchange(network: Network, policy: LoopbackHttp = LoopbackHttp.REFUSED) -> Exchange:
    client = httpx2.Client(transport=httpx2.MockTransport(network), follow_redirects=True)
    return Exchange(client=client, policy=policy)


@pytest.mark.parametrize("url", ["http://peer.example", "ftp://peer.example", "file:///etc/passwd", "https://a@b", ""])
def test_other_addresses_are_not_asked(network: Network, url: str) -> None:
    with pytest.raises(Rejection):
        exchange(network).get(url, accept="*/*")
    assert network.log == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001/a", "http://localhost/a", "http://[::1]/a"])
def test_http_to_this_machine_is_a_matter_of_policy(network: Network, url: str) -> None:
    assert exchange(network, LoopbackHttp.ALLOWED).get(url, accept="*/*").status == 404
    with pytest.raises(Rejection, match="url_not_https"):
        exchange(network).get(url, accept="*/*")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed_whatever_the_client_does(network: Network, status: int) -> None:
    """OpenID4VP 1.0, section 14.8."""
    network.replies[f"POST {URL}"] = lambda _: httpx2.Response(
        status, headers={"Location": "https://elsewhere.example"}
    )
    with pytest.raises(Rejection, match="redirect_refused"):
        exchange(network).post(URL, b"x", media_type="text/plain")
    assert network.log == [f"POST {URL}"]


ANSWERS: dict[str, tuple[Callable[[], httpx2.Response], str]] = {
    "too_large": (lambda: httpx2.Response(200, content=b"x" * 101), "answer_too_large"),
    "compressed_unasked": (
        lambda: httpx2.Response(200, content=b"", headers={"Content-Encoding": "gzip"}),
        "content_encoding_not_asked_for",
    ),
}


@pytest.mark.parametrize(("response", "reason"), ANSWERS.values(), ids=ANSWERS)
def test_answers_are_bounded(network: Network, response: Callable[[], httpx2.Response], reason: str) -> None:
    network.replies[f"GET {URL}"] = lambda _: response()
    with pytest.raises(Rejection, match=reason):
        exchange(network).get(URL, accept="*/*", max_bytes=100)


FAILURES: dict[str, tuple[Exception, str]] = {
    "connect": (httpx2.ConnectError("refused"), "unreachable"),
    "read": (httpx2.ReadError("reset"), "unreachable"),
    "timeout": (httpx2.ReadTimeout("slow"), "timeout"),
}


@pytest.mark.parametrize(("failure", "reason"), FAILURES.values(), ids=FAILURES)
def test_a_peer_that_does_not_answer_is_unavailable(network: Network, failure: Exception, reason: str) -> None:
    def fail(_: httpx2.Request) -> httpx2.Response:
        raise failure

    network.replies[f"GET {URL}"] = fail
    with pytest.raises(PeerUnavailable) as unavailable:
        exchange(network).get(URL, accept="*/*")
    assert (unavailable.value.reason, unavailable.value.url) == (reason, URL)


def test_media_types_are_compared_without_parameters(network: Network) -> None:
    network.replies[f"GET {URL}"] = lambda _: httpx2.Response(
        200, text="{}", headers={"Content-Type": "Application/JSON; charset=utf-8"}
    )
    answer = exchange(network).get(URL, accept="application/json")
    assert require_ok(answer, "application/json") == b"{}"
    with pytest.raises(Rejection, match="media_type_wrong"):
        require_ok(answer, "application/jwt")


ERRORS: dict[str, tuple[httpx2.Response, type[Exception], str]] = {
    "oauth": (
        httpx2.Response(400, json={"error": "invalid_grant", "error_description": "used"}), PeerDeclined,
        "peer_declined (error: invalid_grant, description: used, status: 400)"),
    "no_error_member": (httpx2.Response(400, json={}), PeerUnavailable, f"http_400 (url: {URL})"),
    "html": (httpx2.Response(500, text="<html>"), PeerUnavailable, f"http_500 (url: {URL})"),
    "error_not_text": (httpx2.Response(400, json={"error": 1}), PeerUnavailable, f"http_400 (url: {URL})"),
    "error_with_control_characters": (
        httpx2.Response(400, json={"error": "\u001b[31m"}), PeerUnavailable, f"http_400 (url: {URL})"),
}  # fmt: skip


@pytest.mark.parametrize(("response", "kind", "said"), ERRORS.values(), ids=ERRORS)
def test_what_a_peer_says_no_with(
    network: Network, response: httpx2.Response, kind: type[Exception], said: str
) -> None:
    network.replies[f"GET {URL}"] = lambda _: response
    refusal = declined(exchange(network).get(URL, accept="*/*"))
    assert (type(refusal), str(refusal)) == (kind, said)
