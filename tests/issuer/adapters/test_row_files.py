"""Files of rows: every row once, whatever the compression and the offset, within bounds."""

import gzip
import hashlib
from pathlib import Path

import pytest

from issuer.adapters.row_files import RowFile
from issuer.jobs import RowFileError
from issuer.row_forms import JsonRows

CONTENT = b'{"n":1}\n\n{"n":2}\r\n   \n{"n":3}\n{"n":4}'


def row_file(folder: Path, content: bytes, *, max_bytes: int = 10_000) -> RowFile:
    path = folder / "rows"
    path.write_bytes(content)
    return RowFile(path=path, form=JsonRows(50), max_row_bytes=50, max_bytes=max_bytes, rows_in_a_chunk=2)


@pytest.mark.parametrize("write", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_rows_are_counted_and_read_from_any_chunk(tmp_path: Path, write: type[bytes]) -> None:
    file = row_file(tmp_path, write(CONTENT))
    survey = file.survey()
    assert (survey.rows, survey.digest) == (4, hashlib.sha256(CONTENT).digest())
    first, second = file.chunks(0, 0)
    assert [(row.number, row.claims) for row in first.rows] == [(1, {"n": 1}), (2, {"n": 2})]
    assert [(row.number, row.claims) for row in second.rows] == [(3, {"n": 3}), (4, {"n": 4})]
    assert second.end == len(CONTENT)
    assert list(file.chunks(first.end, 2)) == [second]
    assert list(file.chunks(second.end, 4)) == []


@pytest.mark.parametrize("end", [b"", b"\n", b'\n{"n":2}'], ids=["last", "line_end", "another_follows"])
@pytest.mark.parametrize("length", [51, 52, 101, 102, 103, 1000])
def test_a_row_beyond_the_bound_is_told_and_not_kept(tmp_path: Path, length: int, end: bytes) -> None:
    file = row_file(tmp_path, b"x" * length + end)
    [row, *others] = [row for chunk in file.chunks(0, 0) for row in chunk.rows]
    assert (row.number, row.claims, row.fault and row.fault.code) == (1, None, "row_too_long")
    assert [row.claims for row in others] == ([{"n": 2}] if end.strip() else [])


def test_a_row_of_the_bound_is_read(tmp_path: Path) -> None:
    row = b'{"n":"%s"}' % (b"x" * 42)
    [chunk] = row_file(tmp_path, row).chunks(0, 0)
    assert [row.claims for row in chunk.rows] == [{"n": "x" * 42}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no_rows"),
        (b"\n \n", "no_rows"),
        (gzip.compress(CONTENT)[:-4], "gzip_malformed"),
        (gzip.compress(CONTENT)[:20] + b"?" * 30, "gzip_malformed"),
        (b"\n" * 10_001, "content_too_large"),
        (gzip.compress(b"\n" * 10_001), "content_too_large"),
        (gzip.compress(b"x" * 50_000_000), "content_too_large"),
    ],
    ids=["empty", "blank", "cut_short", "damaged", "too_large", "too_large_inflated", "bomb"],
)
def test_what_holds_no_rows_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(RowFileError) as refused:
        row_file(tmp_path, content).survey()
    assert refused.value.reason == reason


def test_a_file_that_was_compressed_is_the_same_file(tmp_path: Path) -> None:
    plain = row_file(tmp_path, CONTENT).survey()
    assert row_file(tmp_path, gzip.compress(CONTENT)).survey() == plain
