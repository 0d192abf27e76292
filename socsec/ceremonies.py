"""`socsec keys officers | ceremony | check-protocol`: a key is made only when two of three officers are there."""

import os
from pathlib import Path
from typing import Annotated

import typer

from socsec.key_changes import change_signer
from socsec.key_commands import Module, StatusSigner, key_use, opened
from socsec.key_officers import NEEDED, CeremonyRefusedError, known_officers, make_officers, open_officer
from socsec.key_protocol import check_protocol
from socsec.options import DATA, DatabaseUrl, Folder, InstitutionId, institution_named, told
from vc_core.rejection import Rejection

Passphrase = Annotated[
    list[str] | None,
    typer.Option("--passphrase-file", help="File with an officer's passphrase, in their order; asked for without."),
]


def officers(
    names: Annotated[list[str], typer.Argument(help="Three names, as a.dupont b.martin c.leroy.")],
    data: Folder = DATA,
    passphrase_file: Passphrase = None,
) -> None:
    """Makes the keys of three officers, each opened by a passphrase of their own. From then on a document signer is
    made in a ceremony only."""
    with told():
        passphrases = _passphrases(names, passphrase_file, confirm=True)
        make_officers(data, passphrases, random=os.urandom)
    typer.echo(f"officers: {', '.join(names)}; {NEEDED} of them are needed for a key")


def ceremony(
    institution: InstitutionId,
    officer: Annotated[list[str], typer.Option(help="Who is there; at least twice.")],
    data: Folder = DATA,
    database: DatabaseUrl = None,
    pkcs11: Module = None,
    status: StatusSigner = False,
    passphrase_file: Passphrase = None,
) -> None:
    """Makes a new signer of documents, or of status lists, with the officers who are there, puts it to use, and prints
    the protocol that they have signed. Nothing is made unless two different officers open their keys."""
    with opened(data, database) as keys:
        home = institution_named(keys.institutions, institution)
        there = {
            name: open_officer(data, name, passphrase)
            for name, passphrase in _passphrases(officer, passphrase_file, confirm=False).items()
        }
        if len(there) < NEEDED:
            raise CeremonyRefusedError(f"{NEEDED} different officers are needed")
        change = change_signer(
            data, keys, home, key_use(status), by="+".join(sorted(there)), officers=there, module=pkcs11
        )
    if change.protocol is not None:
        typer.echo(change.protocol.text(), nl=False)


def check(
    file: Annotated[Path, typer.Argument(help="The protocol, as `socsec keys ceremony` printed it.")],
    data: Folder = DATA,
) -> None:
    """Checks a protocol against the officers' public keys. Exit status: 1 if it does not hold."""
    with told():
        known = known_officers(data)
    try:
        statement = check_protocol(file.read_text(), known)
    except (OSError, UnicodeDecodeError, Rejection) as error:
        typer.echo(f"the protocol does not hold: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{statement['at']}  {statement['institution']}  {statement['key']}  {', '.join(statement['officers'])}")


def _passphrases(names: list[str], files: list[str] | None, *, confirm: bool) -> dict[str, str]:
    """By name; read from files, the first line of each, or asked for without being shown."""
    if files:
        if len(files) != len(names):
            raise CeremonyRefusedError("one passphrase file for each officer")
        try:
            return {name: Path(file).read_text().split("\n")[0] for name, file in zip(names, files, strict=True)}
        except (OSError, UnicodeDecodeError) as error:
            raise CeremonyRefusedError(f"a passphrase cannot be read: {error}") from error
    return {
        name: typer.prompt(f"passphrase of {name}", hide_input=True, confirmation_prompt=confirm, err=True)
        for name in dict.fromkeys(names)
    }
