"""Wiring of the directory: it begins with the trust list of the data folder, and is kept by managers and by the
command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from issuer.adapters.database import Database
from issuer.adapters.register import SqlTransactions
from issuer.adapters.trust_list import TrustListFile
from issuer.app.ground import Ground, opened_database, utc_now
from issuer.ports import Clock
from issuer.refusals import DirectoryUnreadable
from issuer.settings import IssuerSettings
from issuer.use_cases.gather_evidence import ReadTrust
from issuer.use_cases.keep_directory import KeepDirectory
from vc_core.catalogue import Catalogue


def build_directory(settings: IssuerSettings, database: Database, catalogue: Catalogue, clock: Clock) -> KeepDirectory:
    return KeepDirectory(
        transactions=SqlTransactions(database),
        catalogue=catalogue,
        read_trust=TrustListFile(settings.trust_list_file, settings.operator_file),
        clock=clock,
    )


def service_directory(ground: Ground) -> KeepDirectory | None:
    """None for a service without a trust list."""
    if not ground.settings.operator_file.exists():
        return None
    return build_directory(ground.settings, ground.transactions.database, ground.catalogue, ground.clock)


def begin_directory(settings: IssuerSettings, database: Database, catalogue: Catalogue, clock: Clock) -> None:
    """Imports the trust list where there is one and nothing was imported yet; a service without one has no entries."""
    if not settings.operator_file.exists():
        return
    try:
        build_directory(settings, database, catalogue, clock).begin()
    except DirectoryUnreadable:
        return


def published_trust(settings: IssuerSettings) -> ReadTrust | None:
    """The trust list as it is published, read once for one instant; None for a service without one."""
    if not settings.operator_file.exists():
        return None
    return lru_cache(maxsize=1)(TrustListFile(settings.trust_list_file, settings.operator_file))


@contextmanager
def open_directory(settings: IssuerSettings) -> Iterator[KeepDirectory]:
    """The directory, for a command that runs beside the service."""
    with opened_database(settings) as database:
        yield build_directory(settings, database, Catalogue.load(), utc_now)
