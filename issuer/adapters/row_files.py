"""Files of rows, plain or gzip (RFC 1952): surveyed once from end to end, then read in chunks from any offset.

Memory is bounded whatever the file: it is read and inflated piece by piece, a row beyond `max_row_bytes` is told and
not kept, and content beyond `max_bytes`, inflated, is refused. Offsets are bytes of the content, inflated; a compressed
file is inflated anew up to the offset.
"""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from issuer.csv_rows import CsvTable
from issuer.jobs import Chunk, RowFileError, Survey
from issuer.row_forms import RowForm, read_row

GZIP_MAGIC = b"\x1f\x8b"
ROWS_IN_A_CHUNK = 1000
"""Few enough that others wait less than a second for a chunk's transaction, many enough to spread its cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFile:
    path: Path
    form: RowForm | CsvTable
    max_row_bytes: int
    max_bytes: int
    rows_in_a_chunk: int = ROWS_IN_A_CHUNK

    def survey(self) -> Survey:
        """Raises `RowFileError` or `OSError`."""
        digest, rows = hashlib.sha256(), 0
        with _opened(self.path) as content:
            read_along = _Hashing(content, digest.update)
            form, start = self._begin(read_along)
            for _ in self._records(read_along, form, start):
                rows += 1
        if not rows:
            raise RowFileError("no_rows")
        return Survey(rows=rows, digest=digest.digest())

    def chunks(self, offset: int, done: int) -> Iterator[Chunk]:
        """What follows after `offset`, up to which there are `done` rows. Raises `RowFileError` or `OSError`."""
        with _opened(self.path) as content:
            form, start = self._begin(content)
            content.seek(max(start, offset))
            records = self._records(content, form, max(start, offset))
            while records_of_chunk := list(islice(records, self.rows_in_a_chunk)):
                rows = [
                    read_row(form, number, record)
                    for number, (record, _) in enumerate(records_of_chunk, done + 1)
                ]  # fmt: skip
                yield Chunk(rows=rows, end=records_of_chunk[-1][1])
                done += len(rows)

    def _begin(self, content: "IO[bytes] | _Hashing") -> tuple[RowForm, int]:
        """How the rows are written, as the header says where there is one, and the offset of the first."""
        if not isinstance(self.form, CsvTable):
            return self.form, 0
        header = content.readline(self.max_row_bytes + 1)
        if len(header) > self.max_row_bytes:
            raise RowFileError("header_malformed")
        return self.form.with_header(header), len(header)

    def _records(
        self, content: "IO[bytes] | _Hashing", form: RowForm, offset: int
    ) -> Iterator[tuple[bytes | None, int]]:
        """Each record, None if it is too long, and the offset of the byte after it. Empty lines are none."""
        limit = self.max_row_bytes
        kept: bytes | None = b""
        while line := content.readline(limit + 1):
            offset += len(line)
            if offset > self.max_bytes:
                raise RowFileError("content_too_large")
            if kept is None or len(kept) + len(line) > limit:  # what is too long ends with its line
                kept = None
                if not line.endswith(b"\n"):
                    continue
            elif not kept and not line.strip():
                continue
            else:
                kept += line
                if not form.is_whole(kept):
                    continue
            yield kept, offset
            kept = b""
        if kept != b"":
            yield kept, offset


@dataclass(frozen=True, slots=True)
class _Hashing:
    """Reads lines, and lets a digest read along."""

    content: IO[bytes]
    update: Callable[[bytes], None]

    def readline(self, limit: int) -> bytes:
        line = self.content.readline(limit)
        self.update(line)
        return line


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The content, inflated where it is compressed. Raises `RowFileError` for damaged compression."""
    with path.open("rb") as file:
        compressed = file.read(2) == GZIP_MAGIC
        file.seek(0)
        if not compressed:
            yield file
            return
        try:
            with gzip.GzipFile(fileobj=file) as content:
                yield content  # type: ignore[misc]
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise RowFileError("gzip_malformed") from error
