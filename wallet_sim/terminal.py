"""How the wallet's command line shows things: tables, claims with the labels of their type, a QR code in characters.

What peers wrote is shown as text, never as markup, and without control characters. JSON is one object a command.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vc_core import qr, strict_json
from vc_core.claims import ClaimPath, Claims, json_pointer
from vc_core.rejection import Rejection
from vc_core.rulebook import Rulebook
from wallet_sim.refusals import WalletRefusal
from wallet_sim.store import StoredCode, StoredCredential, StoredWait
from wallet_sim.wallet import Presented, Shown

Row = tuple[str, ...]

_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""Upper and lower module of one character, light on dark: terminals are dark, and a light code needs its border."""


def plain(text: object) -> Text:
    return Text("".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(text)))


def show_json(value: Mapping[str, Any]) -> None:
    typer.echo(strict_json.dump(value).decode())


def show_table(title: str, columns: Row, rows: Sequence[Row]) -> None:
    table = Table(title=plain(title), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, no_wrap=column in _WHOLE, overflow="fold")
    for row in rows:
        table.add_row(*map(plain, row))
    Console().print(table)


def credential_row(record: StoredCredential) -> Row:
    return (
        record.id[:_ID],
        record.title,
        record.format,
        record.document_number,
        record.institution,
        record.expires_at[:10],
    )


_WHOLE = frozenset({"id", "format", "number", "until"})
"""Columns whose values are copied by hand, so they are not broken."""

_ID = 8
"""As much of an id as is shown; the beginning of one is enough to name what is meant."""

CREDENTIAL_COLUMNS: Row = ("id", "document", "format", "number", "issued by", "until")


def code_row(record: StoredCode) -> Row:
    return (record.id[:_ID], record.title, record.document_number, record.institution)


CODE_COLUMNS: Row = ("id", "document", "number", "issued by")


def wait_row(record: StoredWait) -> Row:
    return (record.id[:_ID], record.title, record.issuer, record.not_before)


def wait_json(record: StoredWait) -> dict[str, Any]:
    """Neither keys nor tokens."""
    shown = ("id", "issuer", "configuration_id", "title", "received_at", "not_before")
    return {name: getattr(record, name) for name in shown}


WAIT_COLUMNS: Row = ("id", "document", "issuer", "not before")


def claim_rows(rulebook: Rulebook, claims: Claims, language: str = "en") -> list[Row]:
    """Every value with its label and box, in the order of the document."""
    rows: list[Row] = []
    for path, value in _leaves(claims, ()):
        entry = next((found for end in range(len(path), 0, -1) if (found := rulebook.claim(path[:end]))), None)
        label = json_pointer(path) if entry is None else entry.label(language)
        rows.append((rulebook.box(path) or "", label, str(value)))
    return rows


def _leaves(value: Any, path: ClaimPath) -> Iterator[tuple[ClaimPath, Any]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(part, (*path, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _leaves(part, (*path, index))
    else:
        yield path, value


def disclosed(shown: Shown) -> list[str]:
    """The disclosures as JSON pointers."""
    return [json_pointer(path) for path in shown.paths]


def shown_json(shown: Shown) -> dict[str, Any]:
    return {"query": shown.query_id, "credential": asdict(shown.credential), "disclosed": disclosed(shown)}


def presented_json(presented: Presented) -> dict[str, Any]:
    return {
        "verifier": presented.verifier,
        "shown": [shown_json(shown) for shown in presented.shown],
        "redirect_uri": presented.redirect_uri,
    }


def refusal_json(refusal: Rejection | WalletRefusal) -> dict[str, Any]:
    match refusal:
        case Rejection():
            facts = {"where": refusal.where, "section": refusal.section, **refusal.evidence}
        case _:
            facts = dict(refusal.facts)
    return {"refused": refusal.reason, **{name: value for name, value in facts.items() if value not in (None, "")}}


def code_in_characters(text: str) -> str:
    """A QR code for a terminal, two rows of modules a line."""
    modules = qr.symbol(text).modules
    width = len(modules) + 2 * qr.QUIET_ZONE
    blank = (False,) * width
    side = (False,) * qr.QUIET_ZONE
    rows = [blank] * qr.QUIET_ZONE + [(*side, *row, *side) for row in modules] + [blank] * (qr.QUIET_ZONE + 1)
    pairs = zip(rows[::2], rows[1::2], strict=False)
    return "\n".join("".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs)
