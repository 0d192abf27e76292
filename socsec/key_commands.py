"""What the commands under `socsec keys` share: their options, and the keys opened, with every refusal printed."""

import getpass
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from issuer.adapters.pkcs11_uri import Pkcs11Uri
from issuer.app.keys import Keys, open_keys
from issuer.institutions import Institution, KeyUse
from issuer.refusals import Refusal
from issuer.settings import IssuerSettings
from socsec.key_officers import CeremonyRefusedError


def _module(text: str) -> Pkcs11Uri:
    try:
        return Pkcs11Uri.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Folder = Annotated[Path, typer.Option("--data", help="Folder of the pilot: keys, trust list, databases.")]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database", envvar="SOCSEC_ISSUER_DATABASE_URL", help="Address, if not in the folder.")
]
By = Annotated[
    str, typer.Option("--by", default_factory=getpass.getuser, help="Who does it; else this machine's user.")
]
AsJson = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
InstitutionId = Annotated[str, typer.Argument(help="Id of the institution, as FR:117000.")]
Module = Annotated[
    Pkcs11Uri | None,
    typer.Option(
        "--pkcs11",
        parser=_module,
        metavar="URI",
        help="Token to make the key in: pkcs11:token=NAME?module-path=FILE&pin-source=file:FILE; a file without.",
    ),
]
StatusSigner = Annotated[bool, typer.Option("--status", help="The signer of status lists, not of documents.")]
DATA = Path("data")
ISSUER_URL = "http://127.0.0.1:8001"


@contextmanager
def opened(data: Path, database: str | None, issuer_url: str = ISSUER_URL) -> Iterator[Keys]:
    """What is refused is printed, exit status 1; 2 if the folder is no pilot."""
    settings = IssuerSettings(data=data, base_url=issuer_url, database_url=database)
    with ExitStack() as stack:
        try:
            keys = stack.enter_context(open_keys(settings, clock=lambda: datetime.now(UTC)))
        except (OSError, KeyError, ValueError) as error:
            typer.echo(f"{data} is no pilot: {error}", err=True)
            raise typer.Exit(2) from None
        with told():
            yield keys


@contextmanager
def told() -> Iterator[None]:
    """What is refused is printed, exit status 1."""
    try:
        yield
    except CeremonyRefusedError as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None
    except Refusal as refusal:
        typer.echo(f"{refusal.detail} {getattr(refusal, 'reason', '')}".strip(), err=True)
        raise typer.Exit(1) from None


def key_use(status: bool) -> KeyUse:
    return KeyUse.STATUS if status else KeyUse.DOCUMENTS


def institution_named(keys: Keys, institution_id: str) -> Institution:
    try:
        return keys.institutions.by_id(institution_id)
    except KeyError:
        typer.echo(f"no institution {institution_id} here", err=True)
        raise typer.Exit(1) from None
