"""`socsec notices` on a running service: an event reaches a receiver, which checks the signature; lists and resends."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from socsec import serving
from socsec.cli import main
from tests.issuer.receiver import is_genuine
from tests.socsec.pilots import URSSAF, pilot_of_today, register


class Hook(ThreadingHTTPServer):
    """An institution's server. seen: headers and bodies."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.arrived = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/a1-events"


class Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()
        self.server.arrived.set()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def pilot(tmp_path: Path) -> tuple[Path, str, str]:
    """The folder, the issuer's address and the bearer key of one institution."""
    data, url = tmp_path / "data", serving.free_url()
    keys = pilot_of_today(data, url)
    return data, url, keys[URSSAF]


def notices(*arguments: str, data: Path) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, ["notices", *arguments, "--data", str(data)])
    return result.exit_code, result.stdout.splitlines()


def test_service_delivers_by_itself_and_command_line_again(pilot: tuple[Path, str, str], hook: Hook) -> None:
    data, url, key = pilot
    code, (secret,) = notices("webhook", URSSAF, hook.url, data=data)
    assert (code, secret[:6]) == (0, "whsec_")
    with serving.services(data, issuer_url=url, verifier_url=serving.free_url()):
        registered = register(url, key)
        assert registered.status_code == 201, registered.text
        assert hook.arrived.wait(20)
    (listed,) = map(json.loads, notices("list", URSSAF, data=data)[1])
    assert (listed["type"], listed["document_id"]) == ("document.issued", registered.json()["document_id"])
    assert notices("resend", URSSAF, listed["id"], data=data)[0] == 0
    assert notices("deliver", "--issuer-url", url, data=data) == (0, ["1 delivered, 0 failed, 0 given up"])
    assert {headers["webhook-id"] for headers, _ in hook.seen} == {listed["id"]}
    assert len(hook.seen) == 2
    assert all(is_genuine(secret, headers, body, now=int(time.time())) for headers, body in hook.seen)


def test_failed_delivery_has_its_exit_status(pilot: tuple[Path, str, str], hook: Hook) -> None:
    data, url, key = pilot
    hook.server_close()
    assert notices("webhook", URSSAF, hook.url, data=data)[0] == 0
    with serving.services(data, issuer_url=url, verifier_url=serving.free_url()):
        register(url, key).raise_for_status()
        listed: dict[str, Any] = {}
        for _ in range(200):
            (listed,) = map(json.loads, notices("list", URSSAF, data=data)[1])
            if listed["last_failure"]:
                break
            time.sleep(0.1)
    assert (listed["state"], listed["last_failure"]) == ("due", "unreachable")
    notices("resend", URSSAF, listed["id"], data=data)
    assert notices("deliver", "--issuer-url", url, data=data) == (1, ["0 delivered, 1 failed, 0 given up"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("webhook", URSSAF, "http://institution.example/"), 1),
        (("webhook", URSSAF, "--new-secret"), 1),
        (("webhook", URSSAF), 2),
        (("webhook", URSSAF, "https://institution.example/", "--remove"), 2),
        (("webhook", "FR:000000", "https://institution.example/"), 1),
        (("resend", URSSAF, "evt_unknown"), 1),
    ],
    ids=["not_https", "no_webhook", "nothing_to_do", "two_things_to_do", "institution_unknown", "event_unknown"],
)
def test_refused(pilot: tuple[Path, str, str], arguments: tuple[str, ...], code: int) -> None:
    assert notices(*arguments, data=pilot[0])[0] == code
