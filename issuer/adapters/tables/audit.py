"""The audit log: entries, the end of each institution's chain, and signed heads.

Nothing here refers to another table, so that entries stay whatever becomes of the rest.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from issuer.adapters.columns import Instant
from issuer.adapters.tables.ground import ID, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("institution_id", ID, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("document_id", ID, index=True),
    Column("content", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
"""content: canonical bytes, which repeat institution, sequence and document."""

audit_chain = Table(
    "audit_chain",
    metadata,
    Column("institution_id", ID, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
"""The last entry of each chain. Held by whoever appends."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("institution_id", ID, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("previous", LargeBinary),
    Column("signed_at", Instant, nullable=False),
    Column("jws", Text, nullable=False),
)
