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
from verifier.ports import Record
from verifier.transactions import (
    Answered,
    Closed,
    Created,
    Event,
    Expired,
    Fetched,
    Flow,
    Refused,
    Step,
    Terms,
    Transaction,
    closing_events,
)

_OWN_COLUMNS = frozenset({"id", "created_at", "expires_at", "token_fingerprint"})
_OTHER_TERMS = tuple(field.name for field in fields(Terms) if field.name not in _OWN_COLUMNS)

_request = tables.request.c
_FIND = select(tables.request).where(_request.id == bindparam("id"))
_ADD, _LOG = insert(tables.request), insert(tables.request_event)
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
        made = Event(step=Step.CREATED, at=terms.created_at)

        def work(connection: Connection) -> None:
            connection.execute(_ADD, row)
            _log(connection, (terms.id, made))

        self._database.write(work)

    def find(self, request_id: str) -> Transaction | None:
        if not is_id(request_id):
            return None
        row = self._database.read(
            lambda connection: connection.execute(_FIND, {"id": request_id}).mappings().one_or_none()
        )
        return None if row is None else _transaction(row)

    def mark_fetched(self, fetched: Fetched) -> None:
        moved = {"of": fetched.terms.id, "state": Fetched.name, "moved_at": fetched.fetched_at}

        def work(connection: Connection) -> None:
            if connection.execute(_FETCH, moved).rowcount == 1:
                _log(connection, (fetched.terms.id, Event(step=Step.FETCHED, at=fetched.fetched_at)))

        self._database.write(work)

    def close(self, closed: Closed, records: Sequence[Record] = ()) -> bool:
        moved = {"of": closed.terms.id, **_closing(closed), "encryption_key": None}

        def work(connection: Connection) -> bool:
            if connection.execute(_CLOSE, moved).rowcount != 1:
                return False
            _log(connection, *((closed.terms.id, event) for event in closing_events(closed)))
            if records:
                connection.execute(record_store.ADD, record_store.rows(records, closed.terms.id))
            return True

        return self._database.write(work)

    def events(self, request_id: str, *, after: int) -> tuple[Event, ...]:
        event = tables.request_event.c
        wanted = select(event.step, event.at).where(event.request_id == request_id, event.step > after)
        found = self._database.read(lambda connection: connection.execute(wanted.order_by(event.step)).all())
        return tuple(Event(step=Step(step), at=at) for step, at in found)

    def sweep(self, *, now: datetime, closed_before: datetime) -> None:
        request = tables.request.c
        is_open = request.state.in_((Created.name, Fetched.name))
        overdue = (
            update(tables.request)
            .where(request.expires_at <= now, is_open)
            .values(state=Expired.name, moved_at=request.expires_at, encryption_key=None)
            .returning(request.id, request.expires_at)
        )
        forgotten = delete(tables.request).where(request.expires_at < closed_before, ~is_open)

        handed_in = tables.verdict.c.request_id.is_(None), tables.verdict.c.at < closed_before

        def work(connection: Connection) -> None:
            expired = connection.execute(overdue).all()
            _log(connection, *((id_, Event(step=Step.EXPIRED, at=expires_at)) for id_, expires_at in expired))
            connection.execute(forgotten)
            connection.execute(delete(tables.verdict).where(*handed_in))

        self._database.write(work)


def _log(connection: Connection, *happened: tuple[str, Event]) -> None:
    """Events by the id of their transaction, all in one statement."""
    if happened:
        rows = [{"request_id": id_, "step": int(event.step), "at": event.at} for id_, event in happened]
        connection.execute(_LOG, rows)


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
    terms, moved_at = _terms(row), row["moved_at"]
    match row["state"]:
        case Created.name:
            return Created(terms=terms, encryption_key=_key(row["encryption_key"]))
        case Fetched.name:
            return Fetched(terms=terms, encryption_key=_key(row["encryption_key"]), fetched_at=moved_at)
        case Answered.name:
            return Answered(terms=terms, answered_at=moved_at, response_code=row["response_code"])
        case Refused.name:
            return Refused(terms=terms, refused_at=moved_at, response_code=row["response_code"], **row["refusal"])
        case Expired.name:
            return Expired(terms=terms, expired_at=moved_at)
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
