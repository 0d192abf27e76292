"""`socsec verify FILE`: the verifier's judgement on a file, with an exit status for every word."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from socsec.options import DATA, Folder, opened
from vc_core.verdict import Verdict, Word
from vc_core.verdict_json import verdict_json
from vc_core.verification import Expected
from verifier.app.commands import judging
from verifier.refusals import Refusal
from verifier.settings import VerifierSettings
from verifier.verify_text import text_of_file

app = typer.Typer(add_completion=False)

EXIT_STATUS = {
    Word.CONFIRMED: 0,
    Word.CONFIRMED_STATUS_OLD: 10,
    Word.NOT_COVERED: 11,
    Word.WITHDRAWN: 12,
    Word.CANNOT_CONFIRM: 13,
}
UNREADABLE = 2
MAX_FILE = 8 * 1024 * 1024


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Inspection code, image with one, credential or presentation.")],
    data: Folder = DATA,
    state: Annotated[str | None, typer.Option(help="Host State, as FR.")] = None,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day asked about; today.")] = None,
    employer: Annotated[str | None, typer.Option(help="Name or id of the employer asked about.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The verdict with every check, as JSON.")] = False,
) -> None:
    """Judges a file. Exit status: 0 CONFIRMED, 10 CONFIRMED_STATUS_OLD, 11 NOT_COVERED, 12 WITHDRAWN,
    13 CANNOT_CONFIRM, 2 if it cannot be read at all."""
    asked: date | None = day.date() if day else None
    raise typer.Exit(verify_file(file, data=data, state=state, day=asked, employer=employer, as_json=as_json))


def verify_file(
    file: Path, *, data: Path, state: str | None, day: date | None, employer: str | None, as_json: bool
) -> int:
    """Prints the verdict and returns its exit status; 2 if there is no file or no code in it. Exits with 2 if
    the folder is no pilot."""
    settings = VerifierSettings(data=data, base_url="https://localhost")
    try:
        text = _text(file)
    except (OSError, Refusal) as error:
        Console(stderr=True).print(f"{file}: {error}")
        return UNREADABLE
    now = datetime.now(UTC)
    expected = Expected(day=day or now.date(), host_state=state, employer=employer)
    with opened(data, judging(settings)) as judge:
        verdict = judge(text, expected, now).verdict
    if as_json:
        print(json.dumps(verdict_json(verdict), ensure_ascii=False))
    else:
        _show(verdict)
    return EXIT_STATUS[verdict.word]


def reasons(verdict: Mapping[str, Any]) -> str:
    """The checks that decided, with their reasons: `status.value: withdrawn`."""
    checks = {check["id"]: check for check in verdict["checks"]}
    return ", ".join(f"{id_}: {checks[id_].get('reason', '')}" for id_ in verdict["deciding"])


def _text(file: Path) -> str:
    with file.open("rb") as stream:
        content = stream.read(MAX_FILE + 1)
    return text_of_file(content)


def _show(verdict: Verdict) -> None:
    console, form = Console(highlight=False), verdict_json(verdict)
    console.print(Text(verdict.word.value, style="bold"))
    document = verdict.document
    console.print(f"{document.title} {document.document_number}  {document.institution_name} {document.institution_id}")
    if verdict.deciding:
        console.print(f"because {reasons(form)}")
    if not verdict.holder_proof:
        console.print("Compare the person with an identity document: nobody proved to be the holder.")
    table = Table(box=None, pad_edge=False)
    for column in ("check", "outcome", "reason"):
        table.add_column(column)
    for check in verdict.checks:
        table.add_row(check.id, check.outcome.value, check.reason or (check.blocked_by or ""))
    console.print(table)
