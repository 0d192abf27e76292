"""The tables of the verifier. `migrations` makes them; a test holds the two together.

Keys are UUIDs of version 7 as text (`identifiers`); nothing depends on the order of a sequence.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from vc_core import strict_json
from verifier.identifiers import ID_LENGTH

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _EPOCH + value * _MICROSECOND


class Json(TypeDecorator[Any]):
    """A JSON value as text: nothing but what this service has written itself, so that it is not looked at again."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else strict_json.dump(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else orjson.loads(value)


metadata = MetaData()

request = Table(
    "request",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("fetched_at", Instant),
    Column("moved_at", Instant, nullable=False),
    Column("token_fingerprint", LargeBinary, nullable=False),
    Column("encryption_key", LargeBinary),
    Column("terms", Json, nullable=False),
    Column("refusal", Json),
    Column("response_code", LargeBinary),
    Column("verdicts", Json),
    Column("identity_compared", String(10)),
    Index("request_by_expiry", "expires_at"),
)
"""fetched_at: when a wallet fetched it first. moved_at: when it came into its state. The log is made of these and the
other instants. encryption_key: PKCS #8 DER of the ephemeral key, NULL as soon as the transaction is closed.
response_code: SHA-256 of the code with which the holder's browser comes back. verdicts: on its answer, in order.
identity_compared: as a person said of all of them; NULL until then."""

handed_in = Table(
    "handed_in",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("word", String(24), nullable=False),
    Column("identity_compared", String(10), nullable=False),
    Column("token_fingerprint", LargeBinary, nullable=False),
)
"""A verdict on what was handed in leaves word and time only."""

recheck = Table(
    "recheck",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("desk", LargeBinary, nullable=False, index=True),
    Column("given_at", Instant, nullable=False, index=True),
    Column("pending", Boolean, nullable=False),
    Column("rechecked_at", Instant),
    Column("sealed", LargeBinary, nullable=False),
)
"""id: of the verdict. desk: fingerprint of whose queue it is in. sealed: the rest, for this service's secret alone."""

status_token = Table(
    "status_token",
    metadata,
    Column("uri", Text, primary_key=True),
    Column("content_type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("etag", Text),
    Column("fetched_at", Instant, nullable=False),
    Column("held_until", Instant),
)
"""held_until: until then the list is used without asking its server."""

fetch_lease = Table(
    "fetch_lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", String(ID_LENGTH), nullable=False),
    Column("until", Instant, nullable=False),
)
"""Whose turn it is to fetch, among all workers."""

trust_list = Table(
    "trust_list",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("operator", LargeBinary, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
"""name: of the list in the settings; empty for one that is the only one. operator: SHA-256 of the pinned certificate.
sequence: the highest that was ever accepted."""
