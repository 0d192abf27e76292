"""The register in the database: the stores of one transaction, and the transactions (`issuer.ports`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from issuer.adapters.audit_store import AuditStore
from issuer.adapters.authorization_store import AuthorizationStore, IdentificationStore
from issuer.adapters.bulk_store import BulkStore
from issuer.adapters.bundle_store import BundleStore
from issuer.adapters.credential_store import CredentialStore
from issuer.adapters.database import Database
from issuer.adapters.deferral_store import DeferralStore, HoldStore
from issuer.adapters.directory_store import DirectoryStore
from issuer.adapters.document_store import DocumentStore, RegistrationStore
from issuer.adapters.event_store import EventStore, WebhookStore
from issuer.adapters.job_store import JobStore
from issuer.adapters.notice_store import NoticeStore
from issuer.adapters.offer_store import GrantStore, OfferStore
from issuer.adapters.refresh_store import RefreshStore
from issuer.adapters.search_store import SearchStore
from issuer.adapters.shard_store import ShardStore
from issuer.adapters.spent_store import SpentStore
from issuer.adapters.subject_store import SubjectStore
from issuer.adapters.withdrawal_store import WithdrawalStore
from issuer.audit import SYSTEM, Actor, LogEvent
from issuer.ports import Measures, Unmeasured

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SqlRegister:
    """The stores of one transaction. audit: gathers what the transaction logs."""

    connection: Connection
    audit: AuditStore

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
    def bundles(self) -> BundleStore:
        return BundleStore(self.connection)

    @property
    def holds(self) -> HoldStore:
        return HoldStore(self.connection)

    @property
    def deferrals(self) -> DeferralStore:
        return DeferralStore(self.connection)

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
    def withdrawals(self) -> WithdrawalStore:
        return WithdrawalStore(self.connection)

    @property
    def directory(self) -> DirectoryStore:
        return DirectoryStore(self.connection)

    @property
    def spent(self) -> SpentStore:
        return SpentStore(self.connection)

    @property
    def jobs(self) -> JobStore:
        return JobStore(self.connection)

    @property
    def searches(self) -> SearchStore:
        return SearchStore(self.connection)

    @property
    def bulk(self) -> BulkStore:
        return BulkStore(self.connection)


@dataclass(frozen=True, slots=True)
class SqlTransactions:
    """measures: told of what was logged once it has committed."""

    database: Database
    measures: Measures = Unmeasured()  # noqa: RUF009  it holds nothing

    def read(self, work: Callable[[SqlRegister], _T]) -> _T:
        def unlogged(connection: Connection) -> _T:
            register = _register(connection, SYSTEM)
            result = work(register)
            if register.audit.pending:
                raise RuntimeError("a transaction that reads has logged something")
            return result

        return self.database.read(unlogged)

    def write(self, work: Callable[[SqlRegister], _T], *, by: Actor = SYSTEM) -> _T:
        def logged(connection: Connection) -> tuple[_T, Sequence[LogEvent]]:
            register = _register(connection, by)
            result = work(register)
            return result, register.audit.flush()

        result, events = self.database.write(logged)
        self.measures.logged(events)
        return result


def _register(connection: Connection, actor: Actor) -> SqlRegister:
    return SqlRegister(connection, AuditStore(connection, actor))
