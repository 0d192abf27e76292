"""`socsec wallet`: receive, collect, list, show, present, keep-code, code.

A person is asked before an offer is taken and before anything is shown, unless `--yes` says that it was decided. Exit
status 0 if it was done, 1 if the wallet or the person refused; with `--json` one object on standard output either way.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from vc_core import qr
from vc_core.rejection import Rejection
from wallet_sim import terminal
from wallet_sim.app import build_wallet
from wallet_sim.issuance import OpenedOffer
from wallet_sim.refusals import WalletRefusal
from wallet_sim.request import OpenedRequest
from wallet_sim.settings import WalletSettings
from wallet_sim.store import StoredCredential, StoredWait
from wallet_sim.wallet import Wallet

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="A simulated wallet: credentials are collected, kept and presented.",
)

MAX_CODE_FILE = qr.MAX_IMAGE_BYTES

Build = Callable[[WalletSettings], Wallet]
"""How a wallet is made of its settings; a caller hands in another as the context's object."""

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Copies = Annotated[
    int, typer.Option("--copies", min=1, max=100, help="Copies of each credential that nobody can link, where offered.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.callback()
def _settings(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of the pilot: trust list and its operator.")
    ] = None,
    store: Annotated[Path | None, typer.Option("--store", help="The wallet's own directory.")] = None,
) -> None:
    given: dict[str, Any] = {"data": data, "store": store}
    settings = WalletSettings(**{name: path for name, path in given.items() if path is not None})
    build: Build = context.obj or build_wallet
    context.obj = partial(build, settings)


@app.command()
def receive(
    context: typer.Context,
    offer: Annotated[str, typer.Argument(help="Link of the offer, or a file with it or with its QR code.")],
    tx_code: Annotated[str | None, typer.Option("--tx-code", help="Transaction code that came apart.")] = None,
    copies: Copies = 1,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Takes an offer: every credential of it, or none. Without a transaction code, where the issuer allows it, you are
    identified by the person identification data in this wallet."""
    with _refusals(as_json):
        wallet = _wallet(context)
        opened = wallet.open_offer(_scanned(offer))
        if opened.tx_code is not None and tx_code is None and not as_json:
            tx_code = _ask_for_code(wallet, opened)
        _take(wallet, opened, tx_code, copies=copies, yes=yes, as_json=as_json)


@app.command("request")
def request_credentials(
    context: typer.Context,
    issuer: Annotated[str, typer.Argument(help="Credential issuer identifier.")],
    configurations: Annotated[list[str], typer.Argument(metavar="CONFIGURATION...", help="Credential configuration.")],
    copies: Copies = 1,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Asks an issuer for credentials without an offer; you are identified by the person identification data in this
    wallet."""
    with _refusals(as_json):
        wallet = _wallet(context)
        opened = wallet.open_issuer(issuer, configurations)
        _take(wallet, opened, None, copies=copies, yes=yes, as_json=as_json)


def _ask_for_code(wallet: Wallet, opened: OpenedOffer) -> str | None:
    """None where the holder would rather show who they are."""
    asked = (opened.tx_code and opened.tx_code.description) or "Transaction code"
    if not wallet.identifies(opened):
        return str(typer.prompt(asked))
    given: str = typer.prompt(f"{asked} (none: show who you are instead)", default="", show_default=False)
    return given or None


def _take(wallet: Wallet, opened: OpenedOffer, tx_code: str | None, *, copies: int, yes: bool, as_json: bool) -> None:
    if not yes and not as_json:
        _show_offer(opened)
        typer.confirm("Take it?", abort=True)
    taken = wallet.take_offer(opened, tx_code, copies=copies)
    if as_json:
        received = [asdict(record) for record in taken.received]
        terminal.show_json({"received": received, "waits": [*map(terminal.wait_json, taken.waits)]})
        return
    if taken.received:
        _show_received(taken.received)
    _show_waits(taken.waits)


def _show_received(records: Sequence[StoredCredential]) -> None:
    rows = [terminal.credential_row(record) for record in records]
    terminal.show_table("Received", terminal.CREDENTIAL_COLUMNS, rows)


def _show_waits(waits: Sequence[StoredWait]) -> None:
    if waits:
        terminal.show_table("Not ready: come again", terminal.WAIT_COLUMNS, [*map(terminal.wait_row, waits)])


@app.command()
def collect(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="What to come again for; all that is due.")] = None,
    as_json: Json = False,
) -> None:
    """Comes again for what an issuer was not ready with. One that is refused does not stand in the way of others."""
    with _refusals(as_json):
        wallet = _wallet(context)
        due = wallet.due() if name is None else (wallet.store.wait(name),)
    received: list[StoredCredential] = []
    refused: list[tuple[StoredWait, Rejection | WalletRefusal]] = []
    for wait in due:
        try:
            received += wallet.come_again(wait.id)
        except (Rejection, WalletRefusal) as why:
            refused.append((wait, why))
    waits = wallet.waits()
    if as_json:
        told = [{"id": wait.id, **terminal.refusal_json(refusal)} for wait, refusal in refused]
        terminal.show_json(
            {"received": [*map(asdict, received)], "waits": [*map(terminal.wait_json, waits)], "refused": told}
        )
    else:
        _show_received(received)
        _show_waits(waits)
        for wait, refusal in refused:
            typer.echo(f"Refused: {terminal.plain(wait.title)}: {terminal.plain(refusal)}", err=True)
    if refused:
        raise typer.Exit(1)


@app.command("list")
def list_held(context: typer.Context, as_json: Json = False) -> None:
    """Lists credentials and inspection codes."""
    wallet = _wallet(context)
    credentials, codes = wallet.list(), wallet.codes()
    if as_json:
        waits = [*map(terminal.wait_json, wallet.waits())]
        terminal.show_json({"credentials": [*map(asdict, credentials)], "codes": [*map(asdict, codes)], "waits": waits})
        return
    rows = [terminal.credential_row(record) for record in credentials]
    terminal.show_table("Credentials", terminal.CREDENTIAL_COLUMNS, rows)
    if codes:
        terminal.show_table("Inspection codes", terminal.CODE_COLUMNS, [terminal.code_row(record) for record in codes])
    _show_waits(wallet.waits())


@app.command()
def show(context: typer.Context, name: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Shows one credential with its claims."""
    with _refusals(as_json):
        wallet = _wallet(context)
        record, claims = wallet.show(name)
        if as_json:
            terminal.show_json({"credential": asdict(record), "claims": claims})
            return
        rows = terminal.claim_rows(wallet.catalogue.type(record.type_id), claims)
        terminal.show_table(f"{record.title} {record.document_number}", ("box", "claim", "value"), rows)


@app.command()
def present(
    context: typer.Context,
    request: Annotated[str, typer.Argument(help="Link of the request, or a file with it or with its QR code.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Answers a verifier's request with what it asks for, and no more."""
    with _refusals(as_json):
        wallet = _wallet(context)
        opened = wallet.open_request(_scanned(request))
        if not yes and not as_json:
            _show_request(wallet, opened)
            if not typer.confirm("Show it?"):
                wallet.decline(opened)
                raise typer.Exit(1)
        presented = wallet.answer(opened)
        if as_json:
            terminal.show_json({"presented": terminal.presented_json(presented)})
        else:
            typer.echo(f"Shown to {terminal.plain(presented.verifier)}.")
            if presented.redirect_uri is not None:
                typer.echo(f"Continue at {presented.redirect_uri}")


@app.command("keep-code")
def keep_code(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Text of the code, or a file with it or with its QR code.")],
    as_json: Json = False,
) -> None:
    """Takes in an inspection code that the institution gave the holder, if it is genuine."""
    with _refusals(as_json):
        record = _wallet(context).keep_code(_scanned(source))
        if as_json:
            terminal.show_json({"code": asdict(record)})
        else:
            terminal.show_table("Kept", terminal.CODE_COLUMNS, [terminal.code_row(record)])


@app.command()
def code(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Of the code, or of a credential of the same document.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write the QR code to a .svg or .png file.")] = None,
    as_json: Json = False,
) -> None:
    """Shows an inspection code, for whoever wants to scan it."""
    with _refusals(as_json):
        record, text = _wallet(context).code(name)
        if out is not None:
            out.write_bytes(qr.png(text) if out.suffix == ".png" else qr.svg(text).encode())
        if as_json:
            terminal.show_json({"code": asdict(record), "text": text})
        else:
            typer.echo(terminal.code_in_characters(text))
            typer.echo(text)


def _wallet(context: typer.Context) -> Wallet:
    """Built when a command needs it, so that asking for help makes no directory."""
    build: Callable[[], Wallet] = context.obj
    try:
        return build()
    except (OSError, ValueError) as error:
        typer.echo(f"the wallet cannot be opened: {error}", err=True)
        raise typer.Exit(2) from None


def _scanned(source: str) -> str:
    """What a person points at: a text, a file with a text, or an image with one QR code. Raises a `Rejection`."""
    path = Path(source)
    if len(source) > 255 or "://" in source or not path.is_file():
        return source
    with path.open("rb") as file:
        content = file.read(MAX_CODE_FILE + 1)
    try:
        return content.decode("ascii").strip()
    except UnicodeDecodeError:
        texts = qr.read(content)
    if len(texts) != 1:
        raise Rejection("code_not_single", evidence={"codes": len(texts)})
    return texts[0]


def _show_offer(offer: OpenedOffer) -> None:
    rows = [(configuration.name, configuration.format) for configuration in offer.configurations]
    terminal.show_table(f"Offered by {offer.metadata.name}", ("document", "format"), rows)


def _show_request(wallet: Wallet, request: OpenedRequest) -> None:
    """Everything that the verifier would see, not only what is disclosed for it."""
    typer.echo(f"{terminal.plain(request.verifier)} would see:")
    for shown, claims in zip(wallet.would_show(request), wallet.preview(request), strict=True):
        rows = terminal.claim_rows(wallet.catalogue.type(shown.credential.type_id), claims)
        terminal.show_table(f"{shown.credential.title}, {shown.credential.format}", ("box", "claim", "value"), rows)
    for transaction in request.accepted.transactions:
        agreed = ", ".join(f"{name}: {transaction.members[name]}" for name in transaction.type.members)
        typer.echo(f"By showing it you agree to {terminal.plain(transaction.type.id)} ({terminal.plain(agreed)}).")


@contextmanager
def _refusals(as_json: bool) -> Iterator[None]:
    """Says why something was not done, on standard error, or as JSON on standard output."""
    try:
        yield
    except (Rejection, WalletRefusal) as refusal:
        if as_json:
            terminal.show_json(terminal.refusal_json(refusal))
        else:
            typer.echo(f"Refused: {terminal.plain(refusal)}", err=True)
        raise typer.Exit(1) from refusal
