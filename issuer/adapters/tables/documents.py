"""Documents, the persons they are about, and the requests that registered them."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from issuer.adapters.columns import Day, Instant, Json, Name
from issuer.adapters.tables.ground import ID, KEY, metadata

document = Table(
    "document",
    metadata,
    Column("id", ID, primary_key=True),
    Column("institution_id", ID, nullable=False),
    Column("type_id", ID, nullable=False),
    Column("number", Name),
    Column("person_key", LargeBinary),
    Column("claims", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("retroactive", Boolean, nullable=False),
    Column("remarks", Json, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("suspended_at", Instant),
    Column("suspended_by", ID),
    Column("suspension_order", Json),
    Column("withdrawn_at", Instant),
    Column("effective_from", Day),
    Column("withdrawal_order", Json),
    Column("erased_at", Instant),
    Column("binding", String(8), nullable=False, server_default="key"),
    UniqueConstraint("institution_id", "type_id", "number", name="document_number"),
    Index("document_of_person", "person_key"),
    Index("document_not_erased", "type_id", "erased_at", "id"),
)
"""suspended_at, suspended_by, suspension_order: NULL unless the document is suspended. withdrawn_at, effective_from,
withdrawal_order: NULL unless it is withdrawn. erased_at: NULL while its claims are here."""

person = Table("person", metadata, Column("key", LargeBinary, primary_key=True), Column("touched", Instant))
"""One row a person whose documents are compared: held while one is being registered."""

registration = Table(
    "registration",
    metadata,
    Column("institution_id", ID, primary_key=True),
    Column("idempotency_key", KEY, primary_key=True),
    Column("body_digest", LargeBinary, nullable=False),
    Column("document_id", ID, nullable=False, index=True),
    Column("offer_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
)

subject = Table(
    "subject",
    metadata,
    Column("document_id", ID, ForeignKey("document.id"), primary_key=True),
    Column("type_id", ID, nullable=False),
    Column("birth_key", LargeBinary, nullable=False),
    Index("subject_of_birth", "type_id", "birth_key"),
)
"""Whom a document is about, as far as it is looked for: a keyed digest of the birth date."""
