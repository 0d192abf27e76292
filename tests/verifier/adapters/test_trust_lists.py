"""Several trust lists as the verifier reads them: each with a memory, an age and a server of its own."""

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.pilot import NOW, OPERATOR, entity, trust_list
from vc_core.trust import TrustLists, TrustUnavailable, encode_trust_list
from vc_core.verification import StatusUnavailable
from verifier.adapters.database import Database
from verifier.adapters.trust_list import AddressSource, FileSource, Source, StoredTrustMemory, TrustListReader
from verifier.adapters.trust_lists import NamedReader, TrustListsReader
from verifier.ports import Downloaded

MINUTE = timedelta(minutes=1)


@pytest.fixture
def database(database_url: str) -> Database:
    database = Database(database_url)
    database.upgrade()
    return database


def text(**changes: object) -> str:
    listed = trust_list(**changes)
    return encode_trust_list(listed, OPERATOR, listed.issued_at)


def named(name: str, source: Source, database: Database, *, minimum: int = 0, territories: str = "") -> NamedReader:
    reader = TrustListReader(
        source, operator=OPERATOR.chain[0], memory=StoredTrustMemory(database, name), minimum_sequence=minimum
    )
    return NamedReader(reader, name=name, territories=frozenset(territories.split()))


def found(lists: TrustLists) -> dict[str, int | str]:
    """Sequence number, or why there is none."""
    return {
        one.name: one.content.reason if isinstance(one.content, TrustUnavailable) else one.content.sequence
        for one in lists.lists
    }


class Files:
    """Two lists in files; one operator signs both."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.one, self.two, self._database = folder / "one.jwt", folder / "two.jwt", database
        self.one.write_text(text(sequence=41))
        self.two.write_text(text(sequence=3))

    def reader(self, minimum: int = 0) -> TrustListsReader:
        """A fresh one, as after a restart. minimum: sequence number of the second."""
        return TrustListsReader(
            [
                named("one", FileSource(self.one), self._database),
                named("two", FileSource(self.two), self._database, minimum=minimum),
            ]
        )


@pytest.fixture
def files(tmp_path: Path, database: Database) -> Files:
    return Files(tmp_path, database)


def test_each_list_has_a_number_of_its_own_though_one_operator_signs_both(files: Files) -> None:
    assert found(files.reader()(NOW)) == {"one": 41, "two": 3}
    assert found(files.reader()(NOW)) == {"one": 41, "two": 3}


def test_a_list_that_goes_back_is_alone_in_it(files: Files) -> None:
    files.reader()(NOW)
    files.two.write_text(text(sequence=2))
    assert found(files.reader()(NOW)) == {"one": 41, "two": "trust_list_rolled_back"}
    files.two.write_text(text(sequence=4))
    assert found(files.reader()(NOW)) == {"one": 41, "two": 4}


def test_the_only_list_and_one_of_several_do_not_share_a_memory(files: Files, database: Database) -> None:
    files.reader()(NOW)
    only = TrustListReader(FileSource(files.two), operator=OPERATOR.chain[0], memory=StoredTrustMemory(database))
    assert not isinstance(only(NOW), TrustUnavailable)


@pytest.mark.parametrize(("minimum", "expected"), [(3, 3), (4, "trust_list_rolled_back")])
def test_a_list_is_not_taken_below_a_number_before_any_was_seen(
    files: Files, minimum: int, expected: int | str
) -> None:
    assert found(files.reader(minimum=minimum)(NOW)) == {"one": 41, "two": expected}


def test_what_counts_of_a_list_is_found_out_once(files: Files) -> None:
    reader = files.reader()
    first, again = reader(NOW), reader(NOW)
    assert [one is other for one, other in zip(first.lists, again.lists, strict=True)] == [True, True]
    files.two.write_text(text(sequence=4))
    later = reader(NOW)
    assert [one is other for one, other in zip(first.lists, later.lists, strict=True)] == [True, False]


def test_a_list_counts_in_its_territory_only(tmp_path: Path, database: Database) -> None:
    path = tmp_path / "list.jwt"
    path.write_text(text(entities=(entity(), entity("DE:180000", country="DE", signers=()))))
    lists = TrustListsReader([named("fr", FileSource(path), database, territories="FR")])(NOW)
    assert [entry.entity.institution_id for entry in lists.all_entries()] == ["FR:117000"]


def test_what_becomes_of_a_list_is_told_once(files: Files) -> None:
    reader = files.reader()
    with capture_logs() as logs:
        reader(NOW)
        files.two.write_text("x.y.z")
        for _ in range(3):
            reader(NOW)
        files.two.write_text(text(sequence=4))
        reader(NOW)
    assert [(line["event"], line["list"], line.get("reason")) for line in logs] == [
        ("trust_list_read", "one", None),
        ("trust_list_read", "two", None),
        ("trust_list_missing", "two", "trust_list_malformed"),
        ("trust_list_read", "two", None),
    ]


def test_a_list_that_names_whom_it_may_not_is_told(tmp_path: Path, database: Database) -> None:
    path = tmp_path / "list.jwt"
    path.write_text(text(entities=(entity(), entity("DE:180000", country="DE", signers=()))))
    with capture_logs() as logs:
        named("fr", FileSource(path), database, territories="FR")(NOW)
    (line,) = [line for line in logs if line["event"] == "trust_list_oversteps"]
    assert (line["list"], line["institutions"], line["log_level"]) == ("fr", ["DE:180000"], "warning")


class Server:
    """`ports.Fetch` of two lists. slow: addresses that keep whoever asks waiting until `go_on`."""

    def __init__(self) -> None:
        self.answers: dict[str, Downloaded | StatusUnavailable] = {
            f"https://trust.example/{name}": Downloaded(body=text(sequence=number).encode(), content_type="")
            for name, number in (("one", 41), ("two", 3))
        }
        self.slow: set[str] = set()
        self.asked: list[str] = []
        self.asking, self.go_on = threading.Semaphore(0), threading.Event()

    def __call__(self, uri: str, **_: object) -> Downloaded | StatusUnavailable:
        self.asked.append(uri)
        if uri in self.slow:
            self.asking.release()
            assert self.go_on.wait(30)
        return self.answers[uri]

    def reader(self, database: Database, reuse: timedelta = MINUTE) -> TrustListsReader:
        return TrustListsReader(
            [
                named(name, AddressSource(f"https://trust.example/{name}", fetch=self, reuse=reuse), database)
                for name in ("one", "two")
            ]
        )


@pytest.mark.parametrize("reason", ["timeout", "unreachable", "http_404", "http_500", "too_large"])
def test_a_server_that_fails_is_alone_in_it_and_goes_on_failing_by_that_name(database: Database, reason: str) -> None:
    server = Server()
    server.answers["https://trust.example/two"] = StatusUnavailable(reason=reason)
    reader = server.reader(database)
    for seconds in (0, 1):
        assert found(reader(NOW + timedelta(seconds=seconds))) == {"one": 41, "two": reason}
    assert sorted(server.asked) == ["https://trust.example/one", "https://trust.example/two"]


def test_a_server_is_asked_once_a_time_also_where_nothing_is_used_again(database: Database) -> None:
    server = Server()
    assert found(server.reader(database, reuse=timedelta(0))(NOW)) == {"one": 41, "two": 3}
    assert sorted(server.asked) == ["https://trust.example/one", "https://trust.example/two"]


def test_a_server_that_is_slow_keeps_only_one_waiting(database: Database) -> None:
    server, later = Server(), NOW + MINUTE
    reader = server.reader(database)
    reader(NOW)
    server.slow = {"https://trust.example/two"}
    server.answers["https://trust.example/one"] = Downloaded(body=text(sequence=42).encode(), content_type="")
    answers: list[TrustLists] = []
    waiting = threading.Thread(target=lambda: answers.append(reader(later)))
    waiting.start()
    assert server.asking.acquire(timeout=30)
    meanwhile = found(_until_first_is_asked(reader, later))
    assert meanwhile == {"one": 42, "two": 3}
    server.go_on.set()
    waiting.join(30)
    assert found(answers[0]) == {"one": 42, "two": 3}


def test_a_list_that_ends_while_its_server_is_slow_has_ended(database: Database) -> None:
    server, later = Server(), NOW + timedelta(days=30)
    reader = server.reader(database)
    reader(NOW)
    server.slow = set(server.answers)
    waiting = threading.Thread(target=reader, args=(later,))
    waiting.start()
    assert server.asking.acquire(timeout=30)
    assert server.asking.acquire(timeout=30), "both are asked at the same time"
    assert found(reader(later)) == {"one": "trust_list_stale", "two": "trust_list_stale"}
    server.go_on.set()
    waiting.join(30)


def _until_first_is_asked(reader: TrustListsReader, now: datetime) -> TrustLists:
    """What others get once the quick server has answered."""
    for _ in range(3000):
        lists = reader(now)
        if found(lists)["one"] == 42:
            return lists
        threading.Event().wait(0.01)
    raise AssertionError("the quick server was not asked")
