"""A document as the back office and the letter show it: what stands in it as a code is told in words."""

from datetime import UTC, datetime

import pytest

from issuer.documents import Document, InForce
from issuer.http.office_pages import Row, rows
from tests.packaged import CATALOGUE
from vc_core.claims import Claims, put

RULEBOOK = CATALOGUE.type("a1")
POSTED = CATALOGUE.examples("a1")["valid_posted_worker"]


def shown(claims: Claims, tag: str = "en") -> list[Row]:
    document = Document(
        id="x",
        institution_id="FR:117000",
        type_id="a1",
        number=None,
        person_key=None,
        claims=claims,
        version=1,
        retroactive=False,
        remarks=(),
        registered_at=datetime(2026, 2, 15, tzinfo=UTC),
        standing=InForce(),
    )
    return list(rows(RULEBOOK, document, tag))


def told(claims: Claims, name: str, tag: str = "en") -> str:
    label = next(entry.label(tag) for entry in RULEBOOK.claims if entry.path == (name,))
    [value] = [row.value for row in shown(claims, tag) if row.label == label]
    return value


@pytest.mark.parametrize(
    ("tag", "country", "situation"),
    [
        ("en", "France (FR)", "Posted employed person (01)"),
        ("fr", "France (FR)", "Travailleur salarié détaché (01)"),
        ("de", "Frankreich (FR)", "Entsandter Arbeitnehmer (01)"),
    ],
)
def test_codes_are_told_in_words(tag: str, country: str, situation: str) -> None:
    assert told(POSTED, "legislation_country", tag) == country
    assert told(POSTED, "status_confirmation", tag) == situation
    assert told(POSTED, "starting_date", tag) == POSTED["starting_date"]


@pytest.mark.parametrize("written", ["XX", "France"])
def test_what_is_no_code_stands_as_it_is(written: str) -> None:
    assert told(put(POSTED, ("legislation_country",), written), "legislation_country") == written


def test_another_spelling_is_told_as_it_was_written() -> None:
    assert told(put(POSTED, ("legislation_country",), "EL"), "legislation_country") == "Greece (EL)"


def test_what_belongs_to_one_of_several_stands_together_and_is_numbered() -> None:
    employers = [{**POSTED["employer"][0], "name": name, "id": f"{name}-1"} for name in ("Nord", "Sud")]
    box = [(row.label, row.value) for row in shown(put(POSTED, ("employer",), employers)) if row.box == "4"]
    assert [label[-3:] for label, _ in box] == ["(1)"] * (len(box) // 2) + ["(2)"] * (len(box) // 2)
    assert [value for _, value in box if value[:3] in {"Nor", "Sud"}] == ["Nord", "Nord-1", "Sud", "Sud-1"]


def test_what_there_is_once_has_no_number() -> None:
    assert not [row for row in shown(POSTED) if row.label.endswith(")")]
