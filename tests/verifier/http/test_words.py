"""The catalogue of words: nothing is missing in any language, and what the page says stays within the law."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from vc_core.catalogue import Catalogue
from vc_core.checks import CATALOGUE, Outcome
from vc_core.verdict import Word
from verifier.http.words import Words, load_languages

ROOT = Path(__file__).parents[3] / "verifier"
LANGUAGES = load_languages().by_tag
EACH_LANGUAGE = pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)


def texts(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from texts(value, (*path, name))
        elif isinstance(value, list):
            yield from (((*path, name, str(index)), item) for index, item in enumerate(value))
        else:
            yield (*path, name), value


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


ENGLISH = dict(texts(LANGUAGES["en"].texts))


def test_there_are_three_languages() -> None:
    assert set(LANGUAGES) == {"en", "fr", "de"}


@EACH_LANGUAGE
def test_every_language_has_the_same_words_with_the_same_places_to_fill(words: Words) -> None:
    found = dict(texts(words.texts))
    assert set(found) == set(ENGLISH)
    assert {path for path in found if placeholders(found[path]) != placeholders(ENGLISH[path])} == set()


@EACH_LANGUAGE
def test_only_the_reason_that_repeats_its_answer_is_empty(words: Words) -> None:
    assert [path for path, text in texts(words.texts) if not text.strip()] == [("reason", "withdrawn")]


@EACH_LANGUAGE
def test_every_check_verdict_and_outcome_has_its_words(words: Words) -> None:
    assert set(words.texts["check"]) == set(CATALOGUE)
    assert set(words.texts["verdict"]) == set(Word)
    assert set(Outcome) <= set(words.texts["reasons"])
    for place, answers in words.texts["next"].items():
        assert place == "heading" or set(answers) == {*Word, "UNREADABLE"}


@EACH_LANGUAGE
def test_every_inspection_profile_has_a_name(words: Words, catalogue: Catalogue) -> None:
    profiles = {profile for rulebook in catalogue.types() for profile in rulebook.queries}
    assert profiles <= set(words.texts["place"])


def test_every_reason_with_words_of_its_own_exists() -> None:
    """A reason that is renamed in the core would silently lose its words."""
    source = "".join(path.read_text() for path in (ROOT.parent / "vc_core").rglob("*.py"))
    source += "".join(path.read_text() for path in ROOT.rglob("*.py"))
    assert [reason for reason in LANGUAGES["en"].texts["reason"] if f'"{reason}"' not in source] == []


def test_every_word_that_the_pages_ask_for_exists() -> None:
    pages = "".join(path.read_text() for path in (ROOT / "templates").glob("*.html"))
    asked = {
        tuple(re.findall(r'"(\w+)"', call)) for call in re.findall(r'words\(("\w+"(?:, "\w+")*)(?:\)|, \w+=)', pages)
    }
    assert len(asked) > 40
    assert asked <= set(ENGLISH)


FORBIDDEN = re.compile(
    r"invalid|ungültig|non valable|contributions?|beiträge|cotisations?|refuse care|refuser les soins", re.IGNORECASE
)
ALLOWED = re.compile(r"do not refuse care", re.IGNORECASE)


@EACH_LANGUAGE
def test_no_screen_speaks_of_invalid_certificates_or_of_refusing_care(words: Words) -> None:
    """design.md 5."""
    found = [text for _, text in texts(words.texts) if FORBIDDEN.search(ALLOWED.sub("", text))]
    assert found == []


@EACH_LANGUAGE
def test_at_a_hospital_desk_care_is_never_put_in_question(words: Words) -> None:
    """users.md, J15."""
    first = {"en": "Do not refuse care", "fr": "Ne refusez pas les soins", "de": "Behandlung nicht ablehnen"}[words.tag]
    answers = words.texts["next"]["hospital_desk"]
    for answer in ("NOT_COVERED", "WITHDRAWN", "CANNOT_CONFIRM", "UNREADABLE"):
        assert answers[answer][0].startswith(first)


@pytest.mark.parametrize(
    ("asked", "accepted", "tag"),
    [
        (None, "", "en"),
        (None, "fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        (None, "pl,de;q=0.3,fr;q=0.2", "de"),
        (None, "en;q=0.1,de;q=0.9", "de"),
        (None, "de;q=high", "de"),
        ("de", "fr", "de"),
        ("xx", "fr", "fr"),
        (None, "xx", "en"),
    ],
)
def test_the_language_is_chosen(asked: str | None, accepted: str, tag: str) -> None:
    assert load_languages().choose(asked, accepted).tag == tag


@pytest.mark.parametrize(("tag", "written"), [("en", "1 March 2026"), ("fr", "1 mars 2026"), ("de", "1. März 2026")])
def test_a_day_in_words(tag: str, written: str) -> None:
    assert LANGUAGES[tag].date(date(2026, 3, 1)) == written


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=8), "8 min old"),
        (timedelta(minutes=119), "119 min old"),
        (timedelta(hours=23), "23 h old"),
        (timedelta(hours=48), "2 days old"),
    ],
)
def test_an_age_in_words(age: timedelta, said: str) -> None:
    assert LANGUAGES["en"].age(age) == said


def test_the_files_are_what_is_loaded() -> None:
    assert tomllib.loads((ROOT / "words" / "en.toml").read_text()) == LANGUAGES["en"].texts
