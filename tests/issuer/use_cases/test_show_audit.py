"""The audit log a page at a time: what is on a page, where it goes on, and what was changed in what it shows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.tables import audit_chain, audit_entry, audit_head
from issuer.app.evidence import Evidence, open_evidence
from issuer.audit import link
from issuer.audit_check import AuditFault
from issuer.institutions import Institution
from issuer.refusals import DocumentUnknown
from issuer.settings import IssuerSettings
from issuer.use_cases import show_audit
from issuer.use_cases.show_audit import AuditPage, ShowAudit
from tests.issuer.rolled_back import Within
from tests.issuer.world import BASE_URL, CNPP, URSSAF, Registered, World

LAST = 63
F = AuditFault
Change = Callable[[Connection], object]


@pytest.fixture(scope="module")
def document(world: World) -> Registered:
    """Entries 1 to 3: registered, offered, signed. 4 to 6: another. 7 to 63: the first offered. Heads after 3 and 6."""
    return world.register()


@pytest.fixture(scope="module")
def evidence(world: World, pilot: tuple[Path, Any], document: Registered) -> Iterator[Evidence]:
    settings = IssuerSettings(data=pilot[0], base_url=BASE_URL, database_url=world.database_url)
    opened = open_evidence(settings, clock=world.clock)
    opened.sign_heads()
    world.register()
    world.clock.advance(seconds=1)
    opened.sign_heads()
    for _ in range(LAST - 6):
        assert world.client().post(f"{document.path}/offers", headers=world.auth()).status_code == 201
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def urssaf(pilot: tuple[Path, Any]) -> Institution:
    return InstitutionDirectory.read(pilot[0]).by_id(URSSAF)


@pytest.fixture
def show(evidence: Evidence) -> ShowAudit:
    return ShowAudit(transactions=evidence.export.transactions, anchors=evidence.verify.anchors)


def sequences(page: AuditPage) -> list[int]:
    return [entry.stored.sequence for entry in page.entries]


def test_pages_hold_every_entry_once_newest_first(show: ShowAudit, urssaf: Institution) -> None:
    first = show(urssaf)
    assert (sequences(first), first.older) == (list(range(LAST, LAST - show_audit.PAGE, -1)), LAST - 49)
    second = show(urssaf, before=first.older)
    assert (sequences(second), second.older) == (list(range(LAST - 50, 0, -1)), None)
    assert (first.findings, second.findings) == ((), ())
    assert first.head is not None
    assert first.head.head.end.sequence == 6


def test_a_full_last_page_has_none_after_it(show: ShowAudit, urssaf: Institution) -> None:
    page = show(urssaf, before=51)
    assert (sequences(page)[-1], page.older, len(page.entries)) == (1, None, 50)
    assert show(urssaf, before=52).older == 2


def test_the_log_of_one_document(show: ShowAudit, urssaf: Institution, document: Registered) -> None:
    document_id = document.answer["document_id"]
    found, first = show.of_document(urssaf, "a1", document_id)
    assert found.id == document_id
    assert sequences(first) == list(range(LAST, LAST - 50, -1))
    _, second = show.of_document(urssaf, "a1", document_id, before=first.older)
    assert sequences(second) == [*range(13, 6, -1), 3, 2, 1]
    assert (second.older, second.findings) == (None, ())
    assert {entry.document.id for entry in second.entries if entry.document} == {document_id}


def test_a_log_without_entries(show: ShowAudit, pilot: tuple[Path, Any]) -> None:
    page = show(InstitutionDirectory.read(pilot[0]).by_id(CNPP))
    assert (page.entries, page.older, page.head, page.findings) == ((), None, None, ())


def test_another_institutions_document_is_unknown(
    show: ShowAudit, pilot: tuple[Path, Any], document: Registered
) -> None:
    with pytest.raises(DocumentUnknown):
        show.of_document(InstitutionDirectory.read(pilot[0]).by_id(CNPP), "a1", document.answer["document_id"])


def at(sequence: int) -> Any:
    return (audit_entry.c.institution_id == URSSAF) & (audit_entry.c.sequence == sequence)


def run(statement: Any) -> Change:
    return lambda connection: connection.execute(statement)


def altered(sequence: int, old: bytes, new: bytes) -> Change:
    def change(connection: Connection) -> None:
        content = connection.execute(select(audit_entry.c.content).where(at(sequence))).scalar_one()
        assert old in content
        connection.execute(update(audit_entry).where(at(sequence)).values(content=content.replace(old, new)))

    return change


def added(connection: Connection) -> None:
    """One entry more, linked as it has to be, with the end of the chain forgotten."""
    last = connection.execute(select(audit_entry).where(at(LAST))).one()
    content = last.content.replace(b'"sequence":63', b'"sequence":64')
    row = {**last._mapping, "sequence": LAST + 1, "content": content, "hash": link(last.hash, content)}
    connection.execute(insert(audit_entry).values(row))


CHAIN = audit_chain.c.institution_id == URSSAF
HEAD = (audit_head.c.institution_id == URSSAF) & (audit_head.c.number == 2)
CHANGES = [
    pytest.param(altered(40, b'"officer:clerk",', b'"holder",'), [(F.ENTRY_ALTERED, 40)], id="entry_altered"),
    pytest.param(altered(40, b"{", b"["), [(F.ENTRY_ALTERED, 40)], id="entry_no_longer_json"),
    pytest.param(altered(LAST, b'"officer:clerk",', b'"holder",'), [(F.ENTRY_ALTERED, LAST)], id="newest_altered"),
    pytest.param(run(delete(audit_entry).where(at(40))), [(F.ENTRY_REMOVED, 40)], id="entry_removed"),
    pytest.param(run(delete(audit_entry).where(at(LAST))), [(F.ENTRIES_CUT_OFF, LAST)], id="newest_removed"),
    pytest.param(
        run(delete(audit_entry).where(audit_entry.c.institution_id == URSSAF)),
        [(F.HEAD_CONTRADICTS, 6), (F.ENTRIES_CUT_OFF, 1)],
        id="all_removed",
    ),
    pytest.param(added, [(F.ENTRIES_ADDED, LAST + 1)], id="entry_added"),
    pytest.param(run(delete(audit_chain).where(CHAIN)), [(F.ENTRIES_ADDED, 1)], id="end_of_chain_removed"),
    pytest.param(run(update(audit_head).where(HEAD).values(hash=bytes(32))), [(F.HEAD_ALTERED, 6)], id="head_altered"),
    pytest.param(run(update(audit_head).where(HEAD).values(jws="a.b.c")), [(F.HEAD_NOT_SIGNED, 6)], id="not_signed"),
    pytest.param(
        run(update(audit_entry).where(at(6)).values(hash=bytes(32))), [(F.HEAD_CONTRADICTS, 6)], id="head_contradicts"
    ),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_what_was_changed_is_found_on_the_first_page(
    evidence: Evidence, urssaf: Institution, change: Change, expected: list[tuple[AuditFault, int]]
) -> None:
    with evidence.database.engine.connect() as connection, connection.begin() as transaction:
        change(connection)
        page = ShowAudit(transactions=Within(connection), anchors=evidence.verify.anchors)(urssaf)
        transaction.rollback()
    assert [(one.fault, one.sequence) for one in page.findings] == expected


def test_the_last_page_is_linked_to_the_beginning(evidence: Evidence, urssaf: Institution) -> None:
    with evidence.database.engine.connect() as connection, connection.begin() as transaction:
        connection.execute(delete(audit_entry).where(at(1)))
        page = ShowAudit(transactions=Within(connection), anchors=evidence.verify.anchors)(urssaf, before=14)
        transaction.rollback()
    assert [(one.fault, one.sequence) for one in page.findings] == [(F.ENTRY_REMOVED, 1)]


def test_an_entry_of_the_document_is_checked_against_one_that_is_not_shown(
    evidence: Evidence, urssaf: Institution, document: Registered
) -> None:
    """Entry 7 is the document's, entry 6 another's."""
    with evidence.database.engine.connect() as connection, connection.begin() as transaction:
        connection.execute(delete(audit_entry).where(at(6)))
        show = ShowAudit(transactions=Within(connection), anchors=evidence.verify.anchors)
        _, page = show.of_document(urssaf, "a1", document.answer["document_id"], before=14)
        transaction.rollback()
    assert [(one.fault, one.sequence) for one in page.findings] == [(F.ENTRY_REMOVED, 6), (F.HEAD_CONTRADICTS, 6)]
