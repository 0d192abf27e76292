"""Transactions in the database. Which of two responses comes first is decided here, by one conditional update."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, assert_never

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from sqlalchemy import (
    BindParameter,
    Connection,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from vc_core.authorization_request import RequestUriMethod, ResponseMode
from vc_core.dc_api import DcApiMode
from vc_core.verdict import IdentityCompared
from verifier.adapters import tables
from verifier.adapters.database import Database
from verifier.adapters.prepared import Prepared
from verifier.identifiers import is_id
from verifier.ports import Record, Result
from verifier.transactions import (
    Answered,
    Closed,
    Created,
    Expired,
    Fetched,
    Flow,
    Open,
    Refused,
    Terms,
    Transaction,
)

_OWN_COLUMNS = frozenset({"id", "created_at", "expires_at", "token_fingerprint"})
_OTHER_TERMS = tuple(field.name for field in fields(Terms) if field.name not in _OWN_COLUMNS)

_request = tables.request.c
_NOT_STATE = (_request.verdicts, _request.identity_compared)
_STATE = tuple(column for column in _request if column not in _NOT_STATE)
_OF: BindParameter[str] = bindparam("of")
_AT: BindParameter[datetime] = bindparam("at", type_=tables.Instant)
_KEPT: BindParameter[Any] = bindparam("kept", type_=tables.Json)
_FIND = select(*_STATE).where(_request.id == _OF)
_RESULT = select(tables.request).where(_request.id == _OF)
_FETCH = (
    update(tables.request)
    .where(_request.id == _OF, _request.state == Created.name, _request.expires_at > _AT)
    .values(state=Fetched.name, fetched_at=_AT, moved_at=_AT)
    .returning(*_STATE)
)
_WRITTEN = and_(_request.moved_at == _AT, _request.verdicts == _KEPT)
_CLOSE = (
    update(tables.request)
    .where(_request.id == _OF, or_(_request.state == Fetched.name, _WRITTEN))
    .values(moved_at=_AT, verdicts=_KEPT)
)
"""Takes effect again where it has before, since it may be run again after its connection died."""
_COMPARED = update(tables.request).where(_request.id == _OF)
_NEW = (
    "id", "state", "created_at", "expires_at", "fetched_at", "moved_at", "token_fingerprint", "encryption_key", "terms",
)  # fmt: skip
_CLOSING = ("state", "encryption_key", "refusal", "response_code")
"""Columns that are set."""


class RequestStore:
    """`ports.Requests` on the table `request`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._add = database.prepare(insert(tables.request), *_NEW)
        self._find, self._result = database.prepare(_FIND), database.prepare(_RESULT)
        self._fetch = database.prepare(_FETCH)
        self._close = database.prepare(_CLOSE, *_CLOSING)
        self._compared = database.prepare(_COMPARED, "identity_compared")

    def add(self, new: Open) -> None:
        terms = new.terms
        row = {
            "id": terms.id,
            "state": new.name,
            "created_at": terms.created_at,
            "expires_at": terms.expires_at,
            "fetched_at": new.fetched_at if isinstance(new, Fetched) else None,
            "moved_at": terms.created_at,
            "token_fingerprint": terms.token_fingerprint,
            "encryption_key": _key_bytes(new.encryption_key),
            "terms": {name: getattr(terms, name) for name in _OTHER_TERMS},
        }
        self._database.changed(self._add, **row)

    def find(self, request_id: str) -> Transaction | None:
        row = self._row(self._find, request_id)
        return None if row is None else _transaction(row)

    def result(self, request_id: str) -> Result | None:
        row = self._row(self._result, request_id)
        return None if row is None else Result(transaction=_transaction(row), records=_records(row))

    def fetched(self, request_id: str, at: datetime) -> Transaction | None:
        row = self._row(self._fetch, request_id, at=at)
        return self.find(request_id) if row is None else _transaction(row)

    def close(self, closed: Closed, records: Sequence[Record] = ()) -> bool:
        closing = {**dict.fromkeys(_CLOSING), **_closing(closed)}
        return self._database.changed(self._close, of=closed.terms.id, kept=_verdicts(records), **closing) == 1

    def set_identity(self, request_id: str, identity: IdentityCompared) -> None:
        self._database.changed(self._compared, of=request_id, identity_compared=identity.value)

    def _row(self, statement: Prepared, request_id: str, **parameters: Any) -> Mapping[str, Any] | None:
        found = self._database.rows(statement, of=request_id, **parameters) if is_id(request_id) else []
        return found[0] if found else None

    def sweep(self, *, now: datetime, closed_before: datetime) -> None:
        request = tables.request.c
        is_open = request.state.in_((Created.name, Fetched.name))
        overdue = (
            update(tables.request)
            .where(request.expires_at <= now, is_open)
            .values(state=Expired.name, moved_at=request.expires_at, encryption_key=None)
        )
        forgotten = delete(tables.request).where(request.expires_at < closed_before, ~is_open)
        handed_in = delete(tables.handed_in).where(tables.handed_in.c.at < closed_before)

        def work(connection: Connection) -> None:
            connection.execute(overdue)
            connection.execute(forgotten)
            connection.execute(handed_in)

        self._database.transaction(work)


def _closing(closed: Closed) -> dict[str, Any]:
    """Columns, and `at`."""
    match closed:
        case Answered(answered_at=at, response_code=code):
            return {"state": Answered.name, "at": at, "response_code": code}
        case Refused(refused_at=at, error=error, check=check, response_code=code):
            refusal = {"error": error, "check": check}
            return {"state": Refused.name, "at": at, "refusal": refusal, "response_code": code}
        case Expired(expired_at=at):
            return {"state": Expired.name, "at": at}
        case _:
            assert_never(closed)


def _transaction(row: Mapping[str, Any]) -> Transaction:
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


def _verdicts(records: Sequence[Record]) -> list[dict[str, Any]]:
    return [
        {"id": record.id, "identity_compared": record.identity_compared.value, "body": record.body}
        for record in records
    ]


def _records(row: Mapping[str, Any]) -> tuple[Record, ...]:
    said: str | None = row["identity_compared"]
    return tuple(
        Record(id=one["id"], identity_compared=IdentityCompared(said or one["identity_compared"]), body=one["body"])
        for one in row["verdicts"] or ()
    )


def _terms(row: Mapping[str, Any]) -> Terms:
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
