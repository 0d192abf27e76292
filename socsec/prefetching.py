"""`socsec prefetch`: every status list fetched beforehand, into the verifier's database."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from socsec.options import DATA, Folder, opened
from verifier.app.commands import prefetching
from verifier.prefetch_status import failures
from verifier.settings import VerifierSettings

app = typer.Typer(add_completion=False)


@app.command("prefetch")
def command(
    data: Folder = DATA,
    hold: Annotated[int, typer.Option(min=1, help="Seconds to check without asking, within each list's ttl.")] = 900,
    as_json: Annotated[bool, typer.Option("--json", help="One outcome for each list, as JSON.")] = False,
) -> None:
    """Fetches all status lists, so that checks ask no issuer and work offline. Exit status: 1 if one failed."""
    raise typer.Exit(prefetch(data, hold_seconds=hold, as_json=as_json))


def prefetch(data: Path, *, hold_seconds: int, as_json: bool) -> int:
    """Prints what came of each list; 0 if all are here, 1 if one could not be had. Exits with 2 if it is no pilot."""
    with opened(data, prefetching(VerifierSettings(data=data, base_url="https://localhost"))) as fetch_all:
        outcome = fetch_all(datetime.now(UTC), timedelta(seconds=hold_seconds))
    failed = list(failures(outcome))
    if as_json:
        print(json.dumps([{"uri": one.uri, "reason": one.reason} for one in outcome]))
    else:
        for one in failed:
            Console(stderr=True, highlight=False).print(f"{one.uri}: {one.reason}")
        print(f"{len(outcome) - len(failed)} status lists fetched, {len(failed)} failed")
    return 1 if failed else 0
