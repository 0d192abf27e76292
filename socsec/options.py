"""What commands on a pilot's folder have in common: their options, and how they say that they cannot do as asked.

Exit status: 1 for what is refused, 2 if the folder is no pilot or its database cannot be used.
"""

import getpass
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError

from issuer.institutions import Institution
from issuer.ports import Institutions
from issuer.refusals import Refusal

_T = TypeVar("_T")

Folder = Annotated[Path, typer.Option("--data", help="Folder of the pilot: keys, trust list, databases.")]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database", envvar="SOCSEC_ISSUER_DATABASE_URL", help="Address, if not in the folder.")
]
IssuerUrl = Annotated[str, typer.Option("--issuer-url", help="Credential issuer identifier.")]
InstitutionId = Annotated[str, typer.Argument(help="Id of the institution, as FR:117000.")]
By = Annotated[
    str, typer.Option("--by", default_factory=getpass.getuser, help="Who does it; else this machine's user.")
]
AsJson = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
DATA = Path("data")
ISSUER_URL = "http://127.0.0.1:8001"


class CommandError(Exception):
    """Why a command does not do what it was asked to; for people to read."""


@contextmanager
def opened(data: Path, opening: AbstractContextManager[_T]) -> Iterator[_T]:
    """What a command works with. What is refused is printed, exit status 1; 2 if the folder is no pilot or its database
    cannot be used."""
    with ExitStack() as stack:
        try:
            (data / "pki").stat()
            found = stack.enter_context(opening)
        except (OSError, KeyError, ValueError) as error:
            typer.echo(f"{data} is no pilot: {error}", err=True)
            raise typer.Exit(2) from None
        except (SQLAlchemyError, ImportError) as error:  # ImportError: of the driver that the address names
            typer.echo(f"the database cannot be used: {str(error).splitlines()[0]}", err=True)
            raise typer.Exit(2) from None
        with told():
            yield found


@contextmanager
def told() -> Iterator[None]:
    """What is refused is printed, exit status 1."""
    try:
        yield
    except CommandError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except Refusal as refusal:
        typer.echo(f"{refusal.detail} {getattr(refusal, 'reason', '')}".strip(), err=True)
        raise typer.Exit(1) from None


def institution_named(institutions: Institutions, institution_id: str) -> Institution:
    """Raises `CommandError`."""
    try:
        return institutions.by_id(institution_id)
    except KeyError:
        raise CommandError(f"no institution {institution_id} here") from None
