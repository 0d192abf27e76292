"""What an officer has done is said on the page that follows, as long as it is true."""

import re
import tomllib
from pathlib import Path

import httpx2
import pytest

from issuer import refusals
from issuer.http.office_pages import Done
from tests.issuer.http.test_journey_j03_withdrawal import register
from tests.issuer.http.test_office_documents import office_path
from tests.issuer.office import Officer
from tests.issuer.world import DRV, World

WORDS = sorted((Path(refusals.__file__).parent / "words").glob("*.toml"))


def said(page: httpx2.Response) -> list[str]:
    return re.findall(r'<p role="status" class="done" id="done">([^<]*)</p>', page.text)


def address(page: httpx2.Response) -> str:
    """As it stands in the browser and in the logs of what is in between."""
    return str(page.url).removeprefix("https://issuer.example")


def test_suspended_and_lifted(officer: Officer, world: World) -> None:
    path = office_path(world.register())
    suspended = officer.send(officer.open(f"{path}/suspend"), "suspend", reason_code="facts_in_doubt", case_ref="K-9")
    assert said(suspended) == ["The document is suspended."]
    assert "<title>The document is suspended." in suspended.text
    assert address(suspended) == f"{path}?done=suspended"
    lifted = officer.send(suspended, "lift")
    assert said(lifted) == ["The suspension is lifted. The document is in force again."]
    assert address(lifted) == f"{path}?done=lifted"


def test_offered_beside_the_offer(officer: Officer, world: World) -> None:
    path = office_path(world.register())
    page = officer.send(officer.open(path), "offers")
    assert said(page) == ["The new offer is made."]
    assert page.text.index('id="offer"') < page.text.index('id="done"')
    assert address(page) == f"{path}?done=offered#offer"


def test_withdrawn(officer: Officer, world: World) -> None:
    path = office_path(world.register())
    review = officer.send(officer.open(f"{path}/withdraw"), "review", reason_code="facts_changed")
    page = officer.send(review, "withdraw")
    assert said(page) == ["The document is withdrawn."]
    assert address(page) == f"{path}?done=withdrawn"


@pytest.mark.parametrize(("decision", "done", "words"), [
    ("approve", Done.WITHDRAWAL_APPROVED, "The withdrawal is approved and in effect."),
    ("reject", Done.WITHDRAWAL_REJECTED, "The withdrawal is rejected. Nothing was changed."),
])  # fmt: skip
def test_asked_for_and_decided(world: World, approver: Officer, decision: str, done: Done, words: str) -> None:
    clerk = Officer.of(world, DRV)
    clerk.sign_in()
    path = office_path(register(world))
    review = clerk.send(clerk.open(f"{path}/withdraw"), "review", reason_code="facts_changed")
    asked = clerk.send(review, "withdraw")
    assert said(asked) == ["The withdrawal is asked for. Until a second officer approves it, nothing changes."]
    assert address(asked) == "/office/withdrawals?done=withdrawal_asked_for"
    decided = approver.send(approver.open("/office/withdrawals"), decision)
    assert said(decided) == [words]
    assert address(decided) == f"/office/withdrawals?done={done}"


@pytest.mark.parametrize(
    "query", ["done=suspended", "done=withdrawn", "done=withdrawal_approved", "done=x", "done=", ""]
)
def test_what_was_not_done_is_not_said(officer: Officer, world: World, query: str) -> None:
    """A document in force, whatever its address says."""
    assert said(officer.open(f"{office_path(world.register())}?{query}")) == []


@pytest.mark.parametrize("query", ["done=suspended", "done=x", ""])
def test_the_page_of_requests_tells_of_requests_only(officer: Officer, query: str) -> None:
    assert said(officer.open(f"/office/withdrawals?{query}")) == []


def test_what_is_true_no_longer_is_not_said_again(officer: Officer, world: World) -> None:
    """As when the page is loaded again after somebody else has lifted the suspension."""
    registered = world.register()
    path = office_path(registered)
    page = officer.send(officer.open(f"{path}/suspend"), "suspend", reason_code="facts_in_doubt")
    assert world.lift(registered).status_code == 200
    assert said(officer.open(address(page))) == []


@pytest.mark.parametrize("file", WORDS, ids=lambda file: file.stem)
def test_all_that_can_be_done_has_words(file: Path) -> None:
    assert set(tomllib.loads(file.read_text(encoding="utf-8"))["office"]["done"]) == {done.value for done in Done}
