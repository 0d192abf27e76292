"""Names in letters that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc_core.person_names import spellings

PLAIN: dict[str, tuple[str, tuple[str, ...]]] = {
    "case": ("MOREAU", ("moreau",)),
    "diacritics": ("Élodie Ştefănescu", ("elodie", "stefanescu")),
    "decomposed": ("E\u0301lodie", ("elodie",)),
    "hyphen": ("Jean-Pierre", ("jean", "pierre")),
    "apostrophe": ("O’Connor d'Arc", ("oconnor", "darc")),
    "sharp_s": ("Strauß", ("strauss",)),
    "polish": ("Łukasz Żółć", ("lukasz", "zolc")),
    "turkish": ("Işık İnan", ("isik", "inan")),
    "greek": ("Παπαδοπούλου Αθηνά", ("papadopoulou", "athina")),
    "greek_pairs": ("Ευάγγελος Μπουμπουλίνα", ("evangelos", "boumpoulina")),
    "greek_unvoiced": ("Ευτυχία Σταύρος", ("eftychia", "stavros")),
    "greek_diaeresis": ("Χαϋτάς", ("chaytas",)),
    "bulgarian": ("Георги Щърбанов", ("georgi", "shtarbanov")),
    "bulgarian_ending": ("Мария Йорданова", ("maria", "yordanova")),
    "ukrainian": ("Олександр Шевченко", ("oleksandr", "shevchenko")),
    "no_letters": ("--", ()),
}


@pytest.mark.parametrize(("name", "words"), PLAIN.values(), ids=PLAIN)
def test_one_spelling(name: str, words: tuple[str, ...]) -> None:
    assert spellings(name) == (words,)


TWICE: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "umlaut": ("Müller", (("muller",), ("mueller",))),
    "danish": ("Ångström Sørensen", (("angstrom", "sorensen"), ("aangstroem", "soerensen"))),
}


@pytest.mark.parametrize(("name", "words"), TWICE.values(), ids=TWICE)
def test_two_spellings(name: str, words: tuple[tuple[str, ...], ...]) -> None:
    assert spellings(name) == words


@given(st.text())
def test_any_text_becomes_basic_letters(name: str) -> None:
    for words in spellings(name):
        assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
