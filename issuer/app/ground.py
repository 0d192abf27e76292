"""What all wiring begins with: settings, database, institutions and their types, secrets, clock, randomness."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.rate_counts import SqlRateCounts
from issuer.adapters.register import SqlTransactions
from issuer.adapters.secret_file import load_or_make_secret
from issuer.addresses import Addresses
from issuer.configurations import Configurations
from issuer.identity import IdentityTypes
from issuer.ports import Clock, Measures, RandomBytes
from issuer.server_secret import ServerSecret
from issuer.settings import IssuerSettings
from issuer.use_cases.limit_rate import LimitRate
from vc_core.catalogue import Catalogue


def utc_now() -> datetime:
    """The clock, unless another is given."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the use cases of one process share."""

    settings: IssuerSettings
    transactions: SqlTransactions
    institutions: InstitutionDirectory
    catalogue: Catalogue
    configurations: Configurations
    identity: IdentityTypes
    addresses: Addresses
    secret: ServerSecret
    limit: LimitRate
    measures: Measures
    clock: Clock
    random: RandomBytes


def lay_ground(
    settings: IssuerSettings,
    database: Database,
    catalogue: Catalogue,
    clock: Clock,
    random: RandomBytes,
    measures: Measures,
) -> Ground:
    """Raises `OSError`, `KeyError` or `ValueError` if the data folder is not as `socsec pki init` makes it."""
    secret = load_or_make_secret(settings.secret, random)
    return Ground(
        settings=settings,
        transactions=SqlTransactions(database, measures),
        institutions=InstitutionDirectory.read(settings.data),
        catalogue=catalogue,
        configurations=Configurations.of(catalogue),
        identity=IdentityTypes.of(catalogue),
        addresses=Addresses(settings.base_url),
        secret=secret,
        limit=LimitRate(counts=SqlRateCounts(database), limits=settings.rate_limits, secret=secret, clock=clock),
        measures=measures,
        clock=clock,
        random=random,
    )


@contextmanager
def opened_database(settings: IssuerSettings) -> Iterator[Database]:
    """The service's database, up to date, for a command beside the service."""
    database = Database(settings.database)
    try:
        database.upgrade()
        yield database
    finally:
        database.close()
