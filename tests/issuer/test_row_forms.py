"""Rows as lines of JSON: what is no row is told by its number."""

import pytest

from issuer.row_forms import MARK, JsonRows, read_row

FORM = JsonRows(max_row_bytes=1000)


@pytest.mark.parametrize("record", [b'{"a": 1}\n', b'{"a": 1}\r\n', MARK + b'{"a": 1}\n'])
def test_a_row(record: bytes) -> None:
    row = read_row(FORM, 7, record)
    assert (row.number, row.claims, row.fault) == (7, {"a": 1}, None)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (b"{\n", "json_malformed"),
        (MARK + MARK + b"{}\n", "json_malformed"),
        (b"{}" + MARK + b"\n", "json_malformed"),
        (b"[{}]\n", "json_not_object"),
        (b'{"a": 1, "a": 2}\n', "json_member_repeated"),
        (None, "row_too_long"),
    ],
)
def test_no_row(record: bytes | None, code: str) -> None:
    row = read_row(FORM, 7, record)
    assert row.fault is not None
    assert (row.claims, row.fault.row, row.fault.code) == (None, 7, code)
    assert row.fault.message != code
