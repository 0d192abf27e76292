"""Claims are erased when their period has passed, all that says something of the person with them, and nothing else."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.app.evidence import Evidence, open_evidence
from issuer.jobs import Job
from issuer.settings import IssuerSettings
from tests.issuer.bulk import Bulk, bulk_beside
from tests.issuer.conftest import MakeWorld
from tests.issuer.http.test_credential_endpoint import SD_JWT
from tests.issuer.world import BASE_URL, CNPP, DRV, NOW, URSSAF, Clock, Registered, Wallet, World
from tests.packaged import CATALOGUE

RETENTION = CATALOGUE.type("a1").retention or timedelta()


@pytest.fixture
def clock() -> Clock:
    """Of the evidence; the service's own stands still."""
    return Clock()


@pytest.fixture
def evidence(world: World, pilot: tuple[Path, Any], clock: Clock) -> Iterator[Evidence]:
    settings = IssuerSettings(data=pilot[0], base_url=BASE_URL, database_url=world.database_url)
    opened = open_evidence(settings, clock=clock)
    yield opened
    opened.database.close()


@pytest.fixture
def bulk(world: World, pilot: tuple[Path, Any], tmp_path: Path) -> Iterator[Bulk]:
    with bulk_beside(world, pilot[0], tmp_path) as beside:
        yield beside


def _erased(evidence: Evidence, **how: Any) -> int:
    return {one.type_id: one.documents for one in evidence.erase(**how)}["a1"]


def _shown(world: World, registered: Registered) -> Mapping[str, Any]:
    return world.document(registered)


def test_what_says_something_of_the_person_is_erased(world: World, evidence: Evidence, clock: Clock) -> None:
    claims = world.a1()
    registered = world.register(claims)
    wallet = Wallet(world)
    wallet.redeem(registered)
    assert wallet.collect(SD_JWT).status_code == 200
    before = _shown(world, registered)
    ended = _last_day(claims)
    clock.now = NOW.replace(year=ended.year, month=ended.month, day=ended.day) + RETENTION + timedelta(days=1)
    assert _erased(evidence) == 1
    after = _shown(world, registered)
    assert (after["claims"], after["document_number"], after["notes"]) == ({}, None, [])
    assert after["erased_at"] == clock.now.isoformat().replace("+00:00", "Z")
    assert after["credentials"] == before["credentials"]
    stored = json.dumps(world.rows(), default=_as_text)
    person = [claims["personal_administrative_number"], claims["document_number"],
              claims["credential_holder"]["family_name"]]  # fmt: skip
    assert [value for value in person if value in stored] == []
    assert all(row[0] != registered.answer["document_id"] for row in world.rows()["subject"])


def _as_text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _last_day(claims: Mapping[str, Any]) -> date:
    return date.fromisoformat(claims["ending_date"])


def test_no_day_too_early(world: World, evidence: Evidence, clock: Clock) -> None:
    registered = world.register()
    ended = _last_day(_shown(world, registered)["claims"])
    clock.now = NOW.replace(year=ended.year, month=ended.month, day=ended.day) + RETENTION
    assert _erased(evidence) == 0
    clock.advance(days=1)
    assert _erased(evidence, trial=True) == 1
    assert _shown(world, registered)["erased_at"] is None
    assert _erased(evidence) == 1
    assert _erased(evidence) == 0


def test_the_log_stays_whole_and_says_so(world: World, evidence: Evidence, clock: Clock) -> None:
    registered = world.register()
    evidence.sign_heads()
    clock.advance(days=6000)
    assert _erased(evidence) >= 1
    logs = evidence.verify()
    assert [log.findings for log in logs] == [() for _ in logs]
    file = evidence.export(registered.answer["document_id"])
    assert file is not None
    events = [(entry.members["event"], entry.members["actor"]) for entry in file.entries]
    assert events[-1] == ("claims.erased", "system")
    assert events[2][0] == "credential.signed"


def test_a_withdrawn_document_is_kept_from_its_withdrawal_on(world: World, evidence: Evidence) -> None:
    registered = world.register()
    assert world.withdraw(registered, case_ref="Case of Jean Dupont").status_code == 200
    assert _erased(evidence, ended_before=NOW.date()) == 0
    assert _erased(evidence, ended_before=NOW.date() + timedelta(days=1)) == 1
    withdrawal = _shown(world, registered)["withdrawal"]
    assert (withdrawal["reason_code"], withdrawal["case_ref"]) == ("issued_in_error", None)


def test_the_case_goes_from_decided_requests_for_its_withdrawal_too(world: World, evidence: Evidence) -> None:
    registered, case_ref = world.register(), "Case of Marie Dupont"
    body = {"type": "a1", "document_ids": [registered.answer["document_id"]], "reason_code": "facts_changed"}
    asked = world.client().post("/v1/withdrawals", json={**body, "case_ref": case_ref}, headers=world.auth())
    assert (asked.status_code, asked.json()["case_ref"]) == (200, case_ref)
    assert _erased(evidence, ended_before=NOW.date() + timedelta(days=1)) == 1
    shown = world.client().get(f"/v1/withdrawals/{asked.json()['id']}", headers=world.auth())
    assert shown.json() == {**asked.json(), "case_ref": None}
    assert case_ref not in json.dumps(world.rows(), default=_as_text)


def test_the_case_goes_from_a_suspension_too(world: World, evidence: Evidence) -> None:
    """A suspended document is kept as long as one in force."""
    claims, case_ref = world.a1(), "Case of Luc Dupont"
    registered = world.register(claims)
    assert world.suspend(registered, case_ref=case_ref).status_code == 200
    assert _erased(evidence, ended_before=_last_day(claims)) == 0
    assert _erased(evidence, ended_before=_last_day(claims) + timedelta(days=1)) >= 1
    shown = _shown(world, registered)
    assert (shown["state"], shown["suspension"]["case_ref"]) == ("suspended", None)
    assert shown["suspension"]["reason_code"] == "facts_in_doubt"
    assert case_ref not in json.dumps(world.rows(), default=_as_text)


def test_the_case_stays_in_a_request_that_waits(world: World, evidence: Evidence) -> None:
    """A second officer still has to see it."""
    claims = world.ehic()
    whose = {"id": DRV, "name": "Deutsche Rentenversicherung"}
    for member in ("issuing_authority", "authentic_source"):
        claims[member] = {**claims[member], **whose}
    registered = world.register(claims, type_id="ehic", institution_id=DRV)
    asked = world.withdraw(registered, case_ref="K-18")
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    evidence.erase(ended_before=date(2100, 1, 1))
    assert world.document(registered)["erased_at"] is not None
    shown = world.client().get(f"/v1/withdrawals/{asked.json()['id']}", headers=world.auth(DRV))
    assert shown.json()["case_ref"] == "K-18"


def test_what_was_erased_is_neither_offered_nor_collected(world: World, evidence: Evidence, clock: Clock) -> None:
    registered, wallet = world.register(), Wallet(world)
    wallet.redeem(registered)
    clock.advance(days=6000)
    evidence.erase(older_than=timedelta(days=1))
    offered = world.client().post(f"{registered.path}/offers", headers=world.auth())
    assert (offered.status_code, offered.json()["error"]) == (410, "document_erased")
    assert world.client().get(f"/credential-offer/{registered.offer_id}").status_code == 404
    collected = wallet.collect(SD_JWT)
    assert (collected.status_code, collected.json()["error"]) == (400, "credential_request_denied")
    code = world.client().get(f"{registered.path}/inspection-code", headers=world.auth())
    assert code.status_code == 404


def _faults(bulk: Bulk, job: Job) -> list[tuple[int, str | None, str, str]]:
    return [(one.row, one.key, one.pointer, one.code) for one in bulk.faults(job)]


@pytest.mark.parametrize("institution_id", [URSSAF, CNPP])
def test_the_number_goes_from_what_is_said_of_rows_of_files(
    make_world: MakeWorld, evidence: Evidence, pilot: tuple[Path, Any], tmp_path: Path, institution_id: str
) -> None:
    """Of rows that repeated the document, or had its number and were faulty; not of others, nor of files of another
    institution, which has a document of this number or not. The file was done after the day in question."""
    world = make_world(clock=Clock())
    claims, other = world.a1(), world.a1()
    number, registered = claims["document_number"], world.register(claims)
    assert world.withdraw(registered).status_code == 200
    world.clock.advance(days=2)
    faulty = [{**one, "ending_date": "2019-01-01"} for one in (claims, other)]
    with bulk_beside(world, pilot[0], tmp_path) as bulk:
        job = bulk.register([claims, *faulty], institution_id, "a1")
        before = _faults(bulk, job)
        assert {(row, key) for row, key, _, _ in before} == {(1, number), (2, number), (3, other["document_number"])}
        evidence.erase(ended_before=NOW.date() + timedelta(days=1))
        assert _shown(world, registered)["erased_at"] is not None
        gone = {number} if institution_id == URSSAF else set()
        assert _faults(bulk, job) == [
            (row, None, "", code) if key in gone else (row, key, pointer, code) for row, key, pointer, code in before
        ]


def test_of_what_was_never_registered_the_period_begins_when_the_file_was_done(
    world: World, evidence: Evidence, clock: Clock, bulk: Bulk
) -> None:
    job = bulk.register([{**world.a1(), "ending_date": "2019-01-01"}, b"{"], URSSAF, "a1")
    before = _faults(bulk, job)
    clock.now = NOW + RETENTION
    assert _rows(evidence) == 0
    clock.advance(days=1)
    assert _rows(evidence, trial=True) >= 1
    assert _faults(bulk, job) == before
    assert _rows(evidence) >= 1
    assert _faults(bulk, job) == [(row, None, "", code) for row, _, _, code in before]
    assert _rows(evidence) == 0


def _rows(evidence: Evidence, **how: Any) -> int:
    return {one.type_id: one.rows for one in evidence.erase(**how)}["a1"]


def test_the_same_request_is_not_registered_anew(world: World, evidence: Evidence, clock: Clock) -> None:
    claims = world.a1()
    assert world.post(claims, key="kept").status_code == 201
    clock.advance(days=6000)
    evidence.erase()
    assert world.post(claims, key="kept").status_code == 409
