"""CSV: every document of every type survives, whatever stands in its cells; what is wrong is told, not guessed."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from issuer.adapters.row_files import RowFile
from issuer.csv_rows import CsvTable, template
from issuer.jobs import RowFileError
from tests.packaged import CATALOGUE
from vc_core.rejection import Rejection

EXAMPLES = [
    (type_id, name) for type_id in CATALOGUE.rulebooks for name in CATALOGUE.examples(type_id) if name[:6] == "valid_"
]


def cells(claims: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Column and cell of every claim."""
    parts = claims.items() if isinstance(claims, Mapping) else enumerate(claims) if isinstance(claims, list) else None
    if parts is None:
        yield ".".join(path), str(claims).lower() if isinstance(claims, bool) else str(claims)
        return
    for name, part in parts:
        yield from cells(part, (*path, str(name)))


def written(*rows: list[str], separator: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode()


def table(type_id: str = "ehic") -> CsvTable:
    return CsvTable(schema=CATALOGUE.type(type_id).schema)


@pytest.mark.parametrize(("type_id", "name"), EXAMPLES)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_example_survives(type_id: str, name: str, separator: str) -> None:
    claims = CATALOGUE.examples(type_id)[name]
    columns = dict(cells(claims))
    rows = table(type_id).with_header(written(list(columns), separator=separator))
    assert rows.claims(written(list(columns.values()), separator=separator)) == claims


@pytest.mark.parametrize("type_id", list(CATALOGUE.rulebooks))
def test_the_template_names_every_claim_and_is_a_header(type_id: str) -> None:
    header = template(CATALOGUE.type(type_id).schema)
    rows = table(type_id).with_header(header.encode())
    assert len(rows.columns) == len(header.split(",")) > 5
    assert rows.claims(written(["" for _ in rows.columns])) == {}


def test_a_mark_at_the_beginning_is_no_part_of_a_name() -> None:
    assert table().with_header(b"\xef\xbb\xbfdocument_number\n").claims(b"12\n") == {"document_number": "12"}


def test_columns_without_a_name_behind_the_last_are_empty() -> None:
    rows = table().with_header(b"document_number,,\r\n")
    assert rows.claims(b"1,,\r\n") == {"document_number": "1"}
    for record in (b"1,,x\r\n", b"1,\r\n", b"1\r\n"):
        with pytest.raises(Rejection) as refused:
            rows.claims(record)
        assert refused.value.reason == "csv_cells"


def test_empty_entries_of_an_array_close_up() -> None:
    rows = table("a1").with_header(b"employer.0.name,employer.1.name,employer.2.name\n")
    assert rows.claims(b"A,,C\n") == {"employer": [{"name": "A"}, {"name": "C"}]}


def test_a_cell_of_another_kind_is_left_to_the_schema() -> None:
    rows = table().with_header(b"provisional_replacement\n")
    assert rows.claims(b"TRUE\n") == {"provisional_replacement": True}
    assert rows.claims(b"yes\n") == {"provisional_replacement": "yes"}


@pytest.mark.parametrize(
    ("header", "reason", "column"),
    [
        (b"document_number,colour\n", "column_unknown", "colour"),
        (b"document_number,credential_holder\n", "column_unknown", "credential_holder"),
        (b"document_number.0\n", "column_unknown", "document_number.0"),
        (b"document_number,document_number\n", "column_repeated", "document_number"),
        (b'"document_number\n', "header_malformed", ""),
        (b"\xff\n", "header_malformed", ""),
        (b"\n", "header_malformed", ""),
    ],
)
def test_a_header_that_cannot_be_read(header: bytes, reason: str, column: str) -> None:
    with pytest.raises(RowFileError) as refused:
        table().with_header(header)
    assert (refused.value.reason, refused.value.where) == (reason, column)


@pytest.mark.parametrize(
    ("record", "reason"),
    [(b"1\n", "csv_cells"), (b"1,2,3\n", "csv_cells"), (b'1,"2"x\n', "csv_malformed"), (b"1,\xff\n", "csv_malformed")],
)
def test_a_row_that_cannot_be_read(record: bytes, reason: str) -> None:
    rows = table().with_header(b"document_number,institution_acronym\n")
    with pytest.raises(Rejection) as refused:
        rows.claims(record)
    assert refused.value.reason == reason


@pytest.mark.parametrize("write", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_is_read_from_any_chunk(tmp_path: Path, write: type[bytes]) -> None:
    """A row may hold line breaks; the header is read however late the reading begins."""
    names = ["one", "two\nlines", "three"]
    content = written(["document_number", "institution_acronym"], *([str(n), name] for n, name in enumerate(names)))
    path = tmp_path / "rows.csv"
    path.write_bytes(write(content))
    file = RowFile(path=path, form=table(), max_row_bytes=100, max_bytes=10_000, rows_in_a_chunk=2)
    assert file.survey().rows == 3
    first, second = file.chunks(0, 0)
    read = [row.claims for row in (*first.rows, *second.rows)]
    assert read == [{"document_number": str(n), "institution_acronym": name} for n, name in enumerate(names)]
    assert list(file.chunks(first.end, 2)) == [second]
