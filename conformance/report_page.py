"""What came of a run as one HTML page for people: first what did not pass and why, then every case with its source.

The page needs no script and nothing from elsewhere, so that it can be sent by mail and kept.
"""

from collections.abc import Iterable, Sequence
from html import escape

from conformance.report import expected, kind, summary, told
from conformance.runner import Result, RunOutcome

_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 1rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }
th, td { border: 1px solid GrayText; padding: .3rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word }
.scroll { overflow-x: auto }
"""
_MARKS = {RunOutcome.PASS: "✓ pass", RunOutcome.FAIL: "✗ fail", RunOutcome.ERROR: "! error", RunOutcome.SKIP: "- skip"}


def report_page(results: Sequence[Result], *, not_run: int) -> str:
    told_of = [one for one in results if one.outcome in (RunOutcome.FAIL, RunOutcome.ERROR)]
    counted = ", ".join(
        f"{count} {name.replace('_', ' ')}" for name, count in summary(results, not_run=not_run).items()
    )
    return "".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Conformance report</title><style>{_STYLE}</style></head><body><main>",
            f"<h1>Conformance report</h1><p>{counted}</p>",
            "<h2>What did not pass</h2>",
            _table(("Case", "Outcome", "Expected", "Why"), (_failed(one) for one in told_of))
            if told_of
            else "<p>Nothing.</p>",
            "<h2>Every case</h2>",
            _table(("Case", "Outcome", "Kind", "What it is", "Source", "Expected"), (_listed(one) for one in results)),
            "</main></body></html>\n",
        ]
    )


def _failed(result: Result) -> Sequence[str]:
    return (result.case.id, _MARKS[result.outcome], expected(result), "\n".join(told(result)))


def _listed(result: Result) -> Sequence[str]:
    case = result.case
    title, source = case.scenario.title["en"], case.scenario.source
    return (case.id, _MARKS[result.outcome], kind(case), title, source, expected(result))


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(text: str) -> str:
    return f"<td>{escape(text).replace(chr(10), '<br>')}</td>"
