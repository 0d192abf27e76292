"""`socsec serve`: issuer and verifier, each as worker processes, until interrupted."""

import logging
import signal
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from issuer.settings import IssuerSettings
from socsec import pki, serving
from socsec.options import DATA, ISSUER_URL, Folder, IssuerUrl, told
from socsec.published_addresses import require_permitted_address
from socsec.workers import NotStartedError, worker_processes
from verifier.settings import VerifierSettings

app = typer.Typer(add_completion=False)

VerifierUrl = Annotated[str, typer.Option("--verifier-url", help="Where wallets reach the verifier.")]

VERIFIER_URL = "http://127.0.0.1:8002"


class Service(StrEnum):
    """What `serve` runs."""

    ISSUER = "issuer"
    VERIFIER = "verifier"


@app.command()
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
        pki.init(data, issuer_url)
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
