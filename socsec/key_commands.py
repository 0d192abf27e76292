"""What the commands under `socsec keys` share: options of their own, and the keys opened."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from issuer.adapters.pkcs11_uri import Pkcs11Uri
from issuer.app.keys import Keys, open_keys
from issuer.institutions import KeyUse
from issuer.settings import IssuerSettings
from socsec import options
from socsec.options import ISSUER_URL


def _module(text: str) -> Pkcs11Uri:
    try:
        return Pkcs11Uri.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


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


def opened(data: Path, database: str | None, issuer_url: str = ISSUER_URL) -> AbstractContextManager[Keys]:
    """What is refused is printed, exit status 1; 2 if the folder is no pilot."""
    settings = IssuerSettings(data=data, base_url=issuer_url, database_url=database)
    return options.opened(data, open_keys(settings, clock=lambda: datetime.now(UTC)))


def key_use(status: bool) -> KeyUse:
    return KeyUse.STATUS if status else KeyUse.DOCUMENTS
