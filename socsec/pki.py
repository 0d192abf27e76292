"""`socsec pki init`: the pilot's folder, made from nothing."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from socsec.options import DATA, ISSUER_URL, IssuerUrl
from socsec.pilot_folder import PilotExistsError, create_pilot

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The pilot's keys, certificates and trust list.")


@app.callback()
def _group() -> None:
    pass


@app.command("init")
def init(
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
