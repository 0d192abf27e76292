"""Counts of requests in the database: one statement each, which waits for nobody but the same row."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete

from issuer.adapters.database import Database, insert
from issuer.adapters.tables import rate_count


@dataclass(frozen=True, slots=True)
class SqlRateCounts:
    """`issuer.ports.RateCounts`."""

    database: Database

    def add(self, fingerprint: bytes, number: int, *, window: datetime) -> int:
        def work(connection: Connection) -> int:
            statement = insert(connection, rate_count).values(
                fingerprint=fingerprint, window_start=window, number=number
            )
            summed = statement.on_conflict_do_update(
                index_elements=["fingerprint"], set_={"number": rate_count.c.number + number}
            )
            number_now: int = connection.execute(summed.returning(rate_count.c.number)).scalar_one()
            return number_now

        return self.database.write(work)

    def forget(self, *, before: datetime) -> None:
        self.database.write(
            lambda connection: connection.execute(delete(rate_count).where(rate_count.c.window_start < before))
        )
