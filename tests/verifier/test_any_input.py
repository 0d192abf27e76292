"""Whatever is sent, the service answers it: refused or judged, never a fault (500)."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.verifier.wallet import Asked, ask, bearer, encrypted_form, plain_form
from tests.verifier.world import BASE_URL, make_world
from vc_core.catalogue import Catalogue
from vc_core.inspection_code import PREFIX
from verifier.app.service import build_app
from verifier.settings import VerifierSettings

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def client(
    pilot_folder: Path, catalogue: Catalogue, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """One service for all examples."""
    path = tmp_path_factory.mktemp("any") / "verifier.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    world = make_world(pilot_folder, catalogue)
    values = VerifierSettings(data=pilot_folder, base_url=BASE_URL, database_url=f"sqlite:///{path}")
    app = build_app(values, clock=world.clock, fetch=world.lists, catalogue=catalogue)
    with TestClient(app, base_url=BASE_URL) as client:
        yield client


@pytest.fixture(scope="module", params=["direct_post", "direct_post.jwt"])
def asked(client: TestClient, request: pytest.FixtureRequest) -> Asked:
    return ask(client, response_mode=request.param)


def still_open(client: TestClient, asked: Asked) -> bool:
    result = client.get(f"/v1/requests/{asked.offer['id']}", headers=bearer(asked.offer["read_token"]))
    return bool(result.json()["state"] == "fetched")


@given(body=st.binary(max_size=300))
@SOME
def test_any_bytes_as_a_response(client: TestClient, asked: Asked, body: bytes) -> None:
    answer = client.post(asked.response_path, content=body, headers=FORM)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert still_open(client, asked)


@given(vp_token=VALUES)
@SOME
def test_any_value_as_a_vp_token_without_the_state(client: TestClient, asked: Asked, vp_token: object) -> None:
    data = plain_form(asked, vp_token, state="another") if asked.encryption is None else encrypted_form(
        asked, {"vp_token": vp_token, "state": "another"}
    )  # fmt: skip
    answer = client.post(asked.response_path, data=data)
    assert answer.status_code == 400
    assert answer.json()["check"] in {"response.form", "response.state"}
    assert still_open(client, asked)


@given(text=st.text(max_size=200) | st.text("ABCDEFGH0123456789 $%*+-./:~.", max_size=200).map(f"{PREFIX}{{}}".format))
@SOME
def test_any_text_to_verify(client: TestClient, text: str) -> None:
    answer = client.post("/v1/verify", json={"text": text})
    assert answer.status_code == (200 if text else 400)
    assert not text or answer.json()["verdict"] == "CANNOT_CONFIRM"


@given(body=st.binary(max_size=300) | VALUES.map(repr).map(str.encode))
@pytest.mark.parametrize("path", ["/v1/verify", "/v1/requests"])
@SOME
def test_any_bytes_as_json(client: TestClient, path: str, body: bytes) -> None:
    assert client.post(path, content=body, headers=JSON).status_code in {200, 400}


@given(body=st.binary(max_size=300))
@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "multipart/form-data; boundary=x"])
@SOME
def test_any_bytes_as_a_file(client: TestClient, media_type: str, body: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"--x\r\n"):
        answer = client.post("/v1/verify", content=start + body, headers={"Content-Type": media_type})
        assert answer.status_code in {400, 422}


@given(path=st.text(max_size=40))
@SOME
def test_any_id(client: TestClient, path: str) -> None:
    for place in ("/request/", "/v1/requests/", "/v1/verdicts/"):
        assert client.get(place + quote(path, safe="")).status_code in {200, 401, 404, 405}
