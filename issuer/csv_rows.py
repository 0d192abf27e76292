"""Rows as comma-separated values (RFC 4180): a column for each claim, named by its path with dots (`employer.0.name`).

The type's schema says which columns there may be and what a cell holds. An empty cell is no claim; of the entries of an
array, empty ones close up. A cell that is not of its kind is kept as text, so that the schema reports it. The separator
is a comma, or where the header has none a semicolon or a tab, as spreadsheets write it. Behind the last column there
may be some without name, if their cells are empty. UTF-8, with or without a mark.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.claim_texts import gather, read_text
from issuer.jobs import RowFileError
from issuer.row_forms import MARK
from vc_core.claims import ClaimPath, pattern_of
from vc_core.claims_schema import ClaimsSchema
from vc_core.rejection import Rejection

_SEPARATORS = (",", ";", "\t")
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}", re.ASCII)


def template(schema: ClaimsSchema) -> str:
    """A header with every claim, the first entry of each array; further entries are columns with the next number."""
    names = (".".join("0" if part is None else str(part) for part in path) for path in schema.leaves)
    return ",".join(names) + "\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """What a file of a type looks like before its header has been read."""

    schema: ClaimsSchema

    def with_header(self, header: bytes) -> "CsvRows":
        """Raises `RowFileError`: `header_malformed`, `column_unknown` or `column_repeated`."""
        line = header.removeprefix(MARK)
        separator = next((one for one in _SEPARATORS if one.encode() in line), ",")
        try:
            names = [name.strip() for name in _cells(line, separator)]
        except Rejection:
            raise RowFileError("header_malformed") from None
        width = len(names)
        while len(names) > 1 and not names[-1]:
            names.pop()
        columns = tuple(self._column(name) for name in names)
        repeated = [name for name in names if names.count(name) > 1]
        if repeated:
            raise RowFileError("column_repeated", repeated[0])
        return CsvRows(columns=columns, separator=separator, width=width)

    def _column(self, name: str) -> tuple[ClaimPath, str]:
        path = tuple(int(part) if _INDEX.fullmatch(part) else part for part in name.split("."))
        kind = self.schema.leaves.get(pattern_of(path))
        if kind is None:
            raise RowFileError("column_unknown", name)
        return path, kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRows:
    """`row_forms.RowForm`. columns: path and JSON type of each that has a name; width: of all."""

    columns: tuple[tuple[ClaimPath, str], ...]
    separator: str
    width: int

    def is_whole(self, record: bytes) -> bool:
        """A line break may stand between quotes."""
        return record.count(b'"') % 2 == 0

    def claims(self, record: bytes) -> Mapping[str, Any]:
        cells = _cells(record, self.separator)
        if len(cells) != self.width or any(cells[len(self.columns) :]):
            raise Rejection("csv_cells", where="")
        columns = zip(self.columns, cells, strict=False)
        return gather((path, read_text(kind, cell)) for (path, kind), cell in columns if cell)


def _cells(record: bytes, separator: str) -> list[str]:
    """Rejects with `csv_malformed`."""
    try:
        lines: Iterator[str] = io.StringIO(record.decode("utf-8").rstrip("\r\n"), newline="")
        [cells] = csv.reader(lines, delimiter=separator, strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        raise Rejection("csv_malformed", where="", section="RFC 4180") from None
    return cells
