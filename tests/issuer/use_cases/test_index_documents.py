"""Documents of the version before searches: they survive the upgrade, are read few by few, and are found afterwards."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from issuer.adapters.database import Database
from issuer.adapters.register import SqlTransactions
from issuer.adapters.tables import subject
from issuer.http.consent_pages import WORDS
from issuer.use_cases.index_documents import IndexDocuments
from tests.issuer.adapters.test_search_store import MIGRATIONS
from tests.issuer.conftest import MakeWorld
from tests.issuer.office import Officer
from tests.issuer.world import CNAM, URSSAF, World
from vc_core.catalogue import Catalogue

BEFORE_SEARCHES = "r0017"
A1S = [f"019c60be-2500-7b21-b1b6-{number:012}" for number in range(1, 8)]
CARD, ERASED, FOREIGN = (f"019c60be-2500-7b21-b1b6-00000000010{number}" for number in range(3))
"""The seventh A1 says no birth date; FOREIGN is of a type that is no longer there."""
BIRTH_KEY = b"of a birth date"
_DOCUMENT = text(
    "INSERT INTO document (id, institution_id, type_id, number, claims, version, retroactive, remarks, registered_at, "
    "erased_at, binding) "
    "VALUES (:id, :institution_id, :type_id, :number, :claims, 1, false, '[]', 1, :erased_at, 'key')"
)
_SUBJECT = text("INSERT INTO subject (document_id, type_id, birth_key) VALUES (:id, :type_id, :birth_key)")


def a1(catalogue: Catalogue, number: int) -> dict[str, Any]:
    example = catalogue.examples("a1")["valid_posted_worker"]
    holder = {**example["credential_holder"], "family_name": f"Éarlier-{number}"}
    return {**example, "credential_holder": holder, "personal_administrative_number": f"2880413{number:08}"}


def _register(connection: Connection, id_: str, type_id: str, claims: Mapping[str, Any], **others: Any) -> None:
    row = {"institution_id": URSSAF, "number": id_[-3:], "erased_at": None, **others}
    connection.execute(_DOCUMENT, {"id": id_, "type_id": type_id, "claims": json.dumps(claims), **row})


@pytest.fixture
def earlier(database_url: str, catalogue: Catalogue) -> Iterator[Database]:
    """The database as an issuer of the earlier version leaves it."""
    database = Database(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    def fill(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.downgrade(config, "base")
        command.upgrade(config, BEFORE_SEARCHES)
        for number, id_ in enumerate(A1S, 1):
            _register(connection, id_, "a1", a1(catalogue, number))
        _register(connection, CARD, "ehic", catalogue.examples("ehic")["valid_card"], institution_id=CNAM)
        _register(connection, ERASED, "a1", {}, number=None, erased_at=2)
        _register(connection, FOREIGN, "gone", {})
        known = [*((id_, "a1") for id_ in A1S[:6]), (CARD, "ehic"), (FOREIGN, "gone")]
        for id_, type_id in known:
            connection.execute(_SUBJECT, {"id": id_, "type_id": type_id, "birth_key": BIRTH_KEY})

    database.write(fill)
    yield database
    database.close()


@pytest.fixture
def upgraded(earlier: Database, make_world: MakeWorld) -> World:
    """The service on it. What it does in threads of its own is not running."""
    return make_world()


@pytest.fixture
def index(upgraded: World, earlier: Database) -> IndexDocuments:
    return IndexDocuments(transactions=SqlTransactions(earlier), catalogue=upgraded.catalogue, at_once=2)


def ask(world: World, institution_id: str = URSSAF, type_id: str = "a1", **terms: Any) -> tuple[list[str], bool]:
    answer: httpx2.Response = world.client().post(
        f"/v1/{type_id}/search", json=terms, headers=world.auth(institution_id)
    )
    assert answer.status_code == 200, answer.text
    return [one["document_id"] for one in answer.json()["documents"]], answer.json()["complete"]


def asked(times: int) -> Callable[[], bool]:
    """True from then on."""
    answers = iter([False] * times)
    return lambda: next(answers, True)


def never() -> bool:
    return False


SEARCHES: list[dict[str, Any]] = [
    {"family_name": "earlier"},
    {"covers_from": "2026-03-01", "covers_until": "2026-03-01"},
    {"family_name": "earlier", "covers_from": "2026-03-01"},
]


@pytest.mark.parametrize("terms", SEARCHES, ids=["name", "day", "name_and_day"])
def test_found_after_the_upgrade_and_until_then_said_to_be_missing(
    upgraded: World, index: IndexDocuments, terms: dict[str, Any]
) -> None:
    assert ask(upgraded, **terms) == ([], False)
    assert index(never) == len(A1S) + 1
    found, complete = ask(upgraded, **terms)
    assert (sorted(found), complete) == (A1S, True)


def test_found_by_personal_number(upgraded: World, index: IndexDocuments) -> None:
    number = a1(upgraded.catalogue, 3)["personal_administrative_number"]
    assert ask(upgraded, personal_number=number) == ([], False)
    index(never)
    assert ask(upgraded, personal_number=number) == ([A1S[2]], True)


def test_what_claims_are_not_looked_into_for_is_complete_at_once(upgraded: World) -> None:
    assert ask(upgraded, document_number="003") == ([A1S[2]], True)
    assert ask(upgraded, state="withdrawn") == ([], True)
    listed = upgraded.client().get("/v1/a1", headers=upgraded.auth()).json()
    assert (len(listed["documents"]), listed["complete"]) == (len(A1S) + 1, True)  # the erased one too


def test_the_institution_alone_finds_them(upgraded: World, index: IndexDocuments) -> None:
    index(never)
    assert ask(upgraded, CNAM, covers_from="2026-03-01") == ([], True)
    card = upgraded.catalogue.examples("ehic")["valid_card"]
    terms = {"personal_number": card["personal_administrative_number"]}
    assert ask(upgraded, CNAM, "ehic", **terms) == ([CARD], True)
    assert ask(upgraded, URSSAF, "ehic", **terms) == ([], True)


def test_the_back_office_says_so_too(upgraded: World, index: IndexDocuments) -> None:
    officer = Officer.of(upgraded)
    officer.sign_in()

    def search() -> str:
        return officer.send(officer.open("/office/search"), "search", type="a1", family_name="earlier").text

    words = WORDS["en"]["office"]["search"]
    before = search()
    assert words["incomplete"] in before
    assert words["none"] not in before
    index(never)
    after = search()
    assert 'id="incomplete"' not in after
    assert all(id_ in after for id_ in A1S)


def rows(database: Database) -> dict[str, Any]:
    return database.read(lambda connection: {row.document_id: row for row in connection.execute(select(subject))})


def test_broken_off_and_gone_on_with_none_is_read_twice(
    upgraded: World, earlier: Database, index: IndexDocuments
) -> None:
    assert index(asked(2)) == 4
    read = {id_ for id_, row in rows(earlier).items() if row.institution_id is not None}
    assert read == set(A1S[:4])
    assert ask(upgraded, family_name="earlier") == (A1S[:4], False)
    assert index(never) == len(A1S) + 1 - 4
    assert index(never) == 0


def test_nothing_else_of_a_document_changes(earlier: Database, index: IndexDocuments) -> None:
    index(never)
    found = rows(earlier)
    assert set(found) == {*A1S, CARD, FOREIGN}  # nothing of the erased one
    assert [found[id_].birth_key for id_ in A1S] == [BIRTH_KEY] * 6 + [None]
    assert (found[CARD].type_id, found[CARD].birth_key) == ("ehic", BIRTH_KEY)


def test_a_type_that_is_not_there_is_left_until_it_is(
    upgraded: World, earlier: Database, index: IndexDocuments
) -> None:
    index(never)
    assert rows(earlier)[FOREIGN].institution_id is None
    assert ask(upgraded, family_name="earlier")[1] is True


def test_what_another_transaction_holds_is_left_for_the_next_time(earlier: Database, index: IndexDocuments) -> None:
    if earlier.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    with earlier.engine.begin() as connection:
        connection.execute(text("SELECT 1 FROM document WHERE id = :id FOR UPDATE"), {"id": A1S[1]})
        assert index(never) == len(A1S)
        assert rows(earlier)[A1S[1]].institution_id is None
    assert index(never) == 1
    assert rows(earlier)[A1S[1]].institution_id == URSSAF


def test_the_service_reads_them_by_itself(upgraded: World, earlier: Database) -> None:
    with upgraded.client():
        for _ in range(200):
            if ask(upgraded, family_name="earlier")[1]:
                break
            time.sleep(0.05)
    assert ask(upgraded, family_name="earlier") == (A1S, True)
