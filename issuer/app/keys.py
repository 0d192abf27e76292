"""Wiring of the commands that keep the institutions' keys, beside a service that may be running."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.adapters.secret_file import load_or_make_secret
from issuer.addresses import Addresses
from issuer.app.directory import build_directory, published_trust
from issuer.configurations import Configurations
from issuer.ports import Clock
from issuer.settings import IssuerSettings
from issuer.use_cases.check_entitlement import CheckEntitlement
from issuer.use_cases.keep_keys import KeepKeys
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.publish_status import PublishStatus, RepublishShards
from issuer.use_cases.replace_credentials import ReplaceCredentials
from issuer.use_cases.reserve_status import ReserveStatus
from issuer.use_cases.sign_credential import SignCredential
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
    """Raises `OSError`, `KeyError` or `ValueError` if the data folder is not as `socsec pki init` makes it."""
    institutions = InstitutionDirectory.read(settings.data)
    catalogue, database = Catalogue.load(), Database(settings.database)
    try:
        database.upgrade()
        yield Keys(
            institutions=institutions,
            keep=KeepKeys(
                transactions=SqlTransactions(database),
                directory=build_directory(settings, database, catalogue, clock),
                clock=clock,
            ),
            replace=_replacing(settings, SqlTransactions(database), institutions, catalogue, clock),
            trust_list=settings.trust_list_file,
        )
    finally:
        database.close()


def _replacing(
    settings: IssuerSettings,
    transactions: SqlTransactions,
    institutions: InstitutionDirectory,
    catalogue: Catalogue,
    clock: Clock,
) -> ReplaceCredentials:
    """Signs and offers as the service does."""
    secret, addresses = load_or_make_secret(settings.secret, os.urandom), Addresses(settings.base_url)
    publish = PublishStatus(addresses=addresses)
    reserve_status = ReserveStatus(
        addresses=addresses,
        secret=secret,
        publish_status=publish,
        shard_bits=settings.shard_bits,
        random=os.urandom,
    )
    return ReplaceCredentials(
        transactions=transactions,
        catalogue=catalogue,
        sign=SignCredential(
            issuer_uri=addresses.base_url,
            reserve_status=reserve_status,
            entitled=CheckEntitlement(read_trust=published_trust(settings)),
            random=os.urandom,
        ),
        offers=MakeOffer(
            transactions=transactions,
            configurations=Configurations.of(catalogue),
            addresses=addresses,
            secret=secret,
            lifetime=timedelta(seconds=settings.offer_seconds),
            identified=frozenset(),
            clock=clock,
            random=os.urandom,
        ),
        republish=RepublishShards(institutions=institutions, publish=publish),
        clock=clock,
        random=os.urandom,
    )
