"""The back office's pages of the audit log: who did what, page by page, and whether it is as it was written."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update

from issuer import audit
from issuer.adapters.tables import audit_entry
from issuer.audit import AuditEvent
from tests.issuer.http.test_journey_j03_withdrawal import ask, register
from tests.issuer.office import Officer
from tests.issuer.world import CNAM, URSSAF, World

WORDS = sorted((Path(audit.__file__).parent / "words").glob("*.toml"))


def office_path(path: str) -> str:
    return path.replace("/v1", "/office/documents")


def shown(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'<li data-sequence="(\d+)"', text)]


def test_a_document_leads_to_its_log(officer: Officer, world: World) -> None:
    one, other = world.register(), world.register()
    path = office_path(one.path)
    assert f'href="{path}/audit"' in officer.open(path).text
    page = officer.open(f"{path}/audit")
    assert page.status_code == 200
    assert re.findall(r"<p><strong>([^<]+)</strong><br>", page.text) == [
        "Credential signed", "Offered to a wallet", "Registered",
    ]  # fmt: skip
    assert 'id="checked"' in page.text
    assert other.answer["document_id"] not in page.text


def test_the_evidence_of_a_document(officer: Officer, world: World) -> None:
    one = world.register()
    answer = officer.open(f"{office_path(one.path)}/audit.json")
    assert answer.json() == world.client().get(f"{one.path}/audit", headers=world.auth()).json()
    assert answer.headers["content-disposition"] == f'attachment; filename="audit-{one.answer["document_id"]}.json"'
    assert answer.headers["cache-control"] == "no-store"


def test_the_second_officer_is_named(world: World, approver: Officer) -> None:
    one = register(world)
    asked = ask(world, one).json()
    approver.client.post(f"/v1/withdrawals/{asked['id']}/approve", headers={"Authorization": f"Bearer {approver.key}"})
    page = approver.open(f"{office_path(one.path)}/audit")
    assert page.status_code == 200
    assert re.search(r"Withdrawal asked for</strong><br>\s*[^<]*\(clerk\)", page.text)
    assert re.search(r"Withdrawal approved by a second officer</strong><br>\s*[^<]*\(approver\)", page.text)
    assert re.search(r"<strong>Withdrawn</strong><br>\s*[^<]*\(approver\)", page.text)


def test_the_officer_who_did_it_is_named(officer: Officer, world: World) -> None:
    claims = world.a1()
    blank = officer.open("/office/documents/a1/new?as=json")
    held = officer.send(blank, "a1", claims=json.dumps(claims), timing="on_release")
    made = officer.send(officer.send(held, "release"), "offers")
    corrected = {**claims, "credential_holder": {**claims["credential_holder"], "family_name": "Petit"}}
    officer.send(officer.open(f"{made.url.path}/correct?as=json"), "correct", claims=json.dumps(corrected))
    page = officer.open(f"{made.url.path}/audit")
    lines = re.findall(r"<p><strong>([^<]+)</strong><br>\s*[^·]+ · ([^·]+) ·", page.text)
    assert {who for _, who in lines} == {"Clerk (clerk)"}
    assert {"Registered", "Offered to a wallet", "Released", "Corrected"} <= {event for event, _ in lines}


def test_the_log_of_the_institution_goes_on_page_by_page(officer: Officer, world: World) -> None:
    for _ in range(20):
        world.register()
    page = officer.open("/office/audit")
    first = shown(page.text)
    assert first == list(range(first[0], first[0] - 50, -1))
    assert 'id="newest"' not in page.text
    page = officer.open(f"/office/audit?before={first[-1]}")
    second = shown(page.text)
    assert second[0] == first[-1] - 1
    assert 'id="newest"' in page.text
    assert 'id="checked"' in page.text


@pytest.mark.parametrize("before", ["", "-1", "x", "²", "1" * 19])
def test_a_place_that_is_none(officer: Officer, before: str) -> None:
    page = officer.open(f"/office/audit?before={before}")
    assert (page.status_code, 'data-code="office_form_malformed"' in page.text) == (400, True)


def test_an_altered_entry_is_shown_as_such(officer: Officer, world: World) -> None:
    one = world.register()
    sequence = world.client().get(f"{one.path}/audit", headers=world.auth()).json()["entries"][0]["sequence"]
    own = (audit_entry.c.institution_id == URSSAF) & (audit_entry.c.sequence == sequence)
    engine = create_engine(world.database_url)
    with engine.begin() as connection:
        content = connection.execute(select(audit_entry.c.content).where(own)).scalar_one()
        changed = content.replace(b'"officer:clerk",', b'"<b>who</b>",', 1)
        connection.execute(update(audit_entry).where(own).values(content=changed))
    try:
        page = officer.open(f"{office_path(one.path)}/audit")
        assert re.findall(r'data-fault="(\w+)"', page.text) == ["entry_altered"]
        assert f"An entry was altered. Entry {sequence}." in page.text
        assert 'id="checked"' not in page.text
        assert "<b>who" not in page.text
        assert 'data-fault="entry_altered"' in officer.open("/office/audit").text
    finally:
        with engine.begin() as connection:
            connection.execute(update(audit_entry).where(own).values(content=content))
        engine.dispose()


def test_no_institution_sees_the_log_of_another(officer: Officer, world: World) -> None:
    other = world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    for end in ("audit", "audit.json"):
        page = officer.open(f"{office_path(other.path)}/{end}")
        assert (page.status_code, 'data-code="document_unknown"' in page.text) == (404, True)
    assert other.answer["document_id"] not in officer.open("/office/audit").text


def test_nobody_sees_the_log_without_signing_in(world: World) -> None:
    path = office_path(world.register().path)
    for address in ("/office/audit", f"{path}/audit", f"{path}/audit.json"):
        page = Officer.of(world).open(address)
        assert (page.url.path, "Sign in" in page.text) == ("/office", True)


@pytest.mark.parametrize("file", WORDS, ids=lambda file: file.stem)
def test_every_event_has_words(file: Path) -> None:
    words = tomllib.loads(file.read_text(encoding="utf-8"))["office"]["audit"]
    assert {event.value for event in AuditEvent} <= set(words["events"])
