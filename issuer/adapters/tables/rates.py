"""How many requests came within a minute. No part of the register: rows live for three minutes."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from issuer.adapters.columns import Instant
from issuer.adapters.tables.ground import metadata

rate_count = Table(
    "rate_count",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("window_start", Instant, nullable=False, index=True),
    Column("number", BigInteger, nullable=False),
)
"""fingerprint: of a group of requests, a minute and a subject."""
