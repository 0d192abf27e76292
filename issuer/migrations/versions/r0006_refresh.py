"""Refresh tokens, and the family of tokens that an access token belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    with op.batch_alter_table("access_grant") as table:
        table.add_column(sa.Column("family", sa.LargeBinary))
    op.execute("UPDATE access_grant SET family = token_fingerprint")
    with op.batch_alter_table("access_grant") as table:
        table.alter_column("family", existing_type=sa.LargeBinary, nullable=False)
    op.create_index("ix_access_grant_family", "access_grant", ["family"])
    op.create_table(
        "refresh_token",
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("family", sa.LargeBinary, nullable=False),
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), nullable=False),
        sa.Column("client_id", sa.String),
        sa.Column("jkt", ID),
        sa.Column("instance", ID),
        sa.Column("configuration_ids", sa.Text, nullable=False),
        sa.Column("identifiers", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
    )
    op.create_index("ix_refresh_token_family", "refresh_token", ["family"])
    op.create_index("ix_refresh_token_expires_at", "refresh_token", ["expires_at"])


def downgrade() -> None:
    op.drop_table("refresh_token")
    op.drop_index("ix_access_grant_family", "access_grant")
    with op.batch_alter_table("access_grant") as table:
        table.drop_column("family")
