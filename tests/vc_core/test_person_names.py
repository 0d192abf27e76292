"""Names in letters that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc_core.person_names import search_form, spellings

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


ALIKE = {
    "umlaut": ("Müller", "Mueller", "MULLER"),
    "danish": ("Ångström", "Aangstroem", "angstrom"),
    "apostrophe": ("D’Août", "d'aout", "DAOUT"),
    "hyphen": ("Moreau-Petit", "moreau petit"),
    "greek": ("Αγγελόπουλος", "Angelopoulos"),
}


@pytest.mark.parametrize("names", ALIKE.values(), ids=ALIKE)
def test_one_form_to_be_found_by(names: tuple[str, ...]) -> None:
    assert len({search_form(name) for name in names}) == 1


@given(st.text(alphabet="aeouxz -'"), st.text(alphabet="aeouxz -'"))
def test_what_begins_alike_is_found_by_its_beginning(beginning: str, rest: str) -> None:
    assert search_form(f"{beginning}{rest}").startswith(search_form(beginning))


@given(st.text())
def test_the_form_is_of_basic_letters(name: str) -> None:
    assert all(sign == " " or (sign.isascii() and sign.isalnum()) for sign in search_form(name))
