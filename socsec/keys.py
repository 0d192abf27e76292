"""`socsec keys`: the institutions' document signers listed and changed, with the trust list signed anew each time."""

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.x509 import Certificate

from issuer.adapters.institution_directory import load_signer
from issuer.app.keys import Keys, open_keys
from issuer.audit import certificate_digest, key_id
from issuer.institutions import Institution
from issuer.refusals import Refusal
from issuer.settings import IssuerSettings
from issuer.use_cases.keep_keys import KnownKey
from issuer.use_cases.replace_credentials import Replaced
from socsec.key_files import make_signer, replace_file, signer_certificates, use_signer
from vc_core.pilot import TRUST_LIST_TERM

app = typer.Typer(no_args_is_help=True, help="The keys that institutions sign documents with.")

Folder = Annotated[Path, typer.Option("--data", help="Folder of the pilot: keys, trust list, databases.")]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database", envvar="SOCSEC_ISSUER_DATABASE_URL", help="Address, if not in the folder.")
]
By = Annotated[str | None, typer.Option("--by", help="Who does it; the user of this machine.")]
AsJson = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
DATA = Path("data")
ISSUER_URL = "http://127.0.0.1:8001"


@app.command("list")
def list_(data: Folder = DATA, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Lists document signers: in use, retired (what they signed stays good), compromised."""
    with _opened(data, database) as keys:
        known = keys.keep.all(keys.institutions.institutions.values())
    if as_json:
        typer.echo(json.dumps([_key(one) for one in known], indent=2))
        return
    for one in known:
        until = one.certificate.not_valid_after_utc.date()
        typer.echo(f"{one.institution_id}  {one.id}  {one.state}, certificate until {until}")


@app.command("rotate")
def rotate(
    institution: Annotated[str, typer.Argument(help="Id of the institution, as FR:117000.")],
    data: Folder = DATA,
    database: DatabaseUrl = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Makes a new document signer and puts it to use; the old one stays on the trust list, and its private key is
    destroyed. A running issuer signs with the new key from its next request on."""
    with _opened(data, database) as keys:
        old, new = change_signer(data, keys, _institution(keys, institution), by=by or getpass.getuser())
    if as_json:
        typer.echo(json.dumps({"institution": institution, "retired": _named(old), "used": _named(new)}, indent=2))
    else:
        typer.echo(f"{institution}  {key_id(new)}  used\n{institution}  {key_id(old)}  retired")


@app.command("compromised")
def compromised(
    key: Annotated[str, typer.Argument(help="Id of the key, as `socsec keys list` prints it.")],
    data: Folder = DATA,
    database: DatabaseUrl = None,
    issuer_url: Annotated[str, typer.Option("--issuer-url", help="Credential issuer identifier.")] = ISSUER_URL,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what the key has signed.")] = False,
    by: By = None,
) -> None:
    """Ends a key that somebody else may have, and replaces all that it has signed. Prints one JSON object a document,
    with its withdrawn credentials, its new inspection code and a new offer; run again, it goes on where it was.

    The key is replaced if it is in use, and taken off the trust list. Its credentials become INVALID; documents stand.
    """
    actor = by or getpass.getuser()
    with _opened(data, database, issuer_url) as keys:
        institution, certificate = _signer(data, keys, key)
        if dry_run:
            for document_id, credentials in keys.replace.signed_with(institution.id, key).items():
                typer.echo(json.dumps({"document": document_id, "credentials": credentials}))
            return
        if institution.document_signer.chain[0] == certificate:
            change_signer(data, keys, institution, by=actor)
        if not keys.keep.is_ended(institution, certificate):
            keys.keep.end(institution, certificate, by=actor)
        publish_trust_list(data, keys)
        documents = credentials_withdrawn = 0
        for one in keys.replace(keys.institutions.by_id(institution.id), key, by=actor):
            typer.echo(json.dumps(_replaced(one)))
            documents, credentials_withdrawn = documents + 1, credentials_withdrawn + len(one.withdrawn)
    typer.echo(f"{key} ended: {credentials_withdrawn} credentials of {documents} documents withdrawn", err=True)


def change_signer(data: Path, keys: Keys, institution: Institution, *, by: str) -> tuple[Certificate, Certificate]:
    """Old and new certificate.

    1. The new key is made and certified.
    2. It is announced: in the directory, in the log, on the trust list that verifiers fetch.
    3. It is put to use, and the old private key destroyed.
    Broken off before 3, the old key stays in use and the new one is merely known.
    """
    old = institution.document_signer.chain[0]
    try:
        new = make_signer(data, institution, now=datetime.now(UTC), random=os.urandom)  # 1
    except OSError as error:
        typer.echo(f"no root here that certifies {institution.id}: {error}", err=True)
        raise typer.Exit(1) from None
    keys.keep.announce(institution, new, by=by)  # 2
    publish_trust_list(data, keys)
    use_signer(data, institution.id, new)  # 3
    keys.keep.retire(institution, old, by=by)
    return old, new


def publish_trust_list(data: Path, keys: Keys, *, term: timedelta = TRUST_LIST_TERM) -> None:
    """Signed with the operator's key, in the place of the old one."""
    text = keys.keep.directory.export(load_signer(data / "pki" / "operator", "operator"), term=term)
    replace_file(_settings(data, None, ISSUER_URL).trust_list_file, text)


def _signer(data: Path, keys: Keys, key: str) -> tuple[Institution, Certificate]:
    """Whose key it is, and its certificate, be it in use, retired or ended."""
    for institution in keys.institutions.institutions.values():
        for certificate in signer_certificates(data, institution.id):
            if key_id(certificate) == key:
                return institution, certificate
    typer.echo(f"no document signer with the key {key} here", err=True)
    raise typer.Exit(1)


def _institution(keys: Keys, institution_id: str) -> Institution:
    try:
        return keys.institutions.by_id(institution_id)
    except KeyError:
        typer.echo(f"no institution {institution_id} here", err=True)
        raise typer.Exit(1) from None


def _settings(data: Path, database: str | None, issuer_url: str) -> IssuerSettings:
    return IssuerSettings(data=data, base_url=issuer_url, database_url=database)


@contextmanager
def _opened(data: Path, database: str | None, issuer_url: str = ISSUER_URL) -> Iterator[Keys]:
    """What is refused is printed, exit status 1; 2 if the folder is no pilot."""
    with ExitStack() as opened:
        try:
            keys = opened.enter_context(
                open_keys(_settings(data, database, issuer_url), clock=lambda: datetime.now(UTC))
            )
        except (OSError, KeyError, ValueError) as error:
            typer.echo(f"{data} is no pilot: {error}", err=True)
            raise typer.Exit(2) from None
        try:
            yield keys
        except Refusal as refusal:
            typer.echo(f"{refusal.detail} {getattr(refusal, 'reason', '')}".strip(), err=True)
            raise typer.Exit(1) from None


def _key(key: KnownKey) -> dict[str, Any]:
    return {
        "institution": key.institution_id,
        "state": key.state,
        **_named(key.certificate),
        "not_before": key.certificate.not_valid_before_utc.isoformat(),
        "not_after": key.certificate.not_valid_after_utc.isoformat(),
    }


def _replaced(replaced: Replaced) -> dict[str, Any]:
    offer = replaced.offer
    return {
        "document": replaced.document.id,
        "type": replaced.document.type_id,
        "withdrawn": list(replaced.withdrawn),
        "inspection_code": replaced.inspection_code,
        "offer": None if offer is None else {"id": offer.offer.id, "url": offer.url, "tx_code": offer.tx_code},
    }


def _named(certificate: Certificate) -> dict[str, str]:
    return {"key": key_id(certificate), "certificate": certificate_digest(certificate)}
