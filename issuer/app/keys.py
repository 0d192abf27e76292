"""Wiring of the commands that keep the institutions' keys, beside a service that may be running."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.app.directory import build_directory
from issuer.app.ground import opened_database
from issuer.app.house import build_house
from issuer.ports import Clock
from issuer.settings import IssuerSettings
from issuer.use_cases.keep_keys import KeepKeys
from issuer.use_cases.replace_credentials import ReplaceCredentials
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What can be done with keys. trust_list: where the signed list lies."""

    institutions: InstitutionDirectory
    keep: KeepKeys
    replace: ReplaceCredentials
    trust_list: Path


@contextmanager
def open_keys(settings: IssuerSettings, *, clock: Clock) -> Iterator[Keys]:
    """Signs and offers as the service does. Raises as `lay_ground`."""
    with opened_database(settings) as database:
        catalogue = Catalogue.load()
        house = build_house(settings, database, catalogue, clock, os.urandom)
        yield Keys(
            institutions=house.ground.institutions,
            keep=KeepKeys(
                transactions=house.ground.transactions,
                directory=build_directory(settings, database, catalogue, clock),
                clock=clock,
            ),
            replace=ReplaceCredentials(
                transactions=house.ground.transactions,
                catalogue=catalogue,
                sign=house.signing.sign,
                offers=house.institution.offers,
                republish=house.signing.republish,
                clock=clock,
                random=os.urandom,
            ),
            trust_list=settings.trust_list_file,
        )
