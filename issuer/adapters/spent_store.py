"""What can be used once and was: fingerprints, as rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete

from issuer.adapters.database import insert_once
from issuer.adapters.tables import spent

_SWEEP_EVERY = 64


@dataclass(frozen=True, slots=True)
class SpentStore:
    """`issuer.ports.SpentOnce`. About one call in 64 forgets what is no longer needed."""

    connection: Connection

    def spend(self, what: bytes, *, until: datetime, now: datetime) -> bool:
        if what[0] % _SWEEP_EVERY == 0:
            self.connection.execute(delete(spent).where(spent.c.until < now))
        return insert_once(self.connection, spent, {"fingerprint": what, "until": until}, unique=("fingerprint",))
