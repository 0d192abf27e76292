"""The directory in every database: what is written is read again, and a question finds by country, type and day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from issuer.adapters.database import Database
from issuer.adapters.register import SqlTransactions
from issuer.adapters.tables import competence, directory_change, directory_entry, published_list
from issuer.directory import Competence, DirectoryChange, PublishedList, entry_of
from tests import pilot
from tests.issuer.world import NOW

ENTRY = replace(
    entry_of(pilot.entity()),
    names={"en": "Office", "fr": "Caisse"},
    revoked=frozenset({b"r" * 32}),
    competences=(
        Competence(type_id="a1", issue_from=date(2020, 1, 1), issue_until=date(2022, 12, 31), postcodes=("13",)),
        Competence(type_id="a1", issue_from=date(2024, 1, 1), postcodes=("13", "06")),
    ),
)


@pytest.fixture
def transactions(database_url: str) -> Iterator[SqlTransactions]:
    """With an empty directory."""
    database = Database(database_url)
    database.upgrade()
    for table in (published_list, directory_change, competence, directory_entry):
        database.write(lambda connection, emptied=table: connection.execute(emptied.delete()))  # type: ignore[misc]
    yield SqlTransactions(database)
    database.close()


def change(number: int) -> DirectoryChange:
    return DirectoryChange(
        institution_id=ENTRY.id, number=number, at=NOW, actor="clerk", members={"names": (None, {"en": "Office"})}
    )


def test_entry_and_changes_are_read_as_written(transactions: SqlTransactions) -> None:
    assert transactions.read(lambda register: register.directory.is_empty())
    transactions.write(lambda register: register.directory.add(ENTRY, change(1)))
    assert transactions.read(lambda register: register.directory.find(ENTRY.id)) == ENTRY
    later = replace(ENTRY, competences=ENTRY.competences[:1])
    transactions.write(lambda register: register.directory.save(later, change(2)))
    assert transactions.read(lambda register: register.directory.all()) == (later,)
    assert transactions.read(lambda register: register.directory.history(ENTRY.id)) == (change(1), change(2))


def test_what_is_there_is_not_added_again(transactions: SqlTransactions) -> None:
    assert transactions.write(lambda register: register.directory.add(ENTRY, change(1))) is True
    other = replace(ENTRY, names={"en": "Other"}, competences=())
    assert transactions.write(lambda register: register.directory.add(other, change(2))) is False
    assert transactions.read(lambda register: register.directory.all()) == (ENTRY,)
    assert transactions.read(lambda register: register.directory.history(ENTRY.id)) == (change(1),)


@pytest.mark.parametrize(
    ("country", "type_id", "on", "found"),
    [
        ("FR", "a1", date(2020, 1, 1), True),
        ("FR", "a1", date(2022, 12, 31), True),
        ("FR", "a1", date(2023, 1, 1), False),
        ("FR", "a1", date(2040, 1, 1), True),
        ("FR", "ehic", date(2020, 1, 1), False),
        ("DE", "a1", date(2020, 1, 1), False),
    ],
)
def test_found_by_country_type_and_day(
    transactions: SqlTransactions, country: str, type_id: str, on: date, found: bool
) -> None:
    transactions.write(lambda register: register.directory.add(ENTRY, change(1)))
    answer = transactions.read(lambda register: register.directory.competent(country, type_id, on=on))
    assert answer == ((ENTRY,) if found else ())


def test_sequence_number_is_used_once(transactions: SqlTransactions) -> None:
    made = PublishedList(
        sequence=7,
        issued_at=NOW,
        digest="d",
        operator=pilot.trust_list().operator,
        access_anchors=(pilot.ACCESS_ROOT.certificate,),
    )
    assert transactions.read(lambda register: register.directory.last_list()) is None
    assert transactions.write(lambda register: register.directory.publish(made)) is True
    assert transactions.write(lambda register: register.directory.publish(replace(made, digest="e"))) is False
    assert transactions.read(lambda register: register.directory.last_list()) == made
