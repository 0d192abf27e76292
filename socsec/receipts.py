"""`socsec receipt check FILE`: whether a receipt is genuine, and whether it is about a document that somebody names."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from rich.console import Console

from socsec.options import DATA, Folder
from vc_core.receipt import Receipt, check_receipt, require_about
from vc_core.rejection import Rejection
from vc_core.verdict import Document

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Signed receipts of verifications.")

_ACCESS_AUTHORITY = Path("pki") / "access-ca.pem"


@app.callback()
def _group() -> None:
    pass


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="The receipt, as the verifier gave it.")],
    data: Folder = DATA,
    type_id: Annotated[str, typer.Option("--type", help="Type of the document it should be about.")] = "",
    institution: Annotated[str, typer.Option(help="Id of the document's institution.")] = "",
    number: Annotated[str, typer.Option(help="Number of the document.")] = "",
) -> None:
    """Checks a receipt years later; with type, institution and number, also that it is about that document."""
    named = Document(type_id=type_id, institution_id=institution, document_number=number) if number else None
    raise typer.Exit(check_file(file, data=data, document=named))


def check_file(file: Path, *, data: Path, document: Document | None) -> int:
    """0 if it is genuine and, where a document is named, about it; 1 if not; 2 if there is no file to read."""
    console = Console(highlight=False)
    try:
        text = file.read_text("ascii").strip()
        anchors = tuple(x509.load_pem_x509_certificates((data / _ACCESS_AUTHORITY).read_bytes()))
    except (OSError, ValueError) as error:
        console.print(f"{file}: {error}")
        return 2
    try:
        receipt = check_receipt(text, anchors=anchors, now=datetime.now(UTC))
        if document is not None:
            require_about(receipt, document)
    except Rejection as rejection:
        console.print(f"not a receipt to rely on: {rejection}")
        return 1
    _show(receipt, console)
    return 0


def _show(receipt: Receipt, console: Console) -> None:
    console.print(f"{receipt.word.value} at {receipt.at.isoformat()} by {receipt.verifier}, policy {receipt.policy}")
    console.print(f"trust list {receipt.trust_list or '-'}")
    for uri, digest in receipt.status_lists.items():
        console.print(f"status list {uri} {digest}")
