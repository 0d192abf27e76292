"""Use cases within one transaction of a test, which is rolled back: the database is damaged, looked at and restored."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from issuer.adapters.audit_store import AuditStore
from issuer.adapters.register import SqlRegister
from issuer.audit import SYSTEM, Actor

T = TypeVar("T")


class Within:
    """Transactions that all take place on one connection, and are never committed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def read(self, work: Callable[[SqlRegister], T]) -> T:
        return work(SqlRegister(self.connection, AuditStore(self.connection, SYSTEM)))

    def write(self, work: Callable[[SqlRegister], T], *, by: Actor = SYSTEM) -> T:
        raise NotImplementedError
