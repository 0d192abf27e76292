"""`socsec notices`: where institutions are told of their documents, and the delivery of what they are told."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from issuer.app.notices import Notices, open_notices
from issuer.institutions import Institution
from issuer.refusals import Refusal
from issuer.settings import IssuerSettings

app = typer.Typer(no_args_is_help=True, help="What institutions are told of their documents, by webhook.")

Folder = Annotated[Path, typer.Option("--data", help="Folder of the pilot: keys, trust list, databases.")]
Named = Annotated[str, typer.Argument(help="Institution, as FR:117000.")]
IssuerUrl = Annotated[str, typer.Option("--issuer-url", help="Credential issuer identifier.")]
DATA, ISSUER_URL = Path("data"), "http://127.0.0.1:8001"
LISTED = 1000


@app.command("webhook")
def webhook(
    institution: Named,
    url: Annotated[str | None, typer.Argument(help="Address to post to; https, or http to this machine.")] = None,
    data: Folder = DATA,
    remove: Annotated[bool, typer.Option("--remove", help="Stop; events are for polling only.")] = False,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Change the secret; both sign for a day.")] = False,
) -> None:
    """Sets where an institution is told and prints the secret that its deliveries are signed with."""
    if sum((url is not None, remove, new_secret)) != 1:
        raise typer.BadParameter("one of an address, --remove and --new-secret is needed")
    with _opened(data, ISSUER_URL, institution) as (one, notices):
        if remove:
            notices.set_webhook.remove(one)
        elif url is None:
            typer.echo(notices.set_webhook.renew_secret(one))
        else:
            typer.echo(notices.set_webhook(one, url))


@app.command("deliver")
def deliver(data: Folder = DATA, issuer_url: IssuerUrl = ISSUER_URL) -> None:
    """Delivers everything that is due, once. Any number of these may run at once. Exit status: 1 if one failed."""
    with open_notices(IssuerSettings(data=data, base_url=issuer_url), os.urandom) as (_, notices):
        outcome = notices.deliver()
    typer.echo(f"{outcome.delivered} delivered, {outcome.failed} failed, {outcome.dead} given up")
    raise typer.Exit(1 if outcome.failed else 0)


@app.command("list")
def list_(
    institution: Named,
    data: Folder = DATA,
    after: Annotated[int, typer.Option(min=0, help="Position of the last event already known.")] = 0,
    dead: Annotated[bool, typer.Option("--dead", help="Only those that were given up.")] = False,
) -> None:
    """Prints an institution's events in order, one JSON object a line."""
    with _opened(data, ISSUER_URL, institution) as (one, notices):
        for told in notices.list(one, after=after, limit=LISTED, dead_only=dead):
            line = {
                "position": told.position,
                "id": told.event.id,
                "type": told.event.kind,
                "timestamp": told.event.happened_at.isoformat(),
                "document_id": told.event.document_id,
                "state": told.progress,
                "attempts": told.attempts,
                "last_failure": told.outcome,
            }
            typer.echo(json.dumps(line))


@app.command("resend")
def resend(
    institution: Named, event: Annotated[str, typer.Argument(help="Id of the event.")], data: Folder = DATA
) -> None:
    """Makes an event due again, whatever became of it; with `deliver` it is sent."""
    with _opened(data, ISSUER_URL, institution) as (one, notices):
        notices.list.send_again(one, event)


@contextmanager
def _opened(data: Path, issuer_url: str, institution_id: str) -> Iterator[tuple[Institution, Notices]]:
    """The institution and the notices; what is refused is printed, exit status 1."""
    with open_notices(IssuerSettings(data=data, base_url=issuer_url), os.urandom) as (institutions, notices):
        try:
            yield institutions.by_id(institution_id), notices
        except KeyError:
            typer.echo(f"no institution {institution_id}", err=True)
            raise typer.Exit(1) from None
        except Refusal as refusal:
            typer.echo(refusal.detail, err=True)
            raise typer.Exit(1) from None
