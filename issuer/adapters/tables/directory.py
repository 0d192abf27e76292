"""The directory of competent institutions, its changes, and the trust lists made of it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from issuer.adapters.columns import Day, Instant, Json
from issuer.adapters.tables.ground import ID, KEY, metadata

directory_entry = Table(
    "directory_entry",
    metadata,
    Column("id", ID, primary_key=True),
    Column("country", String(2), nullable=False),
    Column("names", Json, nullable=False),
    Column("contact", Json, nullable=False),
    Column("anchors", Json, nullable=False),
    Column("signers", Json, nullable=False),
    Column("status_anchors", Json, nullable=False),
    Column("status_prefixes", Json, nullable=False),
    Column("revoked", Json, nullable=False),
)
"""Certificates: a list of DER in base64. revoked: a list of thumbprints in hexadecimal."""

competence = Table(
    "competence",
    metadata,
    Column("institution_id", ID, ForeignKey("directory_entry.id"), primary_key=True),
    Column("type_id", ID, primary_key=True),
    Column("issue_from", Day, primary_key=True),
    Column("issue_until", Day),
    Column("postcodes", Json, nullable=False),
    Index("competence_of_type", "type_id", "issue_from"),
)

directory_change = Table(
    "directory_change",
    metadata,
    Column("institution_id", ID, ForeignKey("directory_entry.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", KEY, nullable=False),
    Column("members", Json, nullable=False),
)
"""Rows are added, never changed."""

published_list = Table(
    "published_list",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("issued_at", Instant, nullable=False),
    Column("digest", ID, nullable=False),
    Column("operator", Json, nullable=False),
    Column("access_anchors", Json, nullable=False),
)
