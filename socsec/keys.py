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
from socsec.key_files import make_signer, replace_file, use_signer
from vc_core.pilot import TRUST_LIST_TERM

app = typer.Typer(no_args_is_help=True, help="The keys that institutions sign documents with.")

Folder = Annotated[Path, typer.Option("--data", help="Folder of the pilot: keys, trust list, databases.")]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database", envvar="SOCSEC_ISSUER_DATABASE_URL", help="Address, if not in the folder.")
]
By = Annotated[str | None, typer.Option("--by", help="Who does it; the user of this machine.")]
AsJson = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
DATA = Path("data")


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
    replace_file(_settings(data, None).trust_list_file, text)


def _institution(keys: Keys, institution_id: str) -> Institution:
    try:
        return keys.institutions.by_id(institution_id)
    except KeyError:
        typer.echo(f"no institution {institution_id} here", err=True)
        raise typer.Exit(1) from None


def _settings(data: Path, database: str | None) -> IssuerSettings:
    return IssuerSettings(data=data, base_url="http://127.0.0.1", database_url=database)  # no address is given out


@contextmanager
def _opened(data: Path, database: str | None) -> Iterator[Keys]:
    """What is refused is printed, exit status 1; 2 if the folder is no pilot."""
    with ExitStack() as opened:
        try:
            keys = opened.enter_context(open_keys(_settings(data, database), clock=lambda: datetime.now(UTC)))
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


def _named(certificate: Certificate) -> dict[str, str]:
    return {"key": key_id(certificate), "certificate": certificate_digest(certificate)}
