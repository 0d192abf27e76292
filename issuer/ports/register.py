"""The register within one transaction, and the transactions."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from issuer.audit import SYSTEM, Actor
from issuer.ports.audit import AuditLog
from issuer.ports.directory import Directory
from issuer.ports.documents import Documents, Registrations, Subjects
from issuer.ports.events import Events, Webhooks
from issuer.ports.jobs import Bulk, Jobs
from issuer.ports.searches import Searches
from issuer.ports.status import Credentials, Shards
from issuer.ports.wallets import (
    Authorizations,
    Bundles,
    Deferrals,
    Grants,
    Holds,
    Identifications,
    Notices,
    Offers,
    RefreshTokens,
    SpentOnce,
)
from issuer.ports.withdrawals import Withdrawals

_T = TypeVar("_T")


class Register(Protocol):
    """The register within one transaction."""

    @property
    def documents(self) -> Documents: ...

    @property
    def registrations(self) -> Registrations: ...

    @property
    def offers(self) -> Offers: ...

    @property
    def grants(self) -> Grants: ...

    @property
    def refreshes(self) -> RefreshTokens: ...

    @property
    def bundles(self) -> Bundles: ...

    @property
    def holds(self) -> Holds: ...

    @property
    def deferrals(self) -> Deferrals: ...

    @property
    def authorizations(self) -> Authorizations: ...

    @property
    def identifications(self) -> Identifications: ...

    @property
    def subjects(self) -> Subjects: ...

    @property
    def credentials(self) -> Credentials: ...

    @property
    def shards(self) -> Shards: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def events(self) -> Events: ...

    @property
    def webhooks(self) -> Webhooks: ...

    @property
    def audit(self) -> AuditLog: ...

    @property
    def withdrawals(self) -> Withdrawals: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def spent(self) -> SpentOnce: ...

    @property
    def jobs(self) -> Jobs: ...

    @property
    def searches(self) -> Searches: ...

    @property
    def bulk(self) -> Bulk: ...


class Transactions(Protocol):
    def read(self, work: Callable[[Register], _T]) -> _T: ...

    def write(self, work: Callable[[Register], _T], *, by: Actor = SYSTEM) -> _T:
        """Runs `work` in a transaction that commits when it returns; again from the start if it lost a race.

        by: whom the audit log names for what the transaction logs.
        """
        ...
