"""The audit log in the database: written with what it records or not at all, in one chain whatever happens at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from issuer.adapters.database import Database
from issuer.adapters.register import SqlRegister, SqlTransactions
from issuer.audit import HOLDER, AuditEvent, LogEvent, Position
from issuer.audit_check import check_log
from tests.issuer.world import CNPP, DRV, NOW, URSSAF

MANY = 40


@pytest.fixture(scope="module")
def databases(database_url: str) -> Iterator[tuple[Database, Database]]:
    """Two pools on one database, as two processes have them."""
    first, second = Database(database_url), Database(database_url)
    first.upgrade()
    yield first, second
    first.close()
    second.close()


@pytest.fixture(scope="module")
def transactions(databases: tuple[Database, Database]) -> SqlTransactions:
    return SqlTransactions(databases[0])


def event(institution_id: str, document_id: str = "d1") -> LogEvent:
    return LogEvent(
        institution_id=institution_id, event=AuditEvent.DOCUMENT_OFFERED, at=NOW, document_id=document_id
    )  # fmt: skip


def _end(transactions: SqlTransactions, institution_id: str) -> Position | None:
    return transactions.read(lambda register: register.audit.end(institution_id))


def _assert_whole(transactions: SqlTransactions, institution_id: str) -> int:
    """The number of entries."""

    def work(register: SqlRegister) -> int:
        entries = list(register.audit.entries(institution_id))
        end = register.audit.end(institution_id)
        assert list(check_log(institution_id, entries=entries, end=end, heads=(), anchors=())) == []
        return len(entries)

    return transactions.read(work)


def test_what_a_transaction_appends_in_pieces_is_one_row_of_entries(transactions: SqlTransactions) -> None:
    def work(register: SqlRegister) -> None:
        register.audit.append([event(URSSAF, "d1"), event(CNPP, "d2")])
        register.audit.append([event(URSSAF, "d3")])

    transactions.write(work, by=HOLDER)
    found = transactions.read(lambda register: register.audit.of_documents(["d1", "d2", "d3"]))
    assert [(one.institution_id, one.sequence, one.document_id) for one in found] == [
        (URSSAF, 1, "d1"), (URSSAF, 2, "d3"), (CNPP, 1, "d2"),
    ]  # fmt: skip
    assert {one.members()["actor"] for one in found} == {"holder"}


def test_nothing_is_logged_of_a_transaction_that_raised(transactions: SqlTransactions) -> None:
    before = _end(transactions, URSSAF)

    def work(register: SqlRegister) -> None:
        register.audit.append([event(URSSAF)])
        raise LookupError

    with pytest.raises(LookupError):
        transactions.write(work)
    assert _end(transactions, URSSAF) == before


def test_a_transaction_that_only_reads_logs_nothing(transactions: SqlTransactions) -> None:
    with pytest.raises(RuntimeError, match="a transaction that reads"):
        transactions.read(lambda register: register.audit.append([event(URSSAF)]))


def test_many_writers_make_one_chain(databases: tuple[Database, Database]) -> None:
    """Each writes to two institutions, in one order or the other; nobody waits crosswise and nothing is lost."""

    def write(number: int) -> None:
        events = [event(DRV, f"n{number}"), event(CNPP, f"n{number}")]

        def work(register: SqlRegister) -> None:
            register.audit.append(events if number % 2 else events[::-1])

        SqlTransactions(databases[number % 2]).write(work)

    transactions = SqlTransactions(databases[0])
    before = _assert_whole(transactions, CNPP)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(MANY)))
    assert _assert_whole(transactions, DRV) == MANY
    assert _assert_whole(transactions, CNPP) == before + MANY


def test_many_entries_at_once(transactions: SqlTransactions) -> None:
    """As a bulk job appends them: more than one statement could hold."""
    before = _assert_whole(transactions, URSSAF)
    transactions.write(lambda register: register.audit.append([event(URSSAF, f"b{n}") for n in range(3000)]))
    assert _assert_whole(transactions, URSSAF) == before + 3000
