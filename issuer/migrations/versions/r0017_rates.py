"""Requests are counted by the minute."""

import sqlalchemy as sa
from alembic import op

revision = "r0017"
down_revision = "r0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_count",
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("window_start", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_rate_count_window_start", "rate_count", ["window_start"])


def downgrade() -> None:
    op.drop_table("rate_count")
