"""Access tokens that are over are found without looking at all of them."""

from alembic import op

revision = "r0020"
down_revision = "r0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_access_grant_expires_at", "access_grant", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_access_grant_expires_at", "access_grant")
