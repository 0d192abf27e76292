"""Offers and access tokens, as rows."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from issuer.adapters.database import insert
from issuer.adapters.tables import access_grant, offer
from issuer.offers import Grant, Offer, OfferState
from issuer.ports import Lock


@dataclass(frozen=True, slots=True)
class OfferStore:
    """`issuer.ports.Offers`."""

    connection: Connection

    def add(self, added: Offer) -> None:
        self.connection.execute(insert(self.connection, offer).values(**asdict(added)))

    def find(self, offer_id: str) -> Offer | None:
        row = self.connection.execute(select(offer).where(offer.c.id == offer_id)).one_or_none()
        return None if row is None else read_offer(row)

    def of_document(self, document_id: str) -> tuple[Offer, ...]:
        wanted = select(offer).where(offer.c.document_id == document_id).order_by(offer.c.created_at, offer.c.id)
        return tuple(read_offer(row) for row in self.connection.execute(wanted))

    def by_code(self, code_fingerprint: bytes, *, lock: Lock) -> Offer | None:
        wanted = select(offer).where(offer.c.code_fingerprint == code_fingerprint)
        row = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).one_or_none()
        return None if row is None else read_offer(row)

    def save(self, changed: Offer) -> None:
        self.connection.execute(
            update(offer)
            .where(offer.c.id == changed.id)
            .values(state=changed.state, failed_attempts=changed.failed_attempts)
        )


_SWEEP_EVERY = 64
_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class GrantStore:
    """`issuer.ports.Grants`. About one call in 64 forgets tokens that ended an hour before the new one does."""

    connection: Connection

    def add(self, grant: Grant) -> None:
        if grant.token_fingerprint[0] % _SWEEP_EVERY == 0:
            self.connection.execute(delete(access_grant).where(access_grant.c.expires_at < grant.expires_at - _KEPT))
        self.connection.execute(insert(self.connection, access_grant).values(**asdict(grant)))

    def find(self, token_fingerprint: bytes) -> Grant | None:
        wanted = select(access_grant).where(access_grant.c.token_fingerprint == token_fingerprint)
        row = self.connection.execute(wanted).one_or_none()
        if row is None:
            return None
        return Grant(**{**row._mapping, "configuration_ids": tuple(row.configuration_ids)})

    def revoke_family(self, family: bytes) -> None:
        self.connection.execute(delete(access_grant).where(access_grant.c.family == family))


def read_offer(row: Row[Any]) -> Offer:
    return Offer(**{**row._mapping, "state": OfferState(row.state)})
