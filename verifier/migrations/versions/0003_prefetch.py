"""Status lists fetched beforehand, and the turn to fetch one."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("status_token", sa.Column("held_until", sa.BigInteger))
    op.create_table(
        "fetch_lease",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.String(22), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
