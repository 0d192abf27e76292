"""Downloads, against a transport of our own: what is asked, what is refused, within which bounds."""

from collections.abc import Callable, Iterator

import httpx2
import pytest

from vc_core.addresses import LoopbackHttp
from vc_core.verification import StatusUnavailable
from verifier.adapters.status_fetcher import MAX_BYTES, HttpFetcher
from verifier.ports import Downloaded, NotModified

URI = "https://issuer.example/status/1"
JWT = {"Content-Type": "application/statuslist+jwt"}
Handler = Callable[[httpx2.Request], httpx2.Response]


def fetch(
    handler: Handler,
    uri: str = URI,
    *,
    etag: str | None = None,
    policy: LoopbackHttp = LoopbackHttp.REFUSED,
    permitted: Callable[[str], bool] = lambda _: True,
) -> Downloaded | NotModified | StatusUnavailable:
    fetcher = HttpFetcher(policy=policy, timeout=1.0, transport=httpx2.MockTransport(handler))
    return fetcher(uri, accept="application/statuslist+jwt", etag=etag, permitted=permitted)


def noting(asked: list[httpx2.Request], response: httpx2.Response) -> Handler:
    """Answers with `response` and keeps what was asked."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return response

    return handler


def reason(answer: object) -> str:
    assert isinstance(answer, StatusUnavailable), answer
    return answer.reason


def test_a_body_comes_with_its_media_type_and_etag() -> None:
    answer = fetch(lambda _: httpx2.Response(200, headers={**JWT, "ETag": '"1"'}, content=b"token"))
    assert answer == Downloaded(body=b"token", content_type="application/statuslist+jwt", etag='"1"')


def test_the_media_type_is_asked_for_and_no_compression() -> None:
    asked: list[httpx2.Request] = []
    fetch(noting(asked, httpx2.Response(200, content=b"x")))
    assert asked[0].headers["Accept"] == "application/statuslist+jwt"
    assert asked[0].headers["Accept-Encoding"] == "identity"
    assert "If-None-Match" not in asked[0].headers


def test_an_etag_is_asked_about() -> None:
    asked: list[httpx2.Request] = []
    answer = fetch(noting(asked, httpx2.Response(304)), etag='"1"')
    assert answer == NotModified()
    assert asked[0].headers["If-None-Match"] == '"1"'


def raising(error: Exception) -> Handler:
    def handler(_: httpx2.Request) -> httpx2.Response:
        raise error

    return handler


def endless() -> Iterator[bytes]:
    while True:
        yield b"\0" * 65536


FAILURES = [
    pytest.param(lambda _: httpx2.Response(404), "http_404", id="not_found"),
    pytest.param(lambda _: httpx2.Response(500), "http_500", id="fault"),
    pytest.param(lambda _: httpx2.Response(304), "http_304", id="not_modified_unasked"),
    pytest.param(lambda _: httpx2.Response(200, content=b"x" * (MAX_BYTES + 1)), "too_large", id="too_large"),
    pytest.param(lambda _: httpx2.Response(200, content=endless()), "too_large", id="endless"),
    pytest.param(
        lambda _: httpx2.Response(200, headers={"Content-Encoding": "gzip"}, content=b"x"),
        "content_encoding_not_asked_for",
        id="compressed",
    ),
    pytest.param(raising(httpx2.ConnectError("no")), "unreachable", id="unreachable"),
    pytest.param(raising(httpx2.ReadTimeout("slow")), "timeout", id="timeout"),
    pytest.param(raising(httpx2.RemoteProtocolError("bad")), "unreachable", id="not_http"),
    pytest.param(lambda _: httpx2.Response(302, headers={"Location": "/again"}), "too_many_redirects", id="loop"),
    pytest.param(
        lambda _: httpx2.Response(302, headers={"Location": "http://issuer.example/"}), "url_not_https", id="to_http"
    ),
    pytest.param(
        lambda _: httpx2.Response(302, headers={"Location": "https://[::"}), "url_malformed", id="to_nonsense"
    ),
]


@pytest.mark.parametrize(("handler", "expected"), FAILURES)
def test_a_failure_is_a_value(handler: Handler, expected: str) -> None:
    assert reason(fetch(handler)) == expected


def test_three_redirects_are_followed_and_each_is_asked_about() -> None:
    asked: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        step = int(request.url.path[-1])
        return (
            httpx2.Response(200, content=b"x")
            if step == 4
            else httpx2.Response(307, headers={"Location": f"{step + 1}"})
        )

    def permitted(uri: str) -> bool:
        asked.append(uri)
        return True

    answer = fetch(handler, permitted=permitted)
    assert isinstance(answer, Downloaded)
    assert asked == [f"https://issuer.example/status/{step}" for step in (1, 2, 3, 4)]


def test_a_redirect_to_an_address_that_is_not_permitted_is_not_followed() -> None:
    asked: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(302, headers={"Location": "https://169.254.169.254/"})

    answer = fetch(handler, permitted=lambda uri: uri.startswith("https://issuer.example/"))
    assert reason(answer) == "address_not_permitted"
    assert asked == [URI]


@pytest.mark.parametrize(
    ("uri", "policy", "expected"),
    [
        ("http://127.0.0.1:1/s", LoopbackHttp.REFUSED, "url_not_https"),
        ("http://issuer.example/s", LoopbackHttp.ALLOWED, "url_not_https"),
        ("data:text/plain,x", LoopbackHttp.ALLOWED, "url_malformed"),
        ("file:///etc/passwd", LoopbackHttp.ALLOWED, "url_malformed"),
    ],
)
def test_only_https_is_asked_and_http_on_this_machine_where_policy_allows(
    uri: str, policy: LoopbackHttp, expected: str
) -> None:
    assert reason(fetch(raising(AssertionError()), uri, policy=policy)) == expected


def test_plain_http_on_this_machine_where_policy_allows() -> None:
    answer = fetch(lambda _: httpx2.Response(200, content=b"x"), "http://127.0.0.1:1/s", policy=LoopbackHttp.ALLOWED)
    assert isinstance(answer, Downloaded)


def test_an_etag_that_is_too_long_is_not_kept() -> None:
    answer = fetch(lambda _: httpx2.Response(200, headers={"ETag": "x" * 300}, content=b"x"))
    assert isinstance(answer, Downloaded)
    assert answer.etag is None
