"""Withdrawals that need two officers."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from issuer.adapters.columns import Instant, Json
from issuer.adapters.tables.ground import ID, metadata

withdrawal_request = Table(
    "withdrawal_request",
    metadata,
    Column("id", ID, primary_key=True),
    Column("institution_id", ID, nullable=False),
    Column("type_id", ID, nullable=False),
    Column("withdrawal_order", Json, nullable=False),
    Column("state", String(8), nullable=False),
    Column("asked_by", ID, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("decided_by", ID),
    Column("decided_at", Instant),
    Index("withdrawal_request_of_institution", "institution_id", "state", "id"),
)
"""decided_by, decided_at: NULL while it waits."""

withdrawal_item = Table(
    "withdrawal_item",
    metadata,
    Column("request_id", ID, ForeignKey("withdrawal_request.id"), primary_key=True),
    Column("document_id", ID, ForeignKey("document.id"), primary_key=True),
    Index("withdrawal_item_of_document", "document_id"),
)
