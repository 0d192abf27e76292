"""Wiring of the commands that keep the institutions' keys, beside a service that may be running."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.app.directory import build_directory
from issuer.ports import Clock
from issuer.settings import IssuerSettings
from issuer.use_cases.keep_keys import KeepKeys
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What can be done with keys."""

    institutions: InstitutionDirectory
    keep: KeepKeys


@contextmanager
def open_keys(settings: IssuerSettings, *, clock: Clock) -> Iterator[Keys]:
    """Raises `OSError`, `KeyError` or `ValueError` if the data folder is not as `socsec pki init` makes it."""
    institutions = InstitutionDirectory.read(settings.data)
    catalogue, database = Catalogue.load(), Database(settings.database)
    try:
        database.upgrade()
        directory = build_directory(settings, database, catalogue, clock)
        yield Keys(
            institutions=institutions,
            keep=KeepKeys(transactions=SqlTransactions(database), directory=directory, clock=clock),
        )
    finally:
        database.close()
