"""What wallets report of credentials, as rows."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select, update

from issuer.adapters.database import insert
from issuer.adapters.tables import notice
from issuer.notifications import Notice, NotificationEvent


@dataclass(frozen=True, slots=True)
class NoticeStore:
    """`issuer.ports.Notices`."""

    connection: Connection

    def expect(self, awaited: Notice) -> None:
        self.connection.execute(insert(self.connection, notice).values(**asdict(awaited)))

    def find(self, fingerprint: bytes) -> Notice | None:
        wanted = select(notice).where(notice.c.fingerprint == fingerprint)
        row = self.connection.execute(wanted).one_or_none()
        if row is None:
            return None
        return Notice(**{**row._mapping, "event": row.event and NotificationEvent(row.event)})

    def save(self, reported: Notice) -> None:
        self.connection.execute(
            update(notice)
            .where(notice.c.fingerprint == reported.fingerprint)
            .values(event=reported.event, reported_at=reported.reported_at)
        )
