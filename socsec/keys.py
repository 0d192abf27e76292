"""`socsec keys`: the institutions' document signers listed and changed, with the trust list signed anew each time."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.x509 import Certificate

from issuer.app.keys import Keys
from issuer.audit import certificate_digest, key_id
from issuer.institutions import Institution, KeyUse
from issuer.use_cases.keep_keys import KnownKey
from issuer.use_cases.replace_credentials import Replaced
from socsec import ceremonies
from socsec.key_changes import change_signer, publish_trust_list
from socsec.key_commands import Module, StatusSigner, key_use, opened
from socsec.key_files import signer_certificates
from socsec.options import (
    DATA,
    ISSUER_URL,
    AsJson,
    By,
    CommandError,
    DatabaseUrl,
    Folder,
    InstitutionId,
    IssuerUrl,
    institution_named,
)

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The keys that institutions sign documents with.")

app.command("officers")(ceremonies.officers)
app.command("ceremony")(ceremonies.ceremony)
app.command("check-protocol")(ceremonies.check)


@app.command("list")
def list_(data: Folder = DATA, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Lists signers of documents (in use, retired: what they signed stays good) and of status lists."""
    with opened(data, database) as keys:
        known = keys.keep.all(keys.institutions.all())
    if as_json:
        typer.echo(json.dumps([_key(one) for one in known], indent=2))
        return
    for one in known:
        until = one.certificate.not_valid_after_utc.date()
        typer.echo(f"{one.institution_id}  {one.use}  {one.id}  {one.state}, certificate until {until}")


@app.command("rotate")
def rotate(
    institution: InstitutionId,
    by: By,
    data: Folder = DATA,
    database: DatabaseUrl = None,
    pkcs11: Module = None,
    status: StatusSigner = False,
    as_json: AsJson = False,
) -> None:
    """Makes a new signer of documents, or of status lists, and puts it to use; what the old one signed stays good, and
    its private key is destroyed. A running issuer signs with the new key from its next request on."""
    with opened(data, database) as keys:
        home = institution_named(keys.institutions, institution)
        change = change_signer(data, keys, home, key_use(status), by=by, module=pkcs11)
    if as_json:
        changed = {"institution": institution, "retired": _named(change.old), "used": _named(change.new)}
        typer.echo(json.dumps(changed, indent=2))
    else:
        typer.echo(f"{institution}  {key_id(change.new)}  used\n{institution}  {key_id(change.old)}  retired")


@app.command("compromised", context_settings={"ignore_unknown_options": True})  # an id may begin with a hyphen
def compromised(
    key: Annotated[str, typer.Argument(help="Id of the key, as `socsec keys list` prints it.")],
    by: By,
    data: Folder = DATA,
    database: DatabaseUrl = None,
    issuer_url: IssuerUrl = ISSUER_URL,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what the key has signed.")] = False,
) -> None:
    """Ends a key that somebody else may have, and replaces all that it has signed. Prints one JSON object a document,
    with its withdrawn credentials, its new inspection code and a new offer; run again, it goes on where it was.

    The key is replaced if it is in use, and taken off the trust list. Its credentials become INVALID; documents stand.
    """
    with opened(data, database, issuer_url) as keys:
        institution, certificate = _signer(data, keys, key)
        if dry_run:
            for document_id, credentials in keys.replace.signed_with(institution.id, key).items():
                typer.echo(json.dumps({"document": document_id, "credentials": credentials}))
            return
        if institution.document_signer.chain[0] == certificate:
            change_signer(data, keys, institution, by=by)
        if not keys.keep.is_ended(institution, certificate):
            keys.keep.end(institution, certificate, by=by)
        publish_trust_list(data, keys)
        documents = credentials_withdrawn = 0
        for one in keys.replace(keys.institutions.by_id(institution.id), key, by=by):
            typer.echo(json.dumps(_replaced(one)))
            documents, credentials_withdrawn = documents + 1, credentials_withdrawn + len(one.withdrawn)
    typer.echo(f"{key} ended: {credentials_withdrawn} credentials of {documents} documents withdrawn", err=True)


def _signer(data: Path, keys: Keys, key: str) -> tuple[Institution, Certificate]:
    """Whose key it is, and its certificate, be it in use, retired or ended. Raises `CommandError`."""
    for institution in keys.institutions.all():
        for certificate in signer_certificates(data, institution.id, KeyUse.DOCUMENTS):
            if key_id(certificate) == key:
                return institution, certificate
    raise CommandError(f"no document signer with the key {key} here")


def _key(key: KnownKey) -> dict[str, Any]:
    return {
        "institution": key.institution_id,
        "use": key.use,
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
