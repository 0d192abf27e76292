"""Refresh tokens, as rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from issuer.adapters.database import insert
from issuer.adapters.tables import refresh_token
from issuer.ports import Lock
from issuer.refreshes import AnonymousHolder, AttestedHolder, RefreshState, RefreshToken


@dataclass(frozen=True, slots=True)
class RefreshStore:
    """`issuer.ports.RefreshTokens`."""

    connection: Connection

    def add(self, added: RefreshToken) -> None:
        holder = added.holder
        row = {
            "fingerprint": added.fingerprint,
            "family": added.family,
            "document_id": added.document_id,
            "client_id": holder.client_id,
            "jkt": holder.jkt if isinstance(holder, AnonymousHolder) else None,
            "instance": holder.instance if isinstance(holder, AttestedHolder) else None,
            "configuration_ids": added.configuration_ids,
            "identifiers": added.identifiers,
            "expires_at": added.expires_at,
            "state": added.state,
        }
        self.connection.execute(insert(self.connection, refresh_token).values(**row))

    def find(self, fingerprint: bytes, *, lock: Lock = Lock.NONE) -> RefreshToken | None:
        wanted = select(refresh_token).where(refresh_token.c.fingerprint == fingerprint)
        row = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).one_or_none()
        return None if row is None else _token(row)

    def use(self, fingerprint: bytes) -> None:
        named = refresh_token.c.fingerprint == fingerprint
        self.connection.execute(update(refresh_token).where(named).values(state=RefreshState.USED))

    def end_family(self, family: bytes) -> None:
        self.connection.execute(delete(refresh_token).where(refresh_token.c.family == family))

    def sweep(self, *, before: datetime) -> None:
        self.connection.execute(delete(refresh_token).where(refresh_token.c.expires_at < before))


def _token(row: Row[Any]) -> RefreshToken:
    holder = (
        AnonymousHolder(client_id=row.client_id, jkt=row.jkt)
        if row.instance is None
        else AttestedHolder(client_id=row.client_id, instance=row.instance)
    )
    return RefreshToken(
        fingerprint=row.fingerprint,
        family=row.family,
        document_id=row.document_id,
        holder=holder,
        configuration_ids=tuple(row.configuration_ids),
        identifiers=row.identifiers,
        expires_at=row.expires_at,
        state=RefreshState(row.state),
    )
