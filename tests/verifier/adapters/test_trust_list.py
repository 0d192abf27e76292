"""The trust list as the verifier reads it: from a file or an address, kept, and never going back."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from tests.pilot import NOW, OPERATOR, trust_list
from tests.verifier.adapters.upgrading import upgrade
from vc_core.trust import TrustList, encode_trust_list
from vc_core.verification import StatusUnavailable, TrustUnavailable
from verifier.adapters.database import Database
from verifier.adapters.trust_list import AddressSource, FileSource, StoredTrustMemory, TrustListReader
from verifier.ports import Downloaded

URI = "https://trust.example/list.jwt"


@pytest.fixture
def memory(database_url: str) -> StoredTrustMemory:
    database = Database(database_url)
    database.upgrade()
    return StoredTrustMemory(database)


def text(**changes: object) -> str:
    listed = trust_list(**changes)
    return encode_trust_list(listed, OPERATOR, listed.issued_at)


def reader(source: object, memory: StoredTrustMemory) -> TrustListReader:
    return TrustListReader(source, operator=OPERATOR.chain[0], memory=memory)  # type: ignore[arg-type]


def sequence(read: TrustList | TrustUnavailable) -> int:
    assert isinstance(read, TrustList), read
    return read.sequence


def test_a_list_is_read_from_a_file_whenever_it_changes(tmp_path: Path, memory: StoredTrustMemory) -> None:
    path = tmp_path / "list.jwt"
    path.write_text(text(sequence=7))
    read = reader(FileSource(path), memory)
    assert sequence(read(NOW)) == 7
    path.write_text(text(sequence=8))
    assert sequence(read(NOW)) == 8


class CountedPath(type(Path())):  # type: ignore[misc]
    """A path that knows how often it was opened."""

    opened = 0

    def open(self, *args: object, **kwargs: object) -> object:
        self.opened += 1
        return super().open(*args, **kwargs)


def test_a_file_is_opened_once_while_it_stays_the_same(tmp_path: Path) -> None:
    path = CountedPath(tmp_path / "list.jwt")
    path.write_text("seven")
    later, opened, read = datetime.now(UTC) + timedelta(minutes=1), path.opened, FileSource(path)
    assert [read(later), read(later)] == ["seven", "seven"]
    assert path.opened == opened + 1


def test_a_file_that_was_changed_just_before_is_opened_each_time(tmp_path: Path) -> None:
    path = CountedPath(tmp_path / "list.jwt")
    path.write_text("seven")
    now, opened, read = datetime.now(UTC), path.opened, FileSource(path)
    assert [read(now), read(now)] == ["seven", "seven"]
    assert path.opened == opened + 2


def test_a_file_of_the_same_size_in_its_place_is_read(tmp_path: Path) -> None:
    path, other = tmp_path / "list.jwt", tmp_path / "new.jwt"
    path.write_text("seven")
    later, read = datetime.now(UTC) + timedelta(minutes=1), FileSource(path)
    assert read(later) == "seven"
    other.write_text("eight")
    times = path.stat()
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(path)
    assert read(later) == "eight"


def test_a_file_that_is_gone_is_unavailable_at_once(tmp_path: Path) -> None:
    path = tmp_path / "list.jwt"
    path.write_text("seven")
    later, read = datetime.now(UTC) + timedelta(minutes=1), FileSource(path)
    assert read(later) == "seven"
    path.unlink()
    assert read(later) == TrustUnavailable(reason="trust_list_unreadable")


def test_a_list_does_not_go_back(tmp_path: Path, memory: StoredTrustMemory) -> None:
    """The database remembers, so that a restart forgets nothing."""
    path = tmp_path / "list.jwt"
    path.write_text(text(sequence=8))
    assert sequence(reader(FileSource(path), memory)(NOW)) == 8
    path.write_text(text(sequence=7))
    assert isinstance(reader(FileSource(path), memory)(NOW), TrustUnavailable)
    path.write_text(text(sequence=8))
    assert sequence(reader(FileSource(path), memory)(NOW)) == 8


def test_a_list_that_is_kept_still_ends(tmp_path: Path, memory: StoredTrustMemory) -> None:
    path = tmp_path / "list.jwt"
    path.write_text(text())
    read = reader(FileSource(path), memory)
    assert sequence(read(NOW)) == 7
    assert isinstance(read(NOW + timedelta(days=30)), TrustUnavailable)


def test_a_list_of_another_operator_is_refused(tmp_path: Path, memory: StoredTrustMemory) -> None:
    path = tmp_path / "list.jwt"
    path.write_text(text())
    other = TrustListReader(FileSource(path), operator=trust_list().access_anchors[0], memory=memory)
    assert isinstance(other(NOW), TrustUnavailable)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x.y.z", b"x" * (5 * 1024 * 1024)])
def test_what_is_no_list_is_unavailable(tmp_path: Path, memory: StoredTrustMemory, content: bytes) -> None:
    path = tmp_path / "list.jwt"
    path.write_bytes(content)
    assert isinstance(reader(FileSource(path), memory)(NOW), TrustUnavailable)


class Server:
    """`ports.Fetch` with one answer at a time."""

    def __init__(self, answer: Downloaded | StatusUnavailable) -> None:
        self.answer, self.asked = answer, 0

    def __call__(self, uri: str, **_: object) -> Downloaded | StatusUnavailable:
        assert uri == URI
        self.asked += 1
        return self.answer


def served(**changes: object) -> Downloaded:
    return Downloaded(body=text(**changes).encode(), content_type="application/jwt")


def test_an_address_is_asked_once_in_a_while(memory: StoredTrustMemory) -> None:
    server = Server(served(sequence=7))
    read = reader(AddressSource(URI, fetch=server, reuse=timedelta(minutes=1)), memory)
    assert [sequence(read(NOW + timedelta(seconds=second))) for second in (0, 30, 59)] == [7, 7, 7]
    assert server.asked == 1
    server.answer = served(sequence=8)
    assert sequence(read(NOW + timedelta(seconds=60))) == 8


def test_while_the_address_does_not_answer_the_last_list_counts(memory: StoredTrustMemory) -> None:
    server = Server(served())
    read = reader(AddressSource(URI, fetch=server, reuse=timedelta(minutes=1)), memory)
    read(NOW)
    server.answer = StatusUnavailable(reason="unreachable")
    assert sequence(read(NOW + timedelta(days=1))) == 7
    assert isinstance(read(NOW + timedelta(days=30)), TrustUnavailable)


def test_an_address_that_never_answered(memory: StoredTrustMemory) -> None:
    server = Server(StatusUnavailable(reason="timeout"))
    read = reader(AddressSource(URI, fetch=server, reuse=timedelta(minutes=1)), memory)
    assert read(NOW) == TrustUnavailable(reason="timeout")


def test_a_bad_list_at_the_address_is_not_used(memory: StoredTrustMemory) -> None:
    server = Server(replace(served(), body=b"x.y.z"))
    read = reader(AddressSource(URI, fetch=server, reuse=timedelta(minutes=1)), memory)
    assert isinstance(read(NOW), TrustUnavailable)


def test_what_the_only_trust_list_had_reached_is_not_forgotten(empty_database_url: str) -> None:
    """Migration 0006: the memory of one list becomes that of the list without a name."""
    database = Database(empty_database_url)
    upgrade(database, "0005")
    row = {"operator": b"\x01" * 32, "sequence": 41, "seen_at": 1}
    insert = sql("INSERT INTO trust_list (operator, sequence, seen_at) VALUES (:operator, :sequence, :seen_at)")
    database.transaction(lambda connection: connection.execute(insert, row))
    database.upgrade()
    assert StoredTrustMemory(database).highest_sequence(b"\x01" * 32) == 41
    assert StoredTrustMemory(database, "fr").highest_sequence(b"\x01" * 32) == 0
    database.close()
