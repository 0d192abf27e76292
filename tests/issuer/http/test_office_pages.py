"""A document as the back office and the letter show it: what stands in it as a code is told in words."""

from datetime import UTC, datetime

import pytest

from issuer.documents import Document, InForce
from issuer.http.office_pages import rows
from vc_core.catalogue import Catalogue
from vc_core.claims import Claims, put

CATALOGUE = Catalogue.load()
POSTED = CATALOGUE.examples("a1")["valid_posted_worker"]


def told(claims: Claims, tag: str = "en") -> dict[str, str]:
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
    rulebook = CATALOGUE.type("a1")
    labels = {entry.label(tag): entry.path for entry in rulebook.claims}
    shown = {"/".join(map(str, labels[row.label])): row.value for row in rows(rulebook, document, tag)}
    assert len(shown) > 10
    return shown


@pytest.mark.parametrize(
    ("tag", "country", "situation"),
    [
        ("en", "France (FR)", "Posted employed person (01)"),
        ("fr", "France (FR)", "Travailleur salarié détaché (01)"),
        ("de", "Frankreich (FR)", "Entsandter Arbeitnehmer (01)"),
    ],
)
def test_codes_are_told_in_words(tag: str, country: str, situation: str) -> None:
    shown = told(POSTED, tag)
    assert (shown["legislation_country"], shown["status_confirmation"]) == (country, situation)
    assert shown["starting_date"] == POSTED["starting_date"]


@pytest.mark.parametrize("written", ["XX", "France"])
def test_what_is_no_code_stands_as_it_is(written: str) -> None:
    assert told(put(POSTED, ("legislation_country",), written))["legislation_country"] == written


def test_another_spelling_is_told_as_it_was_written() -> None:
    assert told(put(POSTED, ("legislation_country",), "EL"))["legislation_country"] == "Greece (EL)"
