"""The issuer's numbers: who reads them, what they count, and that nobody is to be found in them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import create_engine, text

from issuer.adapters.database import Database
from issuer.adapters.standing import Standing
from issuer.audit import AuditEvent
from issuer.settings import IssuerSettings
from tests.issuer.conftest import MakeWorld
from tests.issuer.http.test_credential_endpoint import SD_JWT
from tests.issuer.http.test_office_documents import make
from tests.issuer.http.test_office_jobs import hand_in
from tests.issuer.office import Officer
from tests.issuer.world import BASE_URL, Clock, Wallet, World
from tests.scraped import scraped
from vc_core.formats.registry import FORMATS, INSPECTION_CODE

TOKEN = "the operator's own token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SD_JWT_FORMAT = next(iter(FORMATS))


@pytest.fixture(scope="module")
def counted(make_world: MakeWorld) -> World:
    """An issuer that measures, on the module's database."""
    return make_world(metrics_token=TOKEN, notice_seconds=None, job_seconds=None)


def numbers(world: World) -> Mapping[str, float]:
    answer = world.client().get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert answer.headers["Cache-Control"] == "no-store"
    return scraped(answer.text)


def added(world: World, work: Callable[[], object]) -> Mapping[str, float]:
    """What changed meanwhile, without the buckets and the times."""
    before = numbers(world)
    work()
    after = numbers(world)
    changes = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    return {name: value for name, value in changes.items() if "_bucket" not in name and "_sum" not in name}


def logged(event: AuditEvent) -> str:
    return f"socsec_issuer_logged_total{{event={event.value}}}"


# ------------------------------------------------------------------------------------------------------ who reads them
def test_without_a_token_set_there_are_none(world: World) -> None:
    answer = world.client().get("/metrics", headers=BEARER)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert "/metrics" not in world.client().get("/openapi.json").json()["paths"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Basic {TOKEN}"}], ids=["nothing", "of_another_scheme"])
def test_whoever_sends_no_token_reads_nothing(counted: World, headers: dict[str, str]) -> None:
    answer = counted.client().get("/metrics", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "metrics_token_missing")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "socsec_issuer" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer another token than that"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": "Bearer \xe9"},
    ],
    ids=["another", "cut_short", "not_ascii"],
)
def test_whoever_has_not_the_token_reads_nothing(counted: World, headers: dict[str, str]) -> None:
    answer = counted.client().get("/metrics", headers={k.encode(): v.encode("latin-1") for k, v in headers.items()})
    assert (answer.status_code, answer.json()["error"]) == (401, "metrics_token_wrong")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert "socsec_issuer" not in answer.text


def test_an_institution_has_not_the_token(counted: World) -> None:
    assert counted.client().get("/metrics", headers=counted.auth()).status_code == 401


def test_a_short_token_is_no_token(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="metrics_token"):
        IssuerSettings(data=tmp_path, base_url=BASE_URL, metrics_token=SecretStr("fifteen letters"))


def test_settings_do_not_show_the_token(tmp_path: Path) -> None:
    assert TOKEN not in repr(IssuerSettings(data=tmp_path, base_url=BASE_URL, metrics_token=SecretStr(TOKEN)))


def test_the_interface_description_lists_them_where_they_are(counted: World) -> None:
    operation = counted.client().get("/openapi.json").json()["paths"]["/metrics"]["get"]
    assert operation["operationId"] == "getMetrics"
    assert operation["security"] == [{"MetricsToken": []}]
    assert set(operation["responses"]) == {"200", "401"}


# ----------------------------------------------------------------------------------------------------------- requests
def test_requests_are_counted_by_route_method_and_status(counted: World) -> None:
    def ask() -> None:
        counted.client().get("/status/no-such-list")
        counted.client().get("/status/another-one")
        counted.client().post("/nonce")

    changes = added(counted, ask)
    assert changes["socsec_issuer_http_requests_total{method=GET,route=/status/{shard_id},status=4xx}"] == 2
    assert changes["socsec_issuer_http_requests_total{method=POST,route=/nonce,status=2xx}"] == 1
    assert changes["socsec_issuer_http_request_seconds_count{method=GET,route=/status/{shard_id}}"] == 2
    assert changes["socsec_issuer_refusals_total{code=status_list_unknown}"] == 2


def test_addresses_and_methods_that_nobody_knows_are_one(counted: World) -> None:
    def ask() -> None:
        for path in ("/nothing", "/v9/x/y", "/etc/passwd"):
            counted.client().get(path)
        counted.client().request("BREW", "/nothing")

    changes = added(counted, ask)
    assert changes["socsec_issuer_http_requests_total{method=GET,route=unmatched,status=4xx}"] == 3
    assert changes["socsec_issuer_http_requests_total{method=other,route=unmatched,status=4xx}"] == 1


def test_a_bug_is_counted_as_answered(counted: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Clock) -> datetime:
        raise RuntimeError

    def ask() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(Clock, "now", property(fail))
            counted.client().post("/nonce")

    assert added(counted, ask)["socsec_issuer_http_requests_total{method=POST,route=/nonce,status=5xx}"] == 1


def test_a_refused_page_is_counted_by_its_code(counted: World) -> None:
    changes = added(counted, lambda: counted.client().get("/authorize?client_id=x&request_uri=y"))
    refused = [name for name in changes if name.startswith("socsec_issuer_refusals_total")]
    assert len(refused) == 1


def test_a_refused_page_of_the_back_office_is_counted_by_its_code(counted: World) -> None:
    officer = Officer.of(counted)
    officer.sign_in()
    changes = added(counted, lambda: officer.open("/office/documents/x/new"))
    assert changes["socsec_issuer_refusals_total{code=type_unknown}"] == 1


NOTHING_TO_READ = {"claims": "{"}
MENDED: dict[str, tuple[str, str, dict[str, str], str]] = {
    "no_json": ("documents/a1/new?as=json", "a1", NOTHING_TO_READ, "body_malformed"),
    "faults": ("documents/a1/new", "a1", {}, "document_faulty"),
    "faults_in_json": ("documents/a1/new?as=json", "a1", {"claims": "{}"}, "document_faulty"),
    "no_reason_to_withdraw": ("{document}/withdraw", "review", {"reason_code": ""}, "order_malformed"),
    "no_reason_to_suspend": ("{document}/suspend", "suspend", {"reason_code": ""}, "order_malformed"),
    "correction_no_json": ("{document}/correct?as=json", "correct", NOTHING_TO_READ, "body_malformed"),
    "number_unknown": ("", "find", {"number": "no such number"}, "document_unknown"),
    "name_too_short": ("search", "search", {"type": "a1", "family_name": "x"}, "document_query_malformed"),
}


@pytest.mark.parametrize(("page", "name", "sent", "code"), MENDED.values(), ids=MENDED)
def test_a_form_of_the_back_office_that_comes_back_is_counted_by_its_code(
    counted: World, page: str, name: str, sent: dict[str, str], code: str
) -> None:
    officer = Officer.of(counted)
    officer.sign_in()
    document = counted.register().path.replace("/v1", "documents")
    form = officer.open(f"/office/{page.format(document=document)}")
    changes = added(counted, lambda: officer.send(form, name, **sent))
    assert _refusals(changes) == {code: 1}


def test_a_day_that_is_none_is_counted(counted: World) -> None:
    officer = Officer.of(counted)
    officer.sign_in()
    document = counted.register().path.replace("/v1", "/office/documents")
    changes = added(counted, lambda: officer.open(f"{document}/history?on=2026-02-30"))
    assert _refusals(changes) == {"document_query_malformed": 1}


def test_a_key_that_nobody_has_is_counted(counted: World) -> None:
    officer = Officer.of(counted)
    officer.key = "x" * 43
    assert _refusals(added(counted, officer.sign_in)) == {"api_key_unknown": 1}


def test_a_file_that_cannot_be_read_is_counted(counted: World) -> None:
    officer = Officer.of(counted)
    officer.sign_in()
    assert _refusals(added(counted, lambda: hand_in(officer, b"", type="a1"))) == {"rows_unreadable": 1}


def test_a_release_that_is_refused_is_counted(make_world: MakeWorld) -> None:
    """On another day than when it was made, the document breaks a rule."""
    counted = make_world(metrics_token=TOKEN, notice_seconds=None, job_seconds=None, clock=Clock())
    officer = Officer.of(counted)
    officer.sign_in()
    held = make(officer, counted.a1(), timing="on_release")
    counted.clock.advance(days=-400)
    changes = added(counted, lambda: officer.send(held, "release"))
    assert _refusals(changes) == {"document_faulty": 1}


def test_a_form_that_is_done_counts_as_no_refusal(counted: World) -> None:
    officer = Officer.of(counted)
    officer.sign_in()
    document = counted.register().path.replace("/v1", "/office/documents")
    form = officer.open(f"{document}/suspend")
    assert _refusals(added(counted, lambda: officer.send(form, "suspend", reason_code="facts_in_doubt"))) == {}


def _refusals(changes: Mapping[str, float]) -> dict[str, float]:
    """By code."""
    before, after = "socsec_issuer_refusals_total{code=", "}"
    return {
        name.removeprefix(before).removesuffix(after): count
        for name, count in changes.items()
        if name.startswith(before)
    }


# ---------------------------------------------------------------------------------------------------- what was done
def test_what_was_registered_signed_and_withdrawn(counted: World) -> None:
    wallet = Wallet(counted)

    def work() -> None:
        registered = counted.register()
        wallet.redeem(registered)
        assert wallet.collect(SD_JWT).status_code == 200
        assert counted.withdraw(registered).status_code == 200

    changes = added(counted, work)
    assert changes[logged(AuditEvent.DOCUMENT_REGISTERED)] == 1
    assert changes[logged(AuditEvent.DOCUMENT_WITHDRAWN)] == 1
    assert changes[logged(AuditEvent.CREDENTIAL_SIGNED)] == 2
    assert changes[f"socsec_issuer_credentials_issued_total{{format={SD_JWT_FORMAT}}}"] == 1
    assert changes[f"socsec_issuer_credentials_issued_total{{format={INSPECTION_CODE.id}}}"] == 1
    assert changes["socsec_issuer_status_list_publication_seconds_count"] >= 1


def test_what_was_not_done_is_not_counted(counted: World) -> None:
    changes = added(counted, lambda: counted.post({**counted.a1(), "starting_date": "x"}))
    assert changes["socsec_issuer_refusals_total{code=document_faulty}"] == 1
    assert not [name for name in changes if name.startswith("socsec_issuer_logged")]


def test_every_event_and_format_is_there_before_it_happens(make_world: MakeWorld) -> None:
    found = numbers(make_world(metrics_token=TOKEN, notice_seconds=None, job_seconds=None))
    assert {logged(event) for event in AuditEvent} <= set(found)
    assert {f"socsec_issuer_credentials_issued_total{{format={id_}}}" for id_ in FORMATS} <= set(found)


def test_two_services_in_one_process_count_for_themselves(make_world: MakeWorld, counted: World) -> None:
    other = make_world(metrics_token=TOKEN)
    changes = added(other, lambda: counted.client().post("/nonce"))
    assert not [name for name in changes if "/nonce" in name]


# ------------------------------------------------------------------------------------------------- how things stand
def test_lists_age_until_they_are_published_anew(make_world: MakeWorld, tmp_path: Path) -> None:
    world = make_world(
        clock=Clock(), metrics_token=TOKEN, database_url=f"sqlite:///{tmp_path / 'lists.sqlite3'}", notice_seconds=None
    )
    assert numbers(world)["socsec_issuer_status_lists"] == 0
    world.register()
    world.clock.advance(seconds=90)
    found = numbers(world)
    assert found["socsec_issuer_status_lists"] == 1
    assert found["socsec_issuer_status_list_age_seconds{list=oldest}"] == 90
    assert found["socsec_issuer_status_list_published_timestamp_seconds{list=newest}"] == (
        world.clock().timestamp() - 90
    )
    assert found["socsec_issuer_database_up"] == 1


def test_the_outbox_is_counted_until_it_is_empty(make_world: MakeWorld, tmp_path: Path) -> None:
    """The notice that a document is about to end is due months ahead, and is no backlog."""
    world = make_world(
        metrics_token=TOKEN, database_url=f"sqlite:///{tmp_path / 'outbox.sqlite3'}", notice_seconds=None
    )
    world.register()
    assert numbers(world)["socsec_issuer_outbox_events{state=recorded}"] == 1
    world.client().get("/v1/events?after=0", headers=world.auth())
    found = numbers(world)
    assert [found[f"socsec_issuer_outbox_events{{state={state}}}"] for state in ("recorded", "due", "dead")] == [
        0,
        0,
        0,
    ]


def test_a_dead_event_is_counted(make_world: MakeWorld, tmp_path: Path) -> None:
    world = make_world(metrics_token=TOKEN, database_url=f"sqlite:///{tmp_path / 'dead.sqlite3'}", notice_seconds=None)
    world.register()
    engine = create_engine(world.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE event SET progress = 'dead', due_at = NULL WHERE kind = 'document.issued'"))
    engine.dispose()
    assert numbers(world)["socsec_issuer_outbox_events{state=dead}"] == 1


def test_jobs_by_state(make_world: MakeWorld, tmp_path: Path) -> None:
    world = make_world(
        metrics_token=TOKEN,
        database_url=f"sqlite:///{tmp_path / 'jobs.sqlite3'}",
        spool=tmp_path / "spool",
        job_seconds=None,
        notice_seconds=None,
    )
    headers = {**world.auth(), "Content-Type": "application/x-ndjson"}
    answer = world.client().post("/v1/jobs?type=a1", content=b"{}\n", headers=headers)
    assert answer.status_code in {201, 202}, answer.text
    found = numbers(world)
    states = ("waiting", "running", "finished")
    assert [found[f"socsec_issuer_jobs{{state={state}}}"] for state in states] == [1, 0, 0]


def test_a_database_that_does_not_answer_is_told_and_the_rest_too(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}")
    (family,) = Standing(database, Clock()).collect()
    assert [(sample.name, sample.value) for sample in family.samples] == [("socsec_issuer_database_up", 0)]


# --------------------------------------------------------------------------------------------------- nobody's traces
def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in _texts(one)]
    if isinstance(value, list):
        return [found for one in value for found in _texts(one)]
    return [value] if isinstance(value, str) and len(value) > 4 else []


def test_nobody_is_to_be_found_in_them(counted: World) -> None:
    wallet, claims = Wallet(counted), counted.a1()
    registered = counted.register(claims)
    wallet.redeem(registered)
    wallet.collect(SD_JWT)
    counted.document(registered)
    counted.client().get(f"/v1/a1/{claims['document_number']}", headers=counted.auth())
    counted.withdraw(registered, case_ref="a secret case")
    found = counted.client().get("/metrics", headers=BEARER).text
    secrets = [registered.answer["document_id"], registered.offer_id, registered.tx_code, wallet.access_token, TOKEN]
    for said in [*_texts(claims), *secrets, "a secret case", *counted.api_keys.values(), *counted.api_keys]:
        assert said not in found


def test_labels_are_few(counted: World) -> None:
    """Nothing that somebody sends makes a sample of its own."""
    client = counted.client()

    def ask() -> None:
        for number in range(20):
            client.get(f"/v1/a1/{number}", headers=counted.auth())
            client.get(f"/status/{number}", headers={"Accept": f"x/{number}"})
            client.post("/token", data={"grant_type": f"g{number}"})
            client.get(f"/{number}")

    ask()
    numbers(counted)
    before = set(numbers(counted))
    ask()
    assert set(numbers(counted)) == before
