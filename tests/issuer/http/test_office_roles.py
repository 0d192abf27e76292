"""Whoever may only read is shown nothing that they may not send, and is refused if they send it all the same."""

import httpx2
import pytest

from tests.issuer.http.test_office_documents import code_of, office_path
from tests.issuer.office import Officer, forms
from tests.issuer.world import World

READING = {"sign-out", "find", "search"}
"""Forms that change nothing of a document."""
REASON = {"reason_code": "facts_in_doubt"}
WITHDRAWAL = {"reason_code": "issued_in_error"}


def register(world: World, state: str) -> str:
    """The page of a document in that state."""
    registered = world.register()
    if state == "suspended":
        assert world.suspend(registered).status_code == 200
    return office_path(registered)


def linked(page: httpx2.Response, path: str) -> list[str]:
    """What of a document's pages a page leads to that change something."""
    changing = ("correct", "suspend", "withdraw", "lift", "offers", "release", "new")
    return [one for one in changing if f'"{path}/{one}"' in page.text]


@pytest.mark.parametrize("state", ["in_force", "suspended"])
def test_a_document_is_shown_without_what_changes_it(world: World, auditor: Officer, state: str) -> None:
    path = register(world, state)
    page = auditor.open(path)
    assert page.status_code == 200
    assert (set(forms(page)) - READING, linked(page, path)) == (set(), [])
    for reading in ("history", "audit"):
        assert f'"{path}/{reading}"' in page.text


def test_a_reader_learns_of_an_offer_and_not_what_collects_it(world: World, auditor: Officer, officer: Officer) -> None:
    """Whoever has its code and its transaction code gets the document into a wallet of their own."""
    registered = world.register()
    path = office_path(registered)
    secrets = ('id="tx-code"', registered.tx_code, 'id="offer-code"', "openid-credential-offer:")
    assert [one for one in secrets if one not in officer.open(path).text] == []
    page = auditor.open(path)
    assert [one for one in secrets if one in page.text] == []
    assert "Valid until" in page.text


@pytest.mark.parametrize("path", ["", "/search", "/withdrawals", "/jobs", "/audit"])
def test_no_page_has_a_form_that_changes_something(auditor: Officer, path: str) -> None:
    page = auditor.open(f"/office{path}")
    assert page.status_code == 200
    assert set(forms(page)) - READING == set()
    assert "/new" not in page.text


@pytest.mark.parametrize("page", ["correct", "suspend", "withdraw"])
def test_the_pages_to_fill_in_are_refused(world: World, auditor: Officer, page: str) -> None:
    assert code_of(auditor.open(f"{register(world, 'in_force')}/{page}")) == (403, "role_missing")


def test_the_page_for_a_new_document_is_refused(auditor: Officer) -> None:
    assert code_of(auditor.open("/office/documents/a1/new")) == (403, "role_missing")


@pytest.mark.parametrize(("state", "action", "sent"), [
    ("in_force", "suspend", REASON),
    ("in_force", "suspend", {}),
    ("in_force", "withdraw", WITHDRAWAL),
    ("in_force", "withdraw/review", WITHDRAWAL),
    ("in_force", "withdraw/review", {}),
    ("in_force", "offers", {}),
    ("suspended", "lift", {}),
])  # fmt: skip
def test_what_is_sent_all_the_same_changes_nothing(
    world: World, auditor: Officer, state: str, action: str, sent: dict[str, str]
) -> None:
    path = register(world, state)
    token = forms(auditor.open(path))["sign-out"].fields["token"]
    before = world.rows()
    answer = auditor.client.post(f"{path}/{action}", data={**sent, "token": token})
    assert code_of(answer) == (403, "role_missing")
    assert world.rows() == before


def test_a_clerk_is_shown_all_of_it(world: World, officer: Officer) -> None:
    path = register(world, "in_force")
    page = officer.open(path)
    assert {"offers"} <= set(forms(page))
    assert linked(page, path) == ["correct", "suspend", "withdraw", "offers"]
    assert "/office/documents/a1/new" in officer.open().text
