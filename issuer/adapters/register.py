"""The register in the database: the stores of one transaction, and the transactions (`issuer.ports`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from issuer.adapters.authorization_store import AuthorizationStore, IdentificationStore
from issuer.adapters.credential_store import CredentialStore
from issuer.adapters.database import Database
from issuer.adapters.document_store import DocumentStore, RegistrationStore
from issuer.adapters.event_store import EventStore, WebhookStore
from issuer.adapters.notice_store import NoticeStore
from issuer.adapters.offer_store import GrantStore, OfferStore
from issuer.adapters.refresh_store import RefreshStore
from issuer.adapters.shard_store import ShardStore
from issuer.adapters.spent_store import SpentStore
from issuer.adapters.subject_store import SubjectStore

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SqlRegister:
    """The stores of one transaction."""

    connection: Connection

    @property
    def documents(self) -> DocumentStore:
        return DocumentStore(self.connection)

    @property
    def registrations(self) -> RegistrationStore:
        return RegistrationStore(self.connection)

    @property
    def offers(self) -> OfferStore:
        return OfferStore(self.connection)

    @property
    def grants(self) -> GrantStore:
        return GrantStore(self.connection)

    @property
    def refreshes(self) -> RefreshStore:
        return RefreshStore(self.connection)

    @property
    def authorizations(self) -> AuthorizationStore:
        return AuthorizationStore(self.connection)

    @property
    def identifications(self) -> IdentificationStore:
        return IdentificationStore(self.connection)

    @property
    def subjects(self) -> SubjectStore:
        return SubjectStore(self.connection)

    @property
    def credentials(self) -> CredentialStore:
        return CredentialStore(self.connection)

    @property
    def shards(self) -> ShardStore:
        return ShardStore(self.connection)

    @property
    def notices(self) -> NoticeStore:
        return NoticeStore(self.connection)

    @property
    def events(self) -> EventStore:
        return EventStore(self.connection)

    @property
    def webhooks(self) -> WebhookStore:
        return WebhookStore(self.connection)

    @property
    def spent(self) -> SpentStore:
        return SpentStore(self.connection)


@dataclass(frozen=True, slots=True)
class SqlTransactions:
    database: Database

    def read(self, work: Callable[[SqlRegister], _T]) -> _T:
        return self.database.read(lambda connection: work(SqlRegister(connection)))

    def write(self, work: Callable[[SqlRegister], _T]) -> _T:
        return self.database.write(lambda connection: work(SqlRegister(connection)))
