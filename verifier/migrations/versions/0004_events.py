"""What happened to a transaction, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "request_event",
        sa.Column("request_id", sa.String(22), sa.ForeignKey("request.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
