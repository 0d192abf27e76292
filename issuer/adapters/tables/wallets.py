"""How wallets come to credentials: offers, authorizations, grants, and what is good once."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from issuer.adapters.columns import Instant, Json, Name
from issuer.adapters.tables.ground import ID, KEY, metadata

offer = Table(
    "offer",
    metadata,
    Column("id", ID, primary_key=True),
    Column("document_id", ID, ForeignKey("document.id"), nullable=False, index=True),
    Column("code_fingerprint", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("failed_attempts", Integer, nullable=False),
)

offer_bundle = Table(
    "offer_bundle",
    metadata,
    Column("bundle_id", ID, ForeignKey("offer.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("offer_id", ID, ForeignKey("offer.id"), nullable=False, unique=True),
)
"""An offer that stands for several documents, and an offer that nobody redeems for each of them."""

access_grant = Table(
    "access_grant",
    metadata,
    Column("token_fingerprint", LargeBinary, primary_key=True),
    Column("family", LargeBinary, nullable=False, index=True),
    Column("offer_id", ID, ForeignKey("offer.id"), nullable=False),
    Column("document_id", ID, ForeignKey("document.id"), nullable=False),
    Column("jkt", ID, nullable=False),
    Column("client_id", Name),
    Column("configuration_ids", Json, nullable=False),
    Column("identifiers", Json, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("family", LargeBinary, nullable=False, index=True),
    Column("document_id", ID, ForeignKey("document.id"), nullable=False),
    Column("client_id", Name),
    Column("jkt", ID),
    Column("instance", ID),
    Column("configuration_ids", Json, nullable=False),
    Column("identifiers", Json, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("state", String(16), nullable=False),
)
"""jkt: of an anonymous wallet; instance: of an attested one. The other is NULL."""

authorization = Table(
    "authorization_request",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("state", Text),
    Column("code_challenge", KEY, nullable=False),
    Column("jkt", ID),
    Column("configuration_ids", Json, nullable=False),
    Column("identifiers_wanted", Boolean, nullable=False),
    Column("offer_id", ID),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("progress", String(16), nullable=False),
    Column("document_id", ID),
    Column("code_fingerprint", LargeBinary, unique=True),
    Column("code_expires_at", Instant),
    Column("token_fingerprint", LargeBinary),
)
"""progress: `pushed`, then `granted` or `denied`; `redeemed`. What a state does not have is NULL."""

identification = Table(
    "identification",
    metadata,
    Column("id", ID, primary_key=True),
    Column("authorization", LargeBinary, nullable=False, index=True),
    Column("browser", LargeBinary, nullable=False),
    Column("nonce", ID, nullable=False),
    Column("state", ID, nullable=False),
    Column("query", Json, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("encryption_key", LargeBinary),
    Column("return_code", LargeBinary),
    Column("document_id", ID),
    Column("reason", KEY),
)
"""One visit of a browser. encryption_key: until the presentation has come; then return_code, and one of the others."""

issuance_hold = Table(
    "issuance_hold",
    metadata,
    Column("document_id", ID, ForeignKey("document.id"), primary_key=True),
    Column("since", Instant, nullable=False),
)
"""Documents that no credential is made of yet."""

deferral = Table(
    "deferral",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("family", LargeBinary, nullable=False),
    Column("offer_id", ID, ForeignKey("offer.id"), nullable=False),
    Column("document_id", ID, ForeignKey("document.id"), nullable=False),
    Column("configuration_id", KEY, nullable=False),
    Column("keys", Json, nullable=False),
    Column("asked_at", Instant, nullable=False, index=True),
    UniqueConstraint("offer_id", "configuration_id", name="deferral_of_offer"),
)
"""keys: JWKs that the credentials will be bound to."""

notice = Table(
    "notice",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("offer_id", ID, ForeignKey("offer.id"), nullable=False),
    Column("document_id", ID, ForeignKey("document.id"), nullable=False),
    Column("event", ID),
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
