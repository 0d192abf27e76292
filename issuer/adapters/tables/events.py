"""What institutions are told, how far each piece of news has got, and where it is sent."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from issuer.adapters.columns import Instant
from issuer.adapters.tables.ground import ID, metadata

event = Table(
    "event",
    metadata,
    Column("id", ID, primary_key=True),
    Column("institution_id", ID, nullable=False),
    Column("kind", ID, nullable=False),
    Column("type_id", ID, nullable=False),
    Column("document_id", ID, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("position", Integer),
    Column("progress", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant),
    Column("outcome", ID),
    UniqueConstraint("institution_id", "position", name="event_position"),
    Index("event_due", "progress", "due_at"),
    Index("event_of_document", "document_id"),
)
"""position: NULL until it is taken up. due_at: when it is to be taken up or delivered next, or a claim of it ends."""

event_stream = Table(
    "event_stream",
    metadata,
    Column("institution_id", ID, primary_key=True),
    Column("last_position", Integer, nullable=False),
)
"""Held while positions are given, so that they become visible in their order."""

webhook = Table(
    "webhook",
    metadata,
    Column("institution_id", ID, primary_key=True),
    Column("url", Text),
    Column("generation", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
"""url: NULL once it was removed; the generation of its secret is remembered, so that none comes back."""
