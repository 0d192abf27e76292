"""How a row of a bulk file is written, and read into claims: NDJSON, one JSON object a line (RFC 8259). CSV is
`csv_rows`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from issuer.jobs import Row, RowFault
from vc_core import strict_json
from vc_core.rejection import Rejection

TOO_LONG = "row_too_long"
MARK = b"\xef\xbb\xbf"
"""The byte order mark, which some programs write before UTF-8; several files put together have several."""

_MESSAGES = {
    TOO_LONG: "The row is longer than this service reads.",
    "json_malformed": "The row is not JSON in UTF-8, one object on one line.",
    "json_not_object": "The row is not a JSON object.",
    "json_member_repeated": "A member of the row is repeated.",
    "json_too_deep": "The row nests too deep.",
    "csv_malformed": "The row is not CSV in UTF-8; spreadsheet programs save it as “CSV UTF-8”.",
    "csv_cells": "The row has not as many cells as the header, or one beneath no name.",
    "json_number_out_of_range": "A number in the row does not fit in 64 bits.",
}


class RowForm(Protocol):
    """One way of writing rows."""

    def is_whole(self, record: bytes) -> bool:
        """Whether the line, or lines, are a row; otherwise the next line belongs to it."""
        ...

    def claims(self, record: bytes) -> Mapping[str, Any]:
        """Raises `Rejection`."""
        ...


@dataclass(frozen=True, slots=True)
class JsonRows:
    max_row_bytes: int

    def is_whole(self, record: bytes) -> bool:  # noqa: ARG002
        return True

    def claims(self, record: bytes) -> Mapping[str, Any]:
        return strict_json.parse_object(record.removeprefix(MARK).strip(), max_bytes=self.max_row_bytes)


def read_row(form: RowForm, number: int, record: bytes | None) -> Row:
    """record: None if it was too long to be kept."""
    if record is None:
        return _faulty(number, TOO_LONG, "")
    try:
        return Row(number=number, claims=form.claims(record))
    except Rejection as rejection:
        return _faulty(number, rejection.reason, rejection.where)


def _faulty(number: int, code: str, pointer: str) -> Row:
    fault = RowFault(row=number, key=None, pointer=pointer, code=code, message=_MESSAGES.get(code, code))
    return Row(number=number, claims=None, fault=fault)
