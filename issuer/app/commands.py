"""Parts of the issuer for commands, which work on the service's database without the service."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from issuer.app.bulk import BulkRegistration, bulk_jobs
from issuer.app.ground import opened_database, utc_now
from issuer.app.house import build_house
from issuer.ports import Clock, RandomBytes
from issuer.settings import IssuerSettings
from vc_core.catalogue import Catalogue


def upgrade_database(settings: IssuerSettings) -> None:
    """So that the service, when it starts, finds its database as it needs it."""
    with opened_database(settings):
        pass


@contextmanager
def bulk_registration(
    settings: IssuerSettings, *, clock: Clock = utc_now, random: RandomBytes = os.urandom
) -> Iterator[BulkRegistration]:
    """For a command that registers files of documents, in the service's database."""
    with opened_database(settings) as database:
        house = build_house(settings, database, Catalogue.load(), clock, random)
        yield bulk_jobs(settings, house.ground.institutions, house.institution.register)
