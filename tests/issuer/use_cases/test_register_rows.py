"""Rows of a bulk job: registered as documents that come alone are, each once, whatever interrupts the job."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from issuer.jobs import JobMode, JobState
from issuer.use_cases.register_rows import JobTakenOverError
from issuer.use_cases.start_job import Beginning, JobInterruptedError
from tests.issuer.bulk import Bulk, bulk_beside, counts
from tests.issuer.world import CNAM, URSSAF, Registered, Wallet, World


@pytest.fixture
def bulk(world: World, pilot: tuple[Path, Mapping[str, str]], tmp_path: Path) -> Iterator[Bulk]:
    with bulk_beside(world, pilot[0], tmp_path) as beside:
        yield beside


def found(world: World, number: str) -> dict[str, Any]:
    """The document of this number as its institution has it."""
    [document_id] = [row[0] for row in world.rows()["document"] if row[3] == number]
    response = world.client().get(f"/v1/ehic/{document_id}", headers=world.auth(CNAM))
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def told_of(world: World, document_id: str) -> list[str]:
    """The kinds of the events that were recorded of a document."""
    return sorted(row[2] for row in world.rows()["event"] if row[4] == document_id)


def logged_of(world: World, document_id: str) -> list[tuple[str, str]]:
    """Actor and event of what the audit log holds of a document."""
    entries = [orjson.loads(row[3]) for row in sorted(world.rows()["audit_entry"]) if row[2] == document_id]
    return [(entry["actor"], entry["event"]) for entry in entries]


def register_rows_of(world: World) -> dict[str, Any]:
    """The register without the jobs."""
    return {name: rows for name, rows in world.rows().items() if name not in {"job", "job_fault"}}


def test_a_row_becomes_what_a_single_document_becomes(world: World, bulk: Bulk) -> None:
    claims = world.ehic()
    job = bulk.register([claims], CNAM, "ehic")
    assert (counts(job), job.state) == ((1, 0, 0), JobState.FINISHED)
    single = world.document(world.register(world.ehic(), type_id="ehic", institution_id=CNAM))
    registered = found(world, claims["document_number"])
    assert registered["claims"] == claims
    [code], [code_of_single] = registered["credentials"], single["credentials"]
    varying: tuple[str, ...] = ("credential_id", "sha256", "status")
    assert {**code, **dict.fromkeys(varying)} == {**code_of_single, **dict.fromkeys(varying)}
    assert code["status"]["uri"] == code_of_single["status"]["uri"]
    assert code["status"]["idx"] != code_of_single["status"]["idx"]
    varying = ("document_id", "document_number", "claims", "credentials", "offers")
    assert {**registered, **dict.fromkeys(varying)} == {**single, **dict.fromkeys(varying)}
    kinds = [told_of(world, one["document_id"]) for one in (registered, single)]
    assert kinds[0] == kinds[1] == ["document.expiring", "document.issued"]
    assert logged_of(world, registered["document_id"]) == [
        ("system", "document.registered"),
        ("system", "credential.signed"),
    ]


def test_an_offer_is_made_when_it_is_asked_for(world: World, bulk: Bulk, wallet: Wallet) -> None:
    claims = world.ehic()
    bulk.register([claims], CNAM, "ehic")
    file = found(world, claims["document_number"])
    assert file["offers"] == []
    made = world.client().post(f"/v1/ehic/{file['document_id']}/offers", headers=world.auth(CNAM))
    assert made.status_code == 201
    registered = Registered({**file, "offer": made.json()}, CNAM)
    assert wallet.redeem(registered).status_code == 200
    assert wallet.collect("eu.europa.ec.eudi.ehic_sd_jwt_vc").status_code == 200


def test_faults_are_those_of_a_single_document(world: World, bulk: Bulk) -> None:
    claims = {**world.a1(), "ending_date": "2020-01-01"}
    answer = world.post(claims).json()
    job = bulk.register([world.a1(), claims, world.a1()], URSSAF, "a1")
    assert counts(job) == (2, 1, 0)
    told = [(fault.row, fault.key, fault.pointer, fault.code, fault.message) for fault in bulk.faults(job)]
    assert told == [
        (2, claims["document_number"], fault["pointer"], fault["rule"], fault["message"]) for fault in answer["faults"]
    ]
    assert claims["document_number"] not in {row[3] for row in world.rows()["document"]}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b'{"document_number": ', "json_malformed"),
        (b"[]", "json_not_object"),
        (b'{"document_number": "1", "document_number": "2"}', "json_member_repeated"),
        (b'{"document_number": "' + b"9" * 70_000 + b'"}', "row_too_long"),
    ],
)
def test_a_row_that_cannot_be_read_costs_no_other(world: World, bulk: Bulk, row: bytes, code: str) -> None:
    job = bulk.register([world.ehic(), row, world.ehic()], CNAM, "ehic")
    assert counts(job) == (2, 1, 0)
    assert [(fault.row, fault.key, fault.code) for fault in bulk.faults(job)] == [(2, None, code)]


def test_what_is_told_of_a_row_is_bounded(world: World, bulk: Bulk) -> None:
    claims = {**world.ehic(), "document_number": "9" * 1000, "a" * 1000: 1, **{f"unknown{n}": 1 for n in range(100)}}
    faults = bulk.faults(bulk.register([claims], CNAM, "ehic"))
    assert len(faults) == 50
    assert max(len(fault.key or "") for fault in faults) == 300
    assert max(len(fault.pointer) for fault in faults) == 300


def test_duplicates_are_told_and_never_counted_as_issued(world: World, bulk: Bulk) -> None:
    """J2 AC3: of the register, of the chunk, of an earlier chunk."""
    before = world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    other = {**world.ehic(), "document_number": before.answer["document_number"]}
    first, *others = (world.ehic() for _ in range(4))
    rows = [other, first, first, *others, first]
    job = bulk.register(rows, CNAM, "ehic")
    assert counts(job) == (4, 0, 3)
    faults = bulk.faults(job)
    assert [(fault.row, fault.pointer, fault.code) for fault in faults] == [
        (row, "/document_number", "DUPLICATE") for row in (1, 3, 7)
    ]
    assert before.answer["document_id"] in faults[0].message
    assert world.document(before)["state"] == "in_force"
    again = bulk.register(rows, CNAM, "ehic")
    assert counts(again) == (0, 0, 7)


def test_a_number_of_another_institution_is_no_duplicate(world: World, bulk: Bulk) -> None:
    claims = world.ehic()
    bulk.register([claims], CNAM, "ehic")
    drv = {"id": "DE:DRV001", "name": "Deutsche Rentenversicherung"}
    other = {**claims, "authentic_source": drv, "issuing_authority": {**drv, "country": "DE"}}
    assert counts(bulk.register([other], "DE:DRV001", "ehic")) == (1, 0, 0)


def test_a_new_card_replaces_the_former(world: World, bulk: Bulk) -> None:
    """EH-09, for a card of the register and for one of the same file."""
    claims = world.ehic()
    former = world.register(claims, type_id="ehic", institution_id=CNAM)
    newer, newest = ({**claims, "document_number": world.ehic()["document_number"]} for _ in range(2))
    job = bulk.register([newer, world.ehic(), newest], CNAM, "ehic")
    assert counts(job) == (3, 0, 0)
    assert world.document(former)["withdrawal"]["reason_code"] == "replaced"
    assert told_of(world, former.answer["document_id"]) == ["document.issued", "document.withdrawn"]
    assert logged_of(world, former.answer["document_id"])[-1] == ("system", "document.withdrawn")
    assert found(world, newer["document_number"])["state"] == "withdrawn"
    file = found(world, newest["document_number"])
    assert file["state"] == "in_force"
    [row] = [row for row in world.rows()["status_tokens"] if row[0] in file["credentials"][0]["status"]["uri"]]
    published = row[1]
    world.clock.advance(seconds=5)
    bulk.register([{**newest, "document_number": world.ehic()["document_number"]}], CNAM, "ehic")
    [row] = [row for row in world.rows()["status_tokens"] if row[0] in file["credentials"][0]["status"]["uri"]]
    assert (row[1] - published).total_seconds() == 5


def test_dry_run_judges_and_registers_nothing(world: World, bulk: Bulk) -> None:
    """J2 AC4."""
    before = world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    first = world.ehic()
    faulty = {**world.ehic(), "date_of_expiry": "2020-01-01"}
    other = {**world.ehic(), "document_number": before.answer["document_number"]}
    register = register_rows_of(world)
    job = bulk.register([first, other, faulty, world.ehic(), first], CNAM, "ehic", mode=JobMode.CHECK)
    assert counts(job) == (2, 1, 2)
    assert [(fault.row, fault.code) for fault in bulk.faults(job)] == [
        (2, "DUPLICATE"),
        (3, "EH-05"),
        (5, "DUPLICATE"),
    ]
    assert register_rows_of(world) == register


def test_an_interrupted_job_goes_on_where_it_stopped(world: World, bulk: Bulk) -> None:
    """J2 AC2: stopped between two chunks."""
    rows = [world.ehic() for _ in range(8)]
    rows[4] = {**rows[4], "date_of_expiry": "2020-01-01"}
    path = bulk.write(rows)
    job = bulk.begin(path, CNAM, "ehic")
    stopped = next(bulk.steps(job, path))
    assert (counts(stopped), stopped.state) == ((3, 0, 0), JobState.RUNNING)
    with pytest.raises(JobInterruptedError):
        bulk.begin(path, CNAM, "ehic")
    resumed = bulk.begin(path, CNAM, "ehic", beginning=Beginning.RESUMED)
    assert resumed == stopped
    *_, finished = bulk.steps(resumed, path)
    assert counts(finished) == (7, 1, 0)
    assert [fault.row for fault in bulk.faults(finished)] == [5]
    assert bulk.begin(path, CNAM, "ehic", beginning=Beginning.RESUMED) == finished
    assert list(bulk.steps(finished, path)) == []
    numbers = {row["document_number"] for row in rows} - {rows[4]["document_number"]}
    assert len([row for row in world.rows()["document"] if row[3] in numbers]) == 7


def test_an_interrupted_dry_run_begins_anew(world: World, bulk: Bulk) -> None:
    first = world.ehic()
    path = bulk.write([{**first, "date_of_expiry": "2020-01-01"}, first, world.ehic(), first])
    stopped = next(bulk.steps(bulk.begin(path, CNAM, "ehic", mode=JobMode.CHECK), path))
    assert counts(stopped) == (2, 1, 0)
    *_, finished = bulk.steps(stopped, path)
    assert counts(finished) == (2, 1, 1)
    assert [fault.row for fault in bulk.faults(finished)] == [1, 4]


def test_of_two_processes_at_one_job_one_goes_on(world: World, bulk: Bulk) -> None:
    path = bulk.write([world.ehic() for _ in range(6)])
    job = bulk.begin(path, CNAM, "ehic")
    one, other = bulk.steps(job, path), bulk.steps(job, path)
    next(one)
    before = world.rows()
    with pytest.raises(JobTakenOverError):
        next(other)
    assert world.rows() == before
    assert counts(next(one)) == (6, 0, 0)


def test_the_digest_tells_registers_apart(world: World, bulk: Bulk) -> None:
    claims = world.ehic()
    before = bulk.digest(CNAM, "ehic")
    bulk.register([claims], CNAM, "ehic")
    after = bulk.digest(CNAM, "ehic")
    assert before != after == bulk.digest(CNAM, "ehic")
    newer = {**claims, "document_number": world.ehic()["document_number"]}
    bulk.register([newer], CNAM, "ehic")
    assert bulk.digest(CNAM, "ehic") not in {before, after}


def test_a_number_with_a_null_character_is_a_fault(world: World, bulk: Bulk) -> None:
    """No reader sees it, and PostgreSQL stores none."""
    claims = world.ehic()
    claims["document_number"] = "\0" + claims["document_number"][1:]
    assert counts(bulk.register([orjson.dumps(claims)], CNAM, "ehic")) == (0, 1, 0)
