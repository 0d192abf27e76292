"""Transactions in the database. Which of two responses comes first is decided here, by one conditional update."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, assert_never

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from vc_core.authorization_request import RequestUriMethod, ResponseMode
from vc_core.dc_api import DcApiMode
from verifier.adapters import record_store, tables
from verifier.adapters.database import Database
from verifier.identifiers import is_id
from verifier.ports import Record, Result
from verifier.transactions import (
    Answered,
    Closed,
    Created,
    Expired,
    Fetched,
    Flow,
    Refused,
    Terms,
    Transaction,
)

_OWN_COLUMNS = frozenset({"id", "created_at", "expires_at", "token_fingerprint"})
_OTHER_TERMS = tuple(field.name for field in fields(Terms) if field.name not in _OWN_COLUMNS)

_request = tables.request.c
_FIND = select(tables.request).where(_request.id == bindparam("id"))
_RESULT = (
    select(tables.request, *record_store.COLUMNS)
    .outerjoin_from(tables.request, tables.verdict)
    .where(_request.id == bindparam("id"))
    .order_by(tables.verdict.c.position)
)
_ADD = insert(tables.request)
_FETCH = update(tables.request).where(_request.id == bindparam("of"), _request.state == Created.name)
_CLOSE = update(tables.request).where(_request.id == bindparam("of"), _request.state == Fetched.name)
"""Made once, since making a statement takes longer than running it. The parameters name the columns that are set."""


class RequestStore:
    """`ports.Requests` on the table `request`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, created: Created) -> None:
        terms = created.terms
        row = {
            "id": terms.id,
            "state": Created.name,
            "created_at": terms.created_at,
            "expires_at": terms.expires_at,
            "moved_at": terms.created_at,
            "token_fingerprint": terms.token_fingerprint,
            "encryption_key": _key_bytes(created.encryption_key),
            "terms": {name: getattr(terms, name) for name in _OTHER_TERMS},
        }
        self._database.statement(lambda connection: connection.execute(_ADD, row))

    def find(self, request_id: str) -> Transaction | None:
        if not is_id(request_id):
            return None
        row = self._database.statement(
            lambda connection: connection.execute(_FIND, {"id": request_id}).mappings().one_or_none()
        )
        return None if row is None else _transaction(row)

    def result(self, request_id: str) -> Result | None:
        if not is_id(request_id):
            return None
        found = self._database.statement(
            lambda connection: connection.execute(_RESULT, {"id": request_id}).mappings().all()
        )
        if not found:
            return None
        records = tuple(record_store.record(row) for row in found if row["verdict_id"] is not None)
        return Result(transaction=_transaction(found[0]), records=records)

    def mark_fetched(self, fetched: Fetched) -> None:
        at = fetched.fetched_at
        moved = {"of": fetched.terms.id, "state": Fetched.name, "fetched_at": at, "moved_at": at}
        self._database.statement(lambda connection: connection.execute(_FETCH, moved))

    def close(self, closed: Closed, records: Sequence[Record] = ()) -> bool:
        moved = {"of": closed.terms.id, **_closing(closed), "encryption_key": None}

        def work(connection: Connection) -> bool:
            if connection.execute(_CLOSE, moved).rowcount != 1:
                return False
            if records:
                connection.execute(record_store.ADD, record_store.rows(records, closed.terms.id))
            return True

        return self._database.transaction(work)

    def sweep(self, *, now: datetime, closed_before: datetime) -> None:
        request = tables.request.c
        is_open = request.state.in_((Created.name, Fetched.name))
        overdue = (
            update(tables.request)
            .where(request.expires_at <= now, is_open)
            .values(state=Expired.name, moved_at=request.expires_at, encryption_key=None)
        )
        forgotten = delete(tables.request).where(request.expires_at < closed_before, ~is_open)

        handed_in = tables.verdict.c.request_id.is_(None), tables.verdict.c.at < closed_before

        def work(connection: Connection) -> None:
            connection.execute(overdue)
            connection.execute(forgotten)
            connection.execute(delete(tables.verdict).where(*handed_in))

        self._database.transaction(work)


def _closing(closed: Closed) -> dict[str, Any]:
    match closed:
        case Answered(answered_at=at, response_code=code):
            return {"state": Answered.name, "moved_at": at, "response_code": code}
        case Refused(refused_at=at, error=error, check=check, response_code=code):
            refusal = {"error": error, "check": check}
            return {"state": Refused.name, "moved_at": at, "refusal": refusal, "response_code": code}
        case Expired(expired_at=at):
            return {"state": Expired.name, "moved_at": at}
        case _:
            assert_never(closed)


def _transaction(row: RowMapping) -> Transaction:
    terms, fetched_at, moved_at = _terms(row), row["fetched_at"], row["moved_at"]
    match row["state"]:
        case Created.name:
            return Created(terms=terms, encryption_key=_key(row["encryption_key"]))
        case Fetched.name:
            return Fetched(terms=terms, encryption_key=_key(row["encryption_key"]), fetched_at=fetched_at)
        case Answered.name:
            return Answered(
                terms=terms, fetched_at=fetched_at, answered_at=moved_at, response_code=row["response_code"]
            )
        case Refused.name:
            code, refusal = row["response_code"], row["refusal"]
            return Refused(terms=terms, fetched_at=fetched_at, refused_at=moved_at, response_code=code, **refusal)
        case Expired.name:
            return Expired(terms=terms, fetched_at=fetched_at, expired_at=moved_at)
        case other:
            raise ValueError(f"unknown state in the database: {other}")


def _terms(row: RowMapping) -> Terms:
    stored: Mapping[str, Any] = row["terms"]
    own = {name: row[name] for name in _OWN_COLUMNS}
    choices = {
        "response_mode": _response_mode(stored["response_mode"]),
        "request_uri_method": RequestUriMethod(stored["request_uri_method"]),
        "flow": Flow(stored.get("flow", Flow.CROSS_DEVICE)),
    }
    return Terms(**{**stored, **own, **choices})


def _response_mode(text: str) -> ResponseMode | DcApiMode:
    return ResponseMode(text) if text in set(ResponseMode) else DcApiMode(text)


def _key_bytes(key: ec.EllipticCurvePrivateKey | None) -> bytes | None:
    return None if key is None else key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _key(der: bytes | None) -> ec.EllipticCurvePrivateKey | None:
    if der is None:
        return None
    key = load_der_private_key(der, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the stored key is not an EC key")
    return key
