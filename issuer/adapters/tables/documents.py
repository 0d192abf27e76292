"""Documents, the persons they are about, and the requests that registered them."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from issuer.adapters.columns import Day, Instant, Json, Name
from issuer.adapters.tables.ground import ID, KEY, metadata


def _index_of_few(name: str, column: str) -> Index:
    """Of documents that have something in this column: it costs the others nothing."""
    few = text(f"{column} IS NOT NULL")
    return Index(name, "institution_id", "type_id", "id", sqlite_where=few, postgresql_where=few)


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
    Index("document_of_institution", "institution_id", "type_id", "id"),
    _index_of_few("document_suspended", "suspended_at"),
    _index_of_few("document_withdrawn", "withdrawn_at"),
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

_UNREAD = text("institution_id IS NULL")
subject = Table(
    "subject",
    metadata,
    Column("document_id", ID, ForeignKey("document.id"), primary_key=True),
    Column("institution_id", ID),
    Column("type_id", ID, nullable=False),
    Column("birth_key", LargeBinary),
    Column("personal_number", Name),
    Column("family_name", LargeBinary),
    Column("covers_from", Day),
    Column("covers_until", Day),
    Index("subject_of_birth", "type_id", "birth_key"),
    Index("subject_of_number", "institution_id", "type_id", "personal_number"),
    Index("subject_of_name", "institution_id", "type_id", "family_name", "document_id"),
    Index("subject_unread", "type_id", "document_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
)
"""Whom a document is about and what it covers, as far as it is looked for (`issuer.subjects`). No row: its claims are
erased. institution_id: NULL until an older document has been read for what was not looked for when it was registered;
until then all but birth_key is. family_name: ASCII, as octets, which every database orders alike."""
