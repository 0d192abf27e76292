"""Webhooks over a real socket: what counts as accepted, and the bounds that hold against a bad receiver."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from issuer.adapters.webhook_sender import WebhookSender
from vc_core.addresses import LoopbackHttp

Answer = Callable[[socket.socket], None]


class Receiver:
    """Reads one request and answers as told. requests: what came, as bytes."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/hook"

    def answers(self, answer: Answer) -> "Receiver":
        threading.Thread(target=self._serve, args=(answer,), daemon=True).start()
        return self

    def _serve(self, answer: Answer) -> None:
        connection, _ = self._listening.accept()
        with connection:
            received = b""
            while b"\r\n\r\n{}" not in received:
                received += connection.recv(65536)
            self.requests.append(received)
            try:
                answer(connection)
            except OSError:
                return

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def says(text: str) -> Answer:
    return lambda connection: connection.sendall(text.encode())


def trickles(connection: socket.socket) -> None:
    """One byte of a header at a time, for ever: no single read takes long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def send(url: str, *, policy: LoopbackHttp = LoopbackHttp.ALLOWED, timeout: float = 5.0) -> str | None:
    return WebhookSender(policy=policy, timeout=timeout)(url, {"webhook-id": "evt_1"}, b"{}")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", None),
        ("HTTP/1.1 204 No Content\r\n\r\n", None),
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "redirect_refused"),
        ("HTTP/1.1 304 Not Modified\r\n\r\n", "http_304"),
        ("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", "http_410"),
        ("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "http_500"),
        ("not HTTP\r\n\r\n", "unreachable"),
        ("", "unreachable"),
    ],
)
def test_outcome(receiver: Receiver, answer: str, outcome: str | None) -> None:
    assert send(receiver.answers(says(answer)).url) == outcome
    assert receiver.requests[0].startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"webhook-id: evt_1\r\n" in receiver.requests[0]


def test_slow_answer_is_given_up_in_time(receiver: Receiver) -> None:
    began = time.monotonic()
    assert send(receiver.answers(trickles).url, timeout=0.5) == "timeout"
    assert time.monotonic() - began < 3


def test_body_of_the_answer_is_not_read(receiver: Receiver) -> None:
    assert send(receiver.answers(endless).url) is None


def test_nobody_listens(receiver: Receiver) -> None:
    receiver.close()
    assert send(receiver.url) == "unreachable"


def test_http_where_policy_refuses_it(receiver: Receiver) -> None:
    assert send(receiver.url, policy=LoopbackHttp.REFUSED) == "url_not_https"
    assert receiver.requests == []


def test_http_to_another_machine() -> None:
    assert send("http://institution.example/hook") == "url_not_https"
