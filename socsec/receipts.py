"""`socsec receipt check FILE`: whether a receipt is genuine, and whether it is about a document that somebody names."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from rich.console import Console

from vc_core.receipt import Receipt, check_receipt, require_about
from vc_core.rejection import Rejection
from vc_core.verdict import Document

_ACCESS_AUTHORITY = Path("pki") / "access-ca.pem"


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
