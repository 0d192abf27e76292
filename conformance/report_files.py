"""A run's report as a folder: for programs, for servers that build software, for people."""

from collections.abc import Sequence
from pathlib import Path

from conformance.junit import junit_xml
from conformance.report import json_text, report_json
from conformance.report_page import report_page
from conformance.runner import Result


def write_report(folder: Path, results: Sequence[Result], *, not_run: int) -> None:
    """`report.json`, `junit.xml` and `report.html`, in place of those of an earlier run. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_bytes(json_text(report_json(results, not_run=not_run)))
    (folder / "junit.xml").write_bytes(junit_xml(results))
    (folder / "report.html").write_text(report_page(results, not_run=not_run), encoding="utf-8")
