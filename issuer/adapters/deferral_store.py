"""Documents on hold, and credentials that wait for them, as rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from issuer.adapters.database import insert, insert_once
from issuer.adapters.tables import deferral, issuance_hold
from issuer.deferrals import Deferral
from issuer.ports import Lock
from vc_core.jose import jwk_from_public_key, public_key_from_jwk


@dataclass(frozen=True, slots=True)
class HoldStore:
    """`issuer.ports.Holds`."""

    connection: Connection

    def put(self, document_id: str, *, at: datetime) -> None:
        self.connection.execute(insert(self.connection, issuance_hold).values(document_id=document_id, since=at))

    def is_on(self, document_id: str) -> bool:
        wanted = select(issuance_hold.c.document_id).where(issuance_hold.c.document_id == document_id)
        return self.connection.execute(wanted).first() is not None

    def lift(self, document_id: str) -> bool:
        lifted = delete(issuance_hold).where(issuance_hold.c.document_id == document_id)
        return self.connection.execute(lifted.returning(issuance_hold.c.document_id)).first() is not None


@dataclass(frozen=True, slots=True)
class DeferralStore:
    """`issuer.ports.Deferrals`."""

    connection: Connection

    def add(self, added: Deferral) -> bool:
        row = {
            "fingerprint": added.fingerprint,
            "family": added.family,
            "offer_id": added.offer_id,
            "document_id": added.document_id,
            "configuration_id": added.configuration_id,
            "keys": [None if key is None else jwk_from_public_key(key) for key in added.keys],
            "asked_at": added.asked_at,
        }
        return insert_once(self.connection, deferral, row, unique=("offer_id", "configuration_id"))

    def find(self, fingerprint: bytes, *, lock: Lock) -> Deferral | None:
        wanted = select(deferral).where(deferral.c.fingerprint == fingerprint)
        row = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).one_or_none()
        return None if row is None else _deferral(row)

    def end(self, fingerprint: bytes) -> None:
        self.connection.execute(delete(deferral).where(deferral.c.fingerprint == fingerprint))

    def sweep(self, *, before: datetime) -> None:
        self.connection.execute(delete(deferral).where(deferral.c.asked_at < before))


def _deferral(row: Row[Any]) -> Deferral:
    values = dict(row._mapping)
    keys = tuple(None if jwk is None else public_key_from_jwk(jwk) for jwk in values["keys"])
    return Deferral(**{**values, "keys": keys})
