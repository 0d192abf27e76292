"""The first register: documents, offers, access tokens, credentials, status lists."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(64)
KEY = sa.String(255)


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", ID, primary_key=True),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("type_id", ID, nullable=False),
        sa.Column("number", sa.String),
        sa.Column("person_key", sa.LargeBinary),
        sa.Column("claims", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("retroactive", sa.Boolean, nullable=False),
        sa.Column("remarks", sa.Text, nullable=False),
        sa.Column("registered_at", sa.BigInteger, nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger),
        sa.Column("effective_from", sa.String(10)),
        sa.Column("withdrawal_order", sa.Text),
        sa.UniqueConstraint("institution_id", "type_id", "number", name="document_number"),
    )
    op.create_index("document_of_person", "document", ["person_key"])
    op.create_table(
        "person",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("touched", sa.BigInteger),
    )
    op.create_table(
        "registration",
        sa.Column("institution_id", ID, primary_key=True),
        sa.Column("idempotency_key", KEY, primary_key=True),
        sa.Column("body_digest", sa.LargeBinary, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("offer_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    _create_offers()
    _create_status_lists()
    _create_credentials()
    op.create_table(
        "spent",
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_spent_until", "spent", ["until"])


def _create_offers() -> None:
    op.create_table(
        "offer",
        sa.Column("id", ID, primary_key=True),
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), nullable=False),
        sa.Column("code_fingerprint", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("failed_attempts", sa.Integer, nullable=False),
    )
    op.create_index("ix_offer_document_id", "offer", ["document_id"])
    op.create_table(
        "access_grant",
        sa.Column("token_fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("offer_id", ID, sa.ForeignKey("offer.id"), nullable=False),
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), nullable=False),
        sa.Column("jkt", ID, nullable=False),
        sa.Column("client_id", sa.String),
        sa.Column("configuration_ids", sa.Text, nullable=False),
        sa.Column("identifiers", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )


def _create_status_lists() -> None:
    op.create_table(
        "status_shard",
        sa.Column("id", ID, primary_key=True),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("bits", sa.Integer, nullable=False),
        sa.Column("ttl", sa.Integer, nullable=False),
        sa.Column("lifetime", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("size_bits", sa.Integer, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.UniqueConstraint("institution_id", "bits", "ttl", "lifetime", "number", name="status_shard_number"),
    )
    op.create_table(
        "status_tokens",
        sa.Column("shard_id", ID, sa.ForeignKey("status_shard.id"), primary_key=True),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ttl", sa.Integer, nullable=False),
        sa.Column("jwt", sa.LargeBinary, nullable=False),
        sa.Column("cwt", sa.LargeBinary, nullable=False),
    )


def _create_credentials() -> None:
    op.create_table(
        "credential",
        sa.Column("id", ID, primary_key=True),
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), nullable=False),
        sa.Column("offer_id", ID, sa.ForeignKey("offer.id")),
        sa.Column("configuration_id", KEY),
        sa.Column("format_id", ID, nullable=False),
        sa.Column("planned_at", sa.BigInteger, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("shard_id", ID, sa.ForeignKey("status_shard.id"), nullable=False),
        sa.Column("status_uri", sa.Text, nullable=False),
        sa.Column("status_index", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("digest", sa.LargeBinary),
        sa.Column("text", sa.Text),
        sa.UniqueConstraint("shard_id", "status_index", name="credential_status_index"),
        sa.UniqueConstraint("offer_id", "configuration_id", name="credential_of_offer"),
    )
    op.create_index("ix_credential_document_id", "credential", ["document_id"])
    op.create_index("credential_not_valid", "credential", ["shard_id", "status"])


def downgrade() -> None:
    for table in (
        "spent",
        "credential",
        "status_tokens",
        "status_shard",
        "access_grant",
        "offer",
        "registration",
        "person",
        "document",
    ):
        op.drop_table(table)
