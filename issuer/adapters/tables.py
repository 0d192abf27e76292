"""The tables of the register. `migrations` makes them; a test holds the two together.

Nothing depends on the order of a sequence, and every rule that must hold when two requests meet is a key or a unique
constraint here.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from issuer.adapters.columns import Day, Instant, Json, Name, Span

_ID = Name(64)
_KEY = Name(255)

metadata = MetaData()

document = Table(
    "document",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("institution_id", _ID, nullable=False),
    Column("type_id", _ID, nullable=False),
    Column("number", Name),
    Column("person_key", LargeBinary),
    Column("claims", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("retroactive", Boolean, nullable=False),
    Column("remarks", Json, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Column("effective_from", Day),
    Column("withdrawal_order", Json),
    UniqueConstraint("institution_id", "type_id", "number", name="document_number"),
    Index("document_of_person", "person_key"),
)
"""withdrawn_at, effective_from, withdrawal_order: NULL while the document is in force."""

person = Table("person", metadata, Column("key", LargeBinary, primary_key=True), Column("touched", Instant))
"""One row a person whose documents are compared: held while one is being registered."""

registration = Table(
    "registration",
    metadata,
    Column("institution_id", _ID, primary_key=True),
    Column("idempotency_key", _KEY, primary_key=True),
    Column("body_digest", LargeBinary, nullable=False),
    Column("document_id", _ID, nullable=False),
    Column("offer_id", _ID, nullable=False),
    Column("at", Instant, nullable=False),
)

offer = Table(
    "offer",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("document_id", _ID, ForeignKey("document.id"), nullable=False, index=True),
    Column("code_fingerprint", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("failed_attempts", Integer, nullable=False),
)

access_grant = Table(
    "access_grant",
    metadata,
    Column("token_fingerprint", LargeBinary, primary_key=True),
    Column("offer_id", _ID, ForeignKey("offer.id"), nullable=False),
    Column("document_id", _ID, ForeignKey("document.id"), nullable=False),
    Column("jkt", _ID, nullable=False),
    Column("client_id", Name),
    Column("configuration_ids", Json, nullable=False),
    Column("identifiers", Json, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

status_shard = Table(
    "status_shard",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("institution_id", _ID, nullable=False),
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
    Column("shard_id", _ID, ForeignKey("status_shard.id"), primary_key=True),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ttl", Span, nullable=False),
    Column("jwt", LargeBinary, nullable=False),
    Column("cwt", LargeBinary, nullable=False),
)
"""Apart from the shard, whose counter changes with every credential. Held by whoever publishes."""

authorization = Table(
    "authorization_request",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("state", Text),
    Column("code_challenge", _KEY, nullable=False),
    Column("jkt", _ID),
    Column("configuration_ids", Json, nullable=False),
    Column("identifiers_wanted", Boolean, nullable=False),
    Column("offer_id", _ID),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("progress", String(16), nullable=False),
    Column("document_id", _ID),
    Column("code_fingerprint", LargeBinary, unique=True),
    Column("code_expires_at", Instant),
    Column("token_fingerprint", LargeBinary),
)
"""progress: `pushed`, then `granted` or `denied`; `redeemed`. What a state does not have is NULL."""

identification = Table(
    "identification",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("authorization", LargeBinary, nullable=False, index=True),
    Column("browser", LargeBinary, nullable=False),
    Column("nonce", _ID, nullable=False),
    Column("state", _ID, nullable=False),
    Column("query", Json, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("encryption_key", LargeBinary),
    Column("return_code", LargeBinary),
    Column("document_id", _ID),
    Column("reason", _KEY),
)
"""One visit of a browser. encryption_key: until the presentation has come; then return_code, and one of the others."""

subject = Table(
    "subject",
    metadata,
    Column("document_id", _ID, ForeignKey("document.id"), primary_key=True),
    Column("type_id", _ID, nullable=False),
    Column("birth_key", LargeBinary, nullable=False),
    Index("subject_of_birth", "type_id", "birth_key"),
)
"""Whom a document is about, as far as it is looked for: a keyed digest of the birth date."""

credential = Table(
    "credential",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("document_id", _ID, ForeignKey("document.id"), nullable=False, index=True),
    Column("offer_id", _ID, ForeignKey("offer.id")),
    Column("configuration_id", _KEY),
    Column("copy", Integer, nullable=False, server_default="0"),
    Column("format_id", _ID, nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("shard_id", _ID, ForeignKey("status_shard.id"), nullable=False),
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

notice = Table(
    "notice",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("offer_id", _ID, ForeignKey("offer.id"), nullable=False),
    Column("document_id", _ID, ForeignKey("document.id"), nullable=False),
    Column("event", _ID),
    Column("reported_at", Instant),
)
"""What a wallet reports of credentials. event, reported_at: NULL as long as it has reported nothing."""

spent = Table(
    "spent",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("until", Instant, nullable=False, index=True),
)
"""Nonces and identifiers of proofs that were used, until they would be refused for their age anyway."""
