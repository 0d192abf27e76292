"""The audit log under attack: one thing is changed at a time in the database, and exactly that is found.

Every change is made in a transaction that is rolled back; verification runs within it.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from issuer.adapters.audit_store import AuditStore
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.tables import audit_chain, audit_entry, audit_head, credential
from issuer.app.evidence import Evidence, open_evidence
from issuer.audit import SYSTEM, link
from issuer.audit_check import AuditFault
from issuer.audit_heads import SignedHead, sign_head
from issuer.settings import IssuerSettings
from issuer.use_cases.verify_audit import VerifiedLog, VerifyAudit
from tests.issuer.http.test_credential_endpoint import SD_JWT
from tests.issuer.rolled_back import Within
from tests.issuer.world import BASE_URL, CNPP, URSSAF, Wallet, World
from vc_core.pilot import new_key
from vc_core.rejection import Rejection
from vc_core.signer import Signer, SoftwareKey

Change = Callable[[Connection], object]
Found = list[tuple[AuditFault, int | None]]


@pytest.fixture(scope="module")
def directory(pilot: tuple[Path, Any]) -> InstitutionDirectory:
    return InstitutionDirectory.read(pilot[0])


@pytest.fixture(scope="module")
def evidence(world: World, pilot: tuple[Path, Any]) -> Iterator[Evidence]:
    """Entries 1 to 4: registered, offered, code and credential signed. 5 to 7: another registered. 8, 9: that one
    withdrawn, the first one offered. 10, 11: offered again. Heads after 4, 7 and 9."""
    settings = IssuerSettings(data=pilot[0], base_url=BASE_URL, database_url=world.database_url)
    opened = open_evidence(settings, clock=world.clock)
    first, wallet = world.register(), Wallet(world)
    wallet.redeem(first)
    assert wallet.collect(SD_JWT).status_code == 200
    opened.sign_heads()
    second = world.register()
    opened.sign_heads()
    assert world.withdraw(second).status_code == 200
    for number in range(3):
        assert world.client().post(f"{first.path}/offers", headers=world.auth()).status_code == 201
        if number == 0:
            opened.sign_heads()
    yield opened
    opened.database.close()


def _verified(evidence: Evidence, change: Change, kept: tuple[str, ...] = ()) -> VerifiedLog:
    with evidence.database.engine.connect() as connection, connection.begin() as transaction:
        change(connection)
        verify = VerifyAudit(transactions=Within(connection), anchors=evidence.verify.anchors)
        logs = {log.institution_id: log for log in verify(kept)}
        transaction.rollback()
    return logs[URSSAF]


def _found(log: VerifiedLog) -> Found:
    return [(one.fault, one.sequence) for one in log.findings]


def _entry(sequence: int) -> Any:
    return (audit_entry.c.institution_id == URSSAF) & (audit_entry.c.sequence == sequence)


def _head(number: int) -> Any:
    return (audit_head.c.institution_id == URSSAF) & (audit_head.c.number == number)


def _alter(connection: Connection, sequence: int, old: bytes, new: bytes) -> None:
    content = connection.execute(select(audit_entry.c.content).where(_entry(sequence))).scalar_one()
    assert old in content
    changed = update(audit_entry).where(_entry(sequence)).values(content=content.replace(old, new))
    connection.execute(changed)


def _swap(connection: Connection) -> None:
    for before, after in ((5, -1), (6, 5), (-1, 6)):
        connection.execute(update(audit_entry).where(_entry(before)).values(sequence=after))


def _add(connection: Connection) -> None:
    """One entry more, linked as it has to be, with the end of the chain forgotten."""
    last = connection.execute(select(audit_entry).where(_entry(11))).one()
    content = last.content.replace(b'"sequence":11', b'"sequence":12')
    row = {**last._mapping, "sequence": 12, "content": content, "hash": link(last.hash, content)}
    connection.execute(insert(audit_entry).values(row))


def _cut(connection: Connection, to: int) -> None:
    """As somebody would who knows of the end of the chain, but cannot sign."""
    last = connection.execute(select(audit_entry.c.hash).where(_entry(to))).scalar_one()
    beyond = (audit_entry.c.institution_id == URSSAF) & (audit_entry.c.sequence > to)
    connection.execute(delete(audit_entry).where(beyond))
    of_chain = audit_chain.c.institution_id == URSSAF
    connection.execute(update(audit_chain).where(of_chain).values(sequence=to, hash=last))


def _rewrite(connection: Connection) -> None:
    """An entry is altered, every hash behind it is made to fit, and the end of the chain too."""
    _alter(connection, 6, b'"actor":"officer:clerk"', b'"actor":"holder"')
    of_entry = audit_entry.c.institution_id == URSSAF
    rows = connection.execute(select(audit_entry).where(of_entry).order_by(audit_entry.c.sequence)).all()
    last = bytes(32)
    for row in rows:
        last = link(last, row.content)
        connection.execute(update(audit_entry).where(_entry(row.sequence)).values(hash=last))
    connection.execute(update(audit_chain).where(audit_chain.c.institution_id == URSSAF).values(hash=last))


def _drop_log(connection: Connection) -> None:
    for table in (audit_entry, audit_chain, audit_head):
        connection.execute(delete(table).where(table.c.institution_id == URSSAF))


def _run(statement: Any) -> Change:
    return lambda connection: connection.execute(statement)


F = AuditFault


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(_run(select(audit_entry.c.sequence)), [], id="nothing"),
        pytest.param(
            partial(_alter, sequence=6, old=b'"actor":"officer:clerk"', new=b'"actor":"holder"'),
            [(F.ENTRY_ALTERED, 6)],
            id="entry_altered",
        ),
        pytest.param(
            partial(_alter, sequence=11, old=b'"actor":"officer:clerk"', new=b'"actor":"holder"'),
            [(F.ENTRY_ALTERED, 11)],
            id="newest_entry_altered",
        ),
        pytest.param(
            partial(_alter, sequence=6, old=b"{", new=b"["),
            [(F.ENTRY_ALTERED, 6)] * 4,
            id="entry_no_longer_json",
        ),
        pytest.param(
            partial(_alter, sequence=3, old=b'"details":', new=b'"detail":'),
            [(F.ENTRY_ALTERED, 3), (F.CREDENTIAL_NOT_LOGGED, None)],
            id="signature_without_details",
        ),
        pytest.param(
            partial(_alter, sequence=3, old=b'"digest":', new=b'"digestion":'),
            [(F.ENTRY_ALTERED, 3), (F.CREDENTIAL_NOT_LOGGED, None)],
            id="signature_without_digest",
        ),
        pytest.param(
            _run(update(audit_entry).where(_entry(8)).values(document_id=None)),
            [(F.ENTRY_ALTERED, 8)],
            id="entry_hidden_from_its_document",
        ),
        pytest.param(
            _run(update(audit_entry).where(_entry(6)).values(hash=bytes(32))),
            [(F.ENTRY_ALTERED, 6), (F.ENTRY_ALTERED, 7)],
            id="hash_altered",
        ),
        pytest.param(_run(delete(audit_entry).where(_entry(6))), [(F.ENTRY_REMOVED, 6)], id="entry_removed"),
        pytest.param(_run(delete(audit_entry).where(_entry(1))), [(F.ENTRY_REMOVED, 1)], id="first_entry_removed"),
        pytest.param(
            _swap,
            [(F.ENTRY_ALTERED, 5), (F.ENTRY_ALTERED, 5), (F.ENTRY_ALTERED, 6), (F.ENTRY_ALTERED, 6),
             (F.ENTRY_ALTERED, 7)],
            id="entries_reordered",
        ),
        pytest.param(_run(delete(audit_entry).where(_entry(11))), [(F.ENTRIES_CUT_OFF, 11)], id="newest_entry_removed"),
        pytest.param(partial(_cut, to=8), [(F.HEAD_CONTRADICTS, 9)], id="cut_off_behind_a_head"),
        pytest.param(_add, [(F.ENTRIES_ADDED, 12)], id="entry_added"),
        pytest.param(
            _run(update(audit_chain).where(audit_chain.c.institution_id == URSSAF).values(hash=bytes(32))),
            [(F.ENTRY_ALTERED, 11)],
            id="end_of_chain_altered",
        ),
        pytest.param(_rewrite, [(F.HEAD_CONTRADICTS, 7), (F.HEAD_CONTRADICTS, 9)], id="rewritten_with_all_hashes"),
        pytest.param(_run(delete(audit_head).where(_head(2))), [(F.HEAD_REMOVED, 9)], id="head_removed"),
        pytest.param(_run(delete(audit_head).where(_head(1))), [(F.HEAD_REMOVED, 7)], id="first_head_removed"),
        pytest.param(
            _run(update(audit_head).where(_head(3)).values(sequence=10)),
            [(F.HEAD_ALTERED, 10), (F.HEAD_CONTRADICTS, 10)],
            id="head_moved",
        ),
        pytest.param(
            _run(update(audit_head).where(_head(3)).values(jws="e30.e30.e30")),
            [(F.HEAD_NOT_SIGNED, 9)],
            id="head_without_signature",
        ),
        pytest.param(
            _run(update(credential).where(credential.c.copy == 0).values(digest=bytes(32))),
            [(F.CREDENTIAL_NOT_LOGGED, None)] * 3,
            id="credentials_altered",
        ),
        pytest.param(_drop_log, [(F.CREDENTIAL_NOT_LOGGED, None)] * 3, id="whole_log_removed"),
    ],
)  # fmt: skip
def test_what_is_changed_is_found(evidence: Evidence, change: Change, expected: Found) -> None:
    assert _found(_verified(evidence, change)) == expected


def _replaced(number: int, change: Callable[[SignedHead], SignedHead]) -> Change:
    """Head `number` is replaced in all its columns."""

    def work(connection: Connection) -> None:
        head = change(AuditStore(connection, SYSTEM).heads(URSSAF)[number - 1])
        connection.execute(delete(audit_head).where(_head(number)))
        AuditStore(connection, SYSTEM).add_head(head)

    return work


def test_a_head_signed_with_another_key_is_found(evidence: Evidence, directory: InstitutionDirectory) -> None:
    chain = directory.by_id(URSSAF).status_signer.chain
    forger = SoftwareKey(new_key(os.urandom), chain)
    change = _replaced(3, lambda stored: sign_head(stored.head, forger))
    assert _found(_verified(evidence, change)) == [(F.HEAD_NOT_SIGNED, 9)]


@pytest.mark.parametrize(
    ("institution_id", "kind", "reason"),
    [
        pytest.param(CNPP, "status_signer", "institution_wrong", id="of_another_institution"),
        pytest.param(URSSAF, "document_signer", "extended_key_usage_wrong", id="for_another_purpose"),
    ],
)
def test_a_head_signed_with_a_certified_key_not_meant_for_it(
    evidence: Evidence, directory: InstitutionDirectory, institution_id: str, kind: str, reason: str
) -> None:
    signer: Signer = getattr(directory.by_id(institution_id), kind)
    log = _verified(evidence, _replaced(3, lambda stored: sign_head(stored.head, signer)))
    assert [(one.fault, one.sequence, one.what) for one in log.findings] == [
        (F.HEAD_NOT_SIGNED, 9, f"head 3: {reason}")
    ]


def test_a_head_of_before_the_certificate_is_found(evidence: Evidence, directory: InstitutionDirectory) -> None:
    signer = directory.by_id(URSSAF).status_signer

    def backdated(stored: SignedHead) -> SignedHead:
        return sign_head(replace(stored.head, signed_at=stored.head.signed_at - timedelta(days=400)), signer)

    log = _verified(evidence, _replaced(3, backdated))
    assert [one.what for one in log.findings] == ["head 3: certificate_not_yet_valid"]


def test_a_head_that_the_institution_replaced_breaks_the_next(
    evidence: Evidence, directory: InstitutionDirectory
) -> None:
    """Even who has the key cannot sign an old head anew: the next one names its digest."""
    signer = directory.by_id(URSSAF).status_signer
    change = _replaced(2, lambda stored: sign_head(stored.head, signer))
    assert _found(_verified(evidence, change)) == [(F.HEAD_ALTERED, 9)]


def test_a_log_and_its_heads_cut_off_together_show_against_a_kept_head(evidence: Evidence) -> None:
    kept = evidence.database.read(lambda connection: AuditStore(connection, SYSTEM).heads(URSSAF)[-1].jws)

    def change(connection: Connection) -> None:
        _cut(connection, to=7)
        connection.execute(delete(audit_head).where(_head(3)))

    assert _found(_verified(evidence, change)) == []
    assert _found(_verified(evidence, change, (kept,))) == [(F.HEAD_CONTRADICTS, 8)]
    assert _found(_verified(evidence, lambda _: None, (kept,))) == []


def test_a_kept_head_that_is_none_is_refused(evidence: Evidence) -> None:
    with pytest.raises(Rejection, match="jws_malformed"):
        evidence.verify(["no head"])


def test_the_first_bad_entry_is_named(evidence: Evidence) -> None:
    log = _verified(evidence, _swap)
    assert (log.first_bad, log.entries, log.heads, log.signed) == (5, 11, 3, 9)


def test_other_institutions_have_chains_of_their_own(world: World, evidence: Evidence) -> None:
    world.register(world.a1("valid_romanian_for_france"), institution_id=CNPP)
    logs = {log.institution_id: log for log in evidence.verify()}
    assert (logs[CNPP].entries, logs[CNPP].findings) == (3, ())
    assert logs[URSSAF].entries == 11
