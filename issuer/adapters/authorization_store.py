"""Authorization requests and the visits of browsers to them, as rows."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection, Row, Select, delete, select, update

from issuer.adapters.database import insert
from issuer.adapters.tables import authorization, identification
from issuer.authorizations import (
    Asked,
    Authorization,
    Denied,
    Granted,
    Identification,
    Identified,
    Pushed,
    PushedTerms,
    Redeemed,
    Unidentified,
    Visit,
)
from issuer.ports import Lock

_PUSHED, _GRANTED, _REDEEMED, _DENIED = "pushed", "granted", "redeemed", "denied"


@dataclass(frozen=True, slots=True)
class AuthorizationStore:
    """`issuer.ports.Authorizations`."""

    connection: Connection

    def push(self, pushed: Pushed) -> None:
        row = {**asdict(pushed.terms), "progress": _PUSHED}
        self.connection.execute(insert(self.connection, authorization).values(**row))

    def find(self, fingerprint: bytes, *, lock: Lock = Lock.NONE) -> Authorization | None:
        return self._one(select(authorization).where(authorization.c.fingerprint == fingerprint), lock)

    def by_code(self, code_fingerprint: bytes, *, lock: Lock) -> Authorization | None:
        return self._one(select(authorization).where(authorization.c.code_fingerprint == code_fingerprint), lock)

    def save(self, changed: Authorization) -> None:
        self.connection.execute(
            update(authorization)
            .where(authorization.c.fingerprint == changed.terms.fingerprint)
            .values(**_progress(changed))
        )

    def sweep(self, *, before: datetime) -> None:
        gone = select(authorization.c.fingerprint).where(authorization.c.expires_at < before)
        self.connection.execute(delete(identification).where(identification.c.authorization.in_(gone)))
        self.connection.execute(delete(authorization).where(authorization.c.expires_at < before))

    def _one(self, wanted: Select[Any], lock: Lock) -> Authorization | None:
        row = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).one_or_none()
        return None if row is None else _authorization(row)


def _progress(changed: Authorization) -> dict[str, Any]:
    match changed:
        case Pushed():
            return {"progress": _PUSHED}
        case Denied():
            return {"progress": _DENIED}
        case Granted():
            return {
                "progress": _GRANTED,
                "document_id": changed.document_id,
                "code_fingerprint": changed.code_fingerprint,
                "code_expires_at": changed.code_expires_at,
            }
        case Redeemed():
            return {"progress": _REDEEMED, "token_fingerprint": changed.token_fingerprint}
        case _:
            assert_never(changed)


def _authorization(row: Row[Any]) -> Authorization:
    values = {field.name: row._mapping[field.name] for field in fields(PushedTerms)}
    terms = PushedTerms(**{**values, "configuration_ids": tuple(row.configuration_ids)})
    match row.progress:
        case "pushed":
            return Pushed(terms)
        case "denied":
            return Denied(terms)
        case "granted":
            return Granted(
                terms=terms,
                document_id=row.document_id,
                code_fingerprint=row.code_fingerprint,
                code_expires_at=row.code_expires_at,
            )
        case _:
            return Redeemed(
                terms=terms,
                document_id=row.document_id,
                code_fingerprint=row.code_fingerprint,
                token_fingerprint=row.token_fingerprint,
            )


@dataclass(frozen=True, slots=True)
class IdentificationStore:
    """`issuer.ports.Identifications`."""

    connection: Connection

    def add(self, asked: Asked) -> None:
        row = {**asdict(asked.visit), "encryption_key": asked.encryption_key}
        self.connection.execute(insert(self.connection, identification).values(**row))

    def find(self, visit_id: str) -> Identification | None:
        row = self.connection.execute(select(identification).where(identification.c.id == visit_id)).one_or_none()
        return None if row is None else _identification(row)

    def close(self, outcome: Identified | Unidentified) -> bool:
        found = {name: getattr(outcome, name, None) for name in ("document_id", "reason")}
        changed = (
            update(identification)
            .where(identification.c.id == outcome.visit.id, identification.c.return_code.is_(None))
            .values(encryption_key=None, return_code=outcome.return_code, **found)
            .returning(identification.c.id)
        )
        return self.connection.execute(changed).first() is not None


def _identification(row: Row[Any]) -> Identification:
    visit = Visit(**{field.name: row._mapping[field.name] for field in fields(Visit)})
    if row.return_code is None:
        return Asked(visit=visit, encryption_key=row.encryption_key)
    if row.document_id is not None:
        return Identified(visit=visit, document_id=row.document_id, return_code=row.return_code)
    return Unidentified(visit=visit, reason=row.reason, return_code=row.return_code)
