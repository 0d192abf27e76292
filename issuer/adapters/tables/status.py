"""Credentials and the status lists that they stand on."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from issuer.adapters.columns import Instant, Span
from issuer.adapters.tables.ground import ID, KEY, metadata

status_shard = Table(
    "status_shard",
    metadata,
    Column("id", ID, primary_key=True),
    Column("institution_id", ID, nullable=False),
    Column("bits", Integer, nullable=False),
    Column("ttl", Span, nullable=False),
    Column("lifetime", Span, nullable=False),
    Column("number", Integer, nullable=False),
    Column("size_bits", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    UniqueConstraint("institution_id", "bits", "ttl", "lifetime", "number", name="status_shard_number"),
)

status_tokens = Table(
    "status_tokens",
    metadata,
    Column("shard_id", ID, ForeignKey("status_shard.id"), primary_key=True),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ttl", Span, nullable=False),
    Column("jwt", LargeBinary, nullable=False),
    Column("cwt", LargeBinary, nullable=False),
)
"""Apart from the shard, whose counter changes with every credential. Held by whoever publishes."""

credential = Table(
    "credential",
    metadata,
    Column("id", ID, primary_key=True),
    Column("document_id", ID, ForeignKey("document.id"), nullable=False, index=True),
    Column("offer_id", ID, ForeignKey("offer.id")),
    Column("configuration_id", KEY),
    Column("copy", Integer, nullable=False, server_default="0"),
    Column("format_id", ID, nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("shard_id", ID, ForeignKey("status_shard.id"), nullable=False),
    Column("status_uri", Text, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("digest", LargeBinary),
    Column("text", Text),
    UniqueConstraint("shard_id", "status_index", name="credential_status_index"),
    UniqueConstraint("offer_id", "configuration_id", "copy", name="credential_of_offer"),
    Index("credential_not_valid", "shard_id", "status"),
)
"""state: `planned`, then `issued`. digest: of what was issued. text: of inspection codes only."""
