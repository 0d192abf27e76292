"""Text that nobody can read is found, at its place; the scripts of Europe and what belongs to writing are not."""

import pytest

from vc_core.visible_text import TextFault, text_fault, text_faults

SEEN = [
    "",
    "Moreau",
    "O’Neil-Müller",
    "Παπαδόπουλος",
    "Иванов",
    "e\u0301",
    "first line\r\nsecond\tline",
    "می\u200cخواهم",
    "\u200fעברית",
    "李",
]
NOT_SEEN = [
    (" ", TextFault.BLANK),
    ("\u00a0\u2003", TextFault.BLANK),
    ("\t", TextFault.BLANK),
    ("A\x00B", TextFault.INVISIBLE),
    ("A\x1bB", TextFault.INVISIBLE),
    ("A\x85B", TextFault.INVISIBLE),
    ("\u202eabc", TextFault.INVISIBLE),
    ("a\u2066b", TextFault.INVISIBLE),
    ("Mor\u200beau", TextFault.INVISIBLE),
    ("\ufeffMoreau", TextFault.INVISIBLE),
    ("M\ufffdller", TextFault.DAMAGED),
    ("M\uffffller", TextFault.DAMAGED),
]


@pytest.mark.parametrize("text", SEEN, ids=ascii)
def test_text_that_can_be_read(text: str) -> None:
    assert text_fault(text) is None


@pytest.mark.parametrize(("text", "fault"), NOT_SEEN, ids=ascii)
def test_text_that_cannot_be_read(text: str, fault: TextFault) -> None:
    assert text_fault(text) is fault


def test_every_text_is_found_at_its_place() -> None:
    claims = {"a": {"b": ["good", " ", {"c": "\x00"}]}, "d": 7, "e": None, "f": "\ufffd"}
    assert list(text_faults(claims)) == [
        (("a", "b", 1), TextFault.BLANK),
        (("a", "b", 2, "c"), TextFault.INVISIBLE),
        (("f",), TextFault.DAMAGED),
    ]
