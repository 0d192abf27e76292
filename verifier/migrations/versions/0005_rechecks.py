"""Verdicts that are asked about again when there is newer withdrawal data."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "recheck",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("desk", sa.LargeBinary, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.Column("pending", sa.Boolean, nullable=False),
        sa.Column("rechecked_at", sa.BigInteger),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_recheck_desk", "recheck", ["desk"])
    op.create_index("ix_recheck_given_at", "recheck", ["given_at"])
