"""`socsec notices`: where institutions are told of their documents, and the delivery of what they are told."""

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from issuer.app.notices import Notices, open_notices
from issuer.institutions import Institution
from issuer.ports import Institutions
from issuer.settings import IssuerSettings
from socsec.options import DATA, ISSUER_URL, Folder, InstitutionId, IssuerUrl, institution_named, opened

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="What institutions are told of their documents, by webhook."
)

LISTED = 1000


@app.command("webhook")
def webhook(
    institution: InstitutionId,
    url: Annotated[str | None, typer.Argument(help="Address to post to; https, or http to this machine.")] = None,
    data: Folder = DATA,
    remove: Annotated[bool, typer.Option("--remove", help="Stop; events are for polling only.")] = False,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Change the secret; both sign for a day.")] = False,
) -> None:
    """Sets where an institution is told and prints the secret that its deliveries are signed with."""
    if sum((url is not None, remove, new_secret)) != 1:
        raise typer.BadParameter("one of an address, --remove and --new-secret is needed")
    with _opened(data, institution) as (one, notices):
        if remove:
            notices.set_webhook.remove(one)
        elif url is None:
            typer.echo(notices.set_webhook.renew_secret(one))
        else:
            typer.echo(notices.set_webhook(one, url))


@app.command("deliver")
def deliver(data: Folder = DATA, issuer_url: IssuerUrl = ISSUER_URL) -> None:
    """Delivers everything that is due, once. Any number of these may run at once. Exit status: 1 if one failed."""
    with opened(data, _opening(data, issuer_url)) as (_, notices):
        outcome = notices.deliver()
    typer.echo(f"{outcome.delivered} delivered, {outcome.failed} failed, {outcome.dead} given up")
    raise typer.Exit(1 if outcome.failed else 0)


@app.command("list")
def list_(
    institution: InstitutionId,
    data: Folder = DATA,
    after: Annotated[int, typer.Option(min=0, help="Position of the last event already known.")] = 0,
    dead: Annotated[bool, typer.Option("--dead", help="Only those that were given up.")] = False,
) -> None:
    """Prints an institution's events in order, one JSON object a line."""
    with _opened(data, institution) as (one, notices):
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
    institution: InstitutionId, event: Annotated[str, typer.Argument(help="Id of the event.")], data: Folder = DATA
) -> None:
    """Makes an event due again, whatever became of it; with `deliver` it is sent."""
    with _opened(data, institution) as (one, notices):
        notices.list.send_again(one, event)


@contextmanager
def _opened(data: Path, institution_id: str) -> Iterator[tuple[Institution, Notices]]:
    with opened(data, _opening(data)) as (institutions, notices):
        yield institution_named(institutions, institution_id), notices


def _opening(data: Path, issuer_url: str = ISSUER_URL) -> AbstractContextManager[tuple[Institutions, Notices]]:
    return open_notices(IssuerSettings(data=data, base_url=issuer_url), os.urandom)
