"""Searches walk an index each, look at so many documents for a page, and find what was registered before them."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, select

from issuer.adapters.database import Database
from issuer.adapters.register import SqlTransactions
from issuer.adapters.search_store import SearchStore
from issuer.adapters.tables import subject
from issuer.document_facts import Period
from issuer.searches import DocumentState, Page, Place, Search
from issuer.use_cases.index_documents import IndexDocuments
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import CNAM, NOW, URSSAF, Clock, Registered, World

MIGRATIONS = Path(__file__).parents[3] / "issuer" / "migrations"
SOMEWHERE = Place(document_id="019c60be-2500-7b21-b1b6-e23411d88d40", family_name=b"moreau")
A_DAY = Period(start=date(2026, 3, 1), end=date(2026, 3, 1))


@pytest.fixture(scope="module")
def database(world: World) -> Iterator[Database]:
    database = Database(world.database_url)
    yield database
    database.close()


def planned(connection: Connection, search: Search, after: Place | None) -> str:
    """How SQLite answers what the store asks."""
    asked: list[tuple[str, Any]] = []

    def listen(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", listen)
    SearchStore(connection).page(URSSAF, "a1", search, after=after, limit=50)
    event.remove(connection, "before_cursor_execute", listen)
    plans = [
        row.detail
        for statement, parameters in asked
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]
    return "\n".join(plans)


@pytest.mark.parametrize(
    ("search", "index"),
    [
        pytest.param(Search(), "document_of_institution", id="all"),
        pytest.param(Search(state=DocumentState.IN_FORCE), "document_of_institution", id="in_force"),
        pytest.param(Search(state=DocumentState.WITHDRAWN), "document_withdrawn", id="withdrawn"),
        pytest.param(
            Search(state=DocumentState.WITHDRAWN, covers=A_DAY), "document_withdrawn", id="withdrawn_on_a_day"
        ),
        pytest.param(Search(state=DocumentState.SUSPENDED), "document_suspended", id="suspended"),
        pytest.param(Search(state=DocumentState.ON_HOLD), "issuance_hold", id="on_hold"),
        pytest.param(Search(covers=A_DAY), "document_of_institution", id="covering_a_day"),
        pytest.param(Search(registered_from=NOW, registered_before=NOW), "document_of_institution", id="registered"),
        pytest.param(Search(document_number="A"), "number=?", id="document_number"),
        pytest.param(Search(personal_number="1"), "subject_of_number", id="personal_number"),
        pytest.param(Search(personal_number="1", family_name="mo"), "subject_of_number", id="number_and_name"),
        pytest.param(Search(family_name="mo"), "subject_of_name", id="family_name"),
        pytest.param(Search(family_name="mo", covers=A_DAY), "subject_of_name", id="family_name_on_a_day"),
        pytest.param(
            Search(family_name="mo", state=DocumentState.WITHDRAWN), "subject_of_name", id="family_name_withdrawn"
        ),
    ],
)
@pytest.mark.parametrize("after", [None, SOMEWHERE], ids=["first", "next"])
def test_every_search_walks_an_index(database: Database, search: Search, index: str, after: Place | None) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("other databases plan by what is stored")
    plan = database.read(lambda connection: planned(connection, search, after))
    assert index in plan, plan
    for table in ("document", "subject"):
        assert f"SCAN {table}" not in plan, plan
    if search.personal_number is None and search.document_number is None:  # of a number there are few, to be sorted
        assert "FOR ORDER BY" not in plan, plan


def pages(database: Database, search: Search, *, at_most: int, limit: int) -> list[Page]:
    found: list[Page] = []
    while not found or found[-1].after is not None:
        after = found[-1].after if found else None
        page = database.read(
            lambda connection: SearchStore(connection, at_most).page(
                CNAM, "ehic", search, after=after, limit=limit  # noqa: B023
            )
        )  # fmt: skip
        found.append(page)
    return found


@pytest.fixture(scope="module")
def cards(make_world: MakeWorld) -> list[str]:
    """Ids of seven cards, oldest first; the third and the sixth are withdrawn."""
    world = make_world(clock=Clock())
    registered: list[Registered] = []
    for _ in range(7):
        registered.append(world.register(world.ehic(), type_id="ehic", institution_id=CNAM))
        world.clock.advance(seconds=1)
    for place in (2, 5):
        assert world.withdraw(registered[place]).status_code == 200
    return [one.answer["document_id"] for one in registered]


@pytest.mark.parametrize(("at_most", "limit"), [(20, 50), (20, 2), (3, 50), (3, 2), (2, 1), (1, 1), (7, 7)])
def test_pages_together_hold_each_document_once(database: Database, cards: list[str], at_most: int, limit: int) -> None:
    in_force = [one for place, one in enumerate(cards) if place not in (2, 5)]
    for search, expected in (
        (Search(), cards),
        (Search(state=DocumentState.IN_FORCE), in_force),
        (Search(state=DocumentState.WITHDRAWN), [cards[2], cards[5]]),
        (Search(family_name="mo"), cards[::-1]),
        (Search(family_name="mo", state=DocumentState.IN_FORCE), in_force[::-1]),
        (Search(registered_from=NOW + timedelta(seconds=2), registered_before=NOW + timedelta(seconds=5)), cards[2:5]),
    ):
        found = pages(database, search, at_most=at_most, limit=limit)
        assert [one.document.id for page in found for one in page.found] == expected[::-1]
        assert all(len(page.found) <= limit for page in found)


def test_a_page_looks_at_so_many_documents(database: Database, cards: list[str]) -> None:
    beyond = Period(start=date(2100, 1, 1), end=date(2100, 1, 1))
    for search, last in ((Search(covers=beyond), (4, 1)), (Search(covers=beyond, family_name="mo"), (2, 5))):
        *before, end = pages(database, search, at_most=3, limit=5)
        assert [page.after and page.after.document_id for page in before] == [cards[place] for place in last]
        assert end.after is None
        assert not any(page.found for page in [*before, end])


def test_documents_registered_before_there_were_searches_are_found(world: World, database: Database) -> None:
    """The step back and forth again leaves what it would have been without."""
    about_many = [world.register(), world.register(world.ehic(), type_id="ehic", institution_id=CNAM)]

    def rows(connection: Connection) -> dict[str, Any]:
        return {row.document_id: tuple(row) for row in connection.execute(select(subject))}

    before = database.read(rows)
    assert {one.answer["document_id"] for one in about_many} <= set(before)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    def downgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.downgrade(config, "r0015")  # the documents too, which other tables refer to

    database.write(downgrade)
    database.upgrade()
    IndexDocuments(transactions=SqlTransactions(database), catalogue=world.catalogue)(lambda: False)
    assert database.read(rows) == before
