"""Whose turn it is to fetch, among all workers, in the database."""

import uuid
from datetime import datetime

from sqlalchemy import Connection, delete

from verifier.adapters.database import Database, insert_into
from verifier.adapters.tables import fetch_lease
from verifier.identifiers import ID_LENGTH


class StoredLeases:
    """`ports.FetchLeases` on the table `fetch_lease`; one object is one holder."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = uuid.uuid4().hex[:ID_LENGTH]

    def acquire(self, name: str, *, now: datetime, until: datetime) -> bool:
        row = {"holder": self._holder, "until": until}

        def work(connection: Connection) -> bool:
            added = insert_into(connection, fetch_lease, {"name": name, **row})
            over = fetch_lease.c.until <= now
            taken = added.on_conflict_do_update(index_elements=["name"], set_=row, where=over)
            return connection.execute(taken.returning(fetch_lease.c.name)).first() is not None

        return self._database.transaction(work)

    def release(self, name: str) -> None:
        mine = delete(fetch_lease).where(fetch_lease.c.name == name, fetch_lease.c.holder == self._holder)
        self._database.statement(lambda connection: connection.execute(mine))
