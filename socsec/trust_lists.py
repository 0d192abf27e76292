"""`socsec trust-lists`: the lists that the verifier of a folder goes by, read now as it reads them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from socsec.options import DATA, Folder, opened
from vc_core.trust import ConsultedList, TrustLists, TrustUnavailable
from verifier.app.commands import trusting
from verifier.settings import VerifierSettings

app = typer.Typer(add_completion=False)


@app.command("trust-lists")
def command(
    data: Folder = DATA, as_json: Annotated[bool, typer.Option("--json", help="One object a list, as JSON.")] = False
) -> None:
    """Shows the trust lists that the verifier goes by: number, end, whose they may list. Exit status: 1 if one is
    missing."""
    raise typer.Exit(show(data, as_json=as_json))


def show(data: Path, *, as_json: bool) -> int:
    """Prints a line for each list; 0 if all are at hand, 1 if one is missing.

    Exits with 2 if the folder is no pilot, or its file of several lists is at fault.
    """
    with opened(data, trusting(VerifierSettings(data=data, base_url="https://localhost"))) as read:
        lists = TrustLists.of(read(datetime.now(UTC))).lists
    rows = [_row(one) for one in lists]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        _print(rows)
    return 1 if any(row["reason"] for row in rows) else 0


def _row(one: ConsultedList) -> Mapping[str, Any]:
    """left_out: institutions that the list names and may not; reason: why the list is missing."""
    plain: dict[str, Any] = {
        "name": one.name, "territories": sorted(one.territories), "types": sorted(one.types), "reason": None,
    }  # fmt: skip
    if isinstance(one.content, TrustUnavailable):
        return {**plain, "reason": one.content.reason}
    listed = one.content
    return {
        **plain,
        "operator": listed.operator.name,
        "sequence": listed.sequence,
        "issued_at": listed.issued_at.isoformat(),
        "next_update": listed.next_update.isoformat(),
        "institutions": len(listed.entities),
        "left_out": sorted(one.outside),
    }


def _print(rows: list[Mapping[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("list", "for", "number", "until", "institutions", "left out", "operator or fault"):
        table.add_column(column)
    for row in rows:
        table.add_row(
            row["name"] or "-",
            " ".join((*row["territories"], *row["types"])) or "any",
            str(row.get("sequence", "-")),
            row.get("next_update", "-"),
            str(row.get("institutions", "-")),
            " ".join(row.get("left_out", ())) or "-",
            row["reason"] or row["operator"],
        )
    Console(highlight=False, markup=False).print(table)
