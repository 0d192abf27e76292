"""The page for people: what did not pass stands first, and nothing that a system said becomes markup."""

from html import escape

from conformance.report_page import report_page
from tests.conformance.results import ALL, ERROR, FAILED, PASSED, SAID, SKIPPED


def test_what_did_not_pass_stands_before_the_rest() -> None:
    failed, _, every = report_page(ALL, not_run=7).partition("<h2>Every case</h2>")
    assert "1 pass, 1 fail, 1 error, 1 skip, 7 not run" in failed
    for one in (FAILED, ERROR):
        assert f"<td>{one.case.id}</td>" in failed
    assert "status: expected 400, got 200<br>error: " in failed
    assert "✓" not in failed
    for one in ALL:
        assert f"<td>{one.case.id}</td>" in every


def test_where_all_passed_that_is_said() -> None:
    assert "<h2>What did not pass</h2><p>Nothing.</p>" in report_page((PASSED, SKIPPED), not_run=0)


def test_nothing_said_becomes_markup() -> None:
    page = report_page(ALL, not_run=0)
    assert SAID not in page
    assert escape(SAID) in page


def test_what_a_case_expects_is_told_in_a_line() -> None:
    page = report_page(ALL, not_run=0)
    assert "<td>WITHDRAWN</td>" in page
    assert "<td>400 invalid_request</td>" in page
