"""The outbox: what institutions are told of their documents, and where."""

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", ID, primary_key=True),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("kind", ID, nullable=False),
        sa.Column("type_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("happened_at", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer),
        sa.Column("progress", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("outcome", ID),
        sa.UniqueConstraint("institution_id", "position", name="event_position"),
    )
    op.create_index("event_due", "event", ["progress", "due_at"])
    op.create_index("event_of_document", "event", ["document_id"])
    op.create_table(
        "event_stream",
        sa.Column("institution_id", ID, primary_key=True),
        sa.Column("last_position", sa.Integer, nullable=False),
    )
    op.create_table(
        "webhook",
        sa.Column("institution_id", ID, primary_key=True),
        sa.Column("url", sa.Text),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    for table in ("webhook", "event_stream", "event"):
        op.drop_table(table)
