"""The authorization code flow: requests pushed, visits of browsers, and whom a document is about."""

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None

ID = sa.String(64)
KEY = sa.String(255)


def upgrade() -> None:
    op.create_table(
        "authorization_request",
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("redirect_uri", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("code_challenge", KEY, nullable=False),
        sa.Column("jkt", ID),
        sa.Column("configuration_ids", sa.Text, nullable=False),
        sa.Column("identifiers_wanted", sa.Boolean, nullable=False),
        sa.Column("offer_id", ID),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("progress", sa.String(16), nullable=False),
        sa.Column("document_id", ID),
        sa.Column("code_fingerprint", sa.LargeBinary, unique=True),
        sa.Column("code_expires_at", sa.BigInteger),
        sa.Column("token_fingerprint", sa.LargeBinary),
    )
    op.create_index("ix_authorization_request_expires_at", "authorization_request", ["expires_at"])
    op.create_table(
        "identification",
        sa.Column("id", ID, primary_key=True),
        sa.Column("authorization", sa.LargeBinary, nullable=False),
        sa.Column("browser", sa.LargeBinary, nullable=False),
        sa.Column("nonce", ID, nullable=False),
        sa.Column("state", ID, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("encryption_key", sa.LargeBinary),
        sa.Column("return_code", sa.LargeBinary),
        sa.Column("document_id", ID),
        sa.Column("reason", KEY),
    )
    op.create_index("ix_identification_authorization", "identification", ["authorization"])
    op.create_table(
        "subject",
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("type_id", ID, nullable=False),
        sa.Column("birth_key", sa.LargeBinary, nullable=False),
    )
    op.create_index("subject_of_birth", "subject", ["type_id", "birth_key"])


def downgrade() -> None:
    for table in ("subject", "identification", "authorization_request"):
        op.drop_table(table)
