"""Requests, verdicts, status list tokens and the memory of the trust list."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "request",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("moved_at", sa.BigInteger, nullable=False),
        sa.Column("token_fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("encryption_key", sa.LargeBinary),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("refusal", sa.Text),
    )
    op.create_index("request_by_expiry", "request", ["expires_at"])
    op.create_table(
        "verdict",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("request_id", sa.String(22), sa.ForeignKey("request.id", ondelete="CASCADE")),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("word", sa.String(24), nullable=False),
        sa.Column("identity_compared", sa.String(10), nullable=False),
        sa.Column("token_fingerprint", sa.LargeBinary),
        sa.Column("body", sa.Text),
    )
    op.create_index("ix_verdict_request_id", "verdict", ["request_id"])
    op.create_index("ix_verdict_at", "verdict", ["at"])
    op.create_table(
        "status_token",
        sa.Column("uri", sa.Text, primary_key=True),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("fetched_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "trust_list",
        sa.Column("operator", sa.LargeBinary, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
