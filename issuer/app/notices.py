"""Wiring of the notices that institutions get: delivered again and again beside the service, or by the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.adapters.secret_file import load_or_make_secret
from issuer.adapters.webhook_sender import WebhookSender
from issuer.addresses import Addresses
from issuer.app.ground import opened_database, utc_now
from issuer.ports import Clock, Institutions, RandomBytes
from issuer.server_secret import ServerSecret
from issuer.settings import IssuerSettings
from issuer.use_cases.deliver_events import DeliverEvents
from issuer.use_cases.list_events import ListEvents
from issuer.use_cases.set_webhook import SetWebhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What can be done with events and webhooks."""

    list: ListEvents
    deliver: DeliverEvents
    set_webhook: SetWebhook


def build_notices(settings: IssuerSettings, database: Database, secret: ServerSecret, clock: Clock) -> Notices:
    transactions = SqlTransactions(database)
    timeout = settings.notice_timeout_seconds
    return Notices(
        list=ListEvents(transactions=transactions, clock=clock),
        deliver=DeliverEvents(
            transactions=transactions,
            send=WebhookSender(policy=settings.loopback_http, timeout=timeout),
            secret=secret,
            addresses=Addresses(settings.base_url),
            post_limit=timedelta(seconds=timeout),
            clock=clock,
        ),
        set_webhook=SetWebhook(transactions=transactions, secret=secret, policy=settings.loopback_http, clock=clock),
    )


@contextmanager
def open_notices(settings: IssuerSettings, random: RandomBytes) -> Iterator[tuple[Institutions, Notices]]:
    """Institutions and their notices, for a command that runs beside the service."""
    with opened_database(settings) as database:
        secret = load_or_make_secret(settings.secret, random)
        notices = build_notices(settings, database, secret, utc_now)
        yield InstitutionDirectory.read(settings.data), notices
