"""A body that is no JSON object is refused with the place at which it ceases to be one."""

import pytest

from issuer.refusals import BodyMalformed
from issuer.use_cases.read_body import read_object

CASES = {
    "empty": (b"", "json_malformed", 1, 1),
    "cut_off": (b'{"a":', "json_malformed", 1, 6),
    "third_line": (b'{\n "a": 1,\n b: 2}', "json_malformed", 3, 2),
    "byte_order_mark": (b"\xef\xbb\xbf{}", "json_malformed", 1, 1),
    "latin_1": ('{"a": 1,\n "né": 2}'.encode("latin-1"), "json_malformed", 2, 4),
    "not_finite": (b'{"a": NaN}', "json_malformed", None, None),
    "nested": (b"[" * 60_000, "json_malformed", None, None),
    "array": (b"[]", "json_not_object", None, None),
    "member_twice": (b'{"a": 1, "a": 2}', "json_member_repeated", None, None),
}


@pytest.mark.parametrize(("content", "reason", "line", "column"), CASES.values(), ids=CASES)
def test_no_object(content: bytes, reason: str, line: int | None, column: int | None) -> None:
    with pytest.raises(BodyMalformed) as refused:
        read_object(content, 64 * 1024)
    assert (refused.value.reason, refused.value.line, refused.value.column) == (reason, line, column)
    assert (f"line {line}, column {column}" in refused.value.detail) is (line is not None)
    assert reason not in refused.value.detail


def test_an_object() -> None:
    assert read_object(b'{"a": [1]}', 64) == {"a": [1]}
