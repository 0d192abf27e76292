"""The verifier's numbers: who reads them, what they count, and that nobody is to be found in them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from tests.scraped import scraped
from tests.verifier.conftest import MakeApp
from tests.verifier.world import BASE_URL, SetClock, World
from vc_core.checks import QUESTIONS
from vc_core.verdict import Word
from vc_core.verification import StatusUnavailable
from verifier.adapters.database import Database
from verifier.adapters.standing import Standing
from verifier.settings import VerifierSettings

TOKEN = "the operator's own token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def counted(make_app: MakeApp) -> Iterator[TestClient]:
    with TestClient(make_app(metrics_token=TOKEN), base_url=BASE_URL) as client:
        yield client


def numbers(client: TestClient) -> Mapping[str, float]:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert answer.headers["Cache-Control"] == "no-store"
    return scraped(answer.text)


def verify(client: TestClient, text: str) -> set[str]:
    """The checks that no other stood in the way of."""
    answer = client.post("/v1/verify", json={"text": text, "expected": {"day": "2026-02-15", "host_state": "DE"}})
    assert answer.status_code == 200, answer.text
    return {check["id"] for check in answer.json()["checks"] if not check.get("blocked_by")}


# ------------------------------------------------------------------------------------------------------ who reads them
def test_without_a_token_set_there_are_none(client: TestClient) -> None:
    assert client.get("/metrics", headers=BEARER).status_code == 404
    assert "/metrics" not in client.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer another token than that"}, {"Authorization": f"Bearer {TOKEN[:-1]}"}],
    ids=["none", "another", "cut_short"],
)
def test_whoever_has_not_the_token_reads_nothing(counted: TestClient, headers: dict[str, str]) -> None:
    answer = counted.get("/metrics", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "token_wrong")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "socsec_verifier" not in answer.text


def test_a_short_token_is_no_token(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="metrics_token"):
        VerifierSettings(data=tmp_path, base_url=BASE_URL, metrics_token=SecretStr("fifteen letters"))


def test_the_interface_description_lists_them_where_they_are(counted: TestClient) -> None:
    operation = counted.get("/openapi.json").json()["paths"]["/metrics"]["get"]
    assert operation["operationId"] == "metrics"
    assert set(operation["responses"]) == {"200", "401"}


# ----------------------------------------------------------------------------------------------------------- requests
def test_requests_are_counted_by_route_method_and_status(counted: TestClient) -> None:
    counted.get("/request/one")
    counted.get("/request/two")
    counted.get("/static/inspector.css")
    counted.get("/static/none.css")
    counted.get("/nothing")
    counted.get("/v7/else")
    counted.request("BREW", "/nothing")
    found = numbers(counted)
    request = "socsec_verifier_http_requests_total"
    assert found[f"{request}{{method=GET,route=/request/{{request_id}},status=4xx}}"] == 2
    assert sum(value for name, value in found.items() if f"{request}{{method=GET,route=/static/," in name) == 2
    assert found[f"{request}{{method=GET,route=unmatched,status=4xx}}"] == 2
    assert found[f"{request}{{method=other,route=unmatched,status=4xx}}"] == 1
    assert found["socsec_verifier_http_request_seconds_count{method=GET,route=/request/{request_id}}"] == 2


# ------------------------------------------------------------------------------------------------------- verifications
def test_a_verdict_and_the_time_of_each_check(counted: TestClient, world: World) -> None:
    answered = verify(counted, world.code())
    found = numbers(counted)
    verdicts = {word: found[f"socsec_verifier_verdicts_total{{verdict={word.value}}}"] for word in Word}
    assert verdicts == {**dict.fromkeys(Word, 0), Word.CONFIRMED: 1}
    for question in QUESTIONS:
        count = found[f"socsec_verifier_check_seconds_count{{check={question.id}}}"]
        assert count == (question.id in answered), question.id
    assert found["socsec_verifier_check_seconds_count{check=rules}"] == 1
    signature = "check=integrity.issuer_signature"
    assert 0 < found[f"socsec_verifier_check_seconds_sum{{{signature}}}"] < 1


def test_a_check_that_others_stand_in_the_way_of_took_no_time(counted: TestClient, world: World) -> None:
    assert "status.value" not in verify(counted, world.tampered_code())
    found = numbers(counted)
    assert found["socsec_verifier_check_seconds_count{check=integrity.issuer_signature}"] == 1
    assert found["socsec_verifier_check_seconds_count{check=status.value}"] == 0


def test_what_cannot_be_read_is_a_verdict_too(counted: TestClient) -> None:
    verify(counted, "no credential at all")
    assert numbers(counted)["socsec_verifier_verdicts_total{verdict=CANNOT_CONFIRM}"] == 1


def test_lists_are_counted_by_what_came(counted: TestClient, world: World) -> None:
    verify(counted, world.code())
    world.clock.forward(seconds=10)
    verify(counted, world.code())
    for reason in ("http_404", "http_451", "timeout"):
        world.clock.forward(seconds=10)
        world.lists.down = StatusUnavailable(reason=reason)
        verify(counted, world.code())
    found = numbers(counted)
    outcomes = {name: value for name, value in found.items() if name.startswith("socsec_verifier_fetches_total")}
    assert outcomes == {
        "socsec_verifier_fetches_total{outcome=downloaded}": 1,
        "socsec_verifier_fetches_total{outcome=not_modified}": 1,
        "socsec_verifier_fetches_total{outcome=http_4xx}": 2,
        "socsec_verifier_fetches_total{outcome=timeout}": 1,
    }
    assert found["socsec_verifier_fetch_seconds_count"] == 5


# ------------------------------------------------------------------------------------------------- how things stand
def test_the_cache_and_its_age(counted: TestClient, world: World) -> None:
    assert numbers(counted)["socsec_verifier_status_cache_lists"] == 0
    verify(counted, world.code())
    world.clock.forward(seconds=90)
    found = numbers(counted)
    assert found["socsec_verifier_status_cache_lists"] == 1
    assert found["socsec_verifier_status_cache_bytes"] > 100
    assert found["socsec_verifier_status_cache_age_seconds{list=oldest}"] == 90
    assert found["socsec_verifier_status_cache_age_seconds{list=newest}"] == 90


def test_the_queue_of_rechecks(counted: TestClient, world: World) -> None:
    world.lists.down = StatusUnavailable(reason="timeout")
    verify(counted, world.code())
    found = numbers(counted)
    assert [found[f"socsec_verifier_rechecks{{state={state}}}"] for state in ("pending", "settled")] == [1, 0]


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}")
    (family,) = Standing(database, SetClock()).collect()
    assert [(sample.name, sample.value) for sample in family.samples] == [("socsec_verifier_database_up", 0)]


def test_nobody_is_to_be_found_in_them(counted: TestClient, world: World) -> None:
    code = world.code()
    verify(counted, code)
    found = counted.get("/metrics", headers=BEARER).text
    for said in ("Moreau", "Camille", code, TOKEN, "issuer.example", "FR:117000"):
        assert said not in found


def test_labels_are_few(counted: TestClient, world: World) -> None:
    """Nothing that somebody sends makes a sample of its own."""

    def ask() -> None:
        for number in range(20):
            counted.get(f"/request/{number}")
            counted.get(f"/{number}")
        verify(counted, world.code())
        world.clock.forward(seconds=10)

    ask()
    ask()
    numbers(counted)
    before = set(numbers(counted))
    ask()
    assert set(numbers(counted)) == before
