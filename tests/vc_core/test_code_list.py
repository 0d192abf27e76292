"""Code lists: membership on a day, labels, spellings."""

from datetime import date

import pytest

from tests.schemas.types import PACKAGED
from vc_core.code_list import Code, CodeList
from vc_core.rulebook import Rulebook

LABELS = {"en": "Italy", "fr": "Italie", "de": "Italien"}
LIST = CodeList(
    id="states",
    codes={
        "IT": Code(code="IT", labels=LABELS, since=date(2024, 1, 1), until=date(2024, 12, 31)),
        "GR": Code(code="GR", labels={"en": "Greece"}),
    },
    spellings={"eessi": {"GR": "EL"}},
)


@pytest.mark.parametrize(
    ("code", "day", "belongs"),
    [
        ("IT", None, True),
        ("IT", date(2023, 12, 31), False),
        ("IT", date(2024, 1, 1), True),
        ("IT", date(2024, 12, 31), True),
        ("IT", date(2025, 1, 1), False),
        ("GR", date(1950, 1, 1), True),
        ("EL", None, False),
        (7, None, False),
        (None, None, False),
    ],
    ids=str,
)
def test_membership(code: object, day: date | None, *, belongs: bool) -> None:
    assert LIST.contains(code, on=day) is belongs


@pytest.mark.parametrize(("text", "code"), [("EL", "GR"), ("GR", "GR"), ("XX", "XX")])
def test_any_spelling_is_accepted(text: str, code: str) -> None:
    assert LIST.canonical(text) == code


@pytest.mark.parametrize(
    ("code", "spelling", "written"), [("GR", "eessi", "EL"), ("IT", "eessi", "IT"), ("GR", "unknown", "GR")]
)
def test_one_spelling_is_emitted(code: str, spelling: str, written: str) -> None:
    assert LIST.spelled(code, spelling) == written


@pytest.mark.parametrize(
    ("code", "language", "label"),
    [("IT", "fr", "Italie"), ("IT", "bg", "Italy"), ("GR", "de", "Greece"), ("US", "en", "US")],
)
def test_label(code: str, language: str, label: str) -> None:
    assert LIST.label(code, language) == label


@pytest.mark.parametrize("rulebook", PACKAGED.types(), ids=lambda rulebook: rulebook.type_id)
def test_spellings_of_the_packaged_lists_lead_back(rulebook: Rulebook) -> None:
    for code_list in rulebook.code_lists.values():
        for spelling in code_list.spellings:
            assert [code_list.canonical(code_list.spelled(code, spelling)) for code in code_list.codes] == list(
                code_list.codes
            )
