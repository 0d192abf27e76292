"""`socsec audit`: the issuer's audit log verified, its heads signed, one document's evidence handed out, claims erased
when the period has passed for which they are kept."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from issuer.app.evidence import Evidence, open_evidence
from issuer.audit_check import Finding
from issuer.http.audit_answers import audit_file, signed_head
from issuer.settings import IssuerSettings
from issuer.use_cases.erase_claims import Erased
from issuer.use_cases.verify_audit import VerifiedLog
from socsec.options import DATA, AsJson, CommandError, DatabaseUrl, Folder, opened
from vc_core.rejection import Rejection

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The issuer's audit log.")


@app.command("verify")
def verify(
    data: Folder = DATA,
    database: DatabaseUrl = None,
    kept: Annotated[list[Path] | None, typer.Option("--head", help="File with a head that was kept elsewhere.")] = None,
    as_json: AsJson = False,
) -> None:
    """Verifies every entry and every head. Exit status: 0 if the log is whole, 1 if not, 2 if it cannot be read."""
    with opened(data, _evidence(data, database)) as evidence:
        try:
            heads = [line for file in kept or () for line in file.read_text().split()]
            logs = evidence.verify(heads)
        except (OSError, UnicodeDecodeError, Rejection) as error:
            typer.echo(f"not a head of this issuer: {error}", err=True)
            raise typer.Exit(2) from None
    faulty = any(log.findings for log in logs)
    if as_json:
        typer.echo(json.dumps({"whole": not faulty, "logs": [_log(log) for log in logs]}, indent=2))
    else:
        for log in logs:
            _tell(log)
    raise typer.Exit(1 if faulty else 0)


@app.command("head")
def head(data: Folder = DATA, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Signs where each log ends, and prints the newest heads: to be kept elsewhere, for `audit verify --head`."""
    with opened(data, _evidence(data, database)) as evidence:
        heads = evidence.sign_heads()
    if as_json:
        typer.echo(json.dumps([signed_head(one) for one in heads], indent=2))
    else:
        for one in heads:
            typer.echo(one.jws)


@app.command("export")
def export(
    document: Annotated[str, typer.Option(help="Id of the document.")],
    data: Folder = DATA,
    database: DatabaseUrl = None,
) -> None:
    """Prints who did what to a document and when, and what was signed, as JSON. Exit status: 1 if it is unknown."""
    with opened(data, _evidence(data, database)) as evidence:
        file = evidence.export(document)
        if file is None:
            raise CommandError(f"neither the log nor the register knows a document {document}")
    typer.echo(json.dumps(audit_file(file), indent=2))


@app.command("retain")
def retain(
    data: Folder = DATA,
    database: DatabaseUrl = None,
    before: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Erase what ended before this day.")
    ] = None,
    older_than: Annotated[int | None, typer.Option(min=1, help="Erase what ended more than so many days ago.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erases the claims of documents for which the period of their type's rulebook has passed, and the document numbers
    of rows of files that were refused. Entries in the log stay, and it stays whole. May be broken off and run again."""
    if before is not None and older_than is not None:
        raise typer.BadParameter("either --before or --older-than")
    with opened(data, _evidence(data, database)) as evidence:
        erased = evidence.erase(
            ended_before=before.date() if before else None,
            older_than=timedelta(days=older_than) if older_than else None,
            trial=dry_run,
        )
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, "types": [_erased(one) for one in erased]}, indent=2))
        return
    for one in erased:
        ended = "kept without end" if one.ended_before is None else f"ended before {one.ended_before}"
        done = "to be erased" if dry_run else "erased"
        rows = f", and what refused rows of files said: {one.rows}" if one.rows else ""
        typer.echo(f"{one.type_id}  {ended}: {one.documents} {done}{rows}")


def _evidence(data: Path, database: str | None) -> AbstractContextManager[Evidence]:
    return _open(IssuerSettings(data=data, base_url="http://127.0.0.1", database_url=database))  # gives no address out


@contextmanager
def _open(settings: IssuerSettings) -> Iterator[Evidence]:
    evidence = open_evidence(settings, clock=lambda: datetime.now(UTC))
    try:
        yield evidence
    finally:
        evidence.database.close()


def _tell(log: VerifiedLog) -> None:
    unsigned = log.entries - log.signed
    state = "FAULTY" if log.findings else "whole"
    counted = f"{log.entries} entries, {log.heads} heads, {unsigned} entries after the last head"
    first = "" if log.first_bad is None else f", first bad entry {log.first_bad}"
    typer.echo(f"{log.institution_id}  {counted}: {state}{first}")
    for one in log.findings:
        place = "" if one.sequence is None else f" at entry {one.sequence}"
        typer.echo(f"  {one.fault}{place}  {one.what}")


def _erased(erased: Erased) -> dict[str, Any]:
    limit = erased.ended_before
    return {
        "type": erased.type_id,
        "ended_before": None if limit is None else limit.isoformat(),
        "documents": erased.documents,
        "rows": erased.rows,
    }


def _log(log: VerifiedLog) -> dict[str, Any]:
    return {
        "institution": log.institution_id,
        "entries": log.entries,
        "heads": log.heads,
        "signed": log.signed,
        "first_bad": log.first_bad,
        "findings": [_finding(one) for one in log.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"sequence": finding.sequence, "fault": finding.fault, "what": finding.what}
