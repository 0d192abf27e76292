"""What came of a run as JUnit XML, which the servers that build software read: a suite for each kind of scenario.

A case is a `testcase`, by its id; what it expects and where that comes from are its properties. No times, so that two
runs that come out alike read alike.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from conformance.report import expected, kind, told
from conformance.runner import Result, RunOutcome

_SUITES = "socsec conformance"
_COUNTED = {"failures": RunOutcome.FAIL, "errors": RunOutcome.ERROR, "skipped": RunOutcome.SKIP}
_ELEMENTS = {RunOutcome.FAIL: "failure", RunOutcome.ERROR: "error", RunOutcome.SKIP: "skipped"}
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, production 2; what a system under test says may hold anything."""


def junit_xml(results: Sequence[Result]) -> bytes:
    """UTF-8."""
    suites = Element("testsuites", {"name": _SUITES, **_counts(results)})
    for name, some in groupby(sorted(results, key=_kind), key=_kind):
        _add_suite(suites, name, list(some))
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _kind(result: Result) -> str:
    return kind(result.case)


def _counts(results: Iterable[Result]) -> dict[str, str]:
    outcomes = [result.outcome for result in results]
    return {"tests": str(len(outcomes))} | {name: str(outcomes.count(one)) for name, one in _COUNTED.items()}


def _add_suite(suites: Element, name: str, results: Sequence[Result]) -> None:
    suite = SubElement(suites, "testsuite", {"name": name, **_counts(results)})
    for result in results:
        scenario = result.case.scenario
        case = SubElement(suite, "testcase", {"classname": f"{name}.{scenario.id}", "name": result.case.id})
        properties = SubElement(case, "properties")
        for key, value in (
            ("title", scenario.title["en"]),
            ("source", scenario.source),
            ("expected", expected(result)),
        ):
            SubElement(properties, "property", {"name": key, "value": _legal(value)})
        if result.outcome in _ELEMENTS:
            first, *_ = lines = told(result)
            said = SubElement(case, _ELEMENTS[result.outcome], {"message": _legal(first)})
            said.text = _legal("\n".join(lines))


def _legal(text: str) -> str:
    return _NO_CHARACTER.sub("\ufffd", text)
