"""The log of a transaction is made of the instants that stand in its row."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("request", sa.Column("fetched_at", sa.BigInteger))
    op.execute(
        "UPDATE request SET fetched_at = COALESCE("
        "(SELECT at FROM request_event WHERE request_event.request_id = request.id AND request_event.step = 2), "
        "CASE WHEN state IN ('fetched', 'answered', 'refused') THEN moved_at END)"
    )
    op.drop_table("request_event")
