"""Answers on the same device: the code with which the holder's browser comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("request", sa.Column("response_code", sa.LargeBinary))
