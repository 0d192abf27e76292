"""JUnit XML: a server that builds software counts the outcomes and shows why something did not pass."""

from xml.etree import ElementTree  # read here is only what was written here
from xml.etree.ElementTree import Element

import pytest

from conformance.junit import junit_xml
from conformance.runner import Result
from tests.conformance.results import ALL, AN_ANSWER, ERROR, FAILED, PASSED, SKIPPED


def read(*results: Result) -> Element:
    return ElementTree.fromstring(junit_xml(results))  # noqa: S314


def test_outcomes_are_counted_in_all_and_for_each_kind() -> None:
    suites = read(*ALL)
    assert suites.attrib == {
        "name": "socsec conformance", "tests": "4", "failures": "1", "errors": "1", "skipped": "1",
    }  # fmt: skip
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        ("receipt", "1", "0"),
        ("response", "1", "1"),
        ("verification", "2", "0"),
    ]


def test_a_case_is_told_by_its_id_with_what_it_expects() -> None:
    [case] = read(PASSED).iter("testcase")
    assert case.attrib == {"classname": "verification.status.withdrawn", "name": PASSED.case.id}
    told = {one.get("name"): one.get("value") for one in case.iter("property")}
    scenario = PASSED.case.scenario
    assert told == {"title": scenario.title["en"], "source": scenario.source, "expected": "WITHDRAWN"}
    assert [child.tag for child in case] == ["properties"]


@pytest.mark.parametrize(
    ("result", "tag", "message"),
    [
        pytest.param(FAILED, "failure", "status: expected 400, got 200", id="failed"),
        pytest.param(ERROR, "error", 'no answer: got <b>"&\ufffd\ufffd', id="error"),
        pytest.param(SKIPPED, "skipped", "nothing to deviate in", id="skipped"),
    ],
)
def test_what_did_not_pass_says_why(result: Result, tag: str, message: str) -> None:
    [case] = read(result).iter("testcase")
    said = case[-1]
    assert (said.tag, said.get("message")) == (tag, message)


def test_every_difference_is_told() -> None:
    [failure] = read(FAILED).iter("failure")
    assert failure.text is not None
    assert failure.text.split("\n") == [
        "status: expected 400, got 200",
        'error: expected replayed, got got <b>"&\ufffd\ufffd',
    ]
    assert AN_ANSWER.id.startswith("response.replayed/")


def test_a_run_of_nothing_is_a_document_too() -> None:
    assert read().get("tests") == "0"
