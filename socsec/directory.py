"""`socsec directory`: who keeps the directory of competent institutions changes it here and signs the trust list."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509

from issuer.adapters.institution_directory import load_signer
from issuer.app.directory import open_directory
from issuer.directory import Competence
from issuer.refusals import DirectoryEntryRefused
from issuer.settings import IssuerSettings
from issuer.use_cases.keep_directory import DirectoryOrder, KeepDirectory
from socsec.key_files import replace_file
from socsec.options import DATA, By, Folder, InstitutionId, opened
from vc_core.trust import Contact

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Institutions, what they are competent for, and the signed trust list.",
)

Certificates = Annotated[list[Path] | None, typer.Option(help="PEM file; may be repeated.")]


@app.command("set")
def set_(
    institution: InstitutionId,
    by: By,
    data: Folder = DATA,
    competence: Annotated[str | None, typer.Option(help="Credential type, as a1.")] = None,
    from_: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; open if absent.")] = None,
    postcodes: Annotated[str, typer.Option(help="Beginnings of its postcodes, as 13,06; all if absent.")] = "",
    name: Annotated[str | None, typer.Option(help="Its name.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the name.")] = "en",
    street: Annotated[str | None, typer.Option(help="Address, with --email and --website.")] = None,
    postal_code: Annotated[str | None, typer.Option(help="Of the address.")] = None,
    locality: Annotated[str | None, typer.Option(help="Of the address.")] = None,
    telephone: Annotated[str | None, typer.Option(help="Where doubts are told.")] = None,
    email: Annotated[str | None, typer.Option(help="Where doubts are sent.")] = None,
    website: Annotated[str | None, typer.Option(help="https address.")] = None,
    anchor: Certificates = None,
    signer: Certificates = None,
    status_prefix: Annotated[list[str] | None, typer.Option(help="Address under which its status lists lie.")] = None,
) -> None:
    """Adds an institution, or changes what is given of one. A period that begins on the same day is replaced."""
    if (competence is None) != (from_ is None):
        raise typer.BadParameter("--competence and --from belong together")
    if len({street is None, email is None, website is None}) > 1:
        raise typer.BadParameter("--street, --email and --website belong together")
    with _opened(data) as directory:
        order = DirectoryOrder(
            names=((lang, name),) if name else (),
            contact=None
            if street is None or email is None or website is None
            else Contact(
                street_address=street,
                email=email,
                website=website,
                locality=locality,
                postal_code=postal_code,
                telephone=telephone,
            ),
            competence=None if competence is None or from_ is None else _competence(competence, from_, to, postcodes),
            anchors=_certificates(anchor),
            signers=_certificates(signer),
            status_prefixes=tuple(status_prefix or ()),
        )
        typer.echo(_line({"id": institution, **directory.set(institution, order, actor=by).summary()}))


@app.command("revoke")
def revoke(
    institution: InstitutionId,
    certificate: Annotated[Path, typer.Argument(help="PEM file of the document signer.")],
    by: By,
    data: Folder = DATA,
) -> None:
    """Takes a certificate off the list: nothing its key has signed is confirmed once verifiers have the next list."""
    with _opened(data) as directory:
        (first, *_) = _certificates([certificate])
        typer.echo(_line({"id": institution, **directory.revoke(institution, first, actor=by).summary()}))


@app.command("list")
def list_(data: Folder = DATA) -> None:
    """Prints every institution, one JSON object a line."""
    with _opened(data) as directory:
        for entry in directory.all():
            typer.echo(_line({"id": entry.id, **entry.summary()}))


@app.command("history")
def history(institution: InstitutionId, data: Folder = DATA) -> None:
    """Prints every change of an institution: when, by whom, what was and what is; one JSON object a line."""
    with _opened(data) as directory:
        for change in directory.history(institution):
            members = {name: {"before": before, "after": after} for name, (before, after) in change.members.items()}
            typer.echo(
                _line({"number": change.number, "at": change.at.isoformat(), "by": change.actor, "changed": members})
            )


@app.command("export")
def export(
    data: Folder = DATA,
    out: Annotated[Path | None, typer.Option(help="File to write; the pilot's trust list.")] = None,
    days: Annotated[int, typer.Option(min=1, max=184, help="How long the list is in force.")] = 30,
) -> None:
    """Signs the trust list with the operator's key and puts it in the place of the old one, at once or not at all."""
    settings = _settings(data)
    with _opened(data) as directory:
        text = directory.export(load_signer(data / "pki" / "operator", "operator"), term=timedelta(days=days))
    place = out or settings.trust_list_file
    replace_file(place, text)
    typer.echo(f"{place} written")


def _competence(type_id: str, start: datetime, end: datetime | None, postcodes: str) -> Competence:
    try:
        return Competence(
            type_id=type_id.lower(),
            issue_from=start.date(),
            issue_until=end and end.date(),
            postcodes=tuple(one.strip().upper() for one in postcodes.split(",") if one.strip()),
        )
    except ValueError as error:
        raise DirectoryEntryRefused(str(error)) from error


def _certificates(files: list[Path] | None) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(one for file in files or () for one in x509.load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise DirectoryEntryRefused(str(error)) from error


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _settings(data: Path) -> IssuerSettings:
    return IssuerSettings(data=data, base_url="https://localhost")


@contextmanager
def _opened(data: Path) -> Iterator[KeepDirectory]:
    """The directory, begun with the trust list."""
    with opened(data, open_directory(_settings(data))) as directory:
        directory.begin()
        yield directory
