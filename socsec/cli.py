"""The `socsec` command line. Each command composes what lives elsewhere; nothing is decided here.

socsec pki init | serve | batch | verify | prefetch | trust-lists | receipt check | audit ... | keys ... |
directory ... | notices ... | demo | wallet ... | conform ...
"""

import logging
import os
import signal
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from conformance.commands import app as conform
from issuer.jobs import JobMode
from issuer.settings import IssuerSettings
from issuer.use_cases.start_job import Beginning
from socsec import auditing, batching, directory, keys, notices, prefetching, receipts, serving, trust_lists, verifying
from socsec import demo as demonstration
from socsec.options import DATA, ISSUER_URL, DatabaseUrl, Folder, IssuerUrl, told
from socsec.pilot_folder import PilotExistsError, create_pilot
from socsec.published_addresses import require_permitted_address
from socsec.settings_faults import Commands
from socsec.workers import NotStartedError, worker_processes
from vc_core.verdict import Document
from verifier.settings import VerifierSettings
from wallet_sim.commands import app as wallet

main = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Verifiable A1 certificates and European Health Insurance Cards.",
)
pki = typer.Typer(no_args_is_help=True, help="The pilot's keys, certificates and trust list.")
receipt = typer.Typer(no_args_is_help=True, help="Signed receipts of verifications.")
main.add_typer(pki, name="pki")
main.add_typer(receipt, name="receipt")
main.add_typer(directory.app, name="directory")
main.add_typer(notices.app, name="notices")
main.add_typer(auditing.app, name="audit")
main.add_typer(keys.app, name="keys")
main.add_typer(wallet, name="wallet")
main.add_typer(conform, name="conform")

VerifierUrl = Annotated[str, typer.Option("--verifier-url", help="Where wallets reach the verifier.")]

VERIFIER_URL = "http://127.0.0.1:8002"


@pki.command("init")
def pki_init(
    data: Annotated[Path, typer.Argument(help="Folder to make; an existing pilot is left as it is.")] = DATA,
    issuer_url: IssuerUrl = ISSUER_URL,
    verifier_host: Annotated[list[str] | None, typer.Option(help="DNS name in the verifier's certificate.")] = None,
) -> None:
    """Makes roots, signers, a relying party and the signed trust list, and shows each institution's bearer key."""
    try:
        bearer_keys = create_pilot(
            data,
            issuer_url=issuer_url,
            verifier_hosts=verifier_host or ["localhost"],
            now=datetime.now(UTC),
            random=os.urandom,
        )
    except PilotExistsError:
        typer.echo(f"{data} holds a pilot already; its keys are left as they are", err=True)
        raise typer.Exit(1) from None
    for institution, key in bearer_keys.items():
        typer.echo(f"{institution}  {key}")


class Service(StrEnum):
    """What `serve` runs."""

    ISSUER = "issuer"
    VERIFIER = "verifier"


@main.command()
def serve(
    data: Folder = DATA,
    issuer_url: IssuerUrl = ISSUER_URL,
    verifier_url: VerifierUrl = VERIFIER_URL,
    only: Annotated[Service | None, typer.Option(help="One of the two; both if left out.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes of each service.")] = 1,
    issuer_database: Annotated[str | None, typer.Option(help="SQLAlchemy address; SQLite in the folder.")] = None,
    verifier_database: Annotated[str | None, typer.Option(help="SQLAlchemy address; SQLite in the folder.")] = None,
) -> None:
    """Runs issuer and verifier on loopback until interrupted; makes a pilot first if there is none.

    Other settings come from the environment, SOCSEC_ISSUER_* and SOCSEC_VERIFIER_*. Exit status: 2 if one of them, or
    what it names, does not let a service start.
    """
    wanted: list[IssuerSettings | VerifierSettings] = []
    if only is not Service.VERIFIER:
        wanted.append(IssuerSettings(data=data, base_url=issuer_url, **_database(issuer_database)))
    if only is not Service.ISSUER:
        wanted.append(VerifierSettings(data=data, base_url=verifier_url, **_database(verifier_database)))
    if not (data / "pki").exists():
        pki_init(data, issuer_url, None)
    with told():
        for settings in wanted:
            if isinstance(settings, IssuerSettings):
                require_permitted_address(settings, datetime.now(UTC))
    serving.log_as_json(logging.INFO)
    if only is not Service.VERIFIER:
        typer.echo(f"issuer   {issuer_url}    interface: {issuer_url}/docs")
    if only is not Service.ISSUER:
        typer.echo(f"verifier {verifier_url}    inspector's page: {verifier_url}/")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            suppress(KeyboardInterrupt),  # an end that was asked for, also while workers are still starting
            worker_processes(wanted, workers=workers, log_level=logging.INFO) as running,
        ):
            running.watch()
    except (NotStartedError, OSError) as error:  # OSError: an address that is in use
        typer.echo(f"not started: {error}", err=True)
        raise typer.Exit(2) from None


def _database(address: str | None) -> dict[str, Any]:
    """The setting where the address is given; else the environment or the folder decides."""
    return {} if address is None else {"database_url": address}


@main.command()
def batch(
    type_id: Annotated[str, typer.Argument(metavar="TYPE", help="Type of the documents, by its folder's name.")],
    file: Annotated[Path | None, typer.Argument(help="NDJSON, or CSV by its name; plain or gzip.")] = None,
    data: Folder = DATA,
    database: DatabaseUrl = None,
    issuer_url: IssuerUrl = ISSUER_URL,
    institution: Annotated[str | None, typer.Option(help="Who registers them; needed if several could.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judges every row and registers nothing.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Goes on with a file that was interrupted.")] = False,
    errors: Annotated[Path | None, typer.Option(help="File for what was wrong; FILE.errors.ndjson.")] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Prints the header of a CSV file; without FILE.")
    ] = False,
) -> None:
    """Registers a file of documents in the issuer's database. Exit status: 3 if rows failed, 1 if nothing was done,
    2 if the folder is no pilot."""
    mode = JobMode.CHECK if dry_run else JobMode.REGISTER
    beginning = Beginning.RESUMED if resume else Beginning.ANEW
    if template is (file is not None):
        raise typer.BadParameter("give either FILE or --template")
    if file is None:
        with told():
            typer.echo(batching.csv_template(type_id), nl=False)
        return
    settings = IssuerSettings(data=data, base_url=issuer_url, database_url=database)
    with told():
        require_permitted_address(settings, datetime.now(UTC))
    status = batching.batch(
        settings, type_id, file, institution_id=institution, mode=mode, beginning=beginning, errors=errors
    )
    raise typer.Exit(status)


@main.command()
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
    raise typer.Exit(verifying.verify_file(file, data=data, state=state, day=asked, employer=employer, as_json=as_json))


@main.command()
def prefetch(
    data: Folder = DATA,
    hold: Annotated[int, typer.Option(min=1, help="Seconds to check without asking, within each list's ttl.")] = 900,
    as_json: Annotated[bool, typer.Option("--json", help="One outcome for each list, as JSON.")] = False,
) -> None:
    """Fetches all status lists, so that checks ask no issuer and work offline. Exit status: 1 if one failed."""
    raise typer.Exit(prefetching.prefetch(data, hold_seconds=hold, as_json=as_json))


@main.command("trust-lists")
def trust_lists_(
    data: Folder = DATA, as_json: Annotated[bool, typer.Option("--json", help="One object a list, as JSON.")] = False
) -> None:
    """Shows the trust lists that the verifier goes by: number, end, whose they may list. Exit status: 1 if one is
    missing."""
    raise typer.Exit(trust_lists.show(data, as_json=as_json))


@receipt.command("check")
def receipt_check(
    file: Annotated[Path, typer.Argument(help="The receipt, as the verifier gave it.")],
    data: Folder = DATA,
    type_id: Annotated[str, typer.Option("--type", help="Type of the document it should be about.")] = "",
    institution: Annotated[str, typer.Option(help="Id of the document's institution.")] = "",
    number: Annotated[str, typer.Option(help="Number of the document.")] = "",
) -> None:
    """Checks a receipt years later; with type, institution and number, also that it is about that document."""
    named = Document(type_id=type_id, institution_id=institution, document_number=number) if number else None
    raise typer.Exit(receipts.check_file(file, data=data, document=named))


@main.command()
def demo(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a step.")] = False) -> None:
    """Plays the story from institution to inspector over HTTP on loopback, in a folder of its own."""
    raise typer.Exit(demonstration.play(as_json=as_json))
