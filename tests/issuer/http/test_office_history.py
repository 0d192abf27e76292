"""An officer asks for the status of a document on a day, at the back office."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import issuer
from issuer.history import Published, Status
from tests.issuer.office import Officer
from tests.issuer.world import CNAM, NOW, Registered, World

WORDS = sorted((Path(issuer.__file__).parent / "words").glob("*.toml"))


@pytest.fixture
def world(world: World) -> World:
    """The clock stands at its beginning for each test."""
    world.clock.now = NOW
    return world


@pytest.fixture
def withdrawn(world: World) -> Registered:
    """On 10 May, with effect from 1 March."""
    registered = world.register()
    world.clock.advance(days=84)
    assert world.withdraw(registered, effective_from="2026-03-01").status_code == 200
    return registered


def page_of(world: World, registered: Registered, query: str = "", institution_id: str = "FR:117000") -> Any:
    officer = Officer.of(world, institution_id)
    assert officer.sign_in().status_code == 200
    return officer.open(f"/office{registered.path.replace('/v1', '/documents')}/history{query}")


def said(page: Any) -> dict[str, str]:
    return dict(re.findall(r'<dd id="([a-z-]+)">([^<]*)</dd>', page.text))


def test_withdrawn_in_may_with_effect_from_march(world: World, withdrawn: Registered) -> None:
    page = page_of(world, withdrawn, "?on=2026-04-01")
    assert page.status_code == 200
    assert said(page) == {
        "status-then": "Withdrawn", "known-since": "2026-05-10 10:00 UTC", "published-then": "Valid"
    }  # fmt: skip
    assert "2026-02-15 10:00 UTC · Valid" in page.text
    assert "2026-05-10 10:00 UTC · Invalid" in page.text


def test_a_document_leads_to_it(world: World, withdrawn: Registered) -> None:
    page = page_of(world, withdrawn)
    assert page.status_code == 200
    assert said(page) == {}
    document = str(page.url.path).removesuffix("/history")
    officer = Officer.of(world)
    officer.sign_in()
    assert f'href="{document}/history"' in officer.open(document).text


def test_a_day_that_is_none(world: World, withdrawn: Registered) -> None:
    page = page_of(world, withdrawn, "?on=1.4.2026")
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert 'value="1.4.2026" aria-describedby="on-hint problem" aria-invalid="true"' in page.text


def test_another_institutions_document_is_unknown(world: World, withdrawn: Registered) -> None:
    assert page_of(world, withdrawn, "?on=2026-04-01", CNAM).status_code == 404


@pytest.mark.parametrize("file", WORDS, ids=lambda file: file.stem)
def test_every_status_has_words(file: Path) -> None:
    words = tomllib.loads(file.read_text(encoding="utf-8"))["office"]["history"]
    assert set(words["statuses"]) == {status.value for status in Status}
    assert set(words["publications"]) == {published.value for published in Published}
